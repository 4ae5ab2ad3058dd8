"""What the world says: one small module per source, and the contract they share.

Belongs here: reading a recorded document, fetching it, and turning printed text into typed readings.
Does not: storage, time, identity, precedence, Dagster. This package imports neither ``warehouse`` nor ``pipelines``.
"""
