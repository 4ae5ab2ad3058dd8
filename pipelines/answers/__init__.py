"""A question, and the rows that answer it: names, comparisons, explanations, listings.

Nothing here knows of terminals, HTML or agents: every door to the warehouse asks the same way.
"""
