"""The contract: what an observation may be, how a condition is spelled, and how a source refuses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.contract import Account, Document, Doubt, LeftOut, Observation, Refused, Source, condition, once
from sources.readers.offers import whole


def seen(**changes: object) -> Observation:
    told: dict[str, object] = {
        "subject": "gpt-5.1-codex",
        "attribute": "price/input",
        "printed": "$1.25",
        "value": Decimal("1.25"),
        "locator": "row 1",
        "unit": "usd/mtok",
    }
    return Observation(**{**told, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject": "  "}, "without a subject"),
        ({"attribute": "price/tokens"}, "outside the vocabulary"),
        ({"attribute": "colour"}, "outside the vocabulary"),
        ({"attribute": "capability/flying"}, "outside the vocabulary"),
        ({"value": 1.25}, "float"),
        ({"value": Decimal("-1")}, "non-negative"),
        ({"value": Decimal("NaN")}, "finite"),
        ({"value": "1.25"}, "Decimal"),
        ({"unit": ""}, "currency and unit"),
        ({"unit": "mtok"}, "currency and unit"),
        ({"printed": "\ud800"}, "no text"),
    ],
)
def test_what_is_no_observation_is_refused_at_birth(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        seen(**changes)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.2500"), "1.25"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("10"), "10"),
        (Decimal("0.000"), "0"),
        (True, "true"),
        (False, "false"),
        (date(2026, 8, 21), "2026-08-21"),
        (("image", "text"), "image,text"),
        (400_000, "400000"),
    ],
)
def test_a_value_has_one_stored_spelling(value: object, text: str) -> None:
    assert seen(attribute="name", value=value, unit="").text == text


def test_a_condition_is_sorted_and_drops_what_is_not_said() -> None:
    assert (
        condition(service_tier="batch", context_from=200_001, region=None) == "context_from=200001; service_tier=batch"
    )
    assert condition() == ""


@pytest.mark.parametrize("parts", [{"colour": "red"}, {"region": "a;b"}, {"region": "a=b"}, {"region": ""}])
def test_a_condition_that_cannot_be_read_back_is_refused(parts: dict[str, str]) -> None:
    with pytest.raises(Refused):
        condition(**parts)


def source(*observations: Observation, rows: tuple[int, int] = (1, 2)) -> Source:
    return Source(
        id="acme",
        publisher="acme",
        kind="pricing_doc",
        authority="maker",
        media="json",
        terms_url="https://acme.example/terms",
        licence="none",
        rows=rows,
        parse=lambda document: iter(observations),
        offers=whole,
        urls=("https://acme.example/prices",),
    )


def test_a_refusal_names_the_source_the_place_and_the_value() -> None:
    def parse(document: Document) -> list[Observation]:
        raise Refused("an unknown column", place="L12", value="Colour")

    with pytest.raises(Refused) as refusal:
        replace(source(), parse=parse).read(Document("https://acme.example", b"{}"))
    assert str(refusal.value) == "acme: an unknown column: at L12: saw 'Colour'"


def test_a_parser_that_stumbles_refuses_the_document_whole() -> None:
    def parse(document: Document) -> list[Observation]:
        raise KeyError("price")

    with pytest.raises(Refused, match="KeyError"):
        replace(source(), parse=parse).read(Document("https://acme.example", b"{}"))


def test_a_count_below_the_floor_refuses_and_above_the_ceiling_warns() -> None:
    document = Document("https://acme.example", b"{}")
    with pytest.raises(Refused, match="fewer than the floor of 2"):
        source(seen(), rows=(2, 3)).read(document)
    crowd = [seen(subject=f"model-{number}") for number in range(3)]
    assert source(*crowd).read(document).warnings == ("3 subjects, more than the ceiling of 2",)


def test_the_same_saying_twice_is_one_observation() -> None:
    twice = source(seen(), seen(locator="row 9"), seen(attribute="price/output", value=Decimal("2.5")))
    assert [(each.text, each.locator) for each in twice.read(Document("https://acme.example", b"{}")).observations] == [
        ("1.25", "row 1"),
        ("2.5", "row 1"),
    ]


PAGE = Document("https://acme.example", b"{}")


def test_one_thing_priced_twice_is_priced_neither_way() -> None:
    other = seen(attribute="price/output", value=Decimal(10))
    more = seen(subject="o3")
    read = source(seen(), seen(locator="row 9", value=Decimal("2.5")), other, more).read(PAGE)
    assert read.observations == [other, more]
    assert [(each.place, each.reason) for each in read.doubts] == [
        ("row 1", "one thing priced 2 times: 1.25, 2.5"),
        ("row 9", "one thing priced 2 times: 1.25, 2.5"),
    ]


def test_a_decimal_comma_anywhere_makes_a_comma_before_three_digits_doubtful() -> None:
    thousands = seen(subject="o1", printed="$1,250", value=Decimal(1250))
    plain = seen(subject="o3", printed="$300 per 1,000 calls", value=Decimal(300))
    doubt = Doubt("cell", "row 2", "$12,50 / MTok", "not an amount of money", "o4")
    more = seen(subject="o5")
    assert source(thousands, plain, more).read(PAGE).observations == [thousands, plain, more]
    assert replace(source(), parse=lambda _: [thousands, plain, more, doubt]).read(PAGE).observations == [plain, more]


def test_a_comma_before_three_digits_is_doubtful_where_nothing_else_is_nearly_so_large() -> None:
    comma = seen(subject="o1", printed="2,625", value=Decimal(2625))
    other = seen(subject="o3", printed="8.4", value=Decimal("8.4"))
    assert source(comma, other).read(PAGE).observations == [other]
    hours = msgspec.structs.replace(other, unit="usd/hour")
    assert source(comma, hours).read(PAGE).observations == [comma, hours]
    cents = seen(subject="o1", printed="2,625.00", value=Decimal(2625))
    assert source(cents, other).read(PAGE).observations == [cents, other]


def test_a_zero_has_no_sign() -> None:
    assert seen(value=Decimal("-0.0")).text == "0"


def test_one_doubt_however_large_does_not_refuse_a_document() -> None:
    table = Doubt("table", "table 1", "Model | Audio", "a column of amounts nobody reads")
    lines = [f"table 1 row {number}" for number in range(3)]
    one = replace(source(), offers=lambda _: [*lines, "row 1"], parse=lambda _: [seen(), table], rows=(3, 9))
    assert one.read(PAGE).account.in_doubt_whole == 3
    again = replace(table, place="section 2")
    with pytest.raises(Refused, match="of the document is in doubt"):
        replace(one, parse=lambda _: [seen(), table, again]).read(PAGE)


def test_a_document_most_of_which_is_in_doubt_is_refused_whole() -> None:
    doubts = [Doubt("cell", f"row {number}", "soon", "not an amount of money") for number in range(3)]
    read = [seen(subject=f"model-{number}") for number in range(3)]
    assert len(replace(source(), parse=lambda _: [*read, *doubts]).read(PAGE).doubts) == 3
    with pytest.raises(Refused, match="60% of the document is in doubt"):
        replace(source(), parse=lambda _: [*read[:2], *doubts]).read(PAGE)


def test_a_row_in_doubt_counts_towards_the_floor() -> None:
    doubt = Doubt("row", "row 11", "?", "a name that does not read")
    both = replace(source(), offers=two_rows, parse=lambda _: [seen(), doubt], rows=(2, 9))
    assert both.read(PAGE).account == Account(
        offered=2, read=1, left_out={}, in_doubt=1, in_doubt_whole=0, unexplained=()
    )
    with pytest.raises(Refused, match="fewer than the floor"):
        replace(both, parse=lambda _: [doubt]).read(PAGE)


@pytest.mark.parametrize("body", [b"{", b"NaN", b'{"a": 1, "a": 2}', b"\xff\xfe", b"<html>"])
def test_json_that_is_not_exact_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        Document("https://acme.example", body).json()


def test_json_keeps_every_digit() -> None:
    assert Document("https://acme.example", b'{"price": 0.00000125}').json() == {"price": Decimal("0.00000125")}


def two_rows(document: Document) -> list[str]:
    return ["row 1", "row 11"]


def test_the_account_tells_rows_read_from_rows_left_out_and_rows_nobody_explains() -> None:
    page = Document("https://acme.example", b"{}")
    read = seen(locator="row 1, column 'input'")
    whole = replace(source(), offers=two_rows, parse=lambda document: [read, LeftOut("row 11", "tools")]).read(page)
    assert whole.account == Account(
        offered=2, read=1, left_out={"tools": 1}, in_doubt=0, in_doubt_whole=0, unexplained=()
    )
    assert not whole.warnings
    silent = replace(source(read), offers=two_rows).read(page)
    assert silent.account.unexplained == ("row 11",)
    assert silent.warnings == ("1 rows nobody accounts for, the first at row 11",)
    stray = replace(source(seen(locator="row 12")), offers=two_rows).read(page)
    assert "row 12" in stray.account.unexplained


def test_a_row_that_is_read_counts_as_read_whatever_else_is_said_of_it() -> None:
    read = replace(source(), offers=two_rows, parse=lambda document: [LeftOut("row 1", "x"), seen(locator="row 1.a")])
    assert read.read(Document("https://acme.example", b"{}")).account.read == 1


ROWS = st.text("ab1 .", max_size=4)


@given(st.lists(ROWS, unique=True), st.lists(ROWS, min_size=1, max_size=3).map("".join))
def test_a_fact_is_of_the_longest_row_whose_place_its_own_begins_with(rows: list[str], locator: str) -> None:
    said = Observation("gpt-5", "name", "gpt-5", "gpt-5", locator)
    page = Document("https://acme.example", b"{}")
    account = replace(source(said), offers=lambda _: rows, parse=lambda _: [said]).read(page).account
    begins = [
        row
        for row in rows
        if locator.startswith(row) and (row in ("", locator) or not locator[len(row) - 1 : len(row) + 1].isalnum())
    ]
    of = [max(begins, key=len)] if begins else []
    assert account.read == len(of)
    assert set(account.unexplained) == set(rows) - set(of) | (set() if of else {locator})


def test_what_is_made_of_a_document_is_made_once_and_of_each_anew() -> None:
    made: list[bytes] = []

    @once
    def length(document: Document) -> int:
        made.append(document.body)
        return len(document.body)

    one, other = Document("https://acme.example", b"{}"), Document("https://acme.example", b"[1]")
    assert [length(one), length(other), length(one)] == [2, 3, 2]
    assert made == [b"{}", b"[1]"]
    assert one == Document("https://acme.example", b"{}")
