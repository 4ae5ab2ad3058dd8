"""One night without Dagster: ask the sources, keep what they answer, read what is new, and tell how far it is."""
