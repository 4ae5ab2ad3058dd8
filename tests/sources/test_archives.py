"""An archive is read in memory and refused where it is broken, too large, or reaches outside itself."""

import gzip
import io
import stat
import tarfile
import tracemalloc
import zipfile

import pytest

from sources.contract import Media, Refused
from sources.readers.archives import tar_files, zip_files
from sources.transport import bodies
from tests.fixture_archives import packed_tar, packed_zip

FILES = {"a/one.csv": b"1", "a/two.csv": b"22", "read.me": b"333"}
READERS = {"zip": (packed_zip, zip_files), "gzip": (packed_tar, tar_files)}


@pytest.mark.parametrize("media", READERS)
class TestBothKinds:
    def test_the_wanted_files_are_read_and_no_others(self, media: str) -> None:
        pack, files = READERS[media]
        assert files(pack(FILES), r"a/\w+\.csv") == {"a/one.csv": b"1", "a/two.csv": b"22"}

    def test_what_did_not_arrive_whole_is_refused(self, media: str) -> None:
        pack, files = READERS[media]
        body = pack(FILES)
        for damaged in (b"", b"<html>", body[: len(body) // 2], body[:-1], body[:-20] + bytes(12) + body[-8:]):
            with pytest.raises(Refused):
                files(damaged, ".*")

    @pytest.mark.parametrize("name", ["/etc/passwd", "a/../../b", "..", "c:\\b", "a\\..\\b"])
    def test_a_path_that_leaves_the_archive_is_refused(self, media: str, name: str) -> None:
        pack, files = READERS[media]
        with pytest.raises(Refused, match="leaves the archive"):
            files(pack({**FILES, name: b""}), "nothing")

    def test_too_many_members_are_refused(self, media: str) -> None:
        pack, files = READERS[media]
        with pytest.raises(Refused, match="more than 2 members"):
            files(pack(FILES), "nothing", most_members=2)

    def test_a_bomb_is_refused_whether_or_not_it_is_wanted(self, media: str) -> None:
        pack, files = READERS[media]
        bomb = pack({**FILES, "zeros": bytes(8 << 20)})
        assert len(bomb) < 1 << 16
        for wanted in (".*", "nothing"):
            with pytest.raises(Refused, match="bytes"):
                files(bomb, wanted, most_bytes=1 << 20)


def test_two_files_of_one_name_are_refused() -> None:
    body = packed_zip({"one": b"1", "two": b"2"})
    with pytest.raises(Refused, match="one name"):
        zip_files(body.replace(b"two", b"one"), ".*")


def test_a_zip_member_larger_than_it_declares_is_refused_in_little_memory() -> None:
    size = 64 << 20
    body = packed_zip({"a": bytes(size)}).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    tracemalloc.start()
    with pytest.raises(Refused):
        zip_files(body, ".*")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_member_that_would_inflate_without_bound_is_refused(compression: int) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", compression) as archive:
        archive.writestr("a", "1")
    with pytest.raises(Refused, match="not deflated"):
        zip_files(body.getvalue(), ".*")


def test_a_wanted_link_is_refused_in_a_zip() -> None:
    link = zipfile.ZipInfo("a")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(Refused, match="link"):
        zip_files(body.getvalue(), ".*")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_wanted_member_that_is_no_file_is_refused_in_a_tar_and_an_unwanted_one_is_inert(kind: bytes) -> None:
    member = tarfile.TarInfo("a")
    member.type, member.linkname = kind, "/etc/passwd"
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        archive.addfile(member)
    packed = gzip.compress(body.getvalue())
    with pytest.raises(Refused, match="no plain file"):
        tar_files(packed, ".*")
    assert tar_files(packed, "b") == {}


def test_a_header_that_claims_to_be_endless_is_refused() -> None:
    member = tarfile.TarInfo("a")
    member.type, member.size = tarfile.XHDTYPE, 1 << 30
    packed = gzip.compress(member.tobuf() + bytes(4 << 20))
    with pytest.raises(Refused):
        tar_files(packed, ".*", most_bytes=1 << 20)


@pytest.mark.parametrize(
    ("media", "content_type", "fits"),
    [
        ("zip", "application/zip", True),
        ("zip", "application/octet-stream", True),
        ("zip", "text/html; charset=utf-8", False),
        ("zip", "application/gzip", False),
        ("gzip", "application/gzip", True),
        ("gzip", "application/x-gzip", True),
        ("gzip", "application/octet-stream", True),
        ("gzip", "text/html", False),
    ],
)
def test_an_answer_must_be_of_the_archives_kind(media: Media, content_type: str, fits: bool) -> None:
    if fits:
        bodies.refuse_type(media, content_type, "a.example")
    else:
        with pytest.raises(bodies.WrongType):
            bodies.refuse_type(media, content_type, "a.example")
