"""Whatever bytes come, a parser refuses or reads: it never breaks, never runs on, and gives no price that is not printed.

By default a few repeatable examples a document; ``ALMANAC_FUZZ=1000`` draws so many, other ones each time.
"""

import html
import os
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bench.drift.corpus import packed, unpacked
from sources import registry
from sources.contract import Contents, Document, Observation, Refused, Source
from tests import damage
from tests.fixture_files import fixture_documents, folder
from tests.watchdog import ends_within

EXAMPLES = int(os.environ.get("ALMANAC_FUZZ", "0"))
SECONDS = 20

fuzzed = settings(
    max_examples=EXAMPLES or 6,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)

SOURCES = [source for source in registry.all_sources().values() if (folder(source) / "documents.csv").exists()]
DOCUMENTS = [(source, name, document) for source in SOURCES for name, document in fixture_documents(source).items()]
IDS = [f"{source.id} {name}" for source, name, _ in DOCUMENTS]


@pytest.mark.parametrize(("source", "name", "document"), DOCUMENTS, ids=IDS)
def test_damage_is_refused_or_read_and_no_price_is_invented(source: Source, name: str, document: Document) -> None:
    bodies = [each.body for other, _, each in DOCUMENTS if other is source]

    @fuzzed
    @given(damage.steps)
    def check(plan: list[damage.Step]) -> None:
        other = bodies[plan[0][3] % len(bodies)]
        for body in _damaged(source, document, other, plan):
            contents = _read(source, Document(document.url, body))
            if contents:
                assert _invented(contents, Document(document.url, body)) == []

    check()


def _damaged(source: Source, document: Document, other: bytes, plan: list[damage.Step]) -> Iterator[bytes]:
    """The document damaged; an archive is damaged from outside, and one of its files inside it."""
    yield damage.damaged(document.body, other, plan)
    media = source.media_of.get(document.url, source.media)
    if media in ("zip", "gzip"):
        files = unpacked(document.body, media)
        chosen = sorted(files)[plan[0][3] % len(files)]
        yield packed(files | {chosen: damage.damaged(files[chosen], other, plan)}, media)


def _read(source: Source, document: Document) -> Contents | None:
    with ends_within(SECONDS, source.id):
        try:
            return source.read(document)
        except Refused:
            return None


_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+")


def _numbers(text: str) -> set[str]:
    """The numbers of a text by their digits alone: a unit moves the point, a spelling adds zeros and commas."""
    return {
        re.sub(r"\D", "", re.split("[eE]", found)[0]).strip("0")
        for found in _NUMBER.findall(unicodedata.normalize("NFKC", text))
    }


def _invented(contents: Contents, document: Document) -> list[str]:
    """Prices whose amount is in no number of their printed words, or whose printed numbers the document does not have."""
    there = _numbers(_text(document)) | {""}
    return [
        f"{each.subject} {each.attribute} {each.text}: {each.printed!r}"
        for each in contents.observations
        if each.is_price
        and (
            (each.value and not any(_same(each.text, printed) for printed in _amounts(each)))
            or not _numbers(each.printed) <= there
        )
    ]


def _amounts(price: Observation) -> set[str]:
    """The numbers of a price's printed words; of a price before a discount, the one that both of them give."""
    if " after a discount of " not in price.printed:
        return _numbers(price.printed)
    charged, discount = map(Decimal, price.printed.split(" after a discount of "))
    return _numbers(f"{charged / (1 - discount):.12f}")


def _same(value: str, printed: str) -> bool:
    """Whether two numbers have the same digits, but for what a binary float adds."""
    digits = re.sub(r"\D", "", value).strip("0")
    if not printed:
        return False
    one, other = (Decimal(f"0.{each}") for each in (digits, printed))
    return abs(one - other) <= Decimal("1e-9")


def _text(document: Document) -> str:
    """All that a document prints, its character references resolved and its archive open."""
    body = document.body
    if body[:2] in (b"PK", b"\x1f\x8b"):
        body = b"\n".join(unpacked(body, "zip" if body[:2] == b"PK" else "gzip").values())
    text = body.decode(errors="replace")
    return f"{text}\n{html.unescape(text)}"


def test_an_invented_price_is_noticed() -> None:
    source = registry.source("deepseek_pricing")
    document = fixture_documents(source)["flat.html"]
    contents = source.read(document)
    assert not _invented(contents, document)
    assert _invented(contents, Document(document.url, document.body.replace(b"$0.14", b"$0.19")))
