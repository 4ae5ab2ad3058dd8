"""Runs in the consumers' environment: what requests cost by LiteLLM, its cost map taken from ``LITELLM_MODEL_COST_MAP_URL``."""

import json
import sys

import litellm
from litellm.cost_calculator import batch_cost_calculator
from litellm.litellm_core_utils.get_model_cost_map import get_model_cost_map_source_info
from litellm.types.utils import PromptTokensDetailsWrapper, Usage


def usage(request):
    return Usage(
        prompt_tokens=request["prompt_tokens"],
        completion_tokens=request["completion_tokens"],
        total_tokens=request["prompt_tokens"] + request["completion_tokens"],
        prompt_tokens_details=PromptTokensDetailsWrapper(
            cached_tokens=request["cached_tokens"], cache_creation_tokens=request["written_tokens"]
        ),
        cache_read_input_tokens=request["cached_tokens"],
        cache_creation_input_tokens=request["written_tokens"],
    )


def costs(request):
    """(input, output) in US dollars of one request, and both together as ``completion_cost`` gives them; null if unknown."""
    try:
        return priced(request)
    except (litellm.exceptions.BadRequestError, litellm.exceptions.ModelNotMappedError):
        return None


def priced(request):
    if request["service"] == "batch":
        asked, answered = batch_cost_calculator(usage(request), request["name"])
        return [asked, answered, asked + answered]
    response = litellm.ModelResponse(model=request["name"], usage=usage(request))
    tier = None if request["service"] == "standard" else request["service"]
    asked, answered = litellm.cost_per_token(model=request["name"], usage_object=usage(request), service_tier=tier)
    whole = litellm.completion_cost(completion_response=response, model=request["name"], service_tier=tier)
    return [asked, answered, whole]


requests = json.load(sys.stdin)
answers = {"source": get_model_cost_map_source_info()["source"], "costs": [costs(each) for each in requests]}
print()
print(json.dumps(answers))
