"""An object store in the few verbs a copy needs, over obstore, and what goes wrong with it in one sentence each.

Belongs here: reaching the store, conditional puts, the store's clock. Does not: what the objects mean.

Keys come from the environment alone (AWS_ACCESS_KEY_ID and the like, as the library reads them). They are stored
nowhere and are in no sentence: what the library says is not repeated, only which kind of trouble it is.
"""

import fcntl
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote, urlsplit

from warehouse.home import Unusable
from warehouse.storage.address import may_be_plain

try:
    import obstore
    from obstore.exceptions import (
        AlreadyExistsError,
        BaseError,
        PermissionDeniedError,
        PreconditionError,
        UnauthenticatedError,
    )
    from obstore.store import LocalStore, MemoryStore, S3Store, from_url
except ModuleNotFoundError:
    raise Unusable("an object store as ALMANAC_HOME needs a package more: pip install 'almanac[store]'") from None

if TYPE_CHECKING:
    from obstore import Attributes, UpdateVersion
    from obstore.store import ClientConfig, ObjectStore, RetryConfig, S3Config

Version: TypeAlias = "UpdateVersion"
"""Which version of an object was read or written, in the store's own terms (an ETag, a generation)."""

RETRIES: "RetryConfig" = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
"""A store that does not answer is soon told of: a person may be waiting, and a night tries again later."""

WAITS: "ClientConfig" = {"connect_timeout": "5s", "read_timeout": "30s", "timeout": "30min"}
"""Silence ends a request; a large file on a thin line may take its time."""

PART = 4 << 20
"""So many bytes of a large object are in memory at once."""


class Conflict(Exception):
    """A conditional put was refused: something is there, or it is not what was read."""


@dataclass(frozen=True)
class Found:
    """An object: what it holds, which version that is, and when it was written by the store's clock."""

    content: bytes
    version: Version
    written_at: datetime


@dataclass(frozen=True)
class Listed:
    """An object in a list: its size, and when it was written by the store's clock."""

    bytes: int
    written_at: datetime


