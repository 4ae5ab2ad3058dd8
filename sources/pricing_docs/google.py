"""Google: the Gemini API's pricing page, a table of free and paid prices for each model and each tier of service.

The words over a table say which ids it is for and which tier, its header per how much, and a cell prints several prices
one after the other, each followed by what it holds for. The free tier is read as a price of nothing under
``quota=free``, and only where the page prints that it is free of charge. A row, header, heading or amount that is not
known here is refused.
Out of scope: what Google Cloud charges for the same models, which stands on its own page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from sources import documents, offers, spelling, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.documents import Section

TIERS: Mapping[str, str | None] = {"Standard": None, "Batch": "batch", "Flex": "flex", "Priority": "priority"}
TOKEN_ROWS = {
    "Input price": "input",
    "Input price (text, image, video)": "input",
    "Text input price": "input",
    "Image input price": "input_image",
    "Audio input price": "input_audio",
    "Video input price": "input_video",
    "Output price": "output",
    "Output price (including thinking tokens)": "output",
    "Context caching price": "cache_read",
    "Context caching (storage)": "cache_storage",
}
GROUNDING_ROWS = {
    "Grounding with Google Search": "web_search",
    "Grounding with Google Web and Image Search": "web_search",
    "Grounding with Google Maps": "google_maps",
}
PIECES: Mapping[str, tuple[str, str, str]] = {
    "Image": ("output_image", r"(?P<name>Imagen .+) image price", ""),
    "second": (
        "output_video",
        r"(?P<name>Veo .+) video with audio price \(default\)|Video price",
        r"(?:\((?P<sizes>[^()]+)\))?(?: \(\w+ output not supported\))?",
    ),
    "request": ("request", r"(?P<name>Lyria .+)", "per song"),
}
"""What a table's header prices by the piece → the meter, the names of its rows, the words after an amount."""

UNITS = {
    "": "mtok",
    "or": "mtok",
    "/ 1,000,000 tokens": "mtok",
    "/ 1,000,000 tokens per hour": "mtok_hour",
    "/min": "minute",
}
"""The words after an amount in a table per million tokens → per how much it is."""

MODALITIES = {"text": "", "thinking": "", "image": "_image", "images": "_image", "audio": "_audio", "video": "_video"}
SEARCHES = {"search queries": "1k_requests", "grounded prompts": "1k_prompts"}
STATUSES = {"has been": "retired", "will be": "deprecated"}
FREE = "Free of charge"
ABSENT = ("Not available", "Not available ( shut down )")

IGNORES = {
    "Not available": "not sold at this tier of service",
    "a shutdown without a day": "said of a model without the day",
    "Used to improve our products": "terms of use, no price",
    "Image generation pricing": "of a model that was shut down, which has no price any more",
    "Tuning price": "not available for any model",
    "Pricing for tools": "sentences that repeat the prices of grounding and embedding; another amount there is refused",
    "Pricing for agents": "sentences that point to the prices of models and tools",
    "free allowances of grounding": "limits of an account, before the price that is read",
    "one image among input prices": "an amount by the image under a header that says tokens; the unit is in a footnote",
    "approximate prices in footnotes": "computed from the prices per token",
    "names of models": "a heading may stand over several ids, of which one is called",
}

