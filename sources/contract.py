"""The contract every source keeps: `Source`, `Document`, `Observation`, and the one way to refuse a page.

A parser is a pure function ``parse(document) -> Iterator[Observation]``: no clock, no I/O, no pandas. It gives the
printed words and the reading side by side, or it raises `Refused` and the document is set aside whole.
Nothing here knows where documents are stored or which model a subject is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from sources import documents

Kind = Literal["catalogue", "pricing_doc", "model_card", "model_list", "benchmark", "reference"]
Authority = Literal["maker", "host", "gateway", "community", "curated"]
Media = Literal["json", "yaml", "markdown", "html", "csv", "zip", "gzip"]
Value: TypeAlias = str | int | Decimal | bool | date | tuple[str, ...]

CAPABILITIES = (
    "vision",
    "multimodal",
    "reasoning",
    "function_calling",
    "tool_use",
    "structured_outputs",
    "code_execution",
    "ide_integration",
    "computer_use",
    "parallel_agents",
)

PRODUCT_TYPES = (
    "chat",
    "reasoning",
    "coding",
    "embedding",
    "reranker",
    "safety_classifier",
    "reward",
    "base",
    "image",
    "speech",
    "video",
    "router",
    "agent",
    "ocr",
    "search",
    "translation",
    "music",
)
"""What kind of product a model is."""

MODEL_FIELDS = frozenset(
    {
        "name",
        "lab",
        "family",
        "product_type",
        "status",
        "released_on",
        "deprecated_on",
        "shutdown_on",
        "knowledge_cutoff_on",
        "training_cutoff_on",
        "context_tokens",
        "max_output_tokens",
        "parameters",
        "active_parameters",
        "architecture",
        "license_id",
        "open_weights",
        "input_modalities",
        "output_modalities",
        "languages",
    }
)
"""Attributes that are columns of ``core.models``."""

OFFER_FIELDS = frozenset({"price_status", "quantization", "region", "route_id", "max_input_tokens"})
"""Attributes that are columns of ``core.offers`` (which shares ``context_tokens`` and ``max_output_tokens``)."""

CROSS_REFERENCES = frozenset({"canonical_slug", "hugging_face_id", "alias_target", "base_model"})
"""Attributes by which one source names another spelling of the subject; evidence for identity, never an order."""

DIRECTORY_FIELDS = frozenset({"name", "kind", "lab_id", "homepage_url", "pricing_url"})
"""What ``lab/<field>`` and ``provider/<field>`` say: columns of ``core.labs`` and ``core.providers``, by id."""

PRICE_STATUSES = ("priced", "free", "plan", "dynamic", "non_token", "unpriced")

_TEXT_METERS = ("input", "output", "cache_read", "cache_write", "cache_storage", "reasoning_output")
_MODALITIES = ("audio", "image", "video", "text", "pdf")
METERS = frozenset(
    {meter for base in _TEXT_METERS for meter in (base, *(f"{base}_{modality}" for modality in _MODALITIES))}
    | {
        "request",
        "web_search",
        "file_search",
        "image",
        "second",
        "minute",
        "hour",
        "page",
        "character",
        "pixel",
        "training",
        "training_hour",
        "tool_call",
        "code_execution",
        "session",
        "storage",
        "search_unit",
        "song",
        "step",
        "neuron",
        "guardrail_unit",
        "indexing",
        "data_capture",
        "google_maps",
        "citation",
        "instance",
        "video",
    }
)
"""What can be charged for; the unit beside it says per how much."""

CONDITION_KEYS = frozenset(
    {
        "cache_ttl",
        "context_from",
        "context_to",
        "output_from",
        "output_to",
        "tier_scope",
        "region",
        "service_tier",
        "utc_window",
        "utc_days",
        "effective_from",
        "effective_to",
        "quota",
        "resolution",
        "duration",
        "quality",
        "size",
        "mode",
        "variant",
        "effort",
        "tools",
        "harness",
        "shots",
        "dataset",
        "metric",
        "version",
        "label",
        "data_sharing",
        "tuning",
        "audience",
        "memory",
        "search_context",
        "date",
        "reported_by",
    }
)


class Refused(Exception):
    """A document, or a part of it, that does not read as its parser expects.

    Carries what a person needs to mend it: the source, the place in the document and the value seen there.
    """

    def __init__(self, reason: str, *, place: str = "", value: object = "", source_id: str = "") -> None:
        self.reason, self.place, self.source_id = reason, place, source_id
        self.value = str(value)[:200]
        super().__init__(reason)

    def __str__(self) -> str:
        parts = [self.source_id, self.reason]
        if self.place:
            parts.append(f"at {self.place}")
        if self.value:
            parts.append(f"saw {self.value!r}")
        return ": ".join(part for part in parts if part)


def condition(**parts: str | int | date | None) -> str:
    """The canonical spelling of a condition: ``key=value`` pairs sorted and joined by ``; `` (``""`` when plain).

    Keys whose value is None are left out. Raises `Refused` for a key outside `CONDITION_KEYS`.
    """
    for key in parts:
        if key not in CONDITION_KEYS:
            raise Refused("a condition key outside the vocabulary", value=key)
    kept = {key: str(value) for key, value in parts.items() if value is not None}
    for key, value in kept.items():
        if not value or ";" in value or "=" in value:
            raise Refused("a condition value that cannot be written canonically", place=key, value=value)
    return "; ".join(f"{key}={kept[key]}" for key in sorted(kept))


@dataclass(frozen=True, slots=True)
class Observation:
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
            f"{self.subject}{self.printed}{self.text}{self.locator}{self.host}".encode()
        except UnicodeEncodeError as error:
            raise Refused("text that is no text (a lone surrogate)", place=ascii(self.locator)) from error
        head, _, tail = self.attribute.partition("/")
        known = (
            (head == "price" and tail in METERS)
            or (head == "capability" and tail in CAPABILITIES)
            or (head == "benchmark" and bool(tail))
            or (head in ("lab", "provider") and tail in DIRECTORY_FIELDS)
            or self.attribute in MODEL_FIELDS | OFFER_FIELDS | CROSS_REFERENCES
        )
        if not known:
            raise Refused("an attribute outside the vocabulary", place=self.locator, value=self.attribute)
        if isinstance(self.value, float):
            raise Refused("a float where an exact number is due", place=self.locator, value=self.value)
        if head == "price":
            if not isinstance(self.value, Decimal) or not self.value.is_finite() or self.value < 0:
                raise Refused(
                    "a price that is not a finite, non-negative Decimal", place=self.locator, value=self.value
                )
            currency, _, per = self.unit.partition("/")
            if len(currency) != 3 or not per:
                raise Refused("a price without currency and unit", place=self.locator, value=self.unit)

    @property
    def text(self) -> str:
        """The value in its one stored spelling: plain decimals, ISO days, ``true``/``false``, comma-joined lists."""
        value = self.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            plain = f"{value:f}"
            return (plain.rstrip("0").rstrip(".") or "0") if "." in plain else plain
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, tuple):
            return ",".join(value)
        return str(value)

    @property
    def is_price(self) -> bool:
        return self.attribute.startswith("price/")


@dataclass(frozen=True)
class Document:
    """One recorded body and the address it came from; what a parser reads."""

    url: str
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8 text (a byte-order mark is dropped). Raises `Refused` when it is not UTF-8."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused("the body is not UTF-8", place=f"byte {error.start}", value=self.body[:40]) from None

    def json(self) -> Any:
        """The body as JSON, numbers with a point or exponent as Decimal. Raises `Refused` on anything else."""
        try:
            return documents.exact_json(self.text)
        except ValueError as error:
            raise Refused("the body is not the JSON it should be", place=str(error), value=self.text[:60]) from None


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


Parser: TypeAlias = Callable[[Document], Iterable[Observation | LeftOut]]

WHOLE: Final = ("",)
"""The rows of a document that is about one thing: itself."""


@dataclass(frozen=True)
class Account:
    """What became of the rows a document offers; a row is an entry, a line of a table, a card, or the whole document.

    offered      how many rows the document has, counted apart from the reading of them
    read         how many of them gave an observation
    left_out     reason (a key of ``ignores``) → how many rows were left out for it
    unexplained  places that were offered and neither read nor left out, and places that were read or left out and
                 not offered; empty where the parser has its page in hand
    """

    offered: int
    read: int
    left_out: Mapping[str, int]
    unexplained: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """What one document says: its observations (exact repeats dropped), the account of its rows, what looked odd."""

    observations: list[Observation]
    account: Account
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One place that says things about models, declared whole in one module.

    rows          (floor, ceiling) of distinct subjects in one document: under the floor the document is refused
                  whole, over the ceiling it is read with a warning
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
    unproven: bool = False

    def observations(self, document: Document) -> Iterator[Observation]:
        """What the parser says of a document, repeats and all; whatever it raises comes through."""
        return (each for each in self.parse(document) if isinstance(each, Observation))

    def read(self, document: Document) -> Contents:
        """All that one document says, and what became of its rows.

        Raises `Refused` (with this source's id) when the parser refuses, or finds fewer subjects than the floor.
        """
        try:
            said = list(self.parse(document))
            account = _account(list(self.offers(document)), said)
            found = list(_unrepeated(each for each in said if isinstance(each, Observation)))
        except Refused as refusal:
            refusal.source_id = self.id
            raise
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
            raise Refused(
                f"the parser could not read the document ({type(error).__name__})", value=error, source_id=self.id
            ) from error
        subjects = len({observation.subject for observation in found})
        floor, ceiling = self.rows
        if subjects < floor:
            opening = document.body[:60].decode("utf-8-sig", "backslashreplace")
            raise Refused(f"{subjects} subjects, fewer than the floor of {floor}", value=opening, source_id=self.id)
        warnings = []
        if subjects > ceiling:
            warnings.append(f"{subjects} subjects, more than the ceiling of {ceiling}")
        if account.unexplained:
            warnings.append(
                f"{len(account.unexplained)} rows nobody accounts for, the first at {account.unexplained[0]}"
            )
        return Contents(found, account, tuple(warnings))


def _unrepeated(observations: Iterable[Observation]) -> Iterator[Observation]:
    seen: set[tuple[str, ...]] = set()
    for each in observations:
        key = (each.subject, each.host, each.attribute, each.condition, each.unit, each.text)
        if key not in seen:
            seen.add(key)
            yield each


def _account(offered: list[str], said: Iterable[Observation | LeftOut]) -> Account:
    rows = set(offered)
    if len(rows) != len(offered):
        raise ValueError(f"two rows at one place: {Counter(offered).most_common(1)[0][0]}")
    locators, passed = set(), {}
    for each in said:
        if isinstance(each, Observation):
            locators.add(each.locator)
        else:
            passed[each.place] = each.why
    row_of = {locator: _row_of(locator, rows) for locator in locators}
    read = {row for row in row_of.values() if row is not None}
    left_out = {place: why for place, why in passed.items() if place not in read}
    stray = {locator for locator, row in row_of.items() if row is None} | (left_out.keys() - rows)
    return Account(
        offered=len(rows),
        read=len(read),
        left_out=dict(sorted(Counter(why for place, why in left_out.items() if place in rows).items())),
        unexplained=tuple(sorted((rows - read - left_out.keys()) | stray)),
    )


def _row_of(locator: str, rows: set[str]) -> str | None:
    """The longest place in `rows` that a locator begins with, cut only where a word or a number ends."""
    ends = (
        end for end in range(len(locator), 0, -1) if not locator[end - 1 : end + 1].isalnum() or end == len(locator)
    )
    return next((locator[:end] for end in ends if locator[:end] in rows), "" if "" in rows else None)
