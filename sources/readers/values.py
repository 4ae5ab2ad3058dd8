"""Printed text → typed value, or ``ValueError``. Never a guess, never a default.

Belongs here: reading amounts, token counts, parameter counts, days and modalities as people print them.
Does not: where on a page the text stands (`documents`), or what a source means by a column.
"""

import re
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Any

from sources.readers.remembered import remembered

MILLION = Decimal(1_000_000)

_SCALE = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_CURRENCY = {
    "$": "usd",
    "US$": "usd",
    "USD": "usd",
    "€": "eur",
    "EUR": "eur",
    "¥": "cny",
    "元": "cny",
    "CNY": "cny",
}
_NUMBER = r"[1-9][0-9]{0,2}(?:,[0-9]{3}){1,6}(?:\.[0-9]{1,30})?|[0-9]{1,20}(?:\.[0-9]{1,30})?|\.[0-9]{1,30}"
"""Digits with a decimal point; commas only between groups of three, since ``12,50`` may be twelve and a half."""
_NO_MORE_DIGITS = r"(?![0-9.,'’`´·٫٬_]*[0-9]|\s+[0-9])"
"""What follows a number may not be more of it: ``1.234,56``, ``12 500``, ``12'500`` are left to a person."""
_MONEY = re.compile(
    rf"(?P<sign>US\$|\$|€|¥|USD\s|EUR\s|CNY\s)\s*(?P<amount>{_NUMBER}){_NO_MORE_DIGITS}(?P<rest>.*)", re.DOTALL
)
_ALONE = re.compile(_NUMBER)
_TOKENS = re.compile(rf"({_NUMBER})\s*([kKmM]?)(?:\s*tokens?)?")
_PARAMETERS = re.compile(rf"({_NUMBER})\s*([kKmMbBtT]?)(?:illion|rillion)?(?:\s*param(?:eter)?s?)?")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFFE5: ord("¥"), 0x3000: ord(" ")}
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
    for name in (names, names[:3], "sept" if names == "september" else names)
}


_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,2})?")
_NUMBERS = (int, Decimal)


def decimal(text: str | int | Decimal) -> Decimal:
    """A plain decimal number, exponents allowed (``1.4e-07``). ValueError otherwise."""
    if isinstance(text, str):
        return _of_text(text)
    if isinstance(text, bool) or not isinstance(text, _NUMBERS):
        raise ValueError(f"{text!r} is not a number")
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a finite number")
    return number


@remembered(4096)  # a list prints few prices many times
def _of_text(text: str) -> Decimal:
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(text)


def without_float_noise(number: Decimal) -> Decimal:
    """``0.12500000000000003`` → ``0.125``: 16 or more significant digits are a binary float's, so 12 are kept."""
    if len(str(number)) < 16 or len(number.as_tuple().digits) < 16:
        return number
    return Context(prec=12).plus(number).normalize()


def plain_width(text: str) -> str:
    """Full-width digits, letters and signs (``＄１２．５``) as the plain ones they stand for."""
    return text.translate(_FULL_WIDTH)


def money(text: str) -> tuple[Decimal, str, str]:
    """``"$1.25 / 1M tokens"`` → ``(Decimal("1.25"), "usd", "/ 1M tokens")``: amount, currency, the words left over.

    ValueError where no amount opens the text, or one whose decimals cannot be told from its thousands.
    """
    match = _MONEY.fullmatch(plain_width(text).strip())
    if not match:
        raise ValueError(f"{text!r} is not an amount of money")
    return decimal(match["amount"].replace(",", "")), _CURRENCY[match["sign"].strip()], match["rest"].strip()


def number(text: str) -> Decimal:
    """``"1,250.5"``: a number as people print it. ValueError where its decimals cannot be told from its thousands."""
    if not _ALONE.fullmatch(plain_width(text).strip()):
        raise ValueError(f"{text!r} is not a number")
    return decimal(plain_width(text).strip().replace(",", ""))


def dollars(text: str, per: str = "") -> Decimal:
    """``"$1.25"``, or with `per` the words behind it: the amount. ValueError where it is not that."""
    amount, currency, rest = money(text.strip().removeprefix("\\"))
    if currency != "usd" or rest != per:
        raise ValueError(f"{text!r} is not an amount in dollars{f' {per}' if per else ' and nothing else'}")
    return amount


def tokens(text: str) -> int:
    """``"400K"``, ``"1M tokens"``, ``"262,144"``, ``"1,050,000 tokens"`` → tokens; K and M are 1,000 and 1,000,000."""
    match = _TOKENS.fullmatch(plain_width(text).strip())
    if not match:
        raise ValueError(f"{text!r} is not a number of tokens")
    return _whole(decimal(match[1].replace(",", "")) * _SCALE[match[2].lower()], text)


