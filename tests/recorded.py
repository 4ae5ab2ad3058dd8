"""The documents recorded beside the checkout, by the source that reads them, and what became of their rows.

``python -m tests.recorded`` writes ``docs/recorded-rows.csv``, which the page of sources shows. The documents are no part
of the project; without them nothing here can run, and the tests that need them skip themselves.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from sources import registry
from sources.contract import Account, Document, Observation, Refused, Source

SHARED = Path(__file__).parents[1].parent / "shared"
CAPTURES = SHARED / "captures"
ROWS = Path(__file__).parents[1] / "docs" / "recorded-rows.csv"
COLUMNS = (
    "source_id",
    "newest_on",
    "documents",
    "versions",
    "refused",
    "rows",
    "read",
    "left_out",
    "in_doubt",
    "left_out_for",
)


@dataclass(frozen=True)
class Recorded:
    """One recorded body: its address, the day it was recorded, and the file that holds it."""

    url: str
    recorded_on: str
    file: Path

    @property
    def document(self) -> Document:
        return Document(self.url, self.file.read_bytes())


@cache
def index() -> Mapping[str, tuple[Recorded, ...]]:
    """Address → its recorded bodies, oldest first; empty where nothing is recorded beside the checkout."""
    found: dict[str, list[Recorded]] = defaultdict(list)
    if (CAPTURES / "index.csv").exists():
        with (CAPTURES / "index.csv").open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                body = Recorded(line["url"], line["captured_at"][:10], CAPTURES / line["file"])
                found[line["url"]].append(body)
    return {url: tuple(sorted(bodies, key=lambda body: body.recorded_on)) for url, bodies in found.items()}


def of_source(source: Source) -> Mapping[str, tuple[Recorded, ...]]:
    """The recorded documents of a source: those at its own addresses, and at those that recorded documents name."""
    return _of_source(source.id)


@cache
def _of_source(source_id: str) -> Mapping[str, tuple[Recorded, ...]]:
    source = registry.source(source_id)
    addresses = dict.fromkeys(source.urls)
    if source.discovers:
        said = chain.from_iterable(map(_said_by, source.discovers_from))
        addresses |= dict.fromkeys(source.discovers(said))
    return {url: index()[url] for url in addresses if url in index()}


@cache
def _said_by(source_id: str) -> tuple[Observation, ...]:
    """All that a source says in its recorded bodies: read once, whoever finds addresses in it."""
    source, said = registry.source(source_id), []
    for body in chain.from_iterable(of_source(source).values()):
        with suppress(Refused):
            said += source.read(body.document).observations
    return tuple(said)


@dataclass(frozen=True)
class Outcome:
    """What a source made of one recorded body: its account, or the refusal."""

    body: Recorded
    account: Account | None
    refusal: str = ""


def outcomes(source: Source) -> Iterator[list[Outcome]]:
    """For every recorded address of a source what became of each of its bodies, oldest first."""
    for bodies in of_source(source).values():
        yield [_outcome(source, body) for body in bodies]


def _outcome(source: Source, body: Recorded) -> Outcome:
    try:
        return Outcome(body, source.read(body.document).account)
    except Refused as refusal:
        return Outcome(body, None, str(refusal))


def row(source: Source, found: list[list[Outcome]]) -> dict[str, str]:
    """One line of ``recorded-rows.csv``: the newest readable body of every address counts, all bodies are tried."""
    newest = [read[-1] for each in found if (read := [one for one in each if one.account])]
    accounts = [each.account for each in newest if each.account]
    left_out: Counter[str] = Counter()
    for account in accounts:
        left_out.update(account.left_out)
    return {
        "source_id": source.id,
        "newest_on": max((each.body.recorded_on for each in newest), default=""),
        "documents": str(len(newest)),
        "versions": str(sum(map(len, found))),
        "refused": str(sum(one.account is None for each in found for one in each)),
        "rows": str(sum(account.offered for account in accounts)),
        "read": str(sum(account.read for account in accounts)),
        "left_out": str(sum(left_out.values())),
        "in_doubt": str(sum(account.in_doubt for account in accounts)),
        "left_out_for": "; ".join(f"{why}: {count}" for why, count in sorted(left_out.items())),
    }


def as_csv() -> str:
    """The whole of ``recorded-rows.csv``: every source with a recorded document, in order of id."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for source in registry.all_sources().values():
        if found := list(outcomes(source)):
            writer.writerow(row(source, found))
    return out.getvalue()


if __name__ == "__main__":
    ROWS.write_text(as_csv(), encoding="utf-8")
