"""What Dagster sees: sources, tables, checks, lineage, when they run, and the resource that holds one run together.

What a step does is written elsewhere (`pipelines.night`, `warehouse.building`, `pipelines.publishing`).
"""
