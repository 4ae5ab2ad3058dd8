"""``latest.json``: the one object of a store that changes. It says what is published and who may write.

Both are one object so that one conditional put decides both: whoever takes the lease over changes the object, and what
a night that lost it publishes afterwards is refused by the store. No clock of any machine has a say: whether a lease
has run out is told by the store's own dates.

Belongs here: the object, taking, renewing and giving back the lease. Does not: which files are published (`copy`).
"""

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any

import msgspec

from warehouse.home import BUSY, Busy, Unusable
from warehouse.storage.store import Conflict, Store

NAME = "latest.json"

FORMAT = 1

SECONDS = 120.0
"""So long after its last renewal a lease has run out: who died is waited for no longer."""

TRIES = 3

COARSE = 2.0
"""Stores tell dates to the second; so much longer a lease is left alone."""


class Lost(Unusable):
    """Another took the lease: what this night made is not published."""


class File(msgspec.Struct, frozen=True):
    """One version of a file that changes: the object that holds it, and the SHA-256 and size of what it holds."""

    object: str
    sha256: str
    bytes: int


class Edition(msgspec.Struct, frozen=True):
    """A published edition: the newest attempt it knows of, as its manifest says it, and its size."""

    as_of: str
    bytes: int


class Latest(msgspec.Struct, frozen=True, kw_only=True):
    """What `NAME` says.

    catalogue  which catalogue the store holds: a copy of another one is not mixed with it
    version    another one with every publication; empty before the first
    edition    the newest edition, one of `editions`
    files      path in the data folder → the object that holds it now
    replaced   objects that held files until this version: kept for readers who have just been led to them
    going      editions that are no longer, or not yet, published, of which objects may be there
    owner      who holds the lease; empty for nobody
    host       the name of the owner's machine, for people
    seconds    how long after a renewal it has run out
    fence      how often the lease was taken; a lease is known by owner and fence
    beat       how often this was written: no two versions are alike
    """

    format: int = FORMAT
    catalogue: str
    version: str = ""
    edition: str = ""
    editions: dict[str, Edition] = {}
    files: dict[str, File] = {}
    replaced: list[str] = []
    going: list[str] = []
    owner: str = ""
    host: str = ""
    seconds: float = SECONDS
    fence: int = 0
    beat: int = 0


def read(store: Store) -> Latest | None:
    """What the store says now; None where it is empty. `Unusable` where it does not answer or says something else."""
    found = store.get(NAME)
    return _decoded(store, found.content) if found else None


def changed(latest: Latest, **fields: Any) -> Latest:
    """The same with other fields."""
    return msgspec.structs.replace(latest, **fields)


class Lease:
    """The right to write to a store, renewed for as long as this is entered; `Busy` where another has it."""

    def __init__(
        self, store: Store, owner: str, catalogue: str = "", *, host: str = "", seconds: float = SECONDS
    ) -> None:
        self._store, self._owner, self._host, self._seconds = store, owner, host, seconds
        self._catalogue = catalogue or secrets.token_hex(8)
        self._writing = threading.Lock()
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> "Lease":
        self.latest, self._version = self._taken()
        self._renewing.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._renewing.join()
        with suppress(Unusable):  # it runs out by itself
            self.write(lambda latest: changed(latest, owner="", host=""))

    def write(self, change: Callable[[Latest], Latest]) -> Latest:
        """Change the object; `Lost` where it is not this lease's any more, and then nothing is changed."""
        with self._writing:
            for _ in range(TRIES):
                asked = changed(change(self.latest), beat=self.latest.beat + 1)
                try:
                    self._version = self._store.replace(NAME, msgspec.json.encode(asked), self._version)
                except Conflict:
                    if self._own() != asked:
                        continue  # a write before this one had come through although nobody heard of it
                self.latest = asked
                return asked
            raise Unusable(f"{self._store.address} refuses to change {NAME} and does not say why")

    def _own(self) -> Latest:
        """What the object says, where only this lease can have written it."""
        found = self._store.get(NAME)
        if found:
            stands = _decoded(self._store, found.content)
            if (stands.owner, stands.fence) == (self._owner, self.latest.fence):
                self.latest, self._version = stands, found.version
                return stands
        raise Lost(f"another refresh has taken over at {self._store.address}: this one publishes nothing")

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / 4):
            try:
                self.write(lambda latest: latest)
            except Lost:
                return
            except Unusable:
                continue  # what is not renewed now is in a quarter of its time

    def _taken(self) -> tuple[Latest, Any]:
        found = self._store.get(NAME)
        mine: dict[str, Any] = {"owner": self._owner, "host": self._host, "seconds": self._seconds}
        try:
            if found is None:
                self._store.refuse_without_conditions()
                first = Latest(catalogue=self._catalogue, fence=1, **mine)
                return first, self._store.create(NAME, msgspec.json.encode(first))
            latest = _decoded(self._store, found.content)
            if latest.owner not in ("", self._owner) and (left := self._left(latest, found.written_at)) > 0:
                raise Busy(
                    f"{BUSY} {self._store.address}, on {latest.host or 'another machine'}; where"
                    f" it has died, its lease runs out in {left:.0f} seconds"
                )
            taken = changed(latest, fence=latest.fence + 1, beat=latest.beat + 1, **mine)
            return taken, self._store.replace(NAME, msgspec.json.encode(taken), found.version)
        except Conflict:
            raise Busy(f"{BUSY} {self._store.address}; it has just begun") from None

    def _left(self, latest: Latest, renewed_at: datetime) -> float:
        return latest.seconds + COARSE - (self._store.now() - renewed_at).total_seconds()


def _decoded(store: Store, content: bytes) -> Latest:
    try:
        latest = msgspec.json.decode(content, type=Latest)
    except msgspec.DecodeError:
        raise Unusable(f"{NAME} at {store.address} is not what Almanac writes there") from None
    if latest.format > FORMAT:
        raise Unusable(f"a newer Almanac writes to {store.address}; this one is too old to")
    return latest
