"""Pages whose prices stand in odd places: in a compiled script, in tabs and struck out, or nowhere at all."""

import pytest

from sources import registry
from sources.contract import Document, Refused
from tests.fixture_files import fixture_documents


def _refusal(source_id: str, file: str, old: str, new: str) -> str:
    source = registry.source(source_id)
    document = fixture_documents(source)[file]
    assert old in document.text
    with pytest.raises(Refused) as refusal:
        source.read(Document(document.url, document.text.replace(old, new).encode()))
    return str(refusal.value)


def test_moonshot_is_refused_without_its_one_component() -> None:
    assert "its one table" in _refusal("moonshot_pricing", "k3.html", "DocTable,", "DocGrid_,")
    assert "its one compiled source" in _refusal("moonshot_pricing", "k3.html", "mdxSource", "page")


def test_moonshot_cells_that_are_computed_are_refused() -> None:
    assert "could not read" in _refusal("moonshot_pricing", "k3.html", "`15.00`", "`${p}.`")
    cell, computed = "_jsxs(_Fragment,{children:[`$`,`15.00`", "price(_Fragment,{children:[`$`,`15.00`"
    assert "could not read" in _refusal("moonshot_pricing", "k3.html", cell, computed)


def test_moonshot_is_refused_when_its_stream_is_cut() -> None:
    assert "not whole" in _refusal("moonshot_pricing", "k3.html", "5f:T21f", "5f:T91f")


def test_a_moonshot_price_outside_the_table_is_in_doubt_and_the_table_is_read() -> None:
    source = registry.source("moonshot_pricing")
    document = fixture_documents(source)["k26.html"]
    changed = document.text.replace("1M = 1,000,000", "1M for $100.00")
    read = source.read(Document(document.url, changed.encode()))
    assert [each.reason for each in read.doubts] == ["a price outside the table"]
    assert read.observations == source.read(document).observations


def test_minimax_reads_what_replaced_a_struck_out_price_only_where_the_page_says_for_good() -> None:
    file = "paygo.md"
    assert "does not read" in _refusal("minimax_pricing", file, "永久五折", "限时五折")
    assert "does not read" in _refusal("minimax_pricing", file, ' <span className="badge">永久五折</span>', "")
    assert "nothing else" in _refusal("minimax_pricing", file, "~~4.20~~ 2.10", "~~4.20~~")


def test_minimax_columns_say_their_unit() -> None:
    assert "columns nobody reads" in _refusal("minimax_pricing", "paygo.md", "元/百万 tokens", "元/千 tokens")
    assert "columns nobody reads" in _refusal("minimax_pricing", "paygo.md", "元/万字符", "元/千字符")


def test_minimax_tabs_are_known_by_name() -> None:
    assert "a heading that is not known" in _refusal("minimax_pricing", "paygo.md", 'title="优先*"', 'title="批量"')


def test_a_row_cut_within_its_last_amount_is_refused() -> None:
    assert "cut within a row" in _refusal("minimax_pricing", "paygo.md", "| 0.03 |", "| 0.0")


def test_cohere_never_yields_a_price_of_tokens() -> None:
    source = registry.source("cohere_pricing")
    for document in fixture_documents(source).values():
        assert not [each for each in source.observations(document) if each.unit.endswith("/mtok")]
    pages = fixture_documents(source)
    sentence = pages["how_pricing_works.mdx"].text.replace("in searches", "as $2 each")
    read = source.read(Document(pages["how_pricing_works.mdx"].url, sentence.encode()))
    assert [each.reason for each in read.doubts] == ["a price in a sentence"]
    assert not [each for each in read.observations if each.is_price]
    assert "what they are per" in _refusal("cohere_pricing", "standard_vault.mdx", "per instance", "per call")
    assert "nobody reads" in _refusal("cohere_pricing", "standard_vault.mdx", "Standard Vault Pricing", "Other")
