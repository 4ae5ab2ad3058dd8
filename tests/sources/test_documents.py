"""Readers give what stands there, with its place, or refuse."""

from collections.abc import Iterator

import pytest

from sources.contract import Doubt, Refused
from sources.doubts import Remark
from sources.readers import documents, spelling, structured, values

PAGE = """# Pricing

| Model | Input | Output |
|---|---|---|
| gpt-5 | $1.25 | $10 |
| `a|b` | \\| | - |

```
| not | a | table |
|---|---|---|
```

## Batch

| Model | Input |
| :--- | ---: |
| gpt-5 | $0.625 |
"""


def test_markdown_tables_carry_their_headings() -> None:
    plain, batch = documents.markdown_tables(PAGE)
    assert plain.headings == ("Pricing",)
    assert batch.headings == ("Pricing", "Batch")
    assert [dict(row) for row in plain.rows(["Model", "Input", "Output"])] == [
        {"Model": "gpt-5", "Input": "$1.25", "Output": "$10"},
        {"Model": "`a|b`", "Input": "|", "Output": "-"},
    ]
    assert (plain.place, batch.place) == ("table under 'Pricing'", "table under 'Pricing > Batch'")


def test_a_header_that_is_not_the_expected_one_is_refused() -> None:
    table = documents.markdown_tables(PAGE)[1]
    with pytest.raises(ValueError, match="without"):
        list(table.rows(["Model", "Output"]))


def test_a_row_with_a_missing_cell_is_refused() -> None:
    (table,) = documents.markdown_tables("| a | b |\n|---|---|\n| 1 |\n")
    with pytest.raises(ValueError, match="1 cells under 2 headers"):
        list(table.rows())


