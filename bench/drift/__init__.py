"""Drift: what a small edit of a page costs. Edits of the kinds makers make, one at a time, and what is still read.

Belongs here: making the edits, reading the edited documents, comparing the readings. Does not: any knowledge of one
source's page; an edit finds its place by the shape of the document and by trying which facts hang on it.
"""