class Store:
    """Objects below one address. Every verb raises `Unusable` where the store does not do it."""

    tells_kinds = True

    def __init__(self, address: str, objects: "ObjectStore") -> None:
        self.address, self._objects = address, objects

    def listed(self, prefix: str) -> dict[str, Listed]:
        """Every object below a prefix, by name."""
        with self._told():
            return {
                each["path"]: Listed(each["size"], each["last_modified"])
                for some in obstore.list(self._objects, prefix)
                for each in some
            }

    def get(self, name: str) -> Found | None:
        """An object that is small; None where there is none."""
        with self._told():
            try:
                found = obstore.get(self._objects, name)
            except FileNotFoundError:
                return None
            about = found.meta
            return Found(bytes(found.bytes()), _version(about["e_tag"], about["version"]), about["last_modified"])

    def bring(self, name: str, path: Path) -> str:
        """Copy an object into a file; the SHA-256 of what it holds. FileNotFoundError where there is none.

        The disk is not waited for: what a crash loses is brought again.
        """
        content = hashlib.sha256()
        with open(path, "wb") as file:
            for part in self._parts(name):
                content.update(part)
                file.write(part)
        return content.hexdigest()

    def put(self, name: str, content: bytes | Path) -> None:
        """Write an object, whatever was there."""
        with self._told():
            obstore.put(self._objects, name, content)

    def create(self, name: str, content: bytes | Path, kind: str = "") -> Version:
        """Write an object that is not there yet. `Conflict` where it is.

        kind  its media type, for who serves it from there
        """
        attributes: Attributes | None = {"Content-Type": kind} if kind and self.tells_kinds else None
        with self._told():
            put = obstore.put(self._objects, name, content, mode="create", attributes=attributes)
            return _version(put["e_tag"], put["version"])

    def replace(self, name: str, content: bytes, version: Version) -> Version:
        """Write an object in place of the version that was read. `Conflict` where that is not there any more."""
        with self._told():
            put = obstore.put(self._objects, name, content, mode=version)
            return _version(put["e_tag"], put["version"])

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; of one that is not there nothing is said."""
        with self._told(), suppress(FileNotFoundError):
            obstore.delete(self._objects, list(names))

    def now(self) -> datetime:
        """The store's clock, to the second as a rule: when it says that something written now was written."""
        name = f"clock-{secrets.token_hex(8)}"
        self.put(name, b"")
        try:
            with self._told():
                return obstore.head(self._objects, name)["last_modified"]
        finally:
            self.remove([name])

    def refuse_without_conditions(self) -> None:
        """Raise `Unusable` where the store takes conditional puts and does not keep to them."""
        name = f"probe-{secrets.token_hex(8)}"
        try:
            first = self.create(name, b"first")
            keeps = bool(first) and _refused(lambda: self.create(name, b"again"))
            if keeps:
                self.replace(name, b"second", first)
                keeps = _refused(lambda: self.replace(name, b"third", first))
        finally:
            self.remove([name])
        if not keeps:
            raise Unusable(
                f"{self.address} does not keep to conditional puts (If-None-Match, If-Match), without which two nights"
                " could overwrite each other; use a store that does"
            )

    def _parts(self, name: str) -> Iterator[bytes]:
        with self._told(is_there=True):
            for part in obstore.get(self._objects, name).stream(PART):
                yield bytes(part)

    @contextmanager
    def _told(self, *, is_there: bool = False) -> Iterator[None]:
        """Say what went wrong without a word of what the library or the store says.

        is_there  what is asked for may have gone meanwhile, and FileNotFoundError says so
        """
        try:
            yield
        except (AlreadyExistsError, PreconditionError):
            raise Conflict from None
        except FileNotFoundError:
            if is_there:
                raise
            raise Unusable(f"there is no {self.address.split('/')[2] or 'such place'} for {self.address}") from None
        except (PermissionDeniedError, UnauthenticatedError):
            raise Unusable(f"{self.address} does not take the keys of the environment, or not for this") from None
        except (BaseError, OSError, ValueError, NotImplementedError) as error:
            answer = re.search(r"status code: (\d{3})", str(error))
            raise Unusable(
                f"{self.address} answers with status {answer[1]}" if answer else f"{self.address} cannot be reached"
            ) from None


class FolderStore(Store):
    """A folder that several machines share. The library knows no conditional replacing there: a lock keeps it."""

    tells_kinds = False

    def __init__(self, address: str, folder: Path) -> None:
        super().__init__(address, LocalStore(folder, mkdir=True))
        self._lock = folder / ".lock"

    def replace(self, name: str, content: bytes, version: Version) -> Version:
        with open(self._lock, "w", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            found = self.get(name)
            if found is None or found.version != version:
                raise Conflict
            with self._told():
                put = obstore.put(self._objects, name, content)
                return _version(put["e_tag"], put["version"])


@cache
def opened(address: str, at: str) -> Store:
    """The store of an address, at this endpoint; one and the same for a process. `Unusable` where it is none."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        return FolderStore(address, Path(unquote(parts.path)))
    if parts.scheme == "memory":
        return Store(address, MemoryStore())
    try:
        if parts.scheme == "s3":
            asked: ClientConfig = {**WAITS, "allow_http": may_be_plain(at)}
            config: S3Config = {"endpoint": at} if at else {}
            return Store(address, S3Store.from_url(address, config=config, client_options=asked, retry_config=RETRIES))
        if parts.scheme in ("gs", "az"):
            return Store(address, from_url(address, client_options=WAITS, retry_config=RETRIES))
    except (BaseError, ValueError):
        raise Unusable(f"the environment does not say how {address} is reached: docs/storage.md") from None
    raise Unusable("ALMANAC_HOME is a folder, or an address that begins with s3://, gs://, az:// or file://")


def _version(e_tag: str | None, version: str | None) -> Version:
    told: Version = {}
    if e_tag:
        told["e_tag"] = e_tag
    if version:
        told["version"] = version
    return told


def _refused(put: Callable[[], object]) -> bool:
    try:
        put()
    except Conflict:
        return True
    return False
