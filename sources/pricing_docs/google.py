"""Google: the Gemini API's pricing page, a table of free and paid prices for each model and each tier of service.

The words over a table say which ids it is for and which tier, its header per how much, and a cell prints several prices
one after the other, each followed by what it holds for. The free tier is read as a price of nothing under
``quota=free``, and only where the page prints that it is free of charge. A cell, row, header or heading over a table
that is not known here is in doubt, alone.
Out of scope: what Google Cloud charges for the same models, which stands on its own page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import Doubt, attempt, doubt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section, Table

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
    "image": ("output_image", r"(?P<name>Imagen .+) image price", ""),
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
ABSENT = ("Not available", "Not available ( shut down )", "No")

IGNORES = {
    "Not available": "not sold at this tier of service",
    "a shutdown without a day": "said of a model without the day",
    "Used to improve our products": "terms of use, no price",
    "Image generation pricing": "of a model that was shut down, which has no price any more",
    "Tuning price": "not available for any model",
    "Pricing for tools": "repeats the prices of grounding and embedding; another amount there is in doubt",
    "Pricing for agents": "sentences that point to the prices of models and tools",
    "free allowances of grounding": "limits of an account, before the price that is read",
    "one image among input prices": "an amount by the image under a header that says tokens; the unit is in a footnote",
    "approximate prices in footnotes": "computed from the prices per token",
    "names of models": "a heading may stand over several ids, of which one is called",
    "rows and tables without a price": "what a model can do",
}

_NAMES = (*TIERS, *IGNORES, "Notes")
_ROWS = (*TOKEN_ROWS, *GROUNDING_ROWS, *IGNORES)
_PAID = re.compile(r"paid tier, per (?P<per>1m tokens|image|second|request) in usd")
_ID = r"[a-z]+-[a-z\d.]+(?:-[a-z\d.]+)*"
_IDS = re.compile(rf"{_ID}(?:(?: ?,| and) {_ID})*(?= |$)")
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
_FOOTNOTES = re.compile(
    r"Image output is priced at (?P<rate>\$\d+) per 1,000,000 tokens\."
    r"|equivalent to (?P<image>\$[\d.]+) per image\b"
    r"|Image input is set at \d+ tokens or \$[\d.]+ per image\b"
    r"|effective price of approximately \$[\d.]+ per (?:minute|second)\b"
)
_NOTES = re.compile(
    r"A customer-submitted request|Billing is based on|Image (?:in|out)put is|[\d,]+ tokens per second,"
)
"""How the footnotes begin that leave an amount what it is."""

_SHUTDOWN = re.compile(r"deprecated and (?P<how>has been|will be) shut down (?:on )?(?P<day>\w+ \d+, \d{4})")


@dataclass(frozen=True)
class Place:
    """Where a price stands: the ids its table is for, the tier of service, per what it is, the row and its label."""

    ids: tuple[str, ...]
    tier: str | None
    per: str
    label: str
    locator: str

    def price(
        self, meter: str, printed: str, amount: Decimal, unit: str, **terms: str | int | None
    ) -> Iterator[Observation]:
        circumstances = condition(service_tier=self.tier, **terms)
        for each in self.ids:
            yield Observation(each, f"price/{meter}", printed, amount, self.locator, f"usd/{unit}", circumstances)


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    # It follows the tables: a page that ends before it may end inside an amount.
    if "Notes" not in (section.name for section in sections):
        raise Refused("the page is not whole", place="Notes")
    sold = {
        amount for each in sections if each.name not in IGNORES for table in each.tables for amount in _printed(table)
    }
    for section in sections:
        if spelling.prints_money(section.prose):
            yield LeftOut(section.words_place, "approximate prices in footnotes")  # counts only where not read
        if spelling.prints_money(_FOOTNOTES.sub("", section.prose)):
            yield replace(section.doubt_of_words("a price in a sentence"), within=_of_model(section.headings))
        if section.name in IGNORES:
            yield from _repeated(section, sold)
        else:
            yield from _tables(section, sections)
        yield from attempt(
            partial(_shutdown, section), "sentence", section.words_place, section.prose, within=(section.words_place,)
        )


@once
def _sections(document: Document) -> list[Section]:
    return documents.html_sections(documents.one(documents.page(document), "article"), _NAMES)


def rows(document: Document) -> Iterator[str]:
    """The lines of tables, and the words that print an amount or a shutdown."""
    return offers.told_apart(place for section in _sections(document) for place in _rows_of(section))


def _rows_of(section: Section) -> Iterator[str]:
    yield from section.rows
    if "shut down" in section.prose and not spelling.prints_money(section.prose):
        yield section.words_place


def _of_model(headings: Sequence[str]) -> tuple[str, ...]:
    """What the places of a model's tables and words contain; nothing above the models."""
    path = " > ".join(headings[:2])
    return (f"under {path!r}", f"under {path!r}"[:-1] + " > ") if len(headings) > 1 else ()


