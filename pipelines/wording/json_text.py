"""Rows as JSON that loses nothing: decimals are numbers with their exact digits, days and instants are ISO (with Z)."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring, encode_basestring_ascii


def json_text(value: object, margin: str = "") -> str:
    """A value as indented JSON; what JSON has no kind for is its text. Not-a-number and infinity are null."""
    match value:
        case str():
            return _quoted(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return int.__repr__(value)
        case Decimal() if value.is_finite():
            plain = f"{value:f}"
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
        case float() if math.isfinite(value):
            return float.__repr__(value)
        case float() | Decimal():
            return "null"
        case Mapping() if value:
            deeper = f"{margin}  "
            parts = [f"{_quoted(str(key))}: {json_text(each, deeper)}" for key, each in value.items()]
            return _block("{", parts, "}", margin)
        case Mapping():
            return "{}"
        case list() | tuple() if any(isinstance(each, Mapping | list | tuple) for each in value):
            deeper = f"{margin}  "
            return _block("[", [json_text(each, deeper) for each in value], "]", margin)
        case list() | tuple():
            return f"[{', '.join(map(json_text, value))}]"
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
    return encode_basestring(text) if text.isprintable() else encode_basestring_ascii(text)
