"""How answers look on a person's terminal, and in a pipe. What is asked is in `answers`, its words in `wording`."""
