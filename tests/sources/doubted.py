"""What a changed fixture leaves in doubt: the reasons, once all else is seen to be read as before."""

from dataclasses import replace

from sources import registry
from sources.contract import Document
from tests.fixture_files import fixture_documents


def doubted(source_id: str, file: str, old: str, new: str) -> set[str]:
    """The reasons of what is in doubt after a change of a fixture; of the rest nothing is new, and most is there.

    Every row is read, left out or in doubt, and every fact that is gone can be held: it hangs on one of the doubts.
    """
    source = replace(registry.source(source_id), rows=(1, 10**9))
    document = fixture_documents(source)[file]
    assert old in document.text
    before, after = (source.read(each) for each in (document, Document(document.url, _with(document, old, new))))
    lost = [each for each in before.observations if each not in after.observations]
    assert [each for each in after.observations if each not in before.observations] == []
    assert len(lost) < len(before.observations) / 2
    assert not after.account.unexplained
    for each in lost:
        assert any(words in each.locator for doubt in after.doubts for words in doubt.within), each
    return {each.reason for each in after.doubts}


def _with(document: Document, old: str, new: str) -> bytes:
    return document.text.replace(old, new, 1).encode()
