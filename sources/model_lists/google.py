"""Google's list of models at the Gemini API: token limits, and who thinks.

The two limits are apart: the prompt has its own, which Google calls the context window, and the answer another. Of a
model that writes no tokens (embeddings, video) the second is a placeholder and not read.
"""

from collections.abc import Iterator

from sources import offers
from sources.contract import Document, Observation, Refused, Source
from sources.structured import json_words, money_keys

WRITES_TOKENS = frozenset({"generateContent", "bidiGenerateContent"})


def parse(document: Document) -> Iterator[Observation]:
    for model in document.json().pop("models"):
        subject = model.pop("name")
        place = f"models[name={subject}]"
        methods = model.pop("supportedGenerationMethods")
        name = model.pop("displayName")
        yield Observation(subject, "name", name, name, f"{place}.displayName")
        if prompt := model.pop("inputTokenLimit", None):
            yield Observation(subject, "context_tokens", json_words(prompt), prompt, f"{place}.inputTokenLimit")
        if WRITES_TOKENS.intersection(methods) and (most := model.pop("outputTokenLimit", None)):
            yield Observation(subject, "max_output_tokens", json_words(most), most, f"{place}.outputTokenLimit")
        if isinstance(thinks := model.pop("thinking", None), bool):
            yield Observation(subject, "capability/reasoning", json_words(thinks), thinks, f"{place}.thinking")
        if "embedContent" in methods:
            where = f"{place}.supportedGenerationMethods"
            yield Observation(subject, "product_type", json_words(methods), "embedding", where)
        for key in money_keys(model):
            raise Refused("something like a price where none was known", place=f"{place}.{key}")


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
