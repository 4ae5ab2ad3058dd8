"""Evidence: the bytes we read, the ledger of attempts, what each document says, and since when it says so.

Belongs here: everything that must survive a rebuild. Does not: which model a subject is, or which claim wins.
"""
