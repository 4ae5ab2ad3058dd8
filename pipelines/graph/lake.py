"""When a night adds what it published to a lake; where none is configured, nothing happens here.

Belongs here: the moment, and that no trouble with a lake is a night's. Does not: how it is done (`warehouse.lake`).
"""

from collections.abc import Callable

from warehouse.home import Home


def added_to_lake(home: Home, warn: Callable[[str], object]) -> dict[str, str]:
    """Add the editions that the lake lacks, this night's the last; what went in, to be shown. Trouble is a warning."""
    added: list[str] = []
    try:
        from warehouse.lake.place import Place  # only for who has a lake

        place = Place.from_environment(home)
        if place is None:
            return {}
        from warehouse.lake.adding import add

        for snapshot, _ in add(place, home):
            added.append(snapshot.edition_id)
    except Exception as error:
        warn(f"the lake has not every edition; the next night adds what it lacks: {error}")
    return {"added to the lake": ", ".join(added) or "nothing"}
