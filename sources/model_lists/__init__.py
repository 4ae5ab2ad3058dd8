"""Lists that makers and our own reference files give of models and their facts."""
