"""Together's catalogue of serverless models: one table for each kind of model, the string to call in every row.

Chat models carry their facts as well as their prices; those that also see come again in a table of their own.
Out of scope: models served on rented hardware only, which stand in another catalogue.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from sources.contract import Document, Doubt, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section

CHAT_PRICES = {
    "Input pricing (per 1M tokens)": "input",
    "Cached input pricing (per 1M tokens)": "cache_read",
    "Output pricing (per 1M tokens)": "output",
}
EMBEDDING_PRICES = {"Pricing (per 1M tokens)": "input"}
VISION_PRICES = {column: meter for column, meter in CHAT_PRICES.items() if meter != "cache_read"}
AUDIO_UNITS = {"per 1M chars": ("character", "usd/mchar"), "per audio min": ("input_audio", "usd/minute")}
TICKED = {"Function calling": ("function_calling", "tool_use"), "Structured outputs": ("structured_outputs",)}
IGNORES = {
    "Image models": "one column of prices per megapixel, also for models that the pricing page prices by the image",
    "Gemini 3 Pro Image pricing": "prices by resolution in a sentence, at odds with the table above it",
    "rows of dashes": "a model that is named and not priced",
    "tables without a price": "models served without a printed price, and what the columns mean",
    "Organization": "who made the model, spelt in several ways",
    "Modality": "what the unit of the price says already",
    "Embedding dimension": "a fact outside the vocabulary",
    "Price per video without resolution and duration": "what such a price buys is not said",
    "Model name of vision models": "the chat table names the same model, now and then in other words",
}


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    # It follows the tables: a page that ends before it may end inside an amount.
    if "Moderation models" not in (section.name for section in sections):
        raise Refused("the page is not whole", place="Moderation models")
    yield from documents.doubtful_sections(sections, tuple(READ), IGNORES)
    for section in sections:
        if section.name in READ:
            read, columns = READ[section.name]
            for table in section.tables:
                yield from table.read(read, expect=columns)
            if spelling.prints_money(section.prose):
                yield section.doubt_of_words("a price in a sentence")
        else:
            yield from offers.left_out(section, section.name if section.name in IGNORES else "tables without a price")


@once
def _sections(document: Document) -> list[Section]:
    return documents.html_sections(documents.page(document), (*READ, *IGNORES))


def _chat_model(row: Row) -> Iterator[Told]:
    model = row.pop("API model string")
    yield from _fact(model, "name", str, row, "Model name")
    yield from _fact(model, "context_tokens", values.tokens, row, "Context length")
    yield from _token_prices(model, row, CHAT_PRICES)
    yield from _fact(model, "quantization", str.lower, row, "Quantization")
    for column, capabilities in TICKED.items():
        for capability in capabilities:
            yield from _fact(model, f"capability/{capability}", _ticked, row, column)


def _vision_model(row: Row) -> Iterator[Told]:
    model = row.pop("API model string")
    yield Observation(model, "capability/vision", "Vision models", True, row.place)
    yield from _fact(model, "context_tokens", values.tokens, row, "Context length")
    yield from _token_prices(model, row, VISION_PRICES)


def _video_model(row: Row) -> Iterator[Told]:
    model = row.pop("Model string for API")
    yield LeftOut(row.place, "rows of dashes")  # counts only where nothing of it is read
    yield from _fact(model, "name", str, row, "Model name")
    if (bought := row.pop("Resolution / duration")) != "-":
        resolution, duration = bought.split(" / ")
        circumstances = condition(resolution=resolution, duration=duration)
        yield from row.cell(
            "Price per video", partial(_price, model, "video", "usd/video", circumstances), subject=model
        )


def _audio_model(row: Row) -> Iterator[Told]:
    model = row.pop("Model string for API")
    yield from _fact(model, "name", str, row, "Model name")
    yield from row.cell("Pricing", partial(_audio_price, model), subject=model)


def _audio_price(model: str, printed: str, locator: str) -> Iterator[Observation]:
    if printed != "-":
        amount, _, per = printed.partition(" ")
        if per not in AUDIO_UNITS:
            raise Refused("a unit that is not known", place=locator, value=printed)
        yield from _price(model, *AUDIO_UNITS[per], "", amount, locator)


def _embedding_model(row: Row) -> Iterator[Told]:
    model = row.pop("Model string for API")
    yield from _fact(model, "name", str, row, "Model name")
    yield from _fact(model, "parameters", values.parameters, row, "Model size")
    yield from _fact(model, "context_tokens", values.tokens, row, "Context window")
    yield from _token_prices(model, row, EMBEDDING_PRICES)


READ: Mapping[str, tuple[Callable[[Row], Iterator[Told]], tuple[str, ...]]] = {
    "Chat models": (
        _chat_model,
        (
            "Organization",
            "Model name",
            "API model string",
            "Context length",
            "Quantization",
            *CHAT_PRICES,
            *TICKED,
        ),
    ),
    "Vision models": (
        _vision_model,
        ("Organization", "Model name", "API model string", "Context length", *VISION_PRICES),
    ),
    "Video models": (
        _video_model,
        ("Organization", "Model name", "Model string for API", "Price per video", "Resolution / duration"),
    ),
    "Audio models": (
        _audio_model,
        ("Organization", "Modality", "Model name", "Model string for API", "Pricing"),
    ),
    "Embedding models": (
        _embedding_model,
        (
            "Model name",
            "Model string for API",
            "Model size",
            "Embedding dimension",
            "Context window",
            *EMBEDDING_PRICES,
        ),
    ),
}
"""Heading → how a row under it is read, and its columns."""


def _ticked(printed: str) -> bool:
    if printed not in ("Yes", "No"):
        raise Refused("neither yes, no nor a dash", value=printed)
    return printed == "Yes"


def _fact(
    model: str, attribute: str, reading: Callable[[str], str | int], row: Row, column: str
) -> Iterator[Observation | Doubt]:
    """One fact of a cell, which stays in its row: some cells say several."""

    def read(printed: str, locator: str) -> Iterator[Observation]:
        if printed not in ("", "-"):
            yield Observation(model, attribute, printed, reading(printed), locator)

    printed = row[column]
    yield from row.cell(column, read, subject=model, attribute=attribute)
    row[column] = printed


def _token_prices(model: str, row: Row, columns: Mapping[str, str]) -> Iterator[Observation | Doubt]:
    for column, meter in columns.items():
        yield from row.cell(column, partial(_price, model, meter, "usd/mtok", ""), subject=model)


def _price(model: str, meter: str, unit: str, circumstances: str, printed: str, locator: str) -> Iterator[Observation]:
    if printed != "-":
        yield Observation(model, f"price/{meter}", printed, values.dollars(printed), locator, unit, circumstances)


SOURCE = Source(
    id="together_models",
    publisher="together",
    kind="pricing_doc",
    authority="host",
    media="html",
    urls=("https://docs.together.ai/docs/serverless-models",),
    terms_url="https://www.together.ai/terms-of-service",
    licence="© Together AI; facts only",
    rows=(30, 200),
    seller="together",
    parse=parse,
    offers=offers.sections(_sections),
    ignores=IGNORES,
)
