"""JSON Schema of the documents, and the paths readers rely on, both read off ``shapes.py``.

Belongs here: the conversion of a TypedDict, as far as the shapes use it; another type is an error, never a guess. Does
not: what a document holds.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import import_module
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pipelines.publishing.documents import shapes

Schema: TypeAlias = dict[str, Any]

DOCUMENTS: Mapping[str, type] = {
    "model": shapes.Model,
    "provider": shapes.Provider,
    "benchmark": shapes.Benchmark,
    "pair": shapes.Pair,
    "pairs": shapes.Pairs,
    "catalogue": shapes.Catalogue,
    "labs": shapes.Labs,
    "families": shapes.Families,
    "sources": shapes.Sources,
    "gaps": shapes.Gaps,
    "conflicts": shapes.Conflicts,
    "retirements": shapes.Retirements,
    "methodology": shapes.Methodology,
}
"""Every kind of document, under the name of its schema: ``schemas/<name>.schema.json``."""

_KINDS: Mapping[Any, str] = {str: "string", bool: "boolean", int: "integer", Decimal: "number", NoneType: "null"}


def json_schema(name: str, *, closed: bool = False) -> Schema:
    """The schema of a kind of document. `closed` refuses keys that are not declared, as our own tests do.

    What is published stays open: a document of a later minor version has keys that its reader does not know.
    """
    return schema_of(DOCUMENTS[name], name, shapes.SCHEMA_VERSION, closed=closed)


def schema_of(shape: type, title: str, version: str, *, closed: bool = False) -> Schema:
    """The schema of one shape, a TypedDict of any module."""
    definitions: dict[str, Schema] = {}
    top = _schema(shape, definitions, closed)
    whole = definitions.pop(top["$ref"].rpartition("/")[2])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "x-schema-version": version,
        **whole,
        "$defs": dict(sorted(definitions.items())),
    }


def field_paths() -> dict[str, str]:
    """Every path of every document with its kind: ``model.offers[].prices[].amount`` → ``number``."""
    return {path: kind for name, shape in DOCUMENTS.items() for path, kind in _paths(shape, name)}


def _schema(kind: Any, definitions: dict[str, Schema], closed: bool) -> Schema:
    if is_typeddict(get_origin(kind) or kind):
        name = _name(kind)
        if name not in definitions:
            definitions[name] = {}  # a shape may come again inside itself
            definitions[name] = _object(kind, definitions, closed)
        return {"$ref": f"#/$defs/{name}"}
    match get_origin(kind):
        case None if kind is object:
            return {}
        case None if kind in _KINDS:
            return {"type": _KINDS[kind]}
        case origin if origin is list:
            return {"type": "array", "items": _schema(get_args(kind)[0], definitions, closed)}
        case origin if origin is dict:
            return {"type": "object", "additionalProperties": _schema(get_args(kind)[1], definitions, closed)}
        case origin if origin is Literal:
            return {"type": "string", "enum": list(get_args(kind))}
        case origin if origin is Annotated:
            said, form = get_args(kind)
            return {**_schema(said, definitions, closed), "format": form}
        case origin if origin in (Union, UnionType):
            return {"anyOf": [_schema(each, definitions, closed) for each in get_args(kind)]}
    raise TypeError(f"{kind} is no type of a shape")


def _object(shape: Any, definitions: dict[str, Schema], closed: bool) -> Schema:
    hints = _hints(shape)
    plain = get_origin(shape) or shape
    meanings = _told(plain.__module__)[plain.__name__]
    properties = {
        key: {**_schema(kind, definitions, closed), **({"description": meanings[key]} if key in meanings else {})}
        for key, kind in hints.items()
    }
    made: Schema = {
        "type": "object",
        "description": _said(plain.__doc__ or ""),
        "properties": properties,
        "required": [key for key in hints if key in plain.__required_keys__],
    }
    return {**made, "additionalProperties": False} if closed else made


def _paths(kind: Any, path: str) -> Iterator[tuple[str, str]]:
    if is_typeddict(get_origin(kind) or kind):
        yield path, "object"
        required = (get_origin(kind) or kind).__required_keys__
        for key, each in _hints(kind).items():
            yield from _paths(each, f"{path}.{key}" if key in required else f"{path}.{key}?")
        return
    match get_origin(kind):
        case origin if origin is list:
            yield path, "array"
            yield from _paths(get_args(kind)[0], f"{path}[]")
        case origin if origin is dict:
            yield path, "map"
            yield from _paths(get_args(kind)[1], f"{path}.*")
        case origin if origin is Annotated:
            yield path, get_args(kind)[1]
        case origin if origin in (Union, UnionType):
            inside = [found for each in get_args(kind) if each is not NoneType for found in _paths(each, path)]
            (_, whole), *rest = inside
            yield path, f"{whole} or null"
            yield from rest
        case origin if origin is Literal:
            yield path, "string"
        case _:
            yield path, "any" if kind is object else _KINDS[kind]


@cache
def _hints(shape: Any) -> dict[str, Any]:
    """A shape's keys in order, with the type variables of a generic one filled in."""
    plain = get_origin(shape) or shape
    hints = get_type_hints(plain, include_extras=True)
    filled = dict(zip(getattr(plain, "__parameters__", ()), get_args(shape), strict=True))
    return {key: _filled(kind, filled) for key, kind in hints.items()}


def _filled(kind: Any, variables: Mapping[Any, Any]) -> Any:
    if isinstance(kind, TypeVar):
        return variables[kind]
    if get_origin(kind) in (Union, UnionType) and variables:
        return Union[tuple(_filled(each, variables) for each in get_args(kind))]  # noqa: UP007
    return kind


def _name(kind: Any) -> str:
    """``Fact``, ``Fact_integer``, ``Fact_array_string``."""
    words = [(get_origin(kind) or kind).__name__]
    for each in get_args(kind):
        inner = get_args(each)
        words += ["array", _KINDS[inner[0]]] if inner else [_KINDS[each]]
    return "_".join(words)


@cache
def _told(of_module: str) -> dict[str, dict[str, str]]:
    """Shape → key → the text below it; a TypedDict does not keep those texts, its source does."""
    module = ast.parse(inspect.getsource(import_module(of_module)))
    return {
        shape.name: {
            key.target.id: _said(below.value.value)
            for key, below in zip(shape.body, shape.body[1:], strict=False)
            if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            if isinstance(below.value.value, str)
        }
        for shape in module.body
        if isinstance(shape, ast.ClassDef)
    }


def _said(told: str) -> str:
    return re.sub(r"\s+", " ", told.replace("``", "")).strip()