def test_html_spans_are_expanded() -> None:
    page = documents.soup(
        "<h2>Prices</h2><table><tr><th>Model</th><th colspan=2>Price</th></tr>"
        "<tr><td rowspan=2>a</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    )
    (table,) = documents.html_tables(page)
    assert table.headings == ("Prices",)
    assert table.header == ("Model", "Price", "Price")
    assert table.cells == (("a", "1", "2"), ("a", "3", "4"))


def told(table: documents.Table, *expect: str) -> tuple[list[object], list[Doubt], list[str]]:
    """Cells read one by one as an amount in dollars; what is in doubt; what was read past."""

    def read(row: documents.Row) -> Iterator[object]:
        subject = row.pop("Model")
        if not subject.startswith("gpt"):
            raise Refused("a name that does not read", value=subject)
        for column in list(row):
            yield from row.cell(column, lambda printed, place: [values.money(printed)[0]], subject=subject)

    said = list(table.read(read, expect=("Model", *expect)))
    return (
        [each for each in said if not isinstance(each, Doubt | Remark)],
        [each for each in said if isinstance(each, Doubt)],
        [each.words for each in said if isinstance(each, Remark)],
    )


def table_of(*lines: str, notes: str = "") -> documents.Table:
    header, *rows = lines
    width = header.count("|") - 1
    (table,) = documents.markdown_tables("\n".join(["## Prices", header, "|" + "---|" * width, *rows, "", notes]))
    return table


def test_an_odd_cell_is_in_doubt_and_its_row_is_read() -> None:
    amounts, doubts, _ = told(
        table_of("| Model | Input | Output |", "| gpt-5 | $1 | Contact us |", "| gpt-6 | $2 | $3 |"), "Input", "Output"
    )
    assert amounts == [1, 2, 3]
    assert [(each.part, each.place, each.words, each.subject, each.within) for each in doubts] == [
        ("cell", "table under 'Prices' row 1, Output", "Contact us", "gpt-5", ("table under 'Prices' row ",))
    ]


def test_a_row_whose_name_does_not_read_is_in_doubt_and_says_nothing_else() -> None:
    amounts, doubts, _ = told(table_of("| Model | Input |", "| new! | $1 |", "| gpt-6 | $2 |"), "Input")
    assert amounts == [2]
    assert [(each.part, each.words, each.subject) for each in doubts] == [("row", "new!", "")]


def test_a_row_of_another_width_is_in_doubt() -> None:
    amounts, doubts, _ = told(table_of("| Model | Input |", "| gpt-5 | $1 | $9 |", "| gpt-6 | $2 |"), "Input")
    assert amounts == [2]
    assert "3 cells under 2 headers" in doubts[0].reason


@pytest.mark.parametrize("column", ["Audio | $4", "Audio, USD | 4.50"])
def test_a_column_of_amounts_nobody_reads_puts_its_table_in_doubt(column: str) -> None:
    name, cell = column.split(" | ")
    amounts, doubts, _ = told(table_of(f"| Model | Input | {name} |", f"| gpt-5 | $1 | {cell} |"), "Input")
    assert amounts == []
    assert [each.part for each in doubts] == ["table"]


def test_a_column_without_amounts_is_read_past_with_a_remark() -> None:
    assert told(table_of("| Model | Notes | Input |", "| gpt-5 | new | $1 |"), "Input") == ([1], [], ["Notes"])


@pytest.mark.parametrize(
    "spelt",
    [
        "cache hits and refreshes",
        "Cache Hits &amp; Refreshes",
        "Cache\u00a0Hits &  Refreshes¹",
        "**Cache Hits & Refreshes**",
        "[Cache Hits \\& Refreshes](/caching)",
        "Cache Hits & Refreshes<sup>1</sup>",
        "Cache Hits & Refreshes:",
    ],
)
def test_a_column_is_known_by_what_it_means(spelt: str) -> None:
    assert told(table_of(f"| model | {spelt} |", "| gpt-5 | $1 |"), "Cache Hits & Refreshes")[0] == [1]


@pytest.mark.parametrize("mark", ["¹", "*", "\\*", " †", "<sup>1</sup>", "[1]", "[^1]", " (1)"])
def test_a_mark_nobody_explains_is_dropped_with_a_remark(mark: str) -> None:
    amounts, doubts, remarks = told(table_of("| Model | Input |", f"| gpt-5 | $31{mark} |"), "Input")
    assert (amounts, doubts) == ([31], [])
    assert len(remarks) == 1


def test_a_footnote_that_may_alter_an_amount_is_a_doubt_about_its_cell() -> None:
    lines = ("| Model | Input |", "| gpt-5 | $1¹ |", "| gpt-6 | $2 |")
    amounts, doubts, _ = told(table_of(*lines, notes="¹ through 31 August"), "Input")
    assert amounts == [2]
    assert "through 31 August" in doubts[0].words
    assert told(table_of(*lines, notes="¹ Formerly called GPT five."), "Input") == ([1, 2], [], [])


@pytest.mark.parametrize("name", ["gpt-5 [pro]", "gpt-5 [max]", "gpt-5 (high)", "gpt-5 [v2]"])
def test_words_in_brackets_are_a_part_of_a_name_and_no_mark(name: str) -> None:
    _, doubts, remarks = told(table_of("| Model | Input |", f"| {name} | soon |", "| gpt-6 | $2 |"), "Input")
    assert ([each.subject for each in doubts], remarks) == ([name], [])


def test_a_footnote_that_may_alter_what_is_said_of_a_name_is_a_doubt_about_its_row() -> None:
    lines = ("| Model | Input |", "| gpt-5* | $1 |", "| gpt-6 | $2 |")
    amounts, doubts, _ = told(table_of(*lines, notes="\\* Half price until 31 August"), "Input")
    assert amounts == [2]
    assert [each.part for each in doubts] == ["row"]


@pytest.mark.parametrize("cell", ["**$3**", "*$3*", "[$3](/pricing)", "<b>$3</b>", "$3&nbsp;", "\u200b$3"])
def test_what_only_dresses_an_amount_is_taken_off(cell: str) -> None:
    assert told(table_of("| Model | Input |", f"| gpt-5 | {cell} |"), "Input")[0] == [3]


@pytest.mark.parametrize("cell", ["~~$5~~ $3", "from $3", "12,50", "$12,50", "$1.234,56", "$12 500"])
def test_an_amount_that_may_be_another_is_in_doubt(cell: str) -> None:
    amounts, doubts, _ = told(table_of("| Model | Input |", f"| gpt-5 | {cell} |", "| gpt-6 | $2 |"), "Input")
    assert amounts == [2]
    assert len(doubts) == 1


def test_struck_out_and_raised_words_of_a_page_stay_told_apart() -> None:
    page = documents.soup("<p><del>$5</del> $3<sup>1</sup> per <b>1M</b></p>")
    assert documents.words(page) == "~~$5~~ $3¹ per 1M"


def test_the_place_of_a_table_stays_where_the_page_grows() -> None:
    (before,) = documents.markdown_tables("# A\n| x |\n|---|\n| 1 |\n")
    _, after = documents.markdown_tables("# News\n| y |\n|---|\n| 2 |\n\n# A\n| x |\n|---|\n| 1 |\n")
    assert before.place == after.place == "table under 'A'"


def test_a_heading_is_called_as_its_module_calls_it() -> None:
    sections = documents.markdown_sections("## BATCH  Processing **\n\n## Tools &amp; *agents*", ["Batch processing"])
    assert "Batch processing" in [section.name for section in sections]


def test_a_section_under_an_unknown_heading_may_be_one_that_is_gone() -> None:
    page = "# P\n## Batch jobs\n$1\n## Voice\nno amount\n## Text\n$2\n"
    (doubt,) = documents.doubtful_sections(documents.markdown_sections(page), ["Text", "Batch"], [])
    assert doubt.place == "section 'P > Batch jobs'"
    assert any(needle in "table under 'P > Batch' row 1" for needle in doubt.within)
    assert not any(needle in "table under 'P > Text' row 1" for needle in doubt.within)


def test_an_absurd_span_is_refused() -> None:
    page = documents.soup("<table><tr><td colspan=1000000>x</td></tr></table>")
    with pytest.raises(ValueError, match="span"):
        documents.html_tables(page)


def test_a_page_may_be_wide_and_not_deep() -> None:
    drawing = '<svg viewBox="0 0 9 9">' + "<path d=\"M0 0h9\"/><circle r='1' fill />" * 500 + "</svg>"
    assert len(documents.soup(f"<p>{drawing}</p>").find_all("path")) == 500
    for nested in ("<div>", '<div title="/>">', "<div a=b/>", "<div a= />"):
        with pytest.raises(ValueError, match="deep"):
            documents.soup(nested * 500)


def test_one_is_exactly_one() -> None:
    page = documents.soup("<p>a</p><p>b</p>")
    with pytest.raises(ValueError, match="2 elements"):
        documents.one(page, "p")


def test_front_matter_keeps_what_is_printed() -> None:
    loaded, rest = structured.front_matter("---\nlanguage: no\nversion: 1.10\n---\n# Card\n")
    assert loaded == {"language": "no", "version": "1.10"}
    assert rest == "# Card\n"
    assert structured.front_matter("# Card") == ({}, "# Card")


@pytest.mark.parametrize("text", ["---\nlanguage: [\n---\n", "---\n- a\n---\n", "---\nlanguage: no\n"])
def test_broken_front_matter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="front matter"):
        structured.front_matter(text)


def test_a_comment_is_no_visible_word() -> None:
    assert documents.words(documents.soup("<p><!--$-->$1.74<!--/$--> <b>(cached)</b></p>")) == "$1.74 (cached)"


def test_a_badge_an_anchor_or_a_picture_behind_a_heading_is_no_part_of_it() -> None:
    for words in ("Chat models 🚀", "Chat models {#chat}", "Chat models #", "Chat models (new)", "Chat Models New"):
        assert spelling.meaning(words) == "chat models"
    for words in ("New", "🚀", "C#"):
        assert spelling.meaning(words) != "chat models"


def test_stars_around_a_name_are_no_mark_that_a_note_explains() -> None:
    assert spelling.annotated("**Sonar**", "**Tip:** get $10 of credit") == ("**Sonar**", [])
    assert spelling.annotated("$3**", "** until May")[0] == "** until May: $3"
