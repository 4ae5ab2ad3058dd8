"""Families: the line of its maker's products that a model's own name says it belongs to.

Belongs here: how a family is read off a model's id, and in which spelling. Not here: which name is which model
(`resolution`), and families that somebody states: those are claims.

One spelling: where our reference writes the family of a sibling, that spelling; else the words a maker begins the name
with and the number of the generation (``wan2.6``, ``imagen-4.0``), or the words alone where there is no number. A name
in which another maker's word stands first belongs to neither, and has no family here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import duckdb

from warehouse.database import create
from warehouse.identity import labs
from warehouse.identity.model_name import Parse
from warehouse.identity.names import parse
from warehouse.schemas import table

STATED: Final = "the spelling our reference has for its siblings"
NAMED: Final = "the words and the number its name begins with"

_OTHERS_WORDS: Final = frozenset(words[0] for words in labs.LAB_OF_FAMILY if len(words) == 1) - labs.COMMON_WORDS


def load_families(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``evidence.model_families`` from the models that ``core.model_aliases`` names."""
    models = connection.sql(
        """
        select model_id, arg_min(lab_id, (lab_id is null, source_id, subject))
        from core.model_aliases
        where model_id is not null
        group by model_id
        having bool_or(lab_id is not null)
        order by model_id
        """
    ).fetchall()
    stated = connection.sql(
        """
        select distinct aliases.lab_id, claims.value
        from evidence.folded_claims as claims
        join raw.sources as sources
            on sources.source_id = claims.source_id
            and sources.authority = 'curated'
        join core.model_aliases as aliases
            on aliases.source_id = claims.source_id
            and aliases.subject = claims.subject
        where claims.attribute = 'family' and claims.superseded_at is null and aliases.lab_id is not null
        """
    ).fetchall()
    create(connection, table("evidence.model_families"))
    columns = [list(column) for column in zip(*families(models, stated), strict=True)] or [[], [], []]
    connection.execute("insert into evidence.model_families select unnest(?), unnest(?), unnest(?)", columns)


def families(models: Iterable[tuple[str, str | None]], stated: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(model_id, family, rule) of every model whose maker is known and whose name says a family, in their order.

    models   model_id and lab_id
    stated   lab_id and a family that our reference writes for a model of that lab
    """
    spelt: Mapping[str, set[str]] = defaultdict(set)
    for lab_id, family in stated:
        spelt[lab_id].add(family)
    read = [(model_id, lab_id, *_family(model_id, lab_id, spelt[lab_id])) for model_id, lab_id in models if lab_id]
    lines: Mapping[str, set[str]] = defaultdict(set)
    for _, lab_id, family, _ in read:
        lines[lab_id].add(family)
    named = ((model_id, _without_maker(family, lab_id, lines[lab_id]), rule) for model_id, lab_id, family, rule in read)
    return [(model_id, family, rule) for model_id, family, rule in named if family]


def _family(model_id: str, lab_id: str, spelt: set[str]) -> tuple[str, str]:
    """The family and why; "" where the name does not say."""
    name = parse(model_id)
    if name.uploader:
        return "", ""
    if name.family and name.lab == lab_id:
        return next(((each, STATED) for each in _spellings(name) if each in spelt), (_line(name, spelt), NAMED))
    if name.family and name.family in labs.COMMON_WORDS:
        # two makers begin names with this word: it stays the grammar's, and here stands behind its maker's own
        return f"{lab_id}-{_line(name, spelt)}", NAMED
    if name.family:
        return "", ""
    begun = [each for each in spelt if model_id == each or model_id.startswith((f"{each}-", f"{each}."))]
    return (max(begun, key=len), STATED) if begun else (_words_and_number(model_id), NAMED)


def _spellings(name: Parse) -> Iterator[str]:
    """How the family may be written, the narrowest first: ``qwen3-coder``, ``qwen3``, ``qwen-coder``, ``qwen``."""
    generation = Parse(family=name.family, version=name.version).slug
    if name.version:
        yield from (f"{generation}-{word}" for word in name.words)
        yield generation
        yield re.sub(r"(?<=\d)v$", "", generation)  # glm-4.5v sees, and is of glm-4.5
    yield from (f"{name.family}-{word}" for word in name.words)
    yield f"{name.family}-{name.size}"
    words = name.family.split("-")
    yield from ("-".join(words[:end]) for end in range(len(words), 0, -1))
    if words[-1] in labs.BUILT_ON_OTHERS:
        yield words[-1]


def _line(name: Parse, spelt: set[str]) -> str:
    """The family where nobody says how that of a sibling is written."""
    last = name.family.rpartition("-")[2]
    if last in labs.BUILT_ON_OTHERS:
        return last
    generation = re.sub(r"(?<=\d)v$", "", Parse(family=name.family, version=name.version).slug)
    if any(re.fullmatch(rf"{re.escape(name.family)}-?v?\d.*", each) for each in spelt):
        return generation
    for word in name.words:
        tier = f"{name.family}-{word}"
        if Parse(family=name.family, words=(word,), version=name.version or "9").slug.startswith(f"{tier}-"):
            return tier  # a word that its maker prints before the number: claude-instant-1
    return generation


_VERSION: Final = re.compile(r"v?\d{1,2}(?:\.\d{1,2}){0,2}")
_WORD_AND_NUMBER: Final = re.compile(r"[a-z]+\d{1,2}(?:\.\d{1,2})?")


def _words_and_number(model_id: str) -> str:
    """Of a name whose family the grammar does not know: its first words, at most two, and the number behind them."""
    words: list[str] = []
    tokens = model_id.split("-")
    for token in tokens:
        if any(character.isdigit() for character in token):
            break
        words.append(token)
    else:
        return ""  # no number: nothing tells the family from the model
    behind = tokens[len(words) + 1 :]
    if len(words) > 2 or _OTHERS_WORDS & set(words):
        return ""
    if _VERSION.fullmatch(token) and words:
        return "-".join((*words, token))
    if _WORD_AND_NUMBER.fullmatch(token) and (words or token[1].isalpha()):
        if token in labs.LAB_OF_ORGANISATION or (behind and behind[0].isdigit()):
            return ""  # the maker's name, or a number cut in two
        words.append(token)
    return "-".join(words)


def _without_maker(family: str, lab_id: str, lines: set[str]) -> str:
    """``nvidia-parakeet-tdt`` is ``parakeet-tdt`` where that is a family of the same maker's."""
    short = family.removeprefix(f"{lab_id}-")
    return short if short in lines else family
