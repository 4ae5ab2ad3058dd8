"""Cloudflare Workers AI: tables of models with each price twice, in dollars and in the neurons that are billed.

The neurons are what a price is checked against: dollars that say something else are left out, since the page has
printed "per image" for "per million images". Where the sentence that says what a neuron costs does not read, it is in
doubt, and a price is held against what most of the page's dollars say of their neurons. The page is MDX and is read as
the Markdown it mostly is. Two tables of models have been recorded; the other three, and the units they brought, follow
later public copies of the page.
Out of scope: what a Workers plan costs.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import TROUBLE, attempt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section

READ = tuple(f"{kind} model pricing" for kind in ("LLM", "Embeddings", "Image", "Audio", "Other"))
NEURONS = re.compile(r"priced at (\S+ per 1,000 Neurons)(?=[\s.,]|$)")
AMOUNT = re.compile(r"(?P<amount>\S+) (?P<per>.+)")
BILLED = re.compile(r"(?P<amount>[\d.,]+) neurons (?P<per>.+)")
DOLLARS, BILLING = "Price in Tokens", "Price in Neurons"
FEWEST = 3
"""Prices of a page that must say together what a neuron costs, where no sentence does."""
TILE = condition(size="512x512")
UNITS = {
    "per M input tokens": ("input", "usd/mtok", ""),
    "per M cached input tokens": ("cache_read", "usd/mtok", ""),
    "per M output tokens": ("output", "usd/mtok", ""),
    "per 512x512 tile": ("image", "usd/tile", TILE),
    "per input 512x512 tile": ("input_image", "usd/tile", TILE),
    "per output 512x512 tile": ("output_image", "usd/tile", TILE),
    "per input 512x512 tile, per step": ("input_image", "usd/tile_step", TILE),
    "per output 512x512 tile, per step": ("output_image", "usd/tile_step", TILE),
    "per step": ("step", "usd/step", ""),
    "per image": ("input_image", "usd/image", ""),
    "per M images": ("input_image", "usd/mimage", ""),
    "per audio minute": ("minute", "usd/minute", ""),
    "per audio minute input": ("input_audio", "usd/minute", ""),
    "per 1k characters input": ("character", "usd/1k_characters", ""),
}
"""What the words after an amount charge for, the unit, and its circumstances."""

MEGAPIXELS = {
    "per first MP (1024x1024)": "more for the first megapixel of an image than for the next",
    "per subsequent MP": "less than for the first megapixel of an image",
    "per input image MP": "beside two prices that are not read",
}
IGNORES = MEGAPIXELS | {
    "": "the plans, and the price of neurons in a table once more",
    "tables without a price": "what the platform offers besides models",
    "Price in Neurons": "the same price once more; it is the check of the dollars",
    "dollars that the neurons contradict": "one of the two is misprinted",
}


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    yield from documents.doubtful_sections(sections, READ, IGNORES)
    try:
        neuron = _neurons(sections[0])
        yield neuron
        usd_per_neuron = values.decimal(neuron.text) / 1000
    except TROUBLE as trouble:
        yield sections[0].doubt_of_words(trouble, held=True)
        usd_per_neuron = _usual_rate(sections)
    for section in sections:
        if section.name not in READ:
            yield from offers.left_out(section, section.name if section.name in IGNORES else "tables without a price")
        else:
            if spelling.prints_money(section.prose):
                yield section.doubt_of_words("a price in a sentence")
            for table in section.tables:
                yield from table.read(partial(_prices, usd_per_neuron), expect=("Model", DOLLARS, BILLING))


@once
def _sections(document: Document) -> list[Section]:
    return documents.markdown_sections(document.text, tuple(name for name in (*READ, *IGNORES) if name))


def _neurons(section: Section) -> Observation:
    found = NEURONS.findall(spelling.plain_cell(section.prose).replace("**", ""))
    if len(found) != 1:
        raise Refused("not one price of neurons", place="above the headings", value=found or section.prose)
    place = section.words_place
    return _price("Workers AI neurons", "neuron", found[0], "per 1,000 Neurons", place, "usd/1k_neurons")


def _usual_rate(sections: list[Section]) -> Decimal:
    """Dollars per neuron as the prices of the page say it, the middle of them all; `Refused` where too few say it."""
    rates = []
    for table in (table for section in sections if section.name in READ for table in section.tables):
        header = table.called((DOLLARS, BILLING)).header
        for cells in table.cells:
            row = dict(zip(header, map(spelling.plain_cell, cells), strict=False))
            neurons = dict(_amounts(row.get(BILLING, ""), BILLED))
            for per, amount in _amounts(row.get(DOLLARS, ""), AMOUNT):
                with suppress(*TROUBLE):
                    rates.append(values.dollars(amount) / values.number(neurons[per]))
    if len(rates) < FEWEST:
        raise Refused("nothing says what a neuron costs", place="above the headings")
    return values.decimal(f"{sorted(rates)[len(rates) // 2]:.2e}")


def _prices(usd_per_neuron: Decimal, row: Row) -> Iterator[Told]:
    model, place = row.pop("Model"), f"{row.place}, {DOLLARS}"
    if not re.fullmatch(r"@[\w.-]+(?:/[\w.-]+)+", model):
        raise Refused("a model that is no id", place=row.place, value=model)
    if not row[DOLLARS].startswith("$"):  # words before the first amount may be about them all
        raise Refused("a cell that does not begin with an amount", place=place, value=row[DOLLARS])
    neurons = dict(_amounts(row.pop(BILLING), BILLED))
    for printed in _parts(row.pop(DOLLARS)):
        read = partial(_agreed_price, model, printed, neurons, usd_per_neuron, row.place)
        yield from attempt(read, "cell", place, printed, subject=model, within=row.within)


def _agreed_price(
    model: str, printed: str, neurons: dict[str, str], usd_per_neuron: Decimal, place: str
) -> Iterator[Told]:
    """``$0.027 per M input tokens``, one of the prices of a cell, where the neurons say the same."""
    match = AMOUNT.fullmatch(printed)
    if not match:
        raise Refused("an amount that does not read", place=place, value=printed)
    amount, per = match["amount"], spelling.called(match["per"], (*UNITS, *MEGAPIXELS))
    if per in MEGAPIXELS:
        yield LeftOut(place, per)
        return
    if per not in UNITS or per not in neurons:
        raise Refused("a unit that is not known, or not the neurons'", place=place, value=printed)
    meter, unit, circumstances = UNITS[per]
    price = _price(model, meter, f"{amount} {per}", per, f"{place}, {DOLLARS}", unit, circumstances)
    billed = values.number(neurons[per]) * usd_per_neuron
    if _is_rounded(values.decimal(price.text), billed, len(amount.partition(".")[2])):
        yield price
    else:
        yield LeftOut(place, "dollars that the neurons contradict")


def _parts(cell: str) -> list[str]:
    return [part for part in re.split(r"\s*<br ?/?>\s*", cell) if part]


def _amounts(cell: str, form: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """What is charged for and the amount of each part of a cell that reads so."""
    for match in filter(None, map(form.fullmatch, _parts(cell))):
        yield spelling.called(match["per"], (*UNITS, *MEGAPIXELS)), match["amount"]


def _is_rounded(amount: Decimal, exact: Decimal, places: int) -> bool:
    """Whether an amount is the exact one with only so many places printed, rounded or cut."""
    return abs(amount - exact) < Decimal(1).scaleb(-places)


def _price(
    subject: str, meter: str, printed: str, per: str, locator: str, unit: str, circumstances: str = ""
) -> Observation:
    return Observation(subject, f"price/{meter}", printed, values.dollars(printed, per), locator, unit, circumstances)


SOURCE = Source(
    id="cloudflare_workers_ai",
    publisher="cloudflare",
    kind="pricing_doc",
    authority="host",
    media="markdown",
    urls=(
        "https://raw.githubusercontent.com/cloudflare/cloudflare-docs/production/"
        "src/content/docs/workers-ai/platform/pricing.mdx",
    ),
    terms_url="https://www.cloudflare.com/terms/",
    licence="CC-BY-4.0",
    rows=(11, 70),
    seller="cloudflare-workers-ai",
    parse=parse,
    offers=offers.sections(_sections),
    ignores=IGNORES,
)
