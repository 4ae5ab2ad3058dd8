"""Edits of JSON and YAML: one price, one entry, one field, as lists that people edit by hand get them wrong."""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import yaml

from bench.drift.original import Hanging, Original, bumped
from bench.drift.readings import Edit, Key

Path: TypeAlias = tuple[str | int, ...]


class Written(str):
    """A scalar that is written as it stands: a number in its own spelling, or what is no JSON at all."""

    __slots__ = ()


class Twice(dict[str, Any]):
    """An object in which the last key is written a second time, with another value."""

    def __init__(self, entry: Mapping[str, Any], key: str, value: object) -> None:
        super().__init__(entry)
        self.again = (key, value)

    def items(self) -> Any:
        return [*super().items(), self.again]


def parsed(text: str, media: str) -> Any:
    """The tree of a document; its numbers are `Written`."""
    if media == "yaml":
        return _spelt(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506  gives text only
    return json.loads(text, parse_float=Written, parse_int=Written)


def _spelt(node: Any) -> Any:
    """Plain numbers of YAML, which come as text, as `Written`."""
    if isinstance(node, dict):
        return {key: _spelt(each) for key, each in node.items()}
    if isinstance(node, list):
        return [_spelt(each) for each in node]
    return Written(node) if re.fullmatch(r"-?\d+(\.\d+)?", node) else node


def written(node: Any, media: str) -> str:
    """The tree as a document."""
    if media == "yaml":
        return yaml.dump(_plain(node), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    text = json.dumps(_tagged(node), ensure_ascii=False, indent=1)
    return re.sub(r'"\uf8ff(.*?)\uf8ff"', lambda match: match[1].replace('\\"', '"'), text)


def _tagged(node: Any) -> Any:
    if isinstance(node, Twice):
        key, value = node.again
        return Twice({name: _tagged(each) for name, each in dict(node).items()}, key, _tagged(value))
    if isinstance(node, dict):
        return {name: _tagged(each) for name, each in node.items()}
    if isinstance(node, list):
        return [_tagged(each) for each in node]
    return f"\uf8ff{node}\uf8ff" if isinstance(node, Written) else node


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _plain(each) for name, each in dict(node).items()}
    if isinstance(node, list):
        return [_plain(each) for each in node]
    return _Bare(node) if isinstance(node, Written) else node


class _Bare(str):
    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes `Written` scalars without quotes."""


_Dumper.add_representer(_Bare, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value)))
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?\d+(\.\d+)?$"), list("-0123456789"))


_MONEY = re.compile(r"price|pricing|cost|rate|input|output|prompt|completion|cache|usd|mtok", re.IGNORECASE)


def edits(original: Original, each: int) -> Iterator[Edit]:
    """Every kind of edit that fits the data, `each` times at most."""
    tree = parsed(original.text, original.media)
    for path, hanging in _sites(original, tree, each):
        site = _Site(original, tree, path, hanging)
        yield from site.of_value()
        yield from site.of_entry()
    if isinstance(tree, dict):
        yield Edit("an unknown key beside the list", "$", written({**tree, "notice": "new"}, original.media))
    if original.media == "json":
        text = json.dumps(_tagged(tree), ensure_ascii=True, separators=(",", ":"))
        text = re.sub(r'"\\uf8ff(.*?)\\uf8ff"', r"\1", text)
        yield Edit("other blanks", "$", text)


def _sites(original: Original, tree: Any, each: int) -> Iterator[tuple[Path, Hanging]]:
    """Numbers on which prices hang (other facts where there are no prices), with what hangs on them."""
    leaves = [path for path, value in _leaves(tree) if _is_number(value)]
    if original.reading.prices:
        leaves = [
            path for path in leaves if any(isinstance(step, str) and _MONEY.search(step) for step in path)
        ] or leaves
    found = 0
    for path in original.random.sample(leaves, min(len(leaves), 12 * each)):
        value = str(_at(tree, path))
        moved = type(_at(tree, path))(bumped(value))
        hanging = original.hanging(written(_with(tree, path, moved), original.media))
        if hanging and (not original.reading.prices or any(key.is_price for key in hanging.keys)):
            yield path, hanging
            found += 1
            if found == each:
                return


def _is_number(value: object) -> bool:
    return (
        isinstance(value, str)
        and bool(re.fullmatch(r"\d+(\.\d+)?([eE]-?\d+)?", value))
        and bool(re.search(r"[1-9]", value))
    )


def _leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(node, dict):
        for key, each in node.items():
            yield from _leaves(each, (*path, key))
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from _leaves(each, (*path, number))
    else:
        yield path, node


def _at(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


_GONE = object()


def _with(node: Any, path: Path, value: Any) -> Any:
    """The tree with another value at a path, or with nothing there; what is beside the path is shared."""
    if not path:
        return value
    step, *rest = path
    if isinstance(node, list):
        assert isinstance(step, int)
        if not rest and value is _GONE:
            return [*node[:step], *node[step + 1 :]]
        return [*node[:step], _with(node[step], tuple(rest), value), *node[step + 1 :]]
    if not rest and value is _GONE:
        return {key: each for key, each in node.items() if key != step}
    return {key: _with(each, tuple(rest), value) if key == step else each for key, each in node.items()}


class _Site:
    def __init__(self, original: Original, tree: Any, path: Path, hanging: Hanging) -> None:
        self.original, self.tree, self.path, self.hanging = original, tree, path, hanging
        self.value = _at(tree, path)
        self.entry = self._entry()
        about = original.about(hanging.keys)
        self.touched = original.row(hanging.keys) | about if self.entry else hanging.keys

    def _entry(self) -> Path:
        """The entry that the price stands in: the innermost object that names a subject of its own."""
        names = {word for key in self.hanging.keys for word in (key.subject, key.subject.rpartition("/")[2])}
        for end in range(len(self.path) - 1, 0, -1):
            node = _at(self.tree, self.path[:end])
            if isinstance(node, dict) and (
                self.path[end - 1] in names or any(isinstance(each, str) and each in names for each in node.values())
            ):
                return self.path[:end]
        inside = [end for end in range(1, len(self.path)) if isinstance(self.path[end - 1], int)]
        return self.path[: inside[-1]] if inside else ()

    def edit(
        self, kind: str, path: Path, value: object, truth: Mapping[Key, frozenset[str]] | None = None, **more: Any
    ) -> Edit:
        text = written(_with(self.tree, path, value), self.original.media)
        more = {"touched": self.touched, **more}
        return Edit(kind, _spelt_path(path), text, truth=truth or {}, **more)

    def of_value(self) -> Iterator[Edit]:
        value, number = str(self.value), Decimal(str(self.value))
        bare = isinstance(self.value, Written)
        gone, same = self.hanging.unsaid(), self.hanging.scaled(number, number)
        other = bumped(value)
        yield self.edit(
            "another number", self.path, type(self.value)(other), self.hanging.scaled(number, Decimal(other))
        )
        yield self.edit("a number as text, or text as a number", self.path, value if bare else Written(value), same)
        huge = self.hanging.scaled(number, Decimal("1e400"))
        plain = f"{number:f}"
        comma = plain.replace(".", ",") if "." in plain else f"{plain},00"
        for kind, said, truth in (
            ("null for a number", None, gone),
            ("nothing for a number", "", gone),
            ("TBD for a number", "TBD", gone),
            ("a dash for a number", "—", gone),
            ("a negative number", Written("-1000000") if bare else "-1000000", gone),
            ("an object for a number", {"amount": self.value, "currency": "EUR"}, gone),
            ("a list for a number", [self.value], same),
            ("true for a number", True, gone),
            ("a huge number", Written("1e400") if bare else "1e400", huge),
            ("NaN for a number", Written("NaN") if bare else "NaN", gone),
            ("Infinity for a number", Written("Infinity") if bare else "Infinity", gone),
            ("a decimal comma", comma, same),
            ("a currency before a number", f"€{plain}", gone),
            ("dollars before a number", f"${plain}", same),
            ("blanks around a number", f" {plain} ", same),
        ):
            yield self.edit(kind, self.path, said, truth)
        parent, key = self.path[:-1], self.path[-1]
        if isinstance(key, str):
            node = _at(self.tree, parent)
            renamed = {(f"{name}_v2" if name == key else name): each for name, each in node.items()}
            yield self.edit("a key renamed", parent, renamed, gone)
            yield self.edit("an unknown key like one we know", parent, {**node, f"{key}_priority_turbo": self.value})
            yield self.edit("a number gone", self.path, _GONE, gone)
            if self.original.media == "json":
                both = self.hanging.scaled(number, Decimal(other))
                both = {each: values | self.original.reading.values[each] for each, values in both.items()}
                yield self.edit("a key twice", parent, Twice(node, key, type(self.value)(other)), both)

    def of_entry(self) -> Iterator[Edit]:
        if not self.entry:
            return
        entry = _at(self.tree, self.entry)
        if not isinstance(entry, dict):
            return
        yield from self._beside(entry)
        yield self.edit("null for an entry", self.entry, None)
        yield self.edit("a list for an entry", self.entry, [])
        yield self.edit("text for an entry", self.entry, "see below")
        yield self.edit("an unknown key with text", self.entry, {**entry, "badge": "new"})
        yield self.edit("an unknown key with an object", self.entry, {**entry, "x_meta": {"tags": ["a"], "rank": None}})
        keys = list(entry)
        self.original.random.shuffle(keys)
        yield self.edit("keys in another order", self.entry, {key: entry[key] for key in keys}, touched=frozenset())
        inside = [(path, value) for path, value in _leaves(entry) if path != self.path[len(self.entry) :]]
        for kind, fits, value in _FIELDS:
            places = [path for path, old in inside if fits(path, old)]
            for place in self.original.random.sample(places, min(len(places), 2)):
                old = _at(entry, place)
                yield self.edit(kind, (*self.entry, *place), value(old))
        for key in self.original.random.sample(keys, min(len(keys), 2)):
            yield self.edit("a key gone from an entry", (*self.entry, key), _GONE)
        lists = [path for path in _lists(entry) if path]
        for place in self.original.random.sample(lists, min(len(lists), 2)):
            yield self.edit("an empty list", (*self.entry, *place), [])
            if all(isinstance(each, str) for each in _at(entry, place)):
                yield self.edit("an unknown word in a list", (*self.entry, *place), [*_at(entry, place), "3d"])
            yield self.edit("null for a list", (*self.entry, *place), None)

    def _beside(self, entry: dict[str, Any]) -> Iterator[Edit]:
        """Edits of the list that the entry stands in."""
        number = str(self.value)
        parent, step = self.entry[:-1], self.entry[-1]
        beside = _at(self.tree, parent)
        subjects = {key.subject for key in self.touched}
        changed = _with(entry, self.path[len(self.entry) :], type(self.value)(bumped(number)))
        both = self.hanging.scaled(Decimal(number), Decimal(bumped(number)))
        both = {each: values | self.original.reading.values[each] for each, values in both.items()}
        subject = next(iter(subjects)) if len(subjects) == 1 else ""
        yield self.edit("an entry gone", self.entry, _GONE)
        if isinstance(beside, list):
            assert isinstance(step, int)
            yield self.edit("an entry twice", parent, [*beside, copy.deepcopy(entry)])
            yield self.edit("an entry twice, with another number", parent, [*beside, changed], both)
            yield self.edit("entries in another order", parent, beside[::-1], touched=frozenset())
            yield self.edit("null among the entries", parent, [*beside, None], touched=frozenset())
            yield self.edit("an empty object among the entries", parent, [*beside, {}], touched=frozenset())
        elif isinstance(beside, dict):
            yield self.edit("entries in another order", parent, dict(reversed(beside.items())), touched=frozenset())
            yield self.edit("null among the entries", parent, {**beside, "zephyr-9": None}, touched=frozenset())
            yield self.edit(
                "an empty object among the entries", parent, {**beside, "zephyr-9": {}}, touched=frozenset()
            )
            yield self.edit("an entry of no name", parent, {**beside, "": entry}, touched=frozenset())
        names = [
            path
            for path, old in _leaves(entry)
            if isinstance(old, str) and subject and old in (subject, subject.rpartition("/")[2])
        ]
        for path in names[:1]:
            old = _at(entry, path)
            yield self.edit("an emoji behind a name", (*self.entry, *path), f"{old} 🚀")
            yield self.edit("an invisible sign in a name", (*self.entry, *path), f"{old}\u200b")
            yield self.edit("an entry of no name", (*self.entry, *path), "")
            yield self.edit("null for a name", (*self.entry, *path), None)
            yield self.edit("a number for a name", (*self.entry, *path), Written("7"))
            if self.original.media == "json":
                yield self.edit("half a sign in a name", (*self.entry, *path), Written(f'"{old}\\ud800"'))
            if isinstance(beside, list):
                new = f"{old}-zephyr-9"
                added = _replaced(entry, old, new)
                names_of = {subject.replace(old, new): subject}
                yield self.edit("a new entry", parent, [*beside, added], touched=frozenset(), names=names_of)
        if isinstance(beside, dict) and subject and isinstance(step, str) and subject.endswith(step):
            new = f"{step}-zephyr-9"
            names_of = {f"{subject.removesuffix(step)}{new}": subject}
            added = _replaced(entry, step, new)
            yield self.edit("a new entry", parent, {**beside, new: added}, touched=frozenset(), names=names_of)
            renamed = {(f"{key} 🚀" if key == step else key): each for key, each in beside.items()}
            yield self.edit("an emoji behind a name", parent, renamed)


def _replaced(node: Any, old: str, new: str) -> Any:
    if isinstance(node, dict):
        return {key: _replaced(each, old, new) for key, each in node.items()}
    if isinstance(node, list):
        return [_replaced(each, old, new) for each in node]
    return new if node == old else node


def _lists(node: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(node, list):
        if node and all(not isinstance(each, (dict, list)) for each in node):
            yield path
    elif isinstance(node, dict):
        for key, each in node.items():
            yield from _lists(each, (*path, key))


def _is_day(path: Path, value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d(-\d\d)?([T ].*)?", value))


def _is_limit(path: Path, value: object) -> bool:
    return isinstance(value, Written) and bool(re.fullmatch(r"\d{3,}", value))


def _is_text(path: Path, value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, Written) and isinstance(path[-1], str)


_FIELDS: tuple[tuple[str, Callable[[Path, object], bool], Callable[[Any], object]], ...] = (
    ("nothing for a day", _is_day, lambda _: ""),
    ("a day that is none", _is_day, lambda _: "2026-02-30"),
    ("words for a day", _is_day, lambda _: "soon"),
    ("a day as a number", _is_day, lambda _: Written("20260230")),
    ("a limit as text", _is_limit, str),
    ("a limit with a K", _is_limit, lambda _: "128K"),
    ("a limit of -1", _is_limit, lambda _: Written("-1")),
    ("null for a limit", _is_limit, lambda _: None),
    ("null for text", _is_text, lambda _: None),
    ("nothing for text", _is_text, lambda _: ""),
    ("an object for text", _is_text, lambda old: {"en": old}),
    ("a list for text", _is_text, lambda old: [old]),
    ("text for yes or no", lambda _, old: isinstance(old, bool), lambda old: str(old).lower()),
    ("null for yes or no", lambda _, old: isinstance(old, bool), lambda _: None),
)


def _spelt_path(path: Path) -> str:
    return "$" + "".join(f"[{step!r}]" for step in path)
