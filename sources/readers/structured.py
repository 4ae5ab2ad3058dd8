"""Readers of structured documents: exact JSON and YAML, and their entries, each of which may be in doubt alone.

A JSON number is never a float; a repeated key or a ``NaN`` spoils the entry it stands in and no other. Belongs here:
how entries are found, placed and held back. Does not: what their keys mean.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakSet

import yaml

from sources.doubts import TROUBLE, Doubt, Refused, Said, attempt, doubt
from sources.readers.remembered import remembered


def exact_json(text: str) -> Any:
    """JSON with exact numbers: ints stay ints, the rest become Decimal. ValueError on repeated keys and NaN."""
    return json.loads(text, parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_unique)


class _SpeltDecimal(Decimal):
    """A Decimal that keeps its spelling, since ``str(Decimal("2.5e-06"))`` is ``0.0000025``."""

    __slots__ = ("spelling",)

    spelling: str

    def __new__(cls, text: str) -> "_SpeltDecimal":
        number = super().__new__(cls, text)
        number.spelling = text
        return number


MOST_PLACES = 100
"""Places before or behind the point of a number that is one: ``1e999999999`` would take a gigabyte to write out."""


def _number(text: str) -> _SpeltDecimal:
    number = _SpeltDecimal(text)
    if abs(number.adjusted()) > MOST_PLACES:
        raise ValueError(f"{text[:40]} is no number of anything")
    return number


@remembered(16_384)  # a price list prints few prices many times
def _number_or_odd(text: str) -> "_SpeltDecimal | Odd":
    try:
        return _number(text)
    except ValueError as error:
        return Odd(str(error))


def json_words(value: Any) -> str:
    """A value of `exact_json` as the document prints it; the items of a list joined by ``, ``."""
    if isinstance(value, str):
        return value
    if isinstance(value, _SpeltDecimal):
        return value.spelling
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return ", ".join(map(json_words, value))
    return json.dumps(value)


_MONEY_WORDS = frozenset(["cost", "costs", "price", "prices", "pricing", "rate", "rates", "fee", "fees", "multiplier"])


def money_keys(node: Any) -> list[str]:
    """The keys anywhere in a JSON value that speak of money (``input_cost_per_token``), in order of appearance."""
    if isinstance(node, list):
        return [key for each in node for key in money_keys(each)]
    if not isinstance(node, dict):
        return []
    keys: list[str] = []
    for key, each in node.items():
        if _speaks_of_money(key):
            keys.append(key)
        if isinstance(each, _NESTS):
            keys += money_keys(each)
    return keys


_NESTS = (dict, list)


@remembered(4096)  # a document has few keys, and every entry has them
def _speaks_of_money(key: str) -> bool:
    return not _MONEY_WORDS.isdisjoint(key.lower().split("_"))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise ValueError(f"repeated key {next(name for name, count in counts.items() if count > 1)!r}")
    return built


class Odd:
    """What stands in a JSON document where no exact value can: a key that is repeated, a number that is none."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        _ODD.add(self)

    def __repr__(self) -> str:
        return f"<{self.reason}>"


_ODD: WeakSet[Odd] = WeakSet()
"""All there are: while there is none, none has to be looked for."""


def json_with_oddities(text: str) -> Any:
    """`exact_json`, but a repeated key and a ``NaN`` become an `Odd` value where they stand, and spoil nothing else."""
    return json.loads(
        text,
        parse_float=_number_or_odd,
        parse_constant=lambda name: Odd(f"{name} is not a number"),
        object_pairs_hook=_with_repeats,
    )


def _with_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        for name, count in Counter(name for name, _ in pairs).items():
            if count > 1:
                built[name] = Odd(f"{name!r} is said {count} times")
    return built


_HOLDS = frozenset((dict, list, Odd))


def _oddity(node: Any) -> str:
    """Why no exact value stands somewhere in a JSON value; "" where one stands everywhere."""
    pending = [node] if _ODD else []
    while pending:
        each = pending.pop()
        if isinstance(each, Odd):
            return each.reason
        inside = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        if not _HOLDS.isdisjoint(map(type, inside)):
            pending += [value for value in inside if type(value) in _HOLDS]
    return ""


