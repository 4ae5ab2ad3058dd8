"""A data folder on an object store: this machine works on a copy of it, brought before a night and sent after.

Belongs here: the store's few verbs (`store`), the one object in it that changes and the lease that is part of it
(`latest`), what is brought and sent (`copy`), and where a copy lies (`address`). Does not: what the files mean, or how
a night is made: it runs on the copy as on any data folder. Nothing here is imported where ``ALMANAC_HOME`` is a folder.
"""
