"""Azure says everything in a meter's name: what a name leaves unsaid, or says in words we lack, is no price."""

import dataclasses
import json
from typing import Any

import pytest

from sources.catalogues.azure_retail import PAGES, SOURCE
from sources.contract import Document, LeftOut, Refused
from tests.fixture_files import fixture_documents

ONE_MODEL = dataclasses.replace(SOURCE, rows=(1, 1))


def _page(*meters: tuple[str, float, str], more: bool = True, **changes: Any) -> Document:
    items = [
        {
            "currencyCode": "USD",
            "tierMinimumUnits": 0.0,
            "retailPrice": price,
            "unitPrice": price,
            "armRegionName": "eastus2",
            "effectiveStartDate": "2025-06-01T00:00:00Z",
            "meterId": f"meter-{number}",
            "meterName": name,
            "productName": "Azure OpenAI",
            "unitOfMeasure": measure,
            "type": "Consumption",
            **changes,
        }
        for number, (name, price, measure) in enumerate(meters)
    ]
    link = PAGES[1] if more else None
    page = {"BillingCurrency": "USD", "Items": items, "NextPageLink": link, "Count": len(items)}
    return Document(PAGES[-1], json.dumps(page).encode())


def _read(*meters: tuple[str, float, str]) -> list[tuple[str, str, str]]:
    found = dataclasses.replace(ONE_MODEL, rows=(1, 9)).read(_page(*meters, more=False)).observations
    return [(each.subject, each.attribute, each.text) for each in found]


KNOWN = ("gpt 9 Inp glbl Tokens", 0.001, "1K")


def test_the_fixture_names_what_it_leaves_out() -> None:
    (page,) = fixture_documents(SOURCE).values()
    left_out = {each.place.split("'")[1]: each.why for each in SOURCE.parse(page) if isinstance(each, LeftOut)}
    assert {name: why for name, why in left_out.items() if not why.startswith(("type", "products"))} == {
        "Doc AI glbl 2505 Pages": "Doc AI",
        "Phi-4-FT Tokens": "Phi …-Finetuned Tokens, …-FT Tokens",
        "Provisioned Managed Global Unit": "Provisioned …",
        "file-search-tool-calls-glbl Calls": "code interpreter, file search",
        "gpt-35-trb16K-Batch-125-Inp-glbl Tokens": "gpt-35-trb16K-…",
        "gpt-4.1-ft mdl grdr inpt Tokens": "… grader …",
    }


@pytest.mark.parametrize(
    "name",
    [
        "gpt 9 Inp zebra glbl Tokens",
        "gpt 9 Cache Write Inp glbl Tokens",
        "gpt 9 Inp Outp glbl Tokens",
        "gpt 9 Inp glbl regnl Tokens",
        "gpt 9 cached Outp glbl Tokens",
        "gpt 9 glbl Tokens",
        "gpt-4o-rt-aud-0101 Inp glbl Tokens",
    ],
)
def test_a_name_that_is_not_read_whole_is_not_read(name: str) -> None:
    assert _read(KNOWN, (name, 0.5, "1K")) == [("gpt 9", "price/input", "1")]


def test_a_thousand_and_a_million_are_told_apart() -> None:
    assert _read(KNOWN, ("gpt 9 Outp glbl 1M Tokens", 8.0, "1M")) == [
        ("gpt 9", "price/input", "1"),
        ("gpt 9", "price/output", "8"),
    ]
    assert _read(KNOWN, ("gpt 9 Outp glbl 1M Tokens", 8.0, "1K")) == [("gpt 9", "price/input", "1")]


def test_two_prices_of_one_cell_are_both_left_unsaid() -> None:
    assert _read(KNOWN, ("gpt 9 Outp glbl Tokens", 0.008, "1K"), ("gpt 9 Outpt global Tokens", 0.009, "1K")) == [
        ("gpt 9", "price/input", "1")
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"currencyCode": "EUR"}, "a price in another currency, or of a volume"),
        ({"tierMinimumUnits": 1000.0}, "a price in another currency, or of a volume"),
        ({"unitPrice": 0.002}, "a price in another currency, or of a volume"),
        ({"savingsPlan": [{"unitPrice": 1}]}, "something of a price that this parser does not know"),
        ({"unitOfMeasure": "1K Images"}, "a unit of measure that its meter's name contradicts"),
        ({"effectiveStartDate": "2025-06-31T00:00:00Z"}, "day is out of range for month"),
        ({"retailPrice": float("nan")}, "NaN is not a number"),
        ({"productName": None}, None),
    ],
)
def test_a_price_of_another_kind_is_in_doubt_alone(change: dict[str, Any], reason: str | None) -> None:
    page = json.loads(_page(KNOWN, ("gpt 9 Outp glbl Tokens", 0.008, "1K"), more=False).body)
    page["Items"][1] |= change
    page["Items"].append(None)
    seen = dataclasses.replace(ONE_MODEL, most_doubted=1.0).read(Document(PAGES[-1], json.dumps(page).encode()))
    assert [each.place for each in seen.doubts] == [
        "Items[meterId=meter-1] 'gpt 9 Outp glbl Tokens' in eastus2",
        "Items[2]",
    ]
    assert reason is None or seen.doubts[0].reason.startswith(reason)
    assert not seen.account.unexplained
    assert [(each.attribute, each.text) for each in seen.observations] == [("price/input", "1")]


def test_a_list_longer_than_its_addresses_is_refused() -> None:
    with pytest.raises(Refused, match="goes on"):
        ONE_MODEL.read(_page(KNOWN))
