"""What the document of a model or a pair is made from, as one number, so that what is the same is not made again.

Belongs here: the numbers, and the documents of the edition before that they let stand. Does not: what a document holds.
A number is taken over the rows of the very queries that fill a document (`queries`), so nothing shown can be missed;
their order is theirs to say. What every document rests on (names of labs and sellers, workloads) has one number.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.answers.asking import Row
from pipelines.publishing.documents import queries
from pipelines.publishing.making import write_file
from pipelines.publishing.paths import place, place_of_pair
from pipelines.wording.json_text import compact_text
from warehouse.hashing import row_hash, values_of

NAME = ".made-of.json"
"""Beside the documents, for the next edition alone: no part of what is handed out."""

_OF_OFFER = "join core.offers as offers on offers.offer_id = said.{column}"

MODELS: tuple[tuple[str, str, str], ...] = (
    (queries.MODELS, "model_id", ""),
    (queries.CELLS, "model_id", "[claim_id]"),
    (queries.CAPABILITY_ROWS, "model_id", "[claim_id]"),
    (queries.MODEL_GAPS, "subject_id", ""),
    (queries.OFFER_GAPS, "of subject_id", ""),
    (queries.MODEL_CONFLICTS, "model_id", "[chosen_claim_id, rival_claim_id]"),
    (queries.OFFER_CONFLICTS, "model_id", "[chosen_claim_id, rival_claim_id]"),
    (queries.OFFERS, "model_id", ""),
    (queries.LISTINGS, "of offer_id", "[claim_id]"),
    (queries.PRICES, "of offer_id", "list_append(confirming_claims, claim_id)"),
    (queries.OFFER_COSTS, "of offer_id", ""),
    (queries.MONTHLY_COSTS, "model_id", ""),
    (queries.COST_LINES, "model_id", ""),
    (queries.SERIES, "of offer_id", "[claim_id]"),
    (queries.CHANGES, "model_id", "[claim_id]"),
    (queries.RESULTS, "model_id", "[claim_id]"),
    (queries.SPELLINGS, "model_id", ""),
    (queries.REDIRECTS, "model_id", ""),
    (queries.NEIGHBOURS, "model_id", ""),
    (queries.NEIGHBOUR_REFS, "model_id", ""),
)
"""What models' documents, and a pair's sides, are filled from: a query, its column that says which model (or the offer
`of` which model) a row is of, and the claims a row rests on."""

PAIRS = (
    (queries.COMPARISONS, ""),
    (queries.STATEMENTS, ""),
    (queries.SHARED_RESULTS, "[claim_id_a, claim_id_b]"),
)
"""What else a pair's document is filled from."""

ALL = (
    "select lab_id, name from core.labs",
    "select provider_id, name, kind from core.providers",
    queries.WORKLOADS,
)
"""What any document may show."""


@dataclass(frozen=True)
class MadeOf:
    """One number for all documents, one for each model and for each published pair (``a/b``)."""

    all: int
    models: Mapping[str, int]
    pairs: Mapping[str, int]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> "MadeOf":
        """Of the finished file."""
        models = _sums(connection, [_of_model(*each) for each in MODELS])
        pairs = _sums(connection, [(query, "model_a_id || '/' || model_b_id", claims) for query, claims in PAIRS])
        whole = _sums(connection, [(query, "''", "") for query in ALL])
        return cls(whole[""], models, pairs)

    @classmethod
    def read(cls, folder: Path) -> "MadeOf | None":
        """Of the edition in a folder; None where it says nothing of it."""
        try:
            return cls(**json.loads((folder / NAME).read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        write_file(folder / NAME, compact_text(vars(self)).encode())


@dataclass(frozen=True)
class Standing:
    """The documents of the edition before that still stand, but for the instant and the rank they begin or end with."""

    folder: Path
    as_of: str
    then: MadeOf
    now: MadeOf

    def model(self, model_id: str) -> str | None:
        """The text of a model's document; None where it is to be made."""
        if not self._is_same(model_id):
            return None
        return self._text(place("models", model_id))

    def pair(self, a: str, b: str, published: Row) -> str | None:
        """The text of a pair's document; None where it is to be made."""
        pair = f"{a}/{b}"
        if self.now.pairs.get(pair) != self.then.pairs.get(pair) or not (self._is_same(a) and self._is_same(b)):
            return None
        text = self._text(place_of_pair(a, b)) or ""
        said, ranked, last = text.rpartition(',"rank":')
        _, reviewed, last = last.partition(',"last_reviewed_on":')
        if not (ranked and reviewed):
            return None
        return f'{said},"rank":{published["rank"]},"why":{compact_text(published["why"])}{reviewed}{last}'

    def _is_same(self, model_id: str) -> bool:
        return self.now.models.get(model_id) == self.then.models.get(model_id) is not None

    def _text(self, name: str) -> str | None:
        """A document with the instant of the edition being made; None where it is not there, or not compact."""
        try:
            text = (self.folder / f"{name}.json").read_text(encoding="utf-8").removesuffix("\n")
        except FileNotFoundError:
            return None
        version, dated, rest = text.partition(',"as_of":"')
        return f'{version}{dated}{self.as_of}"{rest.partition(chr(34))[2]}' if dated else None


def standing(folder: Path | None, as_of: str, now: MadeOf) -> Standing | None:
    """What of an edition made by the same code still stands; None where nothing does."""
    then = MadeOf.read(folder) if folder else None
    return Standing(folder, as_of, then, now) if folder and then and then.all == now.all else None


def verdict_in(text: str) -> Any:
    """What a pair's document decides."""
    _, _, said = text.partition(',"verdict":')
    return json.loads(said.partition(',"statements":{')[0])


def _of_model(query: str, column: str, claims: str) -> tuple[str, str, str]:
    offer = column.removeprefix("of ")
    if offer == column:
        return query, column, claims
    return query, f"(select model_id from core.offers where offer_id = said.{offer})", claims


def _sums(connection: duckdb.DuckDBPyConnection, asked: Sequence[tuple[str, str, str]]) -> dict[str, int]:
    """A number for each key of the rows of some queries, and of the claims they rest on."""
    sums: dict[str, int] = defaultdict(int)
    found: list[tuple[str, int]] = []
    uses = []
    for number, (query, key, claims) in enumerate(asked):
        said = _unordered(query)
        found += connection.sql(
            f"select {key}, sum({_told(connection, said, number)}) from ({said}) as said group by all"
        ).fetchall()
        if claims:
            uses.append(f"select {key} as key, unnest({claims}) as claim_id from ({said}) as said")
    if uses:
        used = " union all ".join(uses)
        rows = queries.CLAIMS.replace("{claim_ids}", "select claim_id from uses")
        claims_told = _told(connection, queries.CLAIMS.replace("{claim_ids}", "select ''"))
        found += connection.sql(f"""
            with uses as ({used}),
            claims as (select claim_id, {claims_told} as number from ({rows}))
            select key, sum(number) from uses join claims using (claim_id) group by all
        """).fetchall()
    for key, summed in found:
        sums[key] += int(summed)
    return dict(sorted(sums.items()))


def _told(connection: duckdb.DuckDBPyConnection, query: str, number: int = 0) -> str:
    """The expression of a number for each row of a query, another one for each query."""
    return row_hash({str(number): "INTEGER"} | values_of(connection, query))


def _unordered(query: str) -> str:
    """A query of all rows, without its order."""
    rows = query.format(asked="true")
    return rows.rpartition("\norder by")[0] or rows
