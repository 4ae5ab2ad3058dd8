"""Editions as a DuckLake: each one a snapshot, so that any number of analysts read the newest or any before it.

Belongs here: where a lake lies (`place`), how it is reached (`reaching`), how an edition becomes a snapshot (`adding`),
a table at a time (`rows`). Does not: when that happens (`pipelines.graph`), or what an edition holds
(`pipelines.publishing`): its Parquet is all that is read. Nothing here is imported where no lake is configured.
"""
