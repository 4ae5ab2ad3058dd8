"""``status.json`` beside ``latest``: how the last night went, in figures, for whoever looks after it."""
