"""What a source in an archive refuses or leaves out when a file inside it changes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sources import registry
from sources.contract import Document, LeftOut, Observation, Told
from sources.doubts import Doubt
from sources.readers.archives import tar_files, zip_files
from tests.fixture_archives import members, packed_tar, packed_zip
from tests.fixture_files import ROOT, fixture_documents

ARCHIVES = sorted([*ROOT.rglob("*.zip"), *ROOT.rglob("*.tar.gz")])


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_an_archive_holds_what_the_folder_beside_it_shows(archive: Path) -> None:
    files = zip_files if archive.suffix == ".zip" else tar_files
    assert files(archive.read_bytes(), ".*") == members(archive)


def _changed(source_id: str, file: str, old: str, new: str) -> list[Observation]:
    """What the source reads when one file of its first fixture archive says something else."""
    return [each for each in _told(source_id, file, old, new) if isinstance(each, Observation)]


def _told(source_id: str, file: str, old: str, new: str) -> list[Told]:
    source = registry.source(source_id)
    name, document = next(iter(fixture_documents(source).items()))
    files = members(ROOT / source.kind / source_id / name)
    path = next(path for path in files if path.endswith(file))
    assert files[path].count(old.encode()) == 1
    files[path] = files[path].replace(old.encode(), new.encode())
    pack: Callable[[dict[str, bytes]], bytes] = packed_zip if name.endswith(".zip") else packed_tar
    return list(source.parse(Document(document.url, pack(files))))


def test_a_run_that_leaves_questions_out_is_left_out() -> None:
    seen = _changed(
        "tau2", "gpt-5-5_sierra_2026-05-05/submission.json", '"omitted_questions": false', '"omitted_questions": true'
    )
    assert "GPT-5.5" not in {each.subject for each in seen}


def _differs(file: str, old: str, new: str) -> tuple[list[tuple[str, str]], set[tuple[str, str, str]]]:
    """Where in LLM Stats something is in doubt after a change and why, and what is read no more."""
    told = _told("llm_stats", file, old, new)
    before = _changed("llm_stats", file, old, old)
    now = {(each.subject, each.attribute, each.text) for each in told if isinstance(each, Observation)}
    assert now <= {(each.subject, each.attribute, each.text) for each in before}
    doubts = [(each.place.rpartition("/")[2], each.reason) for each in told if isinstance(each, Doubt)]
    return doubts, {(each.subject, each.attribute, each.text) for each in before} - now


@pytest.mark.parametrize("new", ["input_dollars_per_million_tokens", "input_cents_per_thousand_tokens"])
def test_a_price_in_another_unit_is_in_doubt_alone(new: str) -> None:
    doubts, gone = _differs("deepinfra/models.json", "input_cents_per_million_tokens", new)
    assert [(place.rpartition(".")[2], reason) for place, reason in doubts] == [(new, "a price we do not know")]
    assert {attribute for _, attribute, _ in gone} == {"price/input"}


def test_a_price_nobody_has_looked_at_is_in_doubt_alone() -> None:
    new = "cached_cents_per_million_tokens"
    doubts, gone = _differs("deepinfra/models.json", '"latency"', f'"{new}"')
    assert [(place.rpartition(".")[2], reason) for place, reason in doubts] == [(new, "a price we do not know")]
    assert not gone


def test_a_share_above_one_is_in_doubt_alone() -> None:
    doubts, gone = _differs("gpt-oss-20b/benchmarks.json", '"score": 0.715', '"score": 71.5')
    assert [reason for _, reason in doubts] == ["a share outside 0 to 1"]
    assert {text for _, _, text in gone} == {"71.5"}


def test_a_score_of_0_is_a_benchmark_that_was_not_run() -> None:
    told = _told("llm_stats", "gpt-oss-20b/benchmarks.json", '"score": 0.715', '"score": 0.0')
    assert not any(each.text == "0" for each in told if isinstance(each, Observation))
    assert [each.place for each in told if isinstance(each, LeftOut) and each.why == "a score of 0"]


def test_a_file_that_is_no_json_is_in_doubt_and_the_others_are_read() -> None:
    doubts, gone = _differs("gpt-oss-20b/benchmarks.json", '"score": 0.715', '"score": 0.7.15')
    assert [place for place, _ in doubts] == ["benchmarks.json"]
    assert gone
