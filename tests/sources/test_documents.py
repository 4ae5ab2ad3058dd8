"""Readers give what stands there, with its place, or refuse."""

import pytest

from sources import documents, structured

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


def test_markdown_tables_carry_their_headings_and_line() -> None:
    plain, batch = documents.markdown_tables(PAGE)
    assert plain.headings == ("Pricing",)
    assert batch.headings == ("Pricing", "Batch")
    assert [dict(row) for row in plain.rows(["Model", "Input", "Output"])] == [
        {"Model": "gpt-5", "Input": "$1.25", "Output": "$10"},
        {"Model": "`a|b`", "Input": "|", "Output": "-"},
    ]
    assert "L3" in plain.place


def test_a_header_that_is_not_the_expected_one_is_refused() -> None:
    table = documents.markdown_tables(PAGE)[1]
    with pytest.raises(ValueError, match="was expected"):
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