def _printed(table: Table) -> set[Decimal]:
    """The amounts of dollars in a table."""
    cells = (cell for row in table.cells for cell in row)
    return {values.decimal(amount) for cell in cells for amount in re.findall(r"\$([0-9]+(?:\.[0-9]+)?)", cell)}


def _repeated(section: Section, sold: set[Decimal]) -> Iterator[Told]:
    """A section left out because models' tables print its prices; a row with another one is in doubt."""
    yield from offers.left_out(section, section.name)
    for table in section.tables:
        for place, cells in zip(documents.line_places(table), table.cells, strict=True):
            if not _printed(replace(table, cells=(cells,))) <= sold:
                yield doubt("a price that no model's table prints", "row", place, " | ".join(cells))


def _tables(section: Section, sections: Sequence[Section]) -> Iterator[Told]:
    told: list[Told] = []
    for table in section.tables:
        if table.prices or any("tier" in name.casefold() for name in table.header):
            within = table.within if section.name in TIERS else _of_model(section.headings)
            told += attempt(partial(_table, table, section, sections), "table", table.place, table.words, within=within)
        else:
            told += (LeftOut(place, "rows and tables without a price") for place in documents.line_places(table))
    yield from told
    seen = [each for each in told if isinstance(each, Observation)]
    # A price in doubt may be the one that is asked.
    if seen and not any(each.value for each in seen) and not any(isinstance(each, Doubt) for each in told):
        for subject in dict.fromkeys(each.subject for each in seen):
            yield Observation(subject, "price_status", FREE, "free", seen[0].locator)


def _about(section: Section, sections: Sequence[Section]) -> list[Section]:
    """All sections of the model whose table this is, the one under its own heading first."""
    path = section.headings[:-1] if section.name in TIERS else section.headings
    if len(path) != 2:
        raise Refused("a table that is not under a model", place=section.place, value=" > ".join(section.headings))
    about = [each for each in sections if each.headings[:2] == path]
    if len({each.headings for each in about}) != len(about):
        raise Refused("a heading twice under a model: the next model may have lost its own", value=path[-1])
    return about


def _ids(section: Section) -> tuple[str, ...]:
    """The ids under a model's heading; the heading itself where none is printed (Gemma 4)."""
    printed = _IDS.match(section.prose)
    if printed:
        return tuple(re.split(" ?, | and ", printed[0]))
    if re.search(rf"\b{re.escape(section.name.split()[0].lower())}-[a-z\d]", section.prose):
        raise Refused("ids that do not read", place=section.words_place, value=section.prose)
    return (section.name,)


def _table(table: Table, section: Section, sections: Sequence[Section]) -> Iterator[Told]:
    """Under `section`, of whose model all `sections` speak."""
    about = _about(section, sections)
    paid = [(name, found) for name in table.header if (found := _PAID.fullmatch(spelling.meaning(name)))]
    if len(paid) != 1:
        raise Refused("a header that does not say dollars per what", place=table.place, value=table.words)
    column, per = paid[0][0], paid[0][1]["per"]
    under = Place(_ids(about[0]), TIERS.get(section.name), per, "", table.place)
    read = partial(_row, under=under, column=column, footnotes=" ".join(each.prose for each in about))
    yield from replace(table, notes=_unread_notes(about)).read(read, expect=("", "Free Tier", column))


