"""A week in one account: what changed from the edition of a week ago to the newest, and what is still not known.

Belongs here: which two editions, and what is told beside their changes. Does not: the changes themselves (`changes`),
or the words (`wording.digest`).
"""

from datetime import date, datetime
from pathlib import Path

from pipelines.answers import bringing, changes, listings
from pipelines.answers.asking import Row, Unclear, reading
from pipelines.status import keeping
from warehouse.home import Home


def digest(home: Home, since: date | None = None) -> Row:
    """What changed since a day (UTC), by default in the seven days before the newest edition.

    The edition compared with is the newest one of before that day, or the oldest that is kept; one without a manifest
    that can be read is none. `Unclear` where nothing has been published, or where the two cannot be laid side by side.
    """
    bringing.of_a_week(home, since)
    newest = changes.edition_named(home, "latest")
    kept = {each.parent: as_of for each in home.editions.glob("[!.]*/manifest.json") if (as_of := _as_of(each.parent))}
    as_of = kept.pop(newest, None)
    if as_of is None:
        raise Unclear(f"the manifest of {newest.name} cannot be read")
    before = bringing.compared_with([(moment, path) for path, moment in kept.items()], as_of, since)
    status = keeping.read(home)
    with reading(home) as connection:
        return {
            "edition_id": newest.name,
            "as_of": as_of,
            "since": kept[before] if before else None,
            "changes": _account(before, newest, as_of),
            "gaps": listings.gap_kinds(connection),
            "pages_to_read": listings.pages_to_read(connection),
            "trouble": status["trouble"] if status else [],
        }


def _account(before: Path | None, newest: Path, as_of: datetime) -> Row:
    if before is None:
        return changes.nothing(newest.name, keeping.instant(as_of))
    try:
        account = changes.between(before, newest)
    except changes.Incomparable as incomparable:
        raise Unclear(str(incomparable)) from None
    return {**account, "prices": changes.widest_first(account["prices"])}


def _as_of(edition: Path) -> datetime | None:
    """The instant an edition shows; None where its manifest does not say."""
    try:
        return datetime.fromisoformat(changes.manifest_of(edition)["as_of"])
    except (changes.Incomparable, ValueError, TypeError):
        return None
