"""Commands that do more than ask: a refresh from the command line, and the beginning of a new source.

The words of the command line, its options and exit status are `pipelines.cli`'s.
"""
