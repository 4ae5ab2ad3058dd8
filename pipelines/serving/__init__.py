"""The published edition over HTTP, for a team: its site and files, and SQL over its DuckDB file.

Nothing is written by anything in here, and nothing outside an edition is read but the two reports beside `latest`.
"""
