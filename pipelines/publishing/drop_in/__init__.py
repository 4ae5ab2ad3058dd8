"""Price files that tools people already run can read in place of their own, with confirmed prices and nothing else.

Belongs here: the part itself, and the account of what had to be left out. Does not: what an offer asks (`tariffs`), or
how a tool writes it down (a module each).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pipelines.publishing.drop_in import genai_prices, litellm, models_dev
from pipelines.publishing.drop_in.tariffs import LEFT_OUT, Names, OwnDocument, Tariff, Written, tariffs
from pipelines.publishing.making import Making, write_file
from pipelines.wording.json_text import json_text

FILES: dict[str, Callable[[list[Tariff], Names, OwnDocument], Written]] = {
    "litellm/model_prices_and_context_window.json": litellm.written,
    "models.dev/api.json": models_dev.written,
    "genai-prices/data.json": genai_prices.written,
}
"""File → what writes it: from what is sold, how the tool calls it, and the tool's own newest document."""

SOURCES = {"litellm": "litellm", "models.dev": "models_dev", "genai-prices": "genai_prices"}
"""Tool → the source that reads its own data, and thereby knows how it calls things."""


def make(making: Making, folder: Path) -> None:
    """``drop-in/``: a file a tool, and ``left-out.json``, which counts and names what they do not say, and why."""
    sold, not_sold = tariffs(making.connection)
    tools = {}
    for name, written in FILES.items():
        tool = name.partition("/")[0]
        file = written(sold, Names.of(making.connection, SOURCES[tool], sold), OwnDocument.of(making, SOURCES[tool]))
        write_file(folder / "drop-in" / name, (json_text(file.content) + "\n").encode())
        held = [tariff for tariff in sold if tariff.offer_id not in file.offers]
        tools[tool] = {
            "file": name,
            "offers": len(held),
            "offers_left_out": _offers(file.offers, file.missing),
            "prices_left_out": _prices(
                (tariff.offer_id, *each)
                for tariff in held
                for each in (*tariff.unsaid, *file.prices.get(tariff.offer_id, ()))
            ),
        }
    account = {"whatever_the_tool": {"offers_left_out": _offers(not_sold, {})}, "tools": tools}
    write_file(folder / "drop-in" / "left-out.json", (json_text(account) + "\n").encode())


def _offers(left_out: dict[str, str], missing: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Offers by reason, the most frequent first, with the facts each lacks where that is the reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for offer_id, reason in sorted(left_out.items()):
        lacks = f": {', '.join(missing[offer_id])}" if offer_id in missing else ""
        by_reason[reason].append(offer_id + lacks)
    return _told(by_reason)


def _prices(left_out: Iterable[tuple[str, str, str, str]]) -> list[dict[str, Any]]:
    """Single prices of offers that are held, by reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for offer_id, meter, condition, reason in sorted(left_out):
        by_reason[reason].append(f"{offer_id} {meter}{f' ({condition})' if condition else ''}")
    return _told(by_reason)


def _told(by_reason: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {"reason": reason, "meaning": LEFT_OUT[reason], "count": len(which), "which": which}
        for reason, which in sorted(by_reason.items(), key=lambda each: (-len(each[1]), each[0]))
    ]
