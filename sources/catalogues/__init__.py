"""Price and model catalogues that other people keep: gateways, routers and community lists."""
