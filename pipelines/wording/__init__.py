"""How things are said: amounts, days, phrases and JSON, made once for the terminal, the site, the feeds and agents.

Nothing here asks the warehouse, and nothing knows whether a terminal or a page shows it.
"""
