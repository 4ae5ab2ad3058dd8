"""Promises of the snapshots: the exact bytes, stored once, never rewritten, and never silently wrong."""

import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.evidence.snapshots import Snapshots


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path)


def files(snapshots: Snapshots) -> list[Path]:
    return sorted(path for path in snapshots.folder.rglob("*") if path.is_file())


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(body=st.binary(max_size=2000))
def test_the_exact_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    snapshots = Snapshots(tmp_path_factory.getbasetemp() / "bodies")
    assert snapshots.read(snapshots.keep(body)) == body


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\r\n", gzip.compress(b"already small"), b"0" * 5_000_000],
    ids=["empty", "binary", "gzip", "large"],
)
def test_a_body_is_named_by_its_sha256(snapshots: Snapshots, body: bytes) -> None:
    sha256 = snapshots.keep(body)
    assert sha256 == hashlib.sha256(body).hexdigest()
    assert sha256 in snapshots
    assert snapshots.read(sha256) == body


def test_a_body_is_stored_once_and_never_rewritten(snapshots: Snapshots) -> None:
    sha256 = snapshots.keep(b"prices")
    (path,) = files(snapshots)
    before = path.stat()
    assert snapshots.keep(b"prices") == sha256
    assert files(snapshots) == [path]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_same_body_is_the_same_file_on_every_machine(snapshots: Snapshots, tmp_path: Path) -> None:
    other = Snapshots(tmp_path / "other")
    snapshots.keep(b"prices")
    other.keep(b"prices")
    (path,) = files(other)
    assert gzip.decompress(path.read_bytes()) == b"prices"
    assert path.read_bytes()[4:8] == bytes(4)  # no clock in the gzip header
    assert path.read_bytes() == (snapshots.folder / path.relative_to(other.folder)).read_bytes()


def test_a_file_that_holds_other_bytes_is_named(snapshots: Snapshots) -> None:
    sha256 = snapshots.keep(b"prices")
    (path,) = files(snapshots)
    path.write_bytes(gzip.compress(b"other prices"))
    with pytest.raises(ValueError, match=sha256):
        snapshots.read(sha256)


@pytest.mark.parametrize("damage", ["cut", "not gzip", "flipped", "empty"])
def test_a_damaged_file_is_named(snapshots: Snapshots, damage: str) -> None:
    sha256 = snapshots.keep(b"prices " * 1000)
    (path,) = files(snapshots)
    whole = path.read_bytes()
    path.write_bytes(
        {
            "cut": whole[:-12],
            "not gzip": b"prices",
            "flipped": whole[:15] + bytes([whole[15] ^ 255]) + whole[16:],
            "empty": b"",
        }[damage]
    )
    with pytest.raises(ValueError, match=sha256):
        snapshots.read(sha256)


def test_a_body_never_stored_is_not_found(snapshots: Snapshots) -> None:
    assert "0" * 64 not in snapshots
    with pytest.raises(FileNotFoundError):
        snapshots.read("0" * 64)


def test_nothing_is_left_beside_a_stored_body(snapshots: Snapshots) -> None:
    snapshots.keep(b"prices")
    assert [path.suffix for path in files(snapshots)] == [".gz"]
