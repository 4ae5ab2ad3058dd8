"""Runs in the consumers' environment: what requests cost by genai-prices, with a custom snapshot of data."""

import json
import sys
from datetime import datetime

from genai_prices import Usage, calc_price
from genai_prices.data_snapshot import DataSnapshot, set_custom_snapshot
from genai_prices.types import _providers_from_raw

asked = json.load(sys.stdin)
with open(asked["file"], encoding="utf-8") as file:
    set_custom_snapshot(DataSnapshot(_providers_from_raw(json.load(file)), from_auto_update=False))


def costs(request):
    """(input, output, both) in US dollars of one request."""
    price = calc_price(
        Usage(
            input_tokens=request["prompt_tokens"],
            output_tokens=request["completion_tokens"],
            cache_read_tokens=request["cached_tokens"],
            cache_write_tokens=request["written_tokens"],
        ),
        request["name"],
        provider_id=request["host"],
        genai_request_timestamp=datetime.fromisoformat(asked["as_of"]),
        price_context={"processing": "batch"} if request["service"] == "batch" else None,
    )
    return [str(price.input_price), str(price.output_price), str(price.total_price)]


print(json.dumps([costs(each) for each in asked["requests"]]))
