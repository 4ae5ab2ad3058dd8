"""What changes overnight in the small world: documents edited as their publishers edit them."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.end_to_end.mirror import World

OPENROUTER = "https://openrouter.ai/api/v1/models"
MODELS_DEV = "https://models.dev/api.json"
DEEPSEEK = "https://api-docs.deepseek.com/quick_start/pricing"

CHANGED = ("openai/gpt-5.5", "output", Decimal(30), Decimal(24))
"""The one price `a_price_changes` changes: subject, meter, what it was and what it is, in USD per million tokens."""


def a_price_changes(world: World) -> None:
    def edit(listed: dict[str, Any]) -> None:
        (model,) = (each for each in listed["data"] if each["id"] == CHANGED[0])
        assert Decimal(model["pricing"]["completion"]) * 1_000_000 == CHANGED[2]
        model["pricing"]["completion"] = "0.000024"

    world.says(OPENROUTER, edited(world.pages[OPENROUTER].body, edit))


def edited(body: bytes, edit: Callable[[dict[str, Any]], None]) -> bytes:
    """A JSON document, changed in place."""
    document = json.loads(body)
    edit(document)
    return json.dumps(document).encode()
