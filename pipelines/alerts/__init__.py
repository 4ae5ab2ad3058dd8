"""Word to whoever looks after the catalogue: what went wrong, since when, what to do next; once, and once it is over.

`finding` says what is wrong after a night, `memory` what was told already, `webhook` how it gets there, `telling` puts
the three together. The words are `pipelines.wording.alerts`'s.
"""
