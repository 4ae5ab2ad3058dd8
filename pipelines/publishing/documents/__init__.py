"""The JSON documents of an edition: one a model, provider, benchmark and published pair, and the lists over them.

``shapes.py`` says what each holds; the builders fill those shapes from the finished file with a few queries over all
rows at once. What a value means is the warehouse's, how it is worded ``pipelines/wording``'s, how a page looks the
site's, which renders exactly these documents.
"""

from pipelines.publishing.documents.pairs import pair
from pipelines.publishing.documents.shapes import SCHEMA_VERSION
from pipelines.publishing.documents.shelf import Shelf
from pipelines.publishing.documents.writing import make

__all__ = ["SCHEMA_VERSION", "Shelf", "make", "pair"]