def count(printed: str | int | Decimal) -> int:
    """A whole number, 0 or more, as JSON writes it: ``128000``, or the same as text. ValueError on all else."""
    if type(printed) is int and printed >= 0:
        return printed
    number = decimal(printed)
    if number < 0:
        raise ValueError(f"{printed} is below 0")
    return _whole(number, str(printed))


def limit(printed: str | int | Decimal) -> int | None:
    """A limit in tokens; 0 is none."""
    return count(printed) or None


def positive(printed: str | int | Decimal) -> int:
    """A `count` of at least 1: a length of 0 is a placeholder, and ``-1`` says that there is none."""
    if not (number := count(printed)):
        raise ValueError(f"{printed} is no length")
    return number


def is_zero(printed: Any) -> bool:
    """Whether a price is 0, however it is written; what is no number is not."""
    try:
        return decimal(printed) == 0
    except ValueError:
        return False


def yes_or_no(said: object) -> bool:
    """ValueError on what is neither true nor false."""
    if not isinstance(said, bool):
        raise ValueError(f"{said!r} is neither true nor false")
    return said


def words(said: object) -> str:
    """A text. ValueError on what is none."""
    if not isinstance(said, str):
        raise ValueError(f"{said!r} is no text")
    return said


def identifier(said: object) -> str:
    """An id as a list prints it. ValueError on what is none: no text, nothing, signs that cannot be seen."""
    name = words(said)
    if not name.strip() or not name.isprintable():
        raise ValueError(f"{name!r} is no id")
    return name


def title(said: str) -> str:
    """A model's name in words, as a table prints it. ValueError on what is none, or says more: ``Nova 2 (new!)``."""
    if not re.fullmatch(r"\w[\w.+ -]*", said) or re.search(r"\b(?:new|until|till|through|from|soon)\b", said.lower()):
        raise ValueError(f"{said!r} is no name, or more than a name")
    return said


def parameters(text: str) -> int:
    """``"4B"``, ``"671B"``, ``"0.6 B"``, ``"1T"``, ``"596,049,920"`` → parameters."""
    match = _PARAMETERS.fullmatch(plain_width(text).strip())
    if not match:
        raise ValueError(f"{text!r} is not a number of parameters")
    return _whole(decimal(match[1].replace(",", "")) * _SCALE[match[2].lower()], text)


def _whole(number: Decimal, text: str) -> int:
    if number != number.to_integral_value():
        raise ValueError(f"{text!r} is not a whole number")
    return int(number)


@remembered(4096)
def day(text: str) -> date | str:
    """A day, or the month or year where no more is printed: a `date`, ``"2025-01"`` or ``"2025"``.

    Reads ISO dates and instants, ``2025.6.27``, ``January 2025``, ``Jan 5, 2025``, ``5 January 2025``.
    Two-digit years and ``01/02/2025`` are refused.
    """
    printed = " ".join(text.replace(",", " ").split())
    if match := re.fullmatch(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:[T ].*)?", printed):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})", printed):
        return _month(int(match[1]), int(match[2]), text)
    if match := re.fullmatch(r"(19|20)\d{2}", printed):
        return printed
    if match := re.fullmatch(r"([A-Za-z]+)\.? (\d{4})", printed):
        return _month(int(match[2]), _month_number(match[1], text), text)
    if match := re.fullmatch(r"([A-Za-z]+)\.? (\d{1,2})(?:st|nd|rd|th)? (\d{4})", printed):
        return date(int(match[3]), _month_number(match[1], text), int(match[2]))
    if match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]+)\.? (\d{4})", printed):
        return date(int(match[3]), _month_number(match[2], text), int(match[1]))
    raise ValueError(f"{text!r} is not a day, a month or a year")


def _month(year: int, month: int, text: str) -> str:
    if not 1 <= month <= 12:
        raise ValueError(f"{text!r} has no such month")
    return f"{year:04d}-{month:02d}"


def _month_number(name: str, text: str) -> int:
    try:
        return _MONTHS[name.lower()]
    except KeyError:
        raise ValueError(f"{text!r} has no month we know") from None


def unix_day(seconds: int) -> date:
    """The UTC day of a Unix time in seconds. ValueError outside 2015–2100."""
    if not 1_420_070_400 <= seconds < 4_102_444_800:
        raise ValueError(f"{seconds} is not a plausible Unix time")
    return datetime.fromtimestamp(seconds, UTC).date()


MODALITIES = {
    "text": "text",
    "image": "image",
    "images": "image",
    "audio": "audio",
    "speech": "audio",
    "video": "video",
    "file": "file",
    "pdf": "file",
    "document": "file",
    "embedding": "embedding",
    "embeddings": "embedding",
    "rerank": "rerank",
    "code": "text",
}


def modalities(names: list[str]) -> tuple[str, ...]:
    """Printed names as a sorted tuple of text, image, audio, video, file, embedding, rerank. ValueError on another."""
    try:
        return tuple(sorted({MODALITIES[name.strip().lower()] for name in names}))
    except KeyError as error:
        raise ValueError(f"a modality we do not know: {error}") from None
