"""Together's catalogue of serverless models: one table for each kind of model, the string to call in every row.

Chat models carry their facts as well as their prices; those that also see come again in a table of their own.
Out of scope: models served on rented hardware only, which stand in another catalogue.
"""

from collections.abc import Callable, Iterator, Mapping

from sources import documents, offers, spelling, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.documents import Row, Section, Table

CHAT_PRICES = {
    "Input pricing (per 1M tokens)": "input",
    "Cached input pricing (per 1M tokens)": "cache_read",
    "Output pricing (per 1M tokens)": "output",
}
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


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    sections = _sections(document)
    # It follows the tables: a page that ends before it may end inside an amount.
    if "Moderation models" not in (section.name for section in sections):
        raise Refused("the page is not whole", place="Moderation models")
    for section in documents.unread(sections, (*READ, *IGNORES)):
        raise Refused("prices under a heading nobody reads", place=" > ".join(section.headings), value=section.prose)
    for section in sections:
        if section.name not in READ:
            yield from offers.left_out(section, section.name if section.name in IGNORES else "tables without a price")
        else:
            if spelling.prints_money(section.prose):
                raise Refused("a price in a sentence", place=section.name, value=section.prose)
            for table in section.tables:
                yield from READ[section.name](table)


def _sections(document: Document) -> list[Section]:
    return documents.html_sections(documents.soup(document.text))


def _chat_models(table: Table) -> Iterator[Observation]:
    columns = (
        "Organization",
        "Model name",
        "API model string",
        "Context length",
        "Quantization",
        *CHAT_PRICES,
        *TICKED,
    )
    for row in table.rows(expect=columns):
        model = row.pop("API model string")
        yield from _fact(model, "name", str, row, "Model name")
        yield from _fact(model, "context_tokens", values.tokens, row, "Context length")
        yield from _token_prices(model, row, CHAT_PRICES)
        yield from _fact(model, "quantization", str.lower, row, "Quantization")
        for column, capabilities in TICKED.items():
            printed = row.pop(column)
            if printed not in ("Yes", "No", "-"):
                raise Refused("neither yes, no nor a dash", place=f"{row.place}, {column}", value=printed)
            for capability in capabilities if printed != "-" else ():
                yield Observation(
                    model, f"capability/{capability}", printed, printed == "Yes", f"{row.place}, {column}"
                )


def _vision_models(table: Table) -> Iterator[Observation]:
    columns = ("Organization", "Model name", "API model string", "Context length", *VISION_PRICES)
    for row in table.rows(expect=columns):
        model = row.pop("API model string")
        yield Observation(model, "capability/vision", table.headings[-1], True, row.place)
        yield from _fact(model, "context_tokens", values.tokens, row, "Context length")
        yield from _token_prices(model, row, VISION_PRICES)


def _video_models(table: Table) -> Iterator[Observation | LeftOut]:
    columns = ("Organization", "Model name", "Model string for API", "Price per video", "Resolution / duration")
    for row in table.rows(expect=columns):
        model = row.pop("Model string for API")
        yield LeftOut(row.place, "rows of dashes")  # counts only where nothing of it is read
        yield from _fact(model, "name", str, row, "Model name")
        bought, printed = row.pop("Resolution / duration"), row.pop("Price per video")
        if "-" not in (bought, printed):
            resolution, duration = bought.split(" / ")
            circumstances = condition(resolution=resolution, duration=duration)
            yield _price(model, "video", printed, f"{row.place}, Price per video", "usd/video", circumstances)


def _audio_models(table: Table) -> Iterator[Observation]:
    columns = ("Organization", "Modality", "Model name", "Model string for API", "Pricing")
    for row in table.rows(expect=columns):
        model, printed = row.pop("Model string for API"), row.pop("Pricing")
        yield from _fact(model, "name", str, row, "Model name")
        if printed != "-":
            amount, _, per = printed.partition(" ")
            if per not in AUDIO_UNITS:
                raise Refused("a unit that is not known", place=f"{row.place}, Pricing", value=printed)
            meter, unit = AUDIO_UNITS[per]
            yield _price(model, meter, amount, f"{row.place}, Pricing", unit)


def _embedding_models(table: Table) -> Iterator[Observation]:
    price = "Pricing (per 1M tokens)"
    columns = ("Model name", "Model string for API", "Model size", "Embedding dimension", "Context window", price)
    for row in table.rows(expect=columns):
        model = row.pop("Model string for API")
        yield from _fact(model, "name", str, row, "Model name")
        yield from _fact(model, "parameters", values.parameters, row, "Model size")
        yield from _fact(model, "context_tokens", values.tokens, row, "Context window")
        yield from _token_prices(model, row, {price: "input"})


READ: Mapping[str, Callable[[Table], Iterator[Observation | LeftOut]]] = {
    "Chat models": _chat_models,
    "Vision models": _vision_models,
    "Video models": _video_models,
    "Audio models": _audio_models,
    "Embedding models": _embedding_models,
}


def _fact(
    model: str, attribute: str, reading: Callable[[str], str | int], row: Row, column: str
) -> Iterator[Observation]:
    printed = row.pop(column)
    if printed not in ("", "-"):
        yield Observation(model, attribute, printed, reading(printed), f"{row.place}, {column}")


def _token_prices(model: str, row: Row, columns: Mapping[str, str]) -> Iterator[Observation]:
    for column, meter in columns.items():
        printed = row.pop(column)
        if printed != "-":
            yield _price(model, meter, printed, f"{row.place}, {column}", "usd/mtok")


def _price(model: str, meter: str, printed: str, locator: str, unit: str, circumstances: str = "") -> Observation:
    amount, currency, rest = values.money(printed)
    if currency != "usd" or rest:
        raise Refused("not an amount in dollars and nothing else", place=locator, value=printed)
    return Observation(model, f"price/{meter}", printed, amount, locator, unit, circumstances)


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