_TABLE = re.compile(r"Paid Tier, per (1M tokens|Image|second|request) in USD")
_ID = r"[a-z]+-[a-z\d.]+(?:-[a-z\d.]+)*"
_IDS = re.compile(rf"{_ID}(?:(?: ,| and) {_ID})*(?= |$)")
_PRICE = re.compile(
    r"(?:(?P<per>|or|/min|/ 1,000,000 tokens(?: per hour)?)"
    r"|per (?:(?P<sizes>[\d.]+K(?:/[\d.]+K)*) )?(?:resolution )?(?P<thing>image|second|frame)\)?)"
    r"(?: ?\*)?(?: ?\((?P<of>[^()]+)\))?"
    r"(?:, prompts (?P<bound><=|>) (?P<limit>\w+)(?: tokens?)?)?"
)
_BETWEEN = re.compile(r"(?:[\s,.*(]|\band\b|\b[Ee]quivalent to\b)+$")
_GROUNDING = re.compile(
    r"[\d,]+ (?:prompts per month|requests per month|RPD) \(free[^()]*\), "
    r"then (?P<price>\$\S+) / 1,000 (?P<what>search queries|grounded prompts)(?: for text and image-based grounding\.)?"
)
_ALLOWANCE = re.compile(r"(?:Free of charge, up to )?\d+ RPD(?: \([^()]*\))?|Supported")
_FOOTNOTES = re.compile(
    r"Image output is priced at (?P<rate>\$\d+) per 1,000,000 tokens\."
    r"|equivalent to (?P<image>\$[\d.]+) per image\b"
    r"|Image input is set at \d+ tokens or \$[\d.]+ per image\b"
    r"|effective price of approximately \$[\d.]+ per (?:minute|second)\b"
)
_SHUTDOWN = re.compile(r"deprecated and (?P<how>has been|will be) shut down (?:on )?(?P<day>\w+ \d+, \d{4})")


@dataclass(frozen=True)
class Place:
    """Where a price stands: the ids its table is for, the tier of service, and the row."""

    ids: tuple[str, ...]
    tier: str | None
    locator: str

    def price(
        self, meter: str, printed: str, amount: Decimal, unit: str, **terms: str | int | None
    ) -> Iterator[Observation]:
        circumstances = condition(service_tier=self.tier, **terms)
        for each in self.ids:
            yield Observation(each, f"price/{meter}", printed, amount, self.locator, f"usd/{unit}", circumstances)


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    sections = _sections(document)
    # It follows the tables: a page that ends before it may end inside an amount.
    if "Notes" not in (section.name for section in sections):
        raise Refused("the page is not whole", place="Notes")
    amounts: set[object] = set()
    for section in sections:
        if spelling.prints_money(_FOOTNOTES.sub("", section.prose)):
            raise Refused("a price in a sentence", place=section.name, value=section.prose)
        if section.tables and section.name not in IGNORES:
            for seen in _table(section, _about(section, sections)):
                if isinstance(seen, Observation):
                    amounts.add(seen.value)
                yield seen
        yield from _shutdown(section)
    for section in sections:
        if section.name in IGNORES:
            yield from offers.left_out(section, section.name)
        elif spelling.prints_money(section.prose):
            yield LeftOut(section.words_place, "approximate prices in footnotes")  # counts only where not read
        if section.name in IGNORES and not _amounts(section) <= amounts:
            raise Refused("a price that no model's table prints", place=section.name, value=_amounts(section) - amounts)


def _sections(document: Document) -> list[Section]:
    return documents.html_sections(documents.one(documents.soup(document.text), "article"))


def rows(document: Document) -> Iterator[str]:
    """The lines of tables, and the words that print an amount or a shutdown."""
    for section in _sections(document):
        yield from section.rows
        if "shut down" in section.prose and not spelling.prints_money(section.prose):
            yield section.words_place


def _about(section: Section, sections: Sequence[Section]) -> list[Section]:
    """All sections of the model whose table this is, the one under its own heading first."""
    path = section.headings[:-1] if section.name in TIERS else section.headings
    if len(path) != 2:
        raise Refused("a table that is not under a model", place=section.name, value=section.headings)
    return [each for each in sections if each.headings[:2] == path]


def _ids(section: Section) -> tuple[str, ...]:
    """The ids under a model's heading; the heading itself where none is printed (Gemma 4)."""
    printed = _IDS.match(section.prose)
    return tuple(re.split(" , | and ", printed[0])) if printed else (section.name,)


