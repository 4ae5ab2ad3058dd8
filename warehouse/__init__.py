"""What we hold: evidence folded over time, identity, the tables and what each means.

Belongs here: storage, schemas, SQL, identity, reference data. Does not: fetching, parsing, Dagster.
Of ``sources`` it imports the contract alone.
"""
