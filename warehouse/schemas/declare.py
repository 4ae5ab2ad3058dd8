"""How a table is declared, once: the pandera model, the DDL, the comments, the dictionary, Dagster's column schema and the
edition's datapackage are all derived from these two dataclasses. No table is declared here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.hashing import row_hash

MONEY = "DECIMAL(24, 12)"
"""Amounts of money and prices: exact, twelve places."""

DISPUTE_CLASSES = ("unit_error", "rounding", "stale", "other_terms", "identity_doubt", "disagreement")
"""What kind of disagreement two claims are in, see ``sql/evidence/price_disputes.sql``."""

BASES = ("same_setting", "best_of_each", "same_benchmark")
"""On which basis two benchmark results stand beside each other, the strongest first. Only the first two give a gap."""

REVIEWS = frozenset({"last_confirmed_at", "last_reviewed_at"})
"""Columns that say when a fact was last confirmed: they move with every reading, and decide nothing."""

PLACES = frozenset({"snapshot_sha256", "locator"})
"""Columns that say where in which stored page a fact was last read: they move with every page, whatever it says."""

TOTAL = "DECIMAL(18, 6)"
"""Sums of money over a workload."""


@dataclass(frozen=True)
class Column:
    """One column: its DuckDB type, what it means with its unit, and what every value must satisfy.

    values   the closed vocabulary of a text column
    at_least the smallest number allowed
    rests_on how a cell finds its words: ``choice`` (a row of evidence.choices), ``key``, ``claim`` (this row's own
             claim_id) or ``derived`` (a rule over other cells, named in the description)
    stands   the expression that stands for the column where it is asked whether a table says anything else than before;
             ``-`` where it says nothing by itself
    """

    name: str
    kind: str
    meaning: str
    nullable: bool = False
    values: tuple[str, ...] = ()
    at_least: float | None = None
    rests_on: str = ""
    stands: str = ""

    @property
    def told(self) -> str:
        """What counts of it in what its table says; empty for nothing."""
        if self.stands == "-" or self.name in REVIEWS | PLACES:
            return ""
        return self.stands or f'"{self.name}"'


@dataclass(frozen=True)
class Table:
    """One table or view of the warehouse, under the one name it has everywhere."""

    name: str
    grain: str
    meaning: str
    columns: Sequence[Column]
    key: tuple[str, ...]
    view: bool = False
    made_by: str = "sql"
    """``sql`` (its one SQL file) or ``python`` (a loader of this package)."""
    exported: bool = True
    is_local: bool = False
    """Whether its rows of one model rest on nothing but rows of the same model, wherever those say whose they are."""
    is_of_kin: bool = False
    """Whether a local table's rows of one model rest on its kin too: the models whose ids begin with the same letters."""
    is_made_in_parts: bool = False
    """Whether of very many models it is made of some after others, untried: as a whole it holds too much in memory."""
    checks: Mapping[str, str] = field(default_factory=dict)
    """Name → a boolean SQL expression every row must satisfy; for what a per-column rule cannot say."""

    @property
    def schema(self) -> str:
        return self.name.split(".")[0]

    @property
    def short(self) -> str:
        return self.name.split(".")[1]

    @property
    def has_reviews(self) -> bool:
        """Whether it says when its facts were last confirmed."""
        return any(column.name in REVIEWS for column in self.columns)

    def row_hash(self) -> str:
        """The expression that tells rows apart by what they say, without what moves with every reading."""
        return row_hash({each.told: each.kind for each in self.columns if each.told})

    def ddl(self) -> str:
        """``create table`` with types and not-null; keys are checked by `validation`, which is quicker than an index."""
        lines = [f"    {column.name} {column.kind}{'' if column.nullable else ' not null'}" for column in self.columns]
        return f"create table {self.name} (\n" + ",\n".join(lines) + "\n)"

    def comments(self) -> list[str]:
        """``comment on`` statements for the table and each column."""
        kind = "view" if self.view else "table"
        said = [f"comment on {kind} {self.name} is {_quoted(f'{self.meaning} One row: {self.grain}.')}"]
        return said + [
            f"comment on column {self.name}.{column.name} is {_quoted(column.meaning)}" for column in self.columns
        ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
