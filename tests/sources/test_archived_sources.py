"""What a source in an archive refuses or leaves out when a file inside it changes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sources import registry
from sources.archives import tar_files, zip_files
from sources.contract import Document, Observation, Refused
from tests.fixture_archives import members, packed_tar, packed_zip
from tests.fixture_files import ROOT, fixture_documents

ARCHIVES = sorted([*ROOT.rglob("*.zip"), *ROOT.rglob("*.tar.gz")])


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_an_archive_holds_what_the_folder_beside_it_shows(archive: Path) -> None:
    files = zip_files if archive.suffix == ".zip" else tar_files
    assert files(archive.read_bytes(), ".*") == members(archive)


def _changed(source_id: str, file: str, old: str, new: str) -> list[Observation]:
    """What the source reads when one file of its first fixture archive says something else."""
    source = registry.source(source_id)
    name, document = next(iter(fixture_documents(source).items()))
    files = members(ROOT / source.kind / source_id / name)
    path = next(path for path in files if path.endswith(file))
    assert files[path].count(old.encode()) == 1
    files[path] = files[path].replace(old.encode(), new.encode())
    pack: Callable[[dict[str, bytes]], bytes] = packed_zip if name.endswith(".zip") else packed_tar
    return list(source.observations(Document(document.url, pack(files))))


def test_a_run_that_leaves_questions_out_is_left_out() -> None:
    seen = _changed(
        "tau2", "gpt-5-5_sierra_2026-05-05/submission.json", '"omitted_questions": false', '"omitted_questions": true'
    )
    assert "GPT-5.5" not in {each.subject for each in seen}


@pytest.mark.parametrize("new", ["input_dollars_per_million_tokens", "input_cents_per_thousand_tokens"])
def test_a_price_in_another_unit_is_refused(new: str) -> None:
    with pytest.raises(KeyError):
        _changed("llm_stats", "deepinfra/models.json", "input_cents_per_million_tokens", new)


def test_a_price_nobody_has_looked_at_is_refused() -> None:
    with pytest.raises(Refused, match="something like a price"):
        _changed("llm_stats", "deepinfra/models.json", '"latency"', '"cached_cents_per_million_tokens"')


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(Refused, match="outside 0 to 1"):
        _changed("llm_stats", "gpt-oss-20b/benchmarks.json", '"score": 0.715', '"score": 71.5')
