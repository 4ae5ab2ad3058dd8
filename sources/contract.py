"""The contract every source keeps: `Source`, `Document`, `Observation`, and the account of a document's rows.

A parser is a pure function ``parse(document) -> Iterator[Told]``: no clock, no I/O, no pandas. It gives the printed
words and the reading side by side; a part it cannot vouch for is a `Doubt`, and where everything is doubtful it raises
`Refused` and the document is set aside whole. Where it is stored, or which model a subject is, is not known here.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import wraps
from itertools import pairwise
from os.path import commonprefix
from typing import Any, Final, TypeAlias, TypeVar, cast

import msgspec

from sources import cycles
from sources.doubts import EVERYWHERE as EVERYWHERE
from sources.doubts import TROUBLE, Remark
from sources.doubts import Doubt as Doubt
from sources.doubts import Refused as Refused
from sources.readers import structured
from sources.vocabulary import CAPABILITIES as CAPABILITIES
from sources.vocabulary import CONDITION_KEYS as CONDITION_KEYS
from sources.vocabulary import CROSS_REFERENCES as CROSS_REFERENCES
from sources.vocabulary import DIRECTORY_FIELDS as DIRECTORY_FIELDS
from sources.vocabulary import METERS as METERS
from sources.vocabulary import MODEL_FIELDS as MODEL_FIELDS
from sources.vocabulary import OFFER_FIELDS as OFFER_FIELDS
from sources.vocabulary import PRICE_STATUSES as PRICE_STATUSES
from sources.vocabulary import PRODUCT_TYPES as PRODUCT_TYPES
from sources.vocabulary import Authority as Authority
from sources.vocabulary import Kind as Kind
from sources.vocabulary import Media as Media

Value: TypeAlias = str | int | Decimal | bool | date | tuple[str, ...]

_ATTRIBUTES = (
    MODEL_FIELDS
    | OFFER_FIELDS
    | CROSS_REFERENCES
    | {f"price/{meter}" for meter in METERS}
    | {f"capability/{name}" for name in CAPABILITIES}
    | {f"{directory}/{name}" for directory in ("lab", "provider") for name in DIRECTORY_FIELDS}
)
"""What may be said of something; besides these ``benchmark/<benchmark_id>``, whatever the benchmark."""

_MAY_HOLD_ANY_TEXT = (str, tuple)
_PRICE = "price/"


def condition(**parts: str | int | date | None) -> str:
    """The canonical spelling of a condition: ``key=value`` pairs sorted and joined by ``; `` (``""`` when plain).

    Keys whose value is None are left out. Raises `Refused` for a key outside `CONDITION_KEYS`.
    """
    for key in parts:
        if key not in CONDITION_KEYS:
            raise Refused("a condition key outside the vocabulary", value=key)
    kept = []
    for key, value in parts.items():
        if value is not None:
            words = str(value)
            if not words or ";" in words or "=" in words:
                raise Refused("a condition value that cannot be written canonically", place=key, value=words)
            kept.append(f"{key}={words}")
    return "; ".join(sorted(kept))


class Observation(msgspec.Struct, frozen=True, gc=False):  # a night makes hundreds of thousands
    """One thing one page says: the printed words and the reading side by side.

    subject     the name exactly as printed; ``host/id`` only where one document lists several hosts
    attribute   a field of `MODEL_FIELDS` / `OFFER_FIELDS` / `CROSS_REFERENCES`, ``capability/<name>``,
                ``price/<meter>``, ``benchmark/<benchmark_id>``, ``lab/<field>`` or ``provider/<field>``
    printed     the words on the page, verbatim
    value       the reading. Days may be ISO dates, or ``YYYY-MM`` / ``YYYY`` text where the page says no more
    unit        of a price ``usd/mtok``, ``cny/mtok``, ``usd/image``…; of a score ``percent``, ``elo``…; else ""
    condition   canonical pairs, see `condition`
    locator     where on the page a person finds the words
    host        the seller as the source spells it, where the document lists several; else ""
    reviewed_on the day the source itself says it last checked this fact, where it says one
    url         the page the source cites for this fact, where it cites one (curated facts always do)
    """

    subject: str
    attribute: str
    printed: str
    value: Value
    locator: str
    unit: str = ""
    condition: str = ""
    host: str = ""
    reviewed_on: date | None = None
    url: str = ""

    def __post_init__(self) -> None:
        if not self.subject.strip():
            raise Refused("an observation without a subject", place=self.locator, value=self.printed)
        try:
            text = self.text if isinstance(self.value, _MAY_HOLD_ANY_TEXT) else ""
            f"{self.subject}{self.printed}{self.locator}{self.host}{text}".encode()
        except UnicodeEncodeError as error:
            raise Refused("text that is no text (a lone surrogate)", place=ascii(self.locator)) from error
        if self.attribute not in _ATTRIBUTES and self.attribute.removeprefix("benchmark/") in ("", self.attribute):
            raise Refused("an attribute outside the vocabulary", place=self.locator, value=self.attribute)
        if isinstance(self.value, float):
            raise Refused("a float where an exact number is due", place=self.locator, value=self.value)
        if self.attribute.startswith(_PRICE):
            if not isinstance(self.value, Decimal) or not self.value.is_finite() or self.value < 0:
                raise Refused(
                    "a price that is not a finite, non-negative Decimal", place=self.locator, value=self.value
                )
            currency, _, per = self.unit.partition("/")
            if len(currency) != 3 or not per:
                raise Refused("a price without currency and unit", place=self.locator, value=self.unit)

    @property
    def slot(self) -> tuple[str, ...]:
        """What is spoken of, whatever is said of it."""
        return self.subject, self.host, self.attribute, self.condition, self.unit

    @property
    def text(self) -> str:
        """The value in its one stored spelling: plain decimals, ISO days, ``true``/``false``, comma-joined lists."""
        value = self.value
        if isinstance(value, str):
            return str(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            plain = f"{value or abs(value):f}"
            return (plain.rstrip("0").rstrip(".") or "0") if "." in plain else plain
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, tuple):
            return ",".join(value)
        return str(value)

    @property
    def is_price(self) -> bool:
        return self.attribute.startswith(_PRICE)


@dataclass(frozen=True)
class Listing:
    """One thing that a JSON document lists: under which name, and at which host where it lists several."""

    subject: str
    host: str = ""

    def says(
        self, attribute: str, value: Value, printed: Any, place: str, unit: str = "", when: str = ""
    ) -> Observation:
        """An observation of it, printed as the document prints the JSON value."""
        return Observation(self.subject, attribute, structured.json_words(printed), value, place, unit, when, self.host)


Made = TypeVar("Made")


@dataclass(frozen=True)
class Document:
    """One recorded body and the address it came from; what a parser reads.

    What is made of it `once` is shared by all who read it, so nobody may alter that.
    """

    url: str
    body: bytes
    _made: dict[Callable[["Document"], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The body as UTF-8 text (a byte-order mark is dropped). Raises `Refused` when it is not UTF-8."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused("the body is not UTF-8", place=f"byte {error.start}", value=self.body[:40]) from None

    def json(self) -> Any:
        """The body as JSON, numbers with a point or exponent as Decimal. Raises `Refused` on anything else."""
        return self._json(structured.exact_json)

    def json_with_oddities(self) -> Any:
        """The same, but a repeated key or a ``NaN`` is a `structured.Odd` value where it stands: for `each_entry`.

        Loaded `once`.
        """
        return _json_with_oddities(self)

    def _json(self, read: Callable[[str], Any]) -> Any:
        try:
            return read(self.text)
        except (ValueError, RecursionError) as error:
            raise Refused("the body is not the JSON it should be", place=str(error), value=self.text[:60]) from None


def once(make: Callable[[Document], Made]) -> Callable[[Document], Made]:
    """Makes something of a document when it is first asked for, and keeps it as long as the document is there.

    So a page is loaded once, for what it says and for the rows it offers.
    """

    @wraps(make)
    def made(document: Document) -> Made:
        if make not in document._made:
            document._made[make] = make(document)
        return cast(Made, document._made[make])

    return made


@once
def _json_with_oddities(document: Document) -> Any:
    return document._json(structured.json_with_oddities)


@dataclass(frozen=True)
class Packaged:
    """Data that ships inside an installed package or this project: read with no network.

    checked_on is the day the package says its data was checked, else its release day; None where every observation
    says its own.
    """

    url: str
    body: bytes
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a document that its parser reads past on purpose.

    place   the row's place, one of those that the source's `offers` lists
    why     a key of the source's `ignores`
    """

    place: str
    why: str


