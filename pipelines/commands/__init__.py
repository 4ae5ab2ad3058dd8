"""One module per command that reads the warehouse: what it asks (SQL with parameters) and how the answer is laid out.

The words of the command line, its options and exit status are `pipelines.cli`'s.
"""
