"""How a question is asked of the warehouse: rows as dictionaries, and a person's spelling as the one model it means.

A spelling that means no model, or several, is `Unclear`, with the nearest names; it is never guessed at.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import duckdb

from pipelines.wording.phrases import listed
from warehouse import database
from warehouse.home import Home

Row: TypeAlias = dict[str, Any]

SPELLINGS = """
select model_id as spelling, model_id, 0 as remoteness from core.models
union all
select name, model_id, 1 from core.models
union all
select subject, model_id, 1 from core.model_aliases where model_id is not null and variant = ''
union all
select model_id, redirects_to, 0 from core.model_redirects where redirects_to is not null
union all
select subject, model_id, 2 from core.model_aliases where model_id is not null and variant != '' and is_latest
"""

ABSTENTIONS = """
select distinct source_id, detail, candidates
from core.model_aliases
where model_id is null and lower(subject) = lower(?)
order by source_id, detail
limit 1
"""


class Unclear(ValueError):
    """The words of a question mean nothing here, or not one thing."""


@contextmanager
def reading(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, for questions. `Unclear` where there is none yet or it cannot be opened."""
    try:
        with database.locked(home.warehouse) as connection:
            yield connection
    except FileNotFoundError:
        raise Unclear(f"there is no warehouse at {home.warehouse} yet; run: almanac refresh") from None
    except BrokenPipeError:
        raise  # whoever reads what we print has gone; the warehouse is well
    except OSError as error:
        raise Unclear(f"the warehouse at {home.warehouse} cannot be read: {error.strerror}") from None
    except duckdb.Error as error:
        raise Unclear(f"the warehouse at {home.warehouse} does not answer: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """What an error of DuckDB says, without the quoted query below it."""
    return " ".join(str(error).partition("\nLINE ")[0].split())


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object, **named: object) -> list[Row]:
    """The rows of one SELECT as dictionaries; its parameters in order or by name."""
    # `sql` with parameters keeps its rows aside, and without `preserve_insertion_order` in any order
    found = connection.execute(query, named or list(parameters))
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def row(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> Row | None:
    """The one row of a SELECT by a key, or None."""
    found = rows(connection, query, *parameters)
    return found[0] if found else None


def workload_named(connection: duckdb.DuckDBPyConnection, words: str) -> str:
    """The id of a workload. `Unclear` when there is none of that name."""
    known = rows(connection, "select workload_id from core.workloads order by workload_id")
    return one_of(words, [each["workload_id"] for each in known], "workload")


def model_named(connection: duckdb.DuckDBPyConnection, words: str) -> str:
    """The id of the model a person means by its id, its name or any spelling of a source, in any case.

    `Unclear` when nothing or more than one model goes by that name.
    """
    spellings = [(each["spelling"], each["model_id"], each["remoteness"]) for each in rows(connection, SPELLINGS)]
    for same in (str.casefold, _slug):
        for remoteness in range(3):
            meant = sorted(
                {model for spelling, model, far in spellings if far == remoteness and same(spelling) == same(words)}
            )
            if len(meant) == 1:
                return str(meant[0])
            if meant:
                raise Unclear(f"{words!r} may mean {', '.join(meant)}")
    if abstained := row(connection, ABSTENTIONS, words):
        among = f" (it may be {', '.join(abstained['candidates'])})" if abstained["candidates"] else ""
        raise Unclear(
            f"{words!r} is printed by {abstained['source_id']}, but not resolved: {abstained['detail']}{among}"
        )
    raise Unclear(
        f"no model is called {words!r}"
        + _suggestion(near_models(words, ((name, model) for name, model, _ in spellings)))
    )


def near_models(words: str, spellings: Iterable[tuple[str, str]]) -> list[str]:
    """The ids of at most three models whose spellings look like the words."""
    by_slug: dict[str, str] = {}
    for spelling, model_id in spellings:
        by_slug.setdefault(_slug(spelling), model_id)
    close = difflib.get_close_matches(_slug(words), by_slug, n=9, cutoff=0.6)
    return list(dict.fromkeys(by_slug[each] for each in close))[:3]


def one_of(words: str, known: Sequence[str], noun: str) -> str:
    """The word of a vocabulary, in any case. `Unclear` with the nearest ones otherwise."""
    found = {each.casefold(): each for each in known}.get(words.strip().casefold())
    if found is None:
        close = difflib.get_close_matches(words.casefold(), known, n=3, cutoff=0.5)
        some = f"; there are {listed(known[:12])}"
        raise Unclear(f"there is no {noun} {words!r}" + (_suggestion(close) or some))
    return found


def _suggestion(close: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _slug(words: str) -> str:
    return re.sub(r"[\s_-]+", "-", words.strip().casefold())
