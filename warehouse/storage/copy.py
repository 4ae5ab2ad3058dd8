"""This machine's copy of a store: what is brought before it is worked on, and what is sent after.

Evidence (snapshots, ledger, observations) is named for what it holds or for the run that wrote it and never changes
under its name, so it is a union: what the one side has the other gets, whoever holds the lease. What is published is
one version of it: an edition's folder, and the files that change. All of it is sent under names that nothing has yet,
and counts once ``latest.json`` (`latest`) names it, which is last.

Belongs here: which paths are which, and the order of things. Does not: what the files mean.
"""

import fcntl
import hashlib
import json
import mimetypes
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TypeVar

from warehouse.home import BUSY, Busy, Home, Unusable, bytes_below, put
from warehouse.storage import latest as latests
from warehouse.storage.address import endpoint, place
from warehouse.storage.latest import Edition, File, Latest, Lease, changed
from warehouse.storage.store import Conflict, Store, opened

Named = TypeVar("Named")

EVIDENCE = (
    "snapshots/*/*.gz",
    "ledger/*.jsonl",
    "ledger/*.parquet",
    "observations/*/*/*.parquet",
    "observations/*/*/*.json",
)
"""In the order it is sent: what leads to something comes after it."""

FILES = (
    "addresses/*.json",
    "published/models.jsonl",
    "warehouse/almanac.duckdb",
    "freshness.json",
    "status.json",
    "alerts.json",
    "last_failure.json",
)
"""What changes, and is published as one version."""

ACCOUNT = "changes.json"
"""The one file of an edition that later ones are made from: of those before the newest it is all that is brought."""

VERSIONS = "versions"
"""Below it lie the objects that hold a version of a file."""

AT_ONCE = 16
"""So many objects are under way at once: most are small, and wait longer than they take."""

TRIES = 3
"""So often a reader looks again whose files a night has just replaced."""


