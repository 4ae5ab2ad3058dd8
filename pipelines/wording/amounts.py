"""Numbers, money and times as a person reads them, the same for the terminal, the site, the feeds and agents.

Belongs here: how an amount is written. Does not: which amount, or where it is shown.
"""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def number(amount: Decimal) -> str:
    """An exact decimal with thousands separators and no idle zeros."""
    whole, point, rest = f"{amount:,f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}{point if rest else ''}{rest}"


def rate(amount: Decimal, currency: str = "USD") -> str:
    """A price per unit, exact: ``$10``, ``$1.25``, ``$0.075``; other currencies by their code, ``CNY 4``."""
    whole, point, rest = number(amount).partition(".")
    return f"{'$' if currency == 'USD' else currency + ' '}{whole}{point}{rest.ljust(2, '0') if rest else ''}"


def monthly(amount: Decimal) -> str:
    """A sum a month: cents under $100, whole dollars from there, half up."""
    cents = amount.quantize(_CENT, ROUND_HALF_UP)
    if amount > 0 and cents == 0:
        return "under $0.01"
    return f"${cents:,}" if cents < 100 else f"${amount.quantize(Decimal(1), ROUND_HALF_UP):,}"


def counted(count: int, noun: str) -> str:
    """``1 model``, ``2,013 models``; nouns whose plural is an s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size(amount: int) -> str:
    """So many bytes, rounded: ``940 B``, ``12 kB``, ``610 MB``, ``1.4 GB``."""
    if amount < 1000:
        return f"{amount} B"
    if amount < 10**9:
        return f"{amount / 1000:,.0f} kB" if amount < 10**6 else f"{amount / 10**6:,.0f} MB"
    return f"{amount / 10**9:,.1f} GB"


def lasting(seconds: float) -> str:
    """``45 seconds``, ``12 minutes``, ``5 hours``, ``3 days``: the largest unit of which there are two."""
    for noun, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(int(seconds // length), noun)
    return counted(int(seconds), "second")


def moment(instant: datetime) -> str:
    """An instant to the minute, in UTC; one without a zone as it stands."""
    if instant.tzinfo is None:
        return f"{instant:%Y-%m-%d %H:%M}"
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day(instant: datetime) -> str:
    """The day of an instant, in UTC."""
    return f"{instant.astimezone(UTC):%Y-%m-%d}"
