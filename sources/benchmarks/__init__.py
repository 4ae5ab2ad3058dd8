"""Benchmark tables: scores with their setting, unit and reporter."""
