"""Programs of others that read an edition, each asked in an environment of its own."""
