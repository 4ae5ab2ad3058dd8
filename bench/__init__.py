"""Benchmarks: what a choice costs or saves, as ratios within one run. ``make bench`` prints them; none is a test.

Absolute times belong to a machine and a day. Each line compares two ways of doing the same work on the same data.
"""