class Found(NamedTuple):
    """A value found in a document: its place, the key or name it goes by there ("" where it has none), itself."""

    place: str
    key: str
    value: Any


class Entry(dict[str, Any]):
    """One entry of a JSON document. Take values with ``pop``, so what is left over can be accounted for."""

    __slots__ = ("key", "place")

    def __init__(self, values: dict[str, Any], place: str, key: str) -> None:
        super().__init__(values)
        self.place = place
        self.key = key

    def field(self, name: str, read: Callable[[Any, str], Iterable[Said]], *, at: str = "") -> Sequence[Said | Doubt]:
        """What `read(value, place)` says of a field, which is taken; nothing of a null, a doubt where it does not read.

        `at` is the field's place inside the entry where that is not its name.
        """
        if (value := self.pop(name, None)) is None:
            return ()
        place = f"{self.place}.{at or name}"
        try:
            return list(read(value, place))
        except TROUBLE as trouble:
            return [_of_field(trouble, place, value)]

    def states(
        self,
        name: str,
        attributes: Iterable[str],
        read: Callable[[Any], Any],
        says: Callable[[str, Any, Any, str], Said],
        *,
        at: str = "",
    ) -> Sequence[Said | Doubt]:
        """What a field states, as `says(attribute, value, printed, place)`; nothing where it reads as None or ""."""
        if (printed := self.pop(name, None)) is None:
            return ()
        place = f"{self.place}.{at or name}"
        try:
            if (value := read(printed)) is None or value in ("", ()):
                return ()
            return [says(attribute, value, printed, place) for attribute in attributes]
        except TROUBLE as trouble:
            return [_of_field(trouble, place, printed)]

    def unknown(self, known: Container[str]) -> Iterator[Doubt]:
        """A doubt about every field of prices that is none of `known`, which is taken; on it hangs what is gone.

        Refused where it may change what the others say.
        """
        for name in [name for name in self if name not in known]:
            place, value = f"{self.place}.{name}", self.pop(name)
            if restates_prices(name, value):
                raise Refused("something that may change the prices beside it", place=place, value=json_glimpse(value))
            yield doubt("a price we do not know", "cell", place, json_glimpse(value), within=(self.place,))

    def unread_prices(self, read_past: Container[str] = ()) -> Iterator[Doubt]:
        """A doubt about every field still there that speaks of money; on it hangs what is gone from the entry."""
        for name, value in self.items():
            if name not in read_past and money_keys({name: value}):
                place = f"{self.place}.{name}"
                yield doubt("a price we do not know", "cell", place, json_glimpse(value), within=(self.place,))


def _of_field(trouble: BaseException, place: str, value: Any) -> Doubt:
    return doubt(trouble, "cell", place, Glimpse(value), within=(place,))


def inside(node: Any, place: str) -> Entry:
    """An object that stands inside an entry, whose fields are taken one by one. ValueError where it is none."""
    if not isinstance(node, dict):
        raise ValueError(f"an object was expected, not {json_glimpse(node)}")
    return Entry(node, place, "")


_OF_ALL_PRICES = re.compile(
    r"currency|unit|scale|discount|factor|multipl|percent|promo|per_|_per\b|valid|until|date", re.IGNORECASE
)


def restates_prices(name: str, value: Any) -> bool:
    """Whether a field nobody knows may say what the amounts beside it are: in words, or by a name such as currency."""
    if value is None:
        return False
    if _OF_ALL_PRICES.search(name) or isinstance(value, bool):
        return True
    return isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", value)