def _unread_notes(about: Sequence[Section]) -> str:
    """What is said of a model, a footnote a line, without the footnotes that leave an amount what it is."""
    first, *notes = re.split(r"(?<!\S)(\*+) ", "\n".join(each.prose for each in about))
    known = ("of the known ones" if _is_known(note) else note for note in notes[1::2])
    return "\n".join([first, *(f"{mark} {note}" for mark, note in zip(notes[::2], known, strict=True))])


def _is_known(note: str) -> bool:
    return bool(_NOTES.match(note)) and not spelling.prints_money(_FOOTNOTES.sub("", note))


def _row(row: Row, *, under: Place, column: str, footnotes: str) -> Iterator[Told]:
    label = spelling.called(row.pop(""), _ROWS)
    place = replace(under, label=label, locator=f"{row.place}, {label}")
    yield LeftOut(row.place, label if label in IGNORES else "Not available")  # counts only where it is not read
    if place.per in PIECES and (named := re.fullmatch(PIECES[place.per][1], label)):
        place = replace(place, ids=(_called(named["name"] or "Standard", place),))
    elif place.per in PIECES or label not in (*TOKEN_ROWS, *GROUNDING_ROWS):
        if spelling.prints_money(f"{row['Free Tier']} {row[column]}"):
            raise Refused("a price in a row nobody reads", place=place.locator, value=row[column])
        if label not in IGNORES:
            yield LeftOut(row.place, "rows and tables without a price")
        return
    for subject in place.ids:
        cells, of_one = Row(row, row.place, row.table), replace(place, ids=(subject,))
        yield from cells.cell(column, partial(_paid_prices, place=of_one, footnotes=footnotes), subject=subject)
        yield from cells.cell("Free Tier", partial(_free_prices, place=of_one), subject=subject)


def _free_prices(printed: str, _: str, place: Place) -> Iterator[Observation]:
    if place.label in GROUNDING_ROWS:
        if spelling.prints_money(printed):
            raise Refused("a price of an allowance", place=place.locator, value=printed)
    elif place.per in PIECES:
        yield from _free_price(PIECES[place.per][0], place.per, printed, place)
    else:
        meter = TOKEN_ROWS[place.label]
        yield from _free_price(meter, "mtok_hour" if meter == "cache_storage" else "mtok", printed, place)


def _paid_prices(printed: str, _: str, place: Place, footnotes: str) -> Iterator[Observation]:
    if place.per in PIECES:
        yield from _piece_prices(printed, place)
    elif place.label in GROUNDING_ROWS:
        yield from _grounding_prices(GROUNDING_ROWS[place.label], printed, place)
    else:
        yield from _token_prices(TOKEN_ROWS[place.label], printed, place)
        yield from _image_rate(printed, footnotes, place) if place.label == "Output price" else ()


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
    if spelling.called(printed, (FREE,)) == FREE:
        yield from place.price(meter, printed, Decimal(0), unit, quota="free")
    elif printed not in ABSENT:
        raise Refused("neither free of charge nor not available", place=place.locator, value=printed)


def _grounding_prices(row: str, printed: str, place: Place) -> Iterator[Observation]:
    if printed in ABSENT:
        return
    read = _GROUNDING.fullmatch(printed)
    amount, words = _money(read["price"], place) if read else (None, "")
    if not read or amount is None or words:
        raise Refused("a price of grounding that does not read", place=place.locator, value=printed)
    yield from place.price(row, printed, amount, SEARCHES[read["what"]])


def _piece_prices(printed: str, place: Place) -> Iterator[Observation]:
    meter, _, after = PIECES[place.per]
    for piece in _pieces(printed, place):
        amount, words = _money(piece, place)
        read = re.fullmatch(after, words)
        if not read:
            raise Refused("words after an amount that do not read", place=place.locator, value=piece)
        sizes = read.groupdict().get("sizes")
        for size in sizes.split(" and ") if sizes else [None]:
            yield from place.price(meter, piece, amount, place.per, resolution=size)


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