def _table(section: Section, about: Sequence[Section]) -> Iterator[Observation | LeftOut]:
    header = section.table.header[-1]
    per = _TABLE.fullmatch(header)
    if not per:
        raise Refused("a header that does not say dollars per what", place=section.table.place, value=header)
    footnotes = " ".join(each.prose for each in about)
    seen: list[Observation] = []
    for row in section.table.rows(expect=("", "Free Tier", header)):
        label = row.pop("").rstrip(" *")
        free, paid = row.pop("Free Tier"), row.pop(header)
        place = Place(_ids(about[0]), TIERS.get(section.name), f"{row.place}, {label}")
        yield LeftOut(row.place, label if label in IGNORES else "Not available")  # counts only where it is not read
        if label in IGNORES:
            _expect(paid, (*ABSENT, "No"), place)
        elif per[1] in PIECES:
            seen += _piece_prices(per[1], label, free, paid, place)
        elif label in GROUNDING_ROWS:
            seen += _grounding_prices(GROUNDING_ROWS[label], paid, place)
            if not _ALLOWANCE.fullmatch(free):
                _expect(free, ABSENT, place)
        elif label in TOKEN_ROWS:
            seen += _token_prices(TOKEN_ROWS[label], paid, place)
            seen += _image_rate(paid, footnotes, place) if label == "Output price" else ()
            unit = "mtok_hour" if TOKEN_ROWS[label] == "cache_storage" else "mtok"
            seen += _free_price(TOKEN_ROWS[label], unit, free, place)
        else:
            raise Refused("a row nobody reads", place=place.locator, value=paid)
    if len({(each.subject, each.attribute, each.unit, each.condition) for each in seen}) != len(seen):
        raise Refused("one thing priced twice", place=section.table.place, value=section.table.cells)
    yield from seen
    if seen and not any(price.value for price in seen):
        for each in _ids(about[0]):
            yield Observation(each, "price_status", FREE, "free", seen[0].locator)


def _expect(printed: str, known: Sequence[str], place: Place) -> None:
    if printed not in known:
        raise Refused("words that are not known here", place=place.locator, value=printed)


def _money(printed: str, place: Place) -> tuple[Decimal, str]:
    amount, currency, words = values.money(printed)
    if currency != "usd":
        raise Refused("not dollars", place=place.locator, value=printed)
    return amount, _BETWEEN.sub("", words)


def _pieces(printed: str, place: Place) -> list[str]:
    """A cell cut before every amount, ``$0.25 (text / image / video) $0.50 (audio)``; none where it says so."""
    if printed in ABSENT:
        return []
    before, *pieces = re.split(r"(?=\$)", printed)
    if before.strip() not in ("", "Same as Standard") or not pieces:
        raise Refused("a cell that does not begin with an amount", place=place.locator, value=printed)
    return [piece.rstrip(" (") for piece in pieces]


def _token_prices(row: str, printed: str, place: Place) -> Iterator[Observation]:
    for piece, following in pairwise([*_pieces(printed, place), ""]):
        amount, words = _money(piece, place)
        read = _PRICE.fullmatch(words)
        if not read:
            raise Refused("words after an amount that do not read", place=place.locator, value=piece)
        of = read["of"] or ""
        if read["per"] == "or":  # ``$3.50 or $0.0053/min (audio)``: the brackets hold for both
            of = following.partition("(")[2].rpartition(")")[0]
        if of == "image" and row == "input":
            continue
        unit = read["thing"] or UNITS[read["per"]]
        for meter in _meters(row, unit, of, place):
            for size in read["sizes"].split("/") if read["sizes"] else [None]:
                terms = _context(read["bound"], read["limit"]) | {"resolution": size}
                yield from place.price(meter, piece, amount, unit, **terms)


def _meters(row: str, unit: str, of: str, place: Place) -> list[str]:
    """What a price is for: the row's meter where that includes text, else one for each kind of token named."""
    if unit == "mtok_hour" and row.startswith("cache_") and of in ("", "storage price"):
        return ["cache_storage"]
    if unit == "image" and not of:
        return [f"{row.removesuffix('_image')}_image"]
    kinds = {MODALITIES.get(kind) for kind in re.split(r" ?/ ?|, | and ", of)} if of else {""}
    known = {kind for kind in kinds if kind is not None}
    by_token = unit == "mtok" and row != "cache_storage"
    by_time = unit in ("minute", "second", "frame") and (known != {""} or row not in ("input", "output"))
    if known != kinds or not (by_token or by_time):
        raise Refused("a price of something that is not known", place=place.locator, value=f"{of} per {unit}")
    return [row] if "" in known else [f"{row}{kind}" for kind in sorted(known)]


