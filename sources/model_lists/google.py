"""Google's list of models at the Gemini API: token limits, and who thinks.

The two limits are apart: the prompt has its own, which Google calls the context window, and the answer another. Of a
model that writes no tokens (embeddings, video) the second is a placeholder and not read.
"""

from collections.abc import Iterator
from typing import Any

from sources.contract import Document, Observation, Source, Told, Value
from sources.doubts import attempt
from sources.readers import offers, values
from sources.readers.structured import Entry, each_entry, json_words, listed

WRITES_TOKENS = frozenset({"generateContent", "bidiGenerateContent"})


def parse(document: Document) -> Iterator[Told]:
    found = listed(document.json_with_oddities()["models"], "models", "name")
    yield from each_entry(found, _model, siblings="models[")


def _model(entry: Entry) -> Iterator[Told]:
    subject = values.identifier(entry.pop("name"))

    def says(attribute: str, value: Value, printed: Any, place: str) -> Observation:
        return Observation(subject, attribute, json_words(printed), value, place)

    yield from entry.states("displayName", ("name",), values.identifier, says)
    yield from entry.states("inputTokenLimit", ("context_tokens",), values.positive, says)
    yield from entry.states("thinking", ("capability/reasoning",), values.yes_or_no, says)
    methods, most = entry.pop("supportedGenerationMethods", None), entry.pop("outputTokenLimit", None)
    place, limit_place = f"{entry.place}.supportedGenerationMethods", f"{entry.place}.outputTokenLimit"

    def by_methods() -> Iterator[Told]:
        known = {values.words(each) for each in methods}
        if WRITES_TOKENS & known:
            limit = Entry({"outputTokenLimit": most}, entry.place, "")
            yield from limit.states("outputTokenLimit", ("max_output_tokens",), values.positive, says)
        if "embedContent" in known:
            yield says("product_type", "embedding", methods, place)

    # What a model of unknown methods writes, and whether its limit is a placeholder, is unknown too.
    yield from attempt(by_methods, "cell", place, methods, within=(place, limit_place))
    yield from entry.unread_prices()


SOURCE = Source(
    id="google_models",
    publisher="google",
    kind="model_list",
    authority="maker",
    media="json",
    urls=("https://generativelanguage.googleapis.com/v1beta/models",),
    terms_url="https://ai.google.dev/gemini-api/terms",
    licence="Gemini API additional terms of service; facts only",
    seller="google",
    key_variable="GEMINI_API_KEY",
    key_header="x-goog-api-key: {key}",
    rows=(25, 150),
    parse=parse,
    offers=offers.entries("models", key="name"),
    ignores={
        "nextPageToken": "the first fifty models; what a further page lists is unsaid, not absent",
        "description": "prose; the days in it are of versions as often as of models",
        "version": "a label of the build (001, 2.5, 3-flash-preview-12-2025), not of the model",
        "supportedGenerationMethods but embedContent": "generateContent makes text, speech, images and songs alike",
        "outputTokenLimit of what writes no tokens": "1 for embeddings, 8192 for video: placeholders",
        "temperature, maxTemperature, topK, topP": "how to call it, not what it is",
    },
)
