"""Fixture archives: ``NAME.zip`` and ``NAME.tar.gz`` are packed from the folder ``NAME`` beside them.

The folder is what a person reviews; `python -m tests.fixture_archives ARCHIVE…` packs it again, the same bytes each time.
"""

import gzip
import io
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path


def members(archive: Path) -> dict[str, bytes]:
    """Path inside the archive → bytes, from the folder it is packed from."""
    folder = archive.with_name(archive.name.removesuffix(".zip").removesuffix(".tar.gz"))
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def packed_zip(files: Mapping[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return body.getvalue()


def packed_tar(files: Mapping[str, bytes]) -> bytes:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(body.getvalue(), mtime=0)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        pack = packed_zip if path.suffix == ".zip" else packed_tar
        path.write_bytes(pack(members(path)))