def each_entry(
    entries: Iterable[Found], read: Callable[[Entry], Iterable[Said]], *, siblings: str = "", holding: str = ""
) -> Iterator[Said | Doubt]:
    """What `read` says of every one of the entries, or a doubt about an entry that is no object or cannot be read.

    On an entry in doubt hang the facts said before at its place; on one that has lost its name, whatever is gone from
    the places that contain `siblings`, the words all entries have in common. `holding` is the field whose entries
    `read` takes one by one in the same way: an oddity in there is theirs.
    """
    for place, key, node in entries:
        within = (siblings if siblings and not key else place,)
        glimpse = Glimpse(node)
        own = node
        if holding and isinstance(node, dict):
            own = {name: each for name, each in node.items() if name != holding}
        if (odd := _oddity(own)) or not isinstance(node, dict):
            yield doubt(odd or "an entry that is no object", "entry", place, glimpse, within=within)
        else:
            yield from attempt(partial(read, Entry(node, place, key)), "entry", place, glimpse, within=within)


def keyed(node: Any, path: str = "$") -> Iterator[Found]:
    """The entries of a JSON object, each at ``$['gpt-5.1']``."""
    if not isinstance(node, dict):
        raise ValueError(f"an object was expected, not {json_glimpse(node)}")
    return (Found(f"{path}[{key!r}]", key, each) for key, each in node.items())


_NAMES = (str, int)


def listed(node: Any, path: str, key: str = "id") -> Iterator[Found]:
    """The entries of a JSON list, each at ``data[id=gpt-5.1]``; one without a name of its own by its number.

    A place is told apart from an earlier one of the same name: ``data[id=gpt-5.1] #2``.
    """
    if not isinstance(node, list):
        raise ValueError(f"a list was expected at {path}, not {json_glimpse(node)}")
    seen: dict[str, int] = {}
    for number, each in enumerate(node):
        name = each.get(key) if isinstance(each, dict) else None
        name = str(name) if isinstance(name, _NAMES) else ""
        place = f"{path}[{key}={name}]" if name else f"{path}[{number}]"
        times = seen[place] = seen.get(place, 0) + 1
        yield Found(f"{place} #{times}" if times > 1 else place, name, each)


class Glimpse:
    """The beginning of a JSON value, found only where somebody asks for the words: most values are never in doubt."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def __str__(self) -> str:
        return json_glimpse(self.node)


def json_glimpse(node: Any) -> str:
    """The beginning of a JSON value as a person would quote it."""
    return node if isinstance(node, str) else json.dumps(node, ensure_ascii=False, default=_glimpsed)[:400]


def _glimpsed(node: Any) -> str:
    return node.reason if isinstance(node, Odd) else str(node)


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """A Markdown page's YAML front matter and the rest; ``({}, text)`` without one. ValueError where it is broken.

    Scalars that look like numbers, dates or booleans stay the text that is printed.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines or lines[0].strip() != "---":
        return {}, text
    for number, line in enumerate(lines[1:], 1):
        if line.strip() in ("---", "..."):
            try:
                loaded = exact_yaml("\n".join(lines[1:number]))
            except ValueError as error:
                raise ValueError(f"front matter is not YAML: {error}") from None
            if loaded is None:
                loaded = {}
            if not isinstance(loaded, dict):
                raise ValueError("front matter is not a mapping")
            return loaded, "\n".join(lines[number + 1 :])
    raise ValueError("front matter is never closed")


_DEEPEST = 100
_MOST_ALIASES = 100
"""A document that repeats itself more often may mean billions of values."""


class _PrintedScalars(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML whose plain scalars stay text, so ``no`` is Norwegian and ``1.10`` keeps its zero."""


_PrintedScalars.yaml_implicit_resolvers = {}


def _expect_bounded(text: str) -> None:
    """ValueError where YAML nests or repeats itself beyond what a document says; the loader would not survive it."""
    depth = aliases = 0
    for event in yaml.parse(text, Loader=_PrintedScalars):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > _DEEPEST or aliases > _MOST_ALIASES:
            raise ValueError(f"nested more than {_DEEPEST} deep, or more than {_MOST_ALIASES} aliases")


def exact_yaml(text: str) -> Any:
    """YAML whose plain scalars stay the printed text. ValueError where it is not YAML, or multiplies itself."""
    try:
        _expect_bounded(text)
        return yaml.load(text, Loader=_PrintedScalars)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {error}") from None