Told: TypeAlias = Observation | LeftOut | Doubt | Remark
"""What a parser yields."""

Parser: TypeAlias = Callable[[Document], Iterable[Told]]

_CURRENCY = re.compile(r"[$¥￥元]")
"""What a page that sells for dollars or yuan prints somewhere."""

WHOLE: Final = ("",)
"""The rows of a document that is about one thing: itself."""


@dataclass(frozen=True)
class Account:
    """What became of the rows a document offers; a row is an entry, a line of a table, a card, or the whole document.

    offered      how many rows the document has, counted apart from the reading of them
    read         how many of them gave an observation and no doubt
    left_out     reason (a key of ``ignores``) → how many rows were left out for it
    in_doubt     how many rows hold something that is in doubt, whatever else of them was read
    in_doubt_whole  how many of these because their table or section is in doubt
    unexplained  places that were offered and neither read, left out nor doubted, and places that were read or left out
                 and not offered; empty where the parser has its page in hand
    """

    offered: int
    read: int
    left_out: Mapping[str, int]
    in_doubt: int
    in_doubt_whole: int
    unexplained: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """What one document says (exact repeats dropped), what is in doubt, the account of its rows, what looked odd."""

    observations: list[Observation]
    doubts: tuple[Doubt, ...]
    account: Account
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One place that says things about models, declared whole in one module.

    rows          (floor, ceiling) of distinct subjects in one document: under the floor the document is refused
                  whole, over the ceiling it is read with a warning
    most_doubted  the largest share of a document's facts that several doubts may cover; with more it is refused whole
    most_gone     the largest share of what stood that a new reading may say nothing of; with more it is held whole
    media_of      the media of an address that differs from `media`
    seller        the provider whose offers a single-seller document lists (``"anthropic"``); "" where `host` says it
    gateway       the gateway through which a document's hosts are bought (``"openrouter"``); "" where bought directly
    discovers     further addresses, from the observations of the sources named in `discovers_from`
    packaged      data available with no network; a source may have both addresses and packaged data
    offers        the place of every row a document has, found without the parser; the locators of what the parser
                  reads in a row begin with its place
    ignores       what the page offers and this parser deliberately leaves out, each with the reason
    copies        sources whose words this one repeats, so that it never confirms them
    key_variable  the environment variable that holds its API key, where it needs one; `key_header` is how it is sent,
                  a header a line
    unproven      built from documentation, no recorded document has been read yet
    """

    id: str
    publisher: str
    kind: Kind
    authority: Authority
    media: Media
    terms_url: str
    rows: tuple[int, int]
    parse: Parser
    offers: Callable[[Document], Iterable[str]]
    licence: str
    review_every_days: int = 1
    urls: tuple[str, ...] = ()
    media_of: Mapping[str, Media] = field(default_factory=dict)
    seller: str = ""
    gateway: str = ""
    discovers_from: tuple[str, ...] = ()
    discovers: Callable[[Iterable[Observation]], Iterable[str]] | None = None
    max_documents: int = 1
    packaged: Callable[[], Iterable[Packaged]] | None = None
    ignores: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[str, ...] = ()
    key_variable: str = ""
    key_header: str = "Authorization: Bearer {key}"
    max_bytes: int = 32_000_000
    most_doubted: float = 0.5
    most_gone: float = 0.6
    unproven: bool = False

    def observations(self, document: Document) -> Iterator[Observation]:
        """What the parser says of a document, repeats and all; whatever it raises comes through."""
        return (each for each in self.parse(document) if isinstance(each, Observation))

    @cycles.paused()
    def read(self, document: Document) -> Contents:
        """All that one document says, what of it is in doubt, and what became of its rows.

        Raises `Refused` (with this source's id) when the parser refuses, finds fewer subjects than the floor, or doubts
        a larger share of the document than the source declares.
        """
        try:
            told = list(self.parse(document))
            said = [each for each in told if isinstance(each, Observation)]
            doubts = [each for each in told if isinstance(each, Doubt)]
            found, contradicted = _uncontradicted(*_unrepeated(said), doubts)
            doubts += contradicted
            passed = {each.place: each.why for each in told if isinstance(each, LeftOut)}
            account = _account(list(self.offers(document)), said, passed, doubts)
        except Refused as refusal:
            refusal.source_id = self.id
            raise
        except TROUBLE as error:
            raise Refused(
                f"the parser could not read the document ({type(error).__name__})", value=error, source_id=self.id
            ) from error
        opening = document.body[:60].decode("utf-8-sig", "backslashreplace")
        subjects = len({observation.subject for observation in found})
        floor, ceiling = self.rows
        unread = account.in_doubt_whole + sum(each.part in ("row", "entry") for each in doubts)
        if subjects + unread < floor or not found:
            raise Refused(
                f"{subjects} subjects, fewer than the floor of {floor}{_with(doubts)}", value=opening, source_id=self.id
            )
        prices = any(each.is_price for each in found)
        if self.kind == "pricing_doc" and doubts and not prices and not _CURRENCY.search(document.text):
            raise Refused(f"no price of it is in dollars or yuan{_with(doubts)}", value=opening, source_id=self.id)
        # One doubt, however much it covers, is trouble at one place; only several say that the page is another one.
        if len(doubts) > 1 and (share := _share_in_doubt(len(found), doubts, account)) > self.most_doubted:
            raise Refused(
                f"{share:.0%} of the document is in doubt, more than the {self.most_doubted:.0%} this source may doubt"
                f"{_with(doubts)}",
                value=opening,
                source_id=self.id,
            )
        warnings = [f"{each.words!r} at {each.place} was read past" for each in told if isinstance(each, Remark)]
        if subjects > ceiling:
            warnings.append(f"{subjects} subjects, more than the ceiling of {ceiling}")
        if account.unexplained:
            warnings.append(
                f"{len(account.unexplained)} rows nobody accounts for, the first at {account.unexplained[0]}"
            )
        return Contents(found, tuple(doubts), account, tuple(warnings))


Slot: TypeAlias = tuple[str, ...]


def _unrepeated(told: list[Observation]) -> tuple[list[Observation], dict[Slot, set[str]]]:
    """What is said, exact repeats dropped; and of what is spoken of more than once, all that is said of it."""
    if len({hash(each.slot) for each in told}) == len(told):
        return told, {}
    found: list[Observation] = []
    first: dict[Slot, Observation] = {}
    again: dict[Slot, set[str]] = {}
    for each in told:
        slot = each.slot
        if slot in first:
            said = again.setdefault(slot, {first[slot].text})
            if (text := each.text) in said:
                continue
            said.add(text)
        else:
            first[slot] = each
        found.append(each)
    return found, again


def _uncontradicted(
    found: list[Observation], again: Mapping[Slot, set[str]], doubts: Iterable[Doubt]
) -> tuple[list[Observation], list[Doubt]]:
    """What a document says without contradicting itself, and a doubt about every price that it contradicts.

    A price printed twice with two amounts is neither. ``1,250`` is twelve hundred and fifty unless the same document
    writes a decimal comma somewhere, or prices nothing else at a tenth of that per the same unit.
    """
    rivals = {slot: amounts for slot, amounts in again.items() if len(amounts) > 1}
    prices = [each for each in found if each.attribute.startswith(_PRICE)]
    if not rivals and not any("," in each.printed for each in prices):
        return found, []
    of_unit: dict[str, list[Decimal]] = {}
    for each in prices:
        assert isinstance(each.value, Decimal)
        of_unit.setdefault(each.unit, []).append(each.value)
    has_decimal_comma = any(re.search(r"(?<![0-9.,])[0-9]+,[0-9]{1,2}(?![0-9,])", each.words) for each in doubts)
    contradicted: dict[int, Doubt] = {}
    for each in prices:
        if amounts := rivals.get(each.slot):
            reason = f"one thing priced {len(amounts)} times: {', '.join(sorted(amounts))}"
        elif has_decimal_comma and re.match(r"[^0-9]*[0-9]{1,3},[0-9]{3}", each.printed):
            reason = "a comma that groups thousands here and begins decimals elsewhere in the document"
        elif _is_alone_so_large(each, of_unit[each.unit]):
            reason = "a comma that may begin decimals: nothing else per this unit costs a tenth of that"
        else:
            continue
        contradicted[id(each)] = Doubt(
            "cell", each.locator, each.printed, reason, each.subject, each.attribute, EVERYWHERE
        )
    return [each for each in found if id(each) not in contradicted], list(contradicted.values())


_ONE_COMMA = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}(?![0-9.,])")


def _is_alone_so_large(each: Observation, amounts: Sequence[Decimal]) -> bool:
    """Whether a price has only a comma to say that it is in thousands, beside other prices of a tenth at most."""
    if not isinstance(each.value, Decimal) or each.value < 1000 or not _ONE_COMMA.search(each.printed):
        return False
    others = [amount for amount in amounts if amount != each.value]
    return bool(others) and max(others) * 10 < each.value


def _with(doubts: Sequence[Doubt]) -> str:
    """The first doubt in words, for whoever has to mend a document that was refused for its doubts."""
    return f" ({len(doubts)} parts in doubt, the first at {doubts[0].place}: {doubts[0].reason})" if doubts else ""


def _share_in_doubt(said: int, doubts: Iterable[Doubt], account: Account) -> float:
    """How much of a document is in doubt: a cell counts as one fact, a row as many as a row has that was read."""
    a_row = max(said / max(account.read, 1), 1.0)
    held = sum(1.0 if each.part == "cell" else a_row for each in doubts if each.part not in ("table", "section"))
    held += a_row * account.in_doubt_whole
    return held / (held + said) if held else 0.0


def _account(
    offered: list[str], said: Iterable[Observation], passed: Mapping[str, str], doubts: Iterable[Doubt]
) -> Account:
    rows = set(offered)
    if len(rows) != len(offered):
        raise ValueError(f"two rows at one place: {Counter(offered).most_common(1)[0][0]}")
    in_order = sorted(rows)
    read, stray = _rows_of((each.locator for each in said), in_order)
    doubted, whole = set[str](), set[str]()
    for each in doubts:
        row = _row_of(each.place, in_order)
        doubted |= {row} if row is not None else set()
        if each.part in ("table", "section"):
            whole |= {place for place in rows if each.covers(place)}
    doubted |= whole
    read -= doubted
    left_out = {place: why for place, why in passed.items() if place not in read and place not in doubted}
    stray |= left_out.keys() - rows
    return Account(
        offered=len(rows),
        read=len(read),
        left_out=dict(sorted(Counter(why for place, why in left_out.items() if place in rows).items())),
        in_doubt=len(doubted),
        in_doubt_whole=len(whole),
        unexplained=tuple(sorted((rows - read - left_out.keys() - doubted) | stray)),
    )


def _rows_of(locators: Iterable[str], rows: Sequence[str]) -> tuple[set[str], set[str]]:
    """Those of `rows`, in order, that locators lie in, and the locators that lie in none."""
    hold_others = {row for row, after in pairwise(rows) if after.startswith(row)}
    found, stray = set[str](), set[str]()
    row: str | None = None
    for locator in locators:
        # most lie in the same row as the one before, and where that holds no other, in none that is longer
        if row is None or not locator.startswith(row) or locator[len(row) - 1 : len(row) + 1].isalnum():
            row = _row_of(locator, rows)
            if row is None:
                stray.add(locator)
                continue
            found.add(row)
            if row in hold_others:
                row = None
    return found, stray


def _row_of(locator: str, rows: Sequence[str]) -> str | None:
    """The longest place in `rows`, in order, that a locator begins with, cut only where a word or a number ends."""
    begins = locator
    while at := bisect_right(rows, begins):
        # every row that `begins` begins with is the one before it in order, or one that this begins with too
        row = rows[at - 1]
        if not begins.startswith(row):
            begins = commonprefix((begins, row))  # noqa: RUF071  of any text, these are no paths
        elif not row or row == locator or not locator[len(row) - 1 : len(row) + 1].isalnum():
            return row
        else:
            begins = row[:-1]
    return None