class Copy:
    """The copy in a data folder. Nothing is reached before it is needed; what raises, raises `Unusable`.

    there      evidence that the store has, by name, with its size; filled while the lease is held
    looked_at  when a reader last looked (`freshened`), by the clock of `time.monotonic`
    """

    def __init__(self, home: Home) -> None:
        self.home, self.there = home, dict[str, int]()
        mark = self._mark()
        if mark.get("place") != place(mark["address"]):
            raise Unusable(f"{home.root} is a copy of {mark['address']} at another endpoint than the environment names")
        self.store: Store = opened(mark["address"], endpoint())
        self.looked_at: float | None = None
        self._lease: Lease | None = None
        self._seen: Latest | None = None
        self._gone: set[str] = set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the store's lease; what it has is brought first, what the copy has is sent at the end, however it came.

        `Busy` where another machine holds it.
        """
        mark = self._mark()
        owner, catalogue = mark["owner"], mark.get("catalogue", "")
        with (
            self._alone(wait=True),
            Lease(self.store, owner, catalogue, host=socket.gethostname(), seconds=latests.SECONDS) as self._lease,
        ):
            try:
                with self._bringing():
                    self._bring_evidence()
                    self._bring_published(self._lease.latest, whole=True)
                try:
                    yield
                except BaseException:
                    with suppress(Unusable):
                        self.send()
                    raise
                self.send()
            finally:
                self._lease, self.there = None, {}

    def freshen(self, wanted: Callable[[Latest], Iterable[str]]) -> None:
        """Bring what is published, and the editions that are wanted of it. `Busy` while this machine works on it."""
        with self._alone(wait=False), self._bringing():
            for turn in range(1, TRIES + 1):
                self._seen = latest = latests.read(self.store)
                if latest is None:
                    return
                try:
                    self._bring_published(latest, whole=False)
                    for edition in wanted(latest):
                        self._bring_edition(edition)
                    return
                except FileNotFoundError:
                    if turn == TRIES:
                        raise

    # evidence ---------------------------------------------------------------------------------------------------------

    def _bring_evidence(self) -> None:
        """Bring the ledger and the observations that the copy lacks. Bodies come when they are read (`bring`)."""
        listed = {
            name: about
            for folder in ("snapshots", "ledger", "observations")
            for name, about in self.store.listed(folder).items()
            if _is_any_of(EVIDENCE, name)
        }
        self.there = {name: about.bytes for name, about in listed.items()}

        def bring(name: str) -> None:
            written_at = listed[name].written_at.timestamp()
            with suppress(FileNotFoundError):
                self._bring(name, self.home.root / name, written_at=written_at)

        _each(bring, [name for name in listed if not name.startswith("snapshots/") and self._is_behind(name)])

    def _is_behind(self, name: str) -> bool:
        """Whether the copy lacks what the store has, or part of it: a run's lines grow, a crash may cut a file off."""
        path = self.home.root / name
        return not path.exists() or path.stat().st_size < self.there[name]

    def send_evidence(self) -> None:
        """Send the evidence that the store lacks; it needs no lease to be kept."""
        for pattern in EVIDENCE:
            sizes = {self._name(path): path.stat().st_size for path in self.home.root.glob(pattern)}
            due = [
                name
                for name, size in sorted(sizes.items())
                if name not in self.there or (name.endswith(".jsonl") and self.there[name] < size)
            ]

            def send(name: str, sizes: dict[str, int] = sizes) -> None:
                self.store.put(name, self.home.root / name)
                self.there[name] = sizes[name]

            _each(send, due)

    def has(self, path: Path) -> bool:
        """Whether the store has a file of the evidence, as far as was asked when the lease was taken."""
        return self._name(path) in self.there

    def bring(self, path: Path) -> None:
        """Bring one file of the evidence, where the store has it."""
        if self.has(path):
            with suppress(FileNotFoundError):
                self._bring(self._name(path), path)

    def forget(self, path: Path) -> None:
        """The store's object is no good: another takes its place when there is one."""
        self.there.pop(self._name(path), None)

    # what is published ------------------------------------------------------------------------------------------------

    @property
    def editions(self) -> dict[str, Edition]:
        """The editions that are published, as far as was asked."""
        latest = self._lease.latest if self._lease else self._seen
        return latest.editions if latest else {}

    def removed(self, path: Path) -> None:
        """A file or folder went from the copy because it need not be kept: it goes from the store as well."""
        self._gone.add(self._name(path))

    def _bring_published(self, latest: Latest, *, whole: bool) -> None:
        """Make the copy the published version, unless it goes on from that and has not been sent yet.

        whole  with the newest edition's folder; without it ``latest`` may lead nowhere
        """
        mark, home = self._mark(), self.home
        if mark.get("catalogue", latest.catalogue) != latest.catalogue:
            raise Unusable(
                f"{self.store.address} holds another catalogue than {home.root} is a copy of: remove that folder, or"
                " set ALMANAC_HOME to where its catalogue is"
            )
        is_news = latest.version != mark.get("version", "")
        if latest.version and whole:
            self._bring_edition(latest.edition)
            accounts = [f"editions/{each}/{ACCOUNT}" for each in latest.editions]
            _each(self._bring_account, [name for name in accounts if not (home.root / name).exists()])
        for name, file in latest.files.items():
            path = home.root / name
            if _is_any_of(FILES, name) and (not path.exists() or (is_news and _digest(path) != file.sha256)):
                self._bring_file(file, path)
        if is_news and latest.version:
            for folder in home.editions.glob("[!.]*"):
                if folder.name not in latest.editions:
                    _remove_folder(folder)
            link = home.root / f".latest.{os.getpid()}"
            link.unlink(missing_ok=True)
            link.symlink_to(Path(home.editions.name) / latest.edition)
            os.replace(link, home.latest)
        if is_news or "catalogue" not in mark:
            self._note(catalogue=latest.catalogue, version=latest.version)

    def _bring_file(self, file: File, path: Path) -> None:
        local = self.home.root / file.object
        if file.object.startswith("editions/") and local.exists() and _digest(local) == file.sha256:
            link = path.with_name(f".{path.name}.{os.getpid()}.part")
            path.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            os.link(local, link)
            os.replace(link, path)
        else:
            self._bring(file.object, path, sha256=file.sha256)

    def _bring_account(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._bring(name, self.home.root / name)

    def _bring_edition(self, edition: str) -> None:
        """Bring an edition's folder, where it is not there whole."""
        folder, building = self.home.editions / edition, self.home.editions / ".building"
        if not re.fullmatch(r"[\w-][\w.-]*", edition) or (folder / "manifest.json").exists():
            return
        shutil.rmtree(building, ignore_errors=True)
        prefix = f"editions/{edition}/"
        names = [name for name in self.store.listed(prefix) if ".." not in PurePosixPath(name).parts]
        if not names:
            raise FileNotFoundError(prefix)
        _each(lambda name: self._bring(name, building / name.removeprefix(prefix)), names)
        _remove_folder(folder)
        os.replace(building, folder)

    def send(self) -> None:
        """Make the store what the copy is: evidence, then what is published, then what leads there; then what went.

        `Lost` where another took the lease: then nothing is published.
        """
        assert self._lease is not None, "what is sent is sent by who holds the lease"
        self.send_evidence()
        lease, before, home = self._lease, self._lease.latest, self.home
        edition = home.latest.resolve().name if home.latest.exists() else before.edition
        whole = {path.parent.name for path in home.editions.glob("[!.]*/manifest.json")}
        new = sorted(whole - before.editions.keys())  # those too that a night could not send
        due, files = self._versions(before)
        dropped = {name.removeprefix("editions/") for name in self._gone if name.startswith("editions/")} - {edition}
        if new or due or edition != before.edition or dropped & before.editions.keys():
            # whoever lost the lease hears of it here; what is sent from here on is known of if this night dies
            lease.write(lambda latest: changed(latest, going=sorted({*latest.going, *new})))
            editions = {name: each for name, each in before.editions.items() if name not in dropped}
            editions |= {each: self._send_edition(each) for each in new}
            for name, (path, digest) in due.items():
                files[name] = self._send_version(name, path, digest, edition if edition in new else "")
            objects = {file.object for file in files.values()}
            lease.write(
                lambda latest: changed(
                    latest,
                    version=secrets.token_hex(8),
                    edition=edition,
                    editions=editions,
                    files=files,
                    replaced=sorted({file.object for file in latest.files.values()} - objects),
                    going=sorted({*latest.going, *dropped} - editions.keys()),
                )
            )
            self._note(version=lease.latest.version)
        self._remove_what_went(lease)

    def _versions(self, before: Latest) -> tuple[dict[str, tuple[Path, str]], dict[str, File]]:
        """The files that are other than published, by name, each with its digest; and the objects of the others."""
        found = {self._name(path): path for pattern in FILES for path in sorted(self.home.root.glob(pattern))}
        digests = {name: _digest(path) for name, path in found.items()}
        stays = {name: file for name, file in before.files.items() if digests.get(name, file.sha256) == file.sha256}
        return {name: (path, digests[name]) for name, path in found.items() if name not in stays}, stays

    def _send_version(self, name: str, path: Path, digest: str, edition: str) -> File:
        """Send a file under a name of its own; one that is a file of the edition just sent too, is there already."""
        assert self._lease is not None
        size, same = path.stat().st_size, self.home.editions / edition / path.name
        if edition and same.exists() and path.samefile(same):
            return File(self._name(same), digest, size)
        version = f"{VERSIONS}/{self._lease.latest.fence:06}-{digest[:16]}/{name}"
        self.store.put(version, path)
        return File(version, digest, size)

    def _send_edition(self, edition: str) -> Edition:
        """Send an edition that was never published. What a night that died left under its name goes first."""
        folder = self.home.editions / edition
        if left := self.store.listed(f"editions/{edition}"):
            self.store.remove(left)

        def send(path: Path) -> None:
            name = self._name(path)
            try:
                self.store.create(name, path, mimetypes.guess_type(path.name)[0] or "")
            except Conflict:  # the answer to a first try was lost, or another writes the same
                found = self.store.get(name)
                if found is None or found.content != path.read_bytes():
                    raise Unusable(f"another refresh is writing {edition} at {self.store.address}") from None

        _each(send, sorted(path for path in folder.rglob("*") if path.is_file()))
        as_of = json.loads((folder / "manifest.json").read_bytes())["as_of"]
        return Edition(as_of, bytes_below(folder))

    def _remove_what_went(self, lease: Lease) -> None:
        """Remove what need not be kept, what dead nights left, and versions that no reader can be on the way to."""
        gone = [name for name in self.there if {name, name.rpartition("/")[0]} & self._gone]
        if gone:
            self.store.remove(gone)
        for name in gone:
            self.there.pop(name, None)
        self._gone.clear()
        if going := lease.latest.going:
            for edition in going:
                self.store.remove(self.store.listed(f"editions/{edition}"))
            lease.write(lambda stands: changed(stands, going=[each for each in stands.going if each not in going]))
        # what a lease after this one sends has a greater number: should this one be lost by now, it touches none of it
        earlier = f"{VERSIONS}/{lease.latest.fence + 1:06}-"
        if old := {each for each in self.store.listed(VERSIONS) if each < earlier} - _objects(lease.latest):
            self.store.remove(old - _objects(lease.write(lambda stands: stands)))

    # the copy itself --------------------------------------------------------------------------------------------------

    def _bring(self, name: str, path: Path, *, sha256: str = "", written_at: float = 0) -> None:
        """Bring one object into a file, whole or not at all. FileNotFoundError where the store has none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            found = self.store.bring(name, part)
            if sha256 and found != sha256:
                raise Unusable(f"{name} at {self.store.address} does not hold what {latests.NAME} says of it")
            if written_at:
                os.utime(part, (written_at, written_at))
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.home.root).as_posix()

    def _mark(self) -> dict[str, str]:
        try:
            mark: dict[str, str] = json.loads(self.home.mark.read_bytes())
            if {"address", "place", "owner"} <= mark.keys():
                return mark
            raise ValueError
        except (OSError, ValueError, AttributeError):
            raise Unusable(f"{self.home.mark} is damaged: remove {self.home.root}, which is a copy") from None

    def _note(self, **told: str) -> None:
        put(self.home.mark, json.dumps({**self._mark(), **told}).encode())

    @contextmanager
    def _bringing(self) -> Iterator[None]:
        """Say in one sentence what keeps something from being brought."""
        try:
            yield
        except FileNotFoundError:
            raise Unusable(f"{self.store.address} misses objects that {latests.NAME} names") from None
        except OSError as error:
            raise Unusable(f"the copy at {self.home.root} cannot be written: {error.strerror}") from None

    @contextmanager
    def _alone(self, *, wait: bool) -> Iterator[None]:
        """Nobody else on this machine brings or sends meanwhile. `Busy` where another does, and is not waited for."""
        try:
            handle = open(self.home.root / "store.lock", "w", encoding="utf-8")  # noqa: SIM115  (closed below)
        except OSError as error:
            raise Unusable(f"the copy at {self.home.root} cannot be written: {error.strerror}") from None
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise Busy(f"{BUSY} {self.home.root}") from None
            yield


def of(home: Home) -> Copy:
    """The copy in a data folder that is one; the same for as long as a process lives. `Unusable` where it cannot be."""
    if home not in _copies:
        _copies[home] = Copy(home)
    return _copies[home]


_copies: dict[Home, Copy] = {}


def held(home: Home) -> AbstractContextManager[None]:
    """Hold the lease of the store that a folder is a copy of; what that has is brought first, and what is new sent."""
    return of(home).held()


def freshened(home: Home, wanted: Callable[[Latest], Iterable[str]] = lambda _: (), *, at_most_every: float = 0) -> str:
    """Bring what is published now, and the editions wanted of it, for who only reads.

    A sentence where the store does not answer and what the copy holds has to do; empty otherwise, and where this is no
    copy. `Unusable` where the copy holds nothing. Where it was looked `at_most_every` seconds ago, it is not again.
    """
    if not home.is_copy:
        return ""
    try:
        copy = of(home)
        if copy.looked_at is not None and time.monotonic() - copy.looked_at < at_most_every:
            return ""
        copy.looked_at = time.monotonic()
        copy.freshen(wanted)
    except Busy:
        return ""  # the night that works on it has brought it
    except Unusable as unusable:
        if not home.warehouse.exists():
            raise
        brought_at = datetime.fromtimestamp(home.mark.stat().st_mtime, UTC)
        return f"{unusable}; this is from the copy of {brought_at:%Y-%m-%d %H:%M} UTC"
    return ""


def _objects(latest: Latest) -> set[str]:
    """Where files lie that a reader may be on the way to."""
    return {file.object for file in latest.files.values()} | {*latest.replaced}


def _is_any_of(patterns: Iterable[str], name: str) -> bool:
    path = PurePosixPath(name)
    return ".." not in path.parts and any(
        path.match(pattern) and name.count("/") == pattern.count("/") for pattern in patterns
    )


def _digest(path: Path) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _remove_folder(folder: Path) -> None:
    """Renamed before it is emptied, so that no half of it ever stands under its name."""
    if folder.exists():
        going = folder.with_name(f".going.{folder.name}")
        shutil.rmtree(going, ignore_errors=True)
        os.replace(folder, going)
        shutil.rmtree(going)


def _each(work: Callable[[Named], None], things: Sequence[Named]) -> None:
    """Do it to each, several at once; the first that fails ends it."""
    if things:
        pool = ThreadPoolExecutor(min(AT_ONCE, len(things)))
        try:
            for _ in pool.map(work, things):
                pass
        finally:
            pool.shutdown(cancel_futures=True)
