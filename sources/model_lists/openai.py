"""OpenAI's list of models: which ids answer, and the day each one is shut down, which no other document prints.

Asked with an account's key, so it lists what that account may call. A past day of shutdown on a listed model is
printed as it stands: the id still answers for somebody.
"""

from collections.abc import Iterator

from sources.contract import Document, Observation, Refused, Source, Told
from sources.doubts import doubt
from sources.readers import offers, values
from sources.readers.structured import Entry, each_entry, listed


def parse(document: Document) -> Iterator[Told]:
    page = document.json_with_oddities()
    if page["object"] != "list":
        raise Refused("not a list of models", place="object")
    if page.get("has_more"):
        yield doubt("the list goes on on another page", "section", "has_more", within=("data[",))
    yield from each_entry(listed(page["data"], "data"), _model, siblings="data[")


def _model(entry: Entry) -> Iterator[Told]:
    model = values.identifier(entry.pop("id"))
    yield Observation(model, "route_id", model, model, f"{entry.place}.id")
    yield from entry.states(
        "shutdown_date",
        ("shutdown_on",),
        lambda printed: values.day(printed) if printed else None,
        lambda attribute, value, printed, place: Observation(model, attribute, printed, value, place),
    )
    yield from entry.unread_prices()


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
