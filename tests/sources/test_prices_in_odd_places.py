"""Pages whose prices stand in odd places: in a compiled script, in tabs and struck out, or nowhere at all."""

import dataclasses

import pytest

from sources import registry
from sources.contract import Contents, Document, Observation, Refused
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


OUTPUT = "_jsxs(_Fragment,{children:[`$`,`15.00`]})"


@pytest.mark.parametrize(
    "cell",
    [
        "_jsxs(_Fragment,{children:[`$`,`${p}.`]})",
        "price(_Fragment,{children:[`$`,`15.00`]})",
        "`$${15}.00`",
        "`—`",
        "`Contact us`",
        "_jsxs(_Fragment,{children:[_jsx(_components.del,{children:`$30.00`}),` `,`$15.00`]})",
        "_jsxs(_Fragment,{children:[`$15.00`,` (until 31 August)`]})",
    ],
)
def test_a_moonshot_cell_that_is_computed_or_says_more_is_in_doubt_alone(cell: str) -> None:
    read, before = _moonshot("k3.html", OUTPUT, cell)
    assert [(each.part, each.subject) for each in read.doubts] == [("cell", "kimi-k3")]
    assert read.observations == [each for each in before.observations if each.attribute != "price/output"]


@pytest.mark.parametrize(
    "cell",
    [
        "`$15.00`",
        "_jsx(_components.strong,{children:`$15.00`})",
        "_jsxs(_Fragment,{children:[_jsx(_components.a,{href:`/docs`,children:`$15.00`}),_jsx(`sup`,{children:`1`})]})",
    ],
)
def test_a_moonshot_cell_may_be_dressed(cell: str) -> None:
    read, before = _moonshot("k3.html", OUTPUT, cell)
    assert not read.doubts
    assert [each.slot for each in read.observations] == [each.slot for each in before.observations]
    assert [each.text for each in read.observations] == [each.text for each in before.observations]


def test_a_moonshot_row_whose_name_says_more_is_in_doubt() -> None:
    document = fixture_documents(registry.source("moonshot_pricing"))["k3.html"]
    changed = document.text.replace("[[`kimi-k3`", "[[`kimi-k3 (new!)`").encode()
    assert not [
        each
        for each in registry.source("moonshot_pricing").parse(Document(document.url, changed))
        if isinstance(each, Observation)
    ]


def test_moonshot_is_refused_when_its_stream_is_cut() -> None:
    document = fixture_documents(registry.source("moonshot_pricing"))["k3.html"]
    last = document.text[document.text.rindex("<script>") : document.text.rindex("</script>")]
    assert "its one compiled source" in _refusal("moonshot_pricing", "k3.html", last, "<script>")
    assert "not whole" in _refusal("moonshot_pricing", "k3.html", '"57:[', '"half of it [')


def test_a_moonshot_price_outside_the_table_is_in_doubt_and_the_table_is_read() -> None:
    source = registry.source("moonshot_pricing")
    document = fixture_documents(source)["k26.html"]
    changed = document.text.replace("1M = 1,000,000", "1M for $100.00")
    read = source.read(Document(document.url, changed.encode()))
    assert [each.reason for each in read.doubts] == ["a price outside the table"]
    assert read.observations == source.read(document).observations


def _moonshot(file: str, old: str, new: str) -> tuple[Contents, Contents]:
    """A page with one thing changed, and as it was."""
    source = registry.source("moonshot_pricing")
    document = fixture_documents(source)[file]
    assert old in document.text
    return source.read(Document(document.url, document.text.replace(old, new).encode())), source.read(document)


def _minimax(old: str = "", new: str = "") -> Contents:
    """What is left of the page with one thing changed; nothing may be read that was not read before."""
    source = dataclasses.replace(registry.source("minimax_pricing"), rows=(1, 84), most_doubted=1.0)
    document = fixture_documents(source)["paygo.md"]
    assert old in document.text
    changed = source.read(Document(document.url, document.text.replace(old, new).encode()))
    before = {(each.slot, each.text) for each in source.read(document).observations}
    assert {(each.slot, each.text) for each in changed.observations} <= before
    return changed


def _doubted(contents: Contents, part: str, reason: str) -> list[str]:
    return [each.place for each in contents.doubts if each.part == part and reason in each.reason]


def test_minimax_reads_what_replaced_a_struck_out_price_only_where_the_page_says_for_good() -> None:
    assert _doubted(_minimax("永久五折", "限时五折"), "row", "does not read")
    assert _doubted(_minimax(' <span className="badge">永久五折</span>', ""), "row", "does not read")
    contents = _minimax("~~4.20~~ 2.10", "~~4.20~~")
    assert [each.subject for each in contents.doubts] == ["MiniMax-M3"]
    assert any(each.text == "8.4" for each in contents.observations)


@pytest.mark.parametrize("printed", ["€3.5", "$3.5", "3,50", "3.5 起", "3.5-4", "面议", "3.5 元/千字符"])
def test_a_minimax_amount_that_is_not_plain_yuan_is_in_doubt_alone(printed: str) -> None:
    contents = _minimax("| 短文本 | 3.5 |", f"| 短文本 | {printed} |")
    assert [(each.part, each.subject) for each in contents.doubts] == [("cell", "speech-2.8-hd")]


def test_minimax_digits_may_be_of_full_width_or_behind_their_sign() -> None:
    for printed in ("３．５", "¥3.5", "￥3.50", "**3.5**"):
        contents = _minimax("| 短文本 | 3.5 |", f"| 短文本 | {printed} |")
        assert not contents.doubts
        assert [each.text for each in contents.observations if each.subject == "speech-2.8-hd"] == ["350"]


def test_minimax_columns_say_their_unit() -> None:
    for old, new in (("元/百万 tokens", "元/千 tokens"), ("元/万字符", "元/千字符"), ("元/首", "美元/首")):
        contents = _minimax(old, new)
        assert _doubted(contents, "table", "columns nobody reads")
        assert contents.observations


def test_minimax_tabs_are_known_by_name() -> None:
    (place,) = _doubted(_minimax('title="优先*"', 'title="批量"'), "table", "under a heading that is not known")
    assert "批量" in place


def test_a_minimax_column_of_words_and_a_table_of_words_change_nothing() -> None:
    contents = _minimax("| **模型** | **功能** |", "| **模型** | **能力** |")
    assert _doubted(contents, "table", "columns nobody reads")
    assert _minimax("## 语音", "| 模型 | 说明 |\n| :--- | :--- |\n| a | b |\n\n## 语音").doubts == ()


def test_a_row_cut_within_an_amount_is_not_read_and_one_that_ends_the_page_refuses_it() -> None:
    assert _doubted(_minimax("| 短文本 | 3.5 |", "| 短文本 | 3."), "row", "cells under")
    document = fixture_documents(registry.source("minimax_pricing"))["paygo.md"]
    with pytest.raises(Refused, match="cut within a row"):
        registry.source("minimax_pricing").read(Document(document.url, document.text.rstrip(" |\n")[:-1].encode()))


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
