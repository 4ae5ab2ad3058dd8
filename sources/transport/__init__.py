"""How documents are fetched: addresses, connections, robots, bodies, and what keeps a night polite and safe."""
