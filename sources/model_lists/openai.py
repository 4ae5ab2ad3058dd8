"""OpenAI's list of models: which ids answer, and the day each one is shut down, which no other document prints.

Asked with an account's key, so it lists what that account may call. A past day of shutdown on a listed model is
printed as it stands: the id still answers for somebody.
"""

from collections.abc import Iterator

from sources import offers
from sources.contract import Document, Observation, Refused, Source
from sources.structured import money_keys
from sources.values import day


def parse(document: Document) -> Iterator[Observation]:
    page = document.json()
    if page.pop("object") != "list":
        raise Refused("not a list of models", place="object")
    if page.pop("has_more", False):
        raise Refused("the list goes on on another page", place="has_more")
    for model in page.pop("data"):
        model_id = model.pop("id")
        place = f"data[id={model_id}]"
        yield Observation(model_id, "route_id", model_id, model_id, f"{place}.id")
        if last := model.pop("shutdown_date", None):
            yield Observation(model_id, "shutdown_on", last, day(last), f"{place}.shutdown_date")
        for key in money_keys(model):
            raise Refused("something like a price where none was known", place=f"{place}.{key}")


SOURCE = Source(
    id="openai_models",
    publisher="openai",
    kind="model_list",
    authority="maker",
    media="json",
    urls=("https://api.openai.com/v1/models",),
    terms_url="https://openai.com/policies/terms-of-use/",
    licence="no licence stated; facts only",
    seller="openai",
    key_variable="OPENAI_API_KEY",
    rows=(60, 400),
    parse=parse,
    offers=offers.entries("data"),
    ignores={
        "created": "when the id was made: o1 a day before its release, gpt-4 three months after",
        "owned_by": "system, openai or openai-internal: no maker",
        "object": "model, for every row",
    },
)