def _context(bound: str | None, limit: str | None) -> dict[str, str | int | None]:
    """``<= 200k`` → up to 200,000 tokens, ``> 200k`` → from 200,001. The page does not say whether of all tokens."""
    if not limit:
        return {}
    return {"context_to": values.tokens(limit)} if bound == "<=" else {"context_from": values.tokens(limit) + 1}


def _image_rate(printed: str, footnotes: str, place: Place) -> Iterator[Observation]:
    """The price per million tokens that a footnote gives for images priced by the piece in this cell."""
    notes = list(_FOOTNOTES.finditer(footnotes))
    by_piece = any(note["image"] and f"{note['image']} per image" in printed for note in notes)
    for note in notes:
        if note["rate"] and by_piece:
            yield from place.price("output_image", note[0], _money(note["rate"], place)[0], "mtok")


def _free_price(meter: str, unit: str, printed: str, place: Place) -> Iterator[Observation]:
    if printed == FREE:
        yield from place.price(meter, printed, Decimal(0), unit, quota="free")
    else:
        _expect(printed, ABSENT, place)


def _grounding_prices(row: str, printed: str, place: Place) -> Iterator[Observation]:
    if printed in ABSENT:
        return
    read = _GROUNDING.fullmatch(printed)
    if not read:
        raise Refused("a price of grounding that does not read", place=place.locator, value=printed)
    yield from place.price(row, printed, _money(read["price"], place)[0], SEARCHES[read["what"]])


def _piece_prices(per: str, label: str, free: str, paid: str, place: Place) -> Iterator[Observation]:
    meter, names, after = PIECES[per]
    named = re.fullmatch(names, label)
    if not named:
        raise Refused("a row nobody reads", place=place.locator, value=label)
    called = replace(place, ids=(_called(named["name"] or "Standard", place),))
    for piece in _pieces(paid, place):
        amount, words = _money(piece, place)
        read = re.fullmatch(after, words)
        if not read:
            raise Refused("words after an amount that do not read", place=place.locator, value=piece)
        sizes = read.groupdict().get("sizes")
        for size in sizes.split(" and ") if sizes else [None]:
            yield from called.price(meter, piece, amount, per.lower(), resolution=size)
    yield from _free_price(meter, per.lower(), free, called)


def _called(name: str, place: Place) -> str:
    """``Veo 3.1 Fast`` → the id that has *fast* where its siblings do not; *Standard* is the one with no such word."""
    parts = {each: set(each.split("-")) for each in place.ids}
    shared = set.intersection(*parts.values())
    words = set(name.lower().split())
    telling = words & set.union(*parts.values()) - shared
    found = [each for each in place.ids if parts[each] - shared == telling and (telling or "standard" in words)]
    if len(found) != 1:
        raise Refused("a row that does not name one of the ids", place=place.locator, value=place.ids)
    return found[0]


def _shutdown(section: Section) -> Iterator[Observation | LeftOut]:
    read = _SHUTDOWN.search(section.prose)
    if not read:
        if "shut down" in section.prose:
            yield LeftOut(section.words_place, "a shutdown without a day")
        return
    day = values.day(read["day"])
    if not isinstance(day, date):
        raise Refused("a date without a day", place=section.name, value=read[0])
    for each in _ids(section):
        yield Observation(each, "shutdown_on", read[0], day, section.words_place)
        yield Observation(each, "status", read[0], STATUSES[read["how"]], section.words_place)


def _amounts(section: Section) -> set[object]:
    cells = (cell for table in section.tables for row in table.cells for cell in row)
    return {values.decimal(amount) for cell in cells for amount in re.findall(r"\$(\d+(?:\.\d+)?)", cell)}


SOURCE = Source(
    id="google_pricing",
    publisher="google",
    kind="pricing_doc",
    authority="maker",
    media="html",
    urls=("https://ai.google.dev/gemini-api/docs/pricing",),
    terms_url="https://ai.google.dev/gemini-api/terms",
    licence="CC-BY-4.0",
    rows=(20, 120),
    seller="google",
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
