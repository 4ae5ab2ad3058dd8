"""Promises every source keeps: it reads its fixture as a person reviewed it, and no damaged page becomes a wrong price."""

import dataclasses
from collections import Counter

import pytest

from sources import registry
from sources.contract import Document, Observation, Refused, Source
from sources.readers import documents, structured
from tests.fixture_files import as_csv, expected_rows, fixture_documents, read_fixture
from tests.mutations import mutations

SOURCES = list(registry.all_sources().values())


@pytest.fixture(params=SOURCES, ids=lambda source: source.id)
def source(request: pytest.FixtureRequest) -> Source:
    found: Source = request.param
    return found


def test_the_fixture_reads_as_expected(source: Source) -> None:
    assert as_csv(read_fixture(source)) == as_csv(expected_rows(source))


def test_every_fixture_document_says_something(source: Source) -> None:
    assert {row["file"] for row in read_fixture(source)} == set(fixture_documents(source))


def test_reading_twice_gives_the_same(source: Source) -> None:
    assert read_fixture(source) == read_fixture(source)


def test_reading_leaves_a_document_as_it_was(source: Source) -> None:
    for document in fixture_documents(source).values():
        rows, told = list(source.offers(document)), list(source.parse(document))
        assert list(source.parse(document)) == told
        assert list(source.offers(document)) == rows


def test_a_document_is_loaded_once_for_its_rows_and_what_it_says(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_size = dataclasses.replace(source, rows=(1, 10**9))
    loaded: list[str] = []
    for module, name in ((structured, "json_with_oddities"), (documents, "soup")):
        load = getattr(module, name)
        monkeypatch.setattr(module, name, lambda text, load=load: loaded.append(text) or load(text))
    for document in fixture_documents(source).values():
        loaded.clear()
        any_size.read(document)
        assert max(Counter(loaded).values(), default=1) == 1, document.url


def test_a_document_below_the_floor_is_refused_whole(source: Source) -> None:
    for document in fixture_documents(source).values():
        with pytest.raises(Refused) as refusal:
            dataclasses.replace(source, rows=(10**9, 10**9)).read(document)
        assert source.id in str(refusal.value)


def _prices(seen: list[Observation]) -> set[tuple[str, ...]]:
    return {
        (each.subject, each.host, each.attribute, each.condition, each.unit, each.text)
        for each in seen
        if each.is_price
    }


def test_no_damaged_page_yields_a_wrong_price(source: Source) -> None:
    any_size = dataclasses.replace(source, rows=(1, 10**9))
    wrong = []
    for document in fixture_documents(source).values():
        good = _prices(list(source.observations(document)))
        for name, damaged, rule in mutations(document, source.media):
            seen = _tolerantly(any_size, damaged)
            prices = _prices(seen)
            broken = {
                "refused": bool(seen),
                "same_prices": not prices <= good,
                "no_usd": any(price[4].startswith("usd/") for price in prices),
                "no_mtok": any(price[4].endswith("/mtok") for price in prices),
            }[rule]
            if broken:
                wrong.append((document.url, name, rule, sorted(prices - good)[:3] or sorted(prices)[:3] or seen[:2]))
    assert not wrong


def _tolerantly(source: Source, document: Document) -> list[Observation]:
    try:
        return source.read(document).observations
    except Refused:
        return []


def test_every_row_of_a_document_is_read_or_left_out_for_a_declared_reason(source: Source) -> None:
    any_size = dataclasses.replace(source, rows=(1, 10**9))
    for document in fixture_documents(source).values():
        account = any_size.read(document).account
        assert not account.unexplained, document.url
        assert account.offered == account.read + sum(account.left_out.values()) + account.in_doubt
        assert account.left_out.keys() <= source.ignores.keys()


def test_every_declaration_is_complete(source: Source) -> None:
    assert source.terms_url.startswith("https://")
    assert source.licence
    assert 0 < source.rows[0] <= source.rows[1]
    assert source.urls or source.discovers or source.packaged
    assert bool(source.discovers) == bool(source.discovers_from)
    assert all(url.startswith("https://") for url in source.urls)
