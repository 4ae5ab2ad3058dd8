"""How what the world says becomes what we hold: the night, the Dagster graph, publication and the command line.

The only package that imports Dagster. What a page says is `sources`' business, what a table means `warehouse`'s.
"""
