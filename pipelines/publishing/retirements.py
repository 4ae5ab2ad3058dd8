"""``retirements.ics``: every day on which a maker stops serving a model, as a calendar to subscribe to (RFC 5545).

Belongs here: the calendar. Does not: which day it is (``core.models``). An event keeps its id while its model is known,
so that a calendar moves it when the day moves.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from pipelines.publishing.making import Making, write_file
from pipelines.wording.phrases import inert

SHUTDOWNS = """
select
    models.model_id,
    models.name,
    models.shutdown_on,
    any_value(claims.source_id order by claims.claim_id) as source_id,
    any_value(claims.printed_text order by claims.claim_id) as printed,
    any_value(coalesce(nullif(claims.cited_url, ''), claims.scope) order by claims.claim_id) as page
from core.models as models
left join evidence.choices as choices
    on choices.table_name = 'core.models'
    and choices.row_id = models.model_id
    and choices.field = 'shutdown_on'
left join evidence.claims as claims using (claim_id)
where models.shutdown_on is not null
group by models.model_id, models.name, models.shutdown_on
order by models.shutdown_on, models.model_id
"""

OCTETS = 75
"""The longest line a calendar must take; a longer one goes on in the next."""


def make(making: Making, folder: Path) -> None:
    """The calendar of every announced shutdown day, past ones too."""
    write_file(folder / "retirements.ics", "".join(f"{line}\r\n" for line in _calendar(making)).encode())


def _calendar(making: Making) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Almanac//Retirements of language models//EN"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield "X-WR-CALNAME:Retirements of language models"
    for model_id, name, day, source_id, printed, page in making.connection.execute(SHUTDOWNS).fetchall():
        said = f"{source_id} prints “{inert(printed)}”" if source_id else "no single source says so"
        yield "BEGIN:VEVENT"
        yield from folded(f"UID:{escaped(model_id)}-shutdown@almanac")
        yield f"DTSTAMP:{making.as_of:%Y%m%dT%H%M%SZ}"
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
        yield from folded(f"SUMMARY:{escaped(inert(name))} is shut down")
        yield from folded(f"DESCRIPTION:{escaped(f'The day its maker stops serving {inert(model_id)}: {said}.')}")
        if page and page.startswith("https://") and page.isprintable():
            yield from folded(f"URL:{page}")
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def escaped(text: str) -> str:
    """Text as a value of a calendar: what would end it or begin another one is marked."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line of at most `OCTETS` octets, and what goes on after it; no character is cut in two."""
    taken, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            yield taken
            taken, size = " ", 1
        taken += character
        size += octets
    yield taken
