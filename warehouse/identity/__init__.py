"""Identity: every source spelling resolves to a model and a variant, or abstains with a reason.

`names` is the grammar (one spelling → a parse), `resolution` the decisions (parses and cross-references → models),
`labs` the vocabulary of makers. Nothing here reads a page, stores a row or knows a price.
"""

from warehouse.identity.model_name import Parse
from warehouse.identity.names import parse
from warehouse.identity.resolution import Resolution, Spelling, curated_aliases, resolve

__all__ = ["Parse", "Resolution", "Spelling", "curated_aliases", "parse", "resolve"]
