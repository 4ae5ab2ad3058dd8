"""Pricing pages of makers and hosts, read from their own HTML or Markdown."""
