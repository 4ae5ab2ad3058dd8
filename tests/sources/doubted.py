"""What a changed document leaves in doubt: the reasons, once all else is seen to be read as before."""

from collections.abc import Callable
from dataclasses import replace

from sources import registry
from sources.contract import Document
from tests.fixture_archives import members, packed_tar, packed_zip
from tests.fixture_files import ROOT, fixture_documents


def doubted(source_id: str, file: str, old: str, new: str) -> set[str]:
    """The reasons of what is in doubt after a change of a fixture."""
    document = fixture_documents(registry.source(source_id))[file]
    assert old in document.text
    return in_doubt(source_id, document, document.text.replace(old, new, 1).encode())


def doubted_inside(source_id: str, file: str, old: str, new: str) -> set[str]:
    """The reasons of what is in doubt after a change of one file inside the source's first fixture archive."""
    source = registry.source(source_id)
    name, document = next(iter(fixture_documents(source).items()))
    files = members(ROOT / source.kind / source_id / name)
    path = next(path for path in files if path.endswith(file))
    assert files[path].count(old.encode()) == 1
    pack: Callable[[dict[str, bytes]], bytes] = packed_zip if name.endswith(".zip") else packed_tar
    return in_doubt(source_id, document, pack(files | {path: files[path].replace(old.encode(), new.encode())}))


def in_doubt(source_id: str, document: Document, changed: bytes) -> set[str]:
    """The reasons of what is in doubt in a changed body; of the rest nothing is new, and most is there.

    Every row is read, left out or in doubt, and every fact that is gone can be held: it hangs on one of the doubts.
    """
    source = replace(registry.source(source_id), rows=(1, 10**9))
    before, after = source.read(document), source.read(Document(document.url, changed))
    was, now = ({(*each.slot, each.text): each for each in read.observations} for read in (before, after))
    lost = [each for fact, each in was.items() if fact not in now]
    assert now.keys() <= was.keys()
    assert len(lost) < len(before.observations) / 2
    assert not after.account.unexplained
    for each in lost:
        assert any(words in each.locator for doubt in after.doubts for words in doubt.within), each
    return {each.reason for each in after.doubts}
