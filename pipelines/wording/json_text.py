"""Rows as JSON that loses nothing: decimals are numbers with their exact digits, days and instants are ISO (with Z)."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal


def json_text(value: object, margin: str = "") -> str:
    """A value as indented JSON; what JSON has no kind for is its text. Not-a-number and infinity are null."""
    deeper = margin + "  "
    match value:
        case Mapping() if value:
            parts = [f"{_quoted(str(key))}: {json_text(each, deeper)}" for key, each in value.items()]
            return _block("{", parts, "}", margin)
        case Mapping():
            return "{}"
        case list() | tuple() if any(isinstance(each, Mapping | list | tuple) for each in value):
            return _block("[", [json_text(each, deeper) for each in value], "]", margin)
        case list() | tuple():
            return f"[{', '.join(json_text(each) for each in value)}]"
        case None | bool() | int():
            return json.dumps(value)
        case Decimal() if value.is_finite():
            plain = f"{value:f}"
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
        case float() if math.isfinite(value):
            return json.dumps(value)
        case float() | Decimal():
            return "null"
        case datetime() if value.tzinfo:
            return _quoted(value.astimezone(UTC).isoformat().replace("+00:00", "Z"))
        case date():
            return _quoted(value.isoformat())
        case _:
            return _quoted(str(value))


def compact_text(value: object) -> str:
    """A value of plain dicts and lists as JSON on one line, many times quicker; every number reads back as it was.

    A decimal that no double can hold is printed with all its digits, and then the text is that of `json_text`.
    """
    try:
        return json.dumps(value, default=_as_number, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except _Unheld:
        return json_text(value)


class _Unheld(ValueError):
    """A decimal that no double holds exactly."""


def _as_number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"a {type(value).__name__} is no part of a document")
    whole = int(value)
    if value == whole:
        return whole
    near = float(value)
    if Decimal(repr(near)) != value:
        raise _Unheld(str(value))
    return near


def _block(opening: str, parts: list[str], closing: str, margin: str) -> str:
    inner = ",\n".join(f"{margin}  {part}" for part in parts)
    return f"{opening}\n{inner}\n{margin}{closing}"


def _quoted(text: str) -> str:
    # A terminal obeys some characters that JSON may hold bare, and a page may hold any of them.
    return json.dumps(text, ensure_ascii=not text.isprintable())
