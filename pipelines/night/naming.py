"""Addresses that other sources' documents name, kept so that a night does not read its catalogues again to ask anew.

Belongs here: from what was read to the addresses it names, and that memory. Does not: who names whom
(``Source.discovers``), or what is asked in which order (`pipelines.night.night`).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from sources.contract import Observation, Source
from warehouse.home import put

Bodies = Mapping[tuple[str, str], Sequence[str]]
"""(source, address) → the SHA-256 of the bodies it held, newest first."""


def named_by(
    source: Source,
    bodies: Bodies,
    version: Callable[[str], str],
    said: Callable[[], Iterable[Observation]],
    folder: Path,
) -> list[str]:
    """The addresses of a source that discovers its own, in the order of what names them.

    version  source id → the version of its parser: other code may read the same bodies otherwise
    said     what the bodies say; asked only where they, or the code that reads them, are others than last time
    """
    told = [source.urls, version(source.id), *(version(each) for each in source.discovers_from), sorted(bodies.items())]
    found_in = sha256(json.dumps(told).encode()).hexdigest()
    kept = folder / f"{source.id}.json"
    try:
        held = json.loads(kept.read_text(encoding="utf-8"))
        if held["found_in"] == found_in:
            return list(held["addresses"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass  # none kept, or damaged: it is found again
    assert source.discovers
    addresses = list(dict.fromkeys(source.discovers(said())))
    put(kept, json.dumps({"found_in": found_in, "addresses": addresses}).encode())
    return addresses
