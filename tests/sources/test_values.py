"""Printed text becomes a typed value or a ValueError, never a guess."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from sources.readers import values


@pytest.mark.parametrize(
    ("text", "amount", "currency", "rest"),
    [
        ("$1.25", "1.25", "usd", ""),
        ("$1,250.50 / 1M tokens", "1250.50", "usd", "/ 1M tokens"),
        ("US$3", "3", "usd", ""),
        ("€0.10", "0.10", "eur", ""),
        ("￥2.1", "2.1", "cny", ""),
        ("$.05", "0.05", "usd", ""),
        ("＄１２．５", "12.5", "usd", ""),
        ("$1,234,567", "1234567", "usd", ""),
    ],
)
def test_money_is_amount_currency_and_what_is_left(text: str, amount: str, currency: str, rest: str) -> None:
    assert values.money(text) == (Decimal(amount), currency, rest)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.tokens, "400K", 400_000),
        (values.tokens, "1M tokens", 1_000_000),
        (values.tokens, "262,144", 262_144),
        (values.tokens, "1.05M", 1_050_000),
        (values.parameters, "4B", 4_000_000_000),
        (values.parameters, "0.6 B", 600_000_000),
        (values.parameters, "1T", 1_000_000_000_000),
        (values.parameters, "596,049,920", 596_049_920),
        (values.day, "2026-08-21", date(2026, 8, 21)),
        (values.day, "2026-08-21T10:00:00Z", date(2026, 8, 21)),
        (values.day, "Jan 2025", "2025-01"),
        (values.day, "January 5, 2025", date(2025, 1, 5)),
        (values.day, "5 January 2025", date(2025, 1, 5)),
        (values.day, "2025", "2025"),
        (values.decimal, "1.4e-07", Decimal("1.4e-07")),
    ],
)
def test_printed_text_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.money, "1.25"),
        (values.money, "free"),
        (values.money, "-$1"),
        (values.money, "$12,50 / MTok"),
        (values.money, "$1.234,56"),
        (values.money, "$12 500"),
        (values.money, "$12'500"),
        (values.money, "$1,2345"),
        (values.money, "$0,435"),
        (values.money, "$十二"),
        (values.money, "$٣"),
        (values.tokens, "12,50K"),
        (values.tokens, "1 050 000"),
        (values.parameters, "1,5B"),
        (values.decimal, "1_000"),
        (values.decimal, "１２"),
        (values.decimal, "NaN"),
        (values.tokens, "lots"),
        (values.tokens, "0.0005K"),
        (values.tokens, "400K–1M"),
        (values.parameters, "7 billion-ish"),
        (values.day, "01/02/2025"),
        (values.day, "2025-13"),
        (values.day, "2025-02-31"),
        (values.day, "soon"),
        (values.decimal, "1,5"),
    ],
)
def test_what_is_not_certain_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_a_unix_time_outside_the_age_of_these_models_is_refused() -> None:
    assert values.unix_day(1_763_060_298) == date(2025, 11, 13)
    with pytest.raises(ValueError, match="plausible"):
        values.unix_day(4_102_444_800)


def test_modalities_are_one_vocabulary() -> None:
    assert values.modalities(["Text", "pdf", "images"]) == ("file", "image", "text")
    with pytest.raises(ValueError, match="smell"):
        values.modalities(["smell"])
