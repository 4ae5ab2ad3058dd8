"""A new source begins as files that say nothing unchecked, fail every promise until completed, and overwrite nothing."""

import ast
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.answers.asking import Unclear
from pipelines.answers.page_places import MAPPING_KEYS, places
from pipelines.cli import main
from pipelines.commands import add_source as adding
from sources.contract import Source
from tests import fixture_files
from tests.fixture_files import as_csv
from tests.loopback import Answer, Mirror, page, serving, status
from tests.sources import test_every_source as promises
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home

PRICING = "https://www.acme.example/docs/pricing"
TABLE = b"""<html><h1>Prices</h1><h2>Models</h2>
<table><tr><th>Model</th><th>Input</th></tr><tr><td>anvil-2</td><td>$1.25</td></tr></table>
<h2>Tools</h2><p>A search costs $0.01.</p></html>"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout as far as this command looks at it."""
    for folder in adding.FOLDERS.values():
        (tmp_path / "checkout" / "sources" / folder).mkdir(parents=True)
        (tmp_path / "checkout" / "sources" / folder / "__init__.py").touch()
    (tmp_path / "checkout" / "tests" / "fixtures").mkdir(parents=True)
    return tmp_path / "checkout"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("ALMANAC_OFFLINE", raising=False)
    return Home(tmp_path / "data")


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    with serving({}) as running:
        monkeypatch.setenv("ALMANAC_MIRROR", running.url)
        yield running


def begun(home: Home, project: Path, url: str, *, source_id: str = "", kind: str = "") -> str:
    return adding.add_source(home, url, source_id, kind, tell=lambda line: None, project=project)


def files(project: Path) -> dict[str, str]:
    """Every file of the checkout that is not an empty package mark."""
    return {
        path.relative_to(project).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(project.rglob("*"))
        if path.is_file() and path.name != "__init__.py"
    }


def declared(module: Path) -> Source:
    spec = importlib.util.spec_from_file_location("drafted", module)
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    source: Source = loaded.SOURCE
    return source


def html(body: bytes) -> list[Answer]:
    return [page(body, "text/html")]


# --- what is written -------------------------------------------------------------------------------------------------


def test_a_page_becomes_a_module_and_a_fixture_folder(home: Home, project: Path, mirror: Mirror) -> None:
    mirror.answers[PRICING] = html(TABLE)
    said = begun(home, project, PRICING)
    folder = "tests/fixtures/pricing_doc/acme_pricing"
    written = files(project)
    assert sorted(written) == [
        "sources/pricing_docs/acme_pricing.py",
        f"{folder}/documents.csv",
        f"{folder}/expected.csv",
        f"{folder}/page.html",
    ]
    assert written[f"{folder}/documents.csv"] == f"file,url\npage.html,{PRICING}\n"
    assert written[f"{folder}/expected.csv"] == as_csv([])
    assert written[f"{folder}/page.html"] == ""
    assert all(name in said for name in written)
    assert [line[:4] for line in said.splitlines() if line[2:3].isdigit()] == [f"  {n}." for n in range(1, 8)]


def test_the_draft_declares_what_is_known_and_nothing_else(home: Home, project: Path, mirror: Mirror) -> None:
    mirror.answers[PRICING] = html(TABLE)
    begun(home, project, PRICING)
    source = declared(project / "sources/pricing_docs/acme_pricing.py")
    assert (source.id, source.publisher, source.kind, source.media) == ("acme_pricing", "acme", "pricing_doc", "html")
    assert source.urls == (PRICING,)
    assert (source.terms_url, source.licence, source.rows, source.seller) == ("", "", (0, 0), "")
    assert source.authority == "community"
    about = source.parse.__doc__
    assert about is not None
    assert "table under 'Prices > Models': 1 row of Model | Input; 1 number" in about
    assert "an amount outside tables, under 'Tools'" in about


def test_a_draft_keeps_none_of_the_promises(
    home: Home, project: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.answers[PRICING] = html(TABLE)
    begun(home, project, PRICING)
    monkeypatch.setattr(fixture_files, "ROOT", project / "tests" / "fixtures")
    source = declared(project / "sources/pricing_docs/acme_pricing.py")
    for promise in (
        promises.test_the_fixture_reads_as_expected,
        promises.test_reading_twice_gives_the_same,
        promises.test_no_damaged_page_yields_a_wrong_price,
        promises.test_every_declaration_is_complete,
    ):
        with pytest.raises(Exception, match=r"not written yet|assert"):
            promise(source)


def test_the_page_is_recorded_and_stays_out_of_the_project(home: Home, project: Path, mirror: Mirror) -> None:
    mirror.answers[PRICING] = html(TABLE)
    said = begun(home, project, PRICING)
    rows = list(Ledger(home.ledger, "").rows())
    assert [(row["source_id"], row["outcome"]) for row in rows] == [("robots", "http_error"), ("acme_pricing", "ok")]
    sha256 = rows[-1]["sha256"]
    assert Snapshots(home.snapshots).read(sha256) == TABLE
    [shown] = [word for word in said.split() if word.endswith(".gz")]
    assert Path(shown).is_file()
    assert not any("anvil-2" in text for text in files(project).values())


def test_an_address_that_does_not_tell_its_media_is_asked_again_as_what_it_is(
    home: Home, project: Path, mirror: Mirror
) -> None:
    url = "https://acme.example/models"
    mirror.answers[url] = [page(b'{"data": [{"id": "anvil-2", "price": "0.5"}]}')]
    begun(home, project, url)
    source = declared(project / "sources/model_lists/acme_models.py")
    assert source.media == "json"
    outcomes = [row["outcome"] for row in Ledger(home.ledger, "").rows() if row["source_id"] == "acme_models"]
    assert outcomes == ["wrong_type", "ok"]


def test_id_and_kind_are_the_persons_when_said(home: Home, project: Path, mirror: Mirror) -> None:
    mirror.answers[PRICING] = html(TABLE)
    begun(home, project, PRICING, source_id="anvils", kind="Benchmark")
    assert (project / "sources/benchmarks/anvils.py").exists()
    assert (project / "tests/fixtures/benchmark/anvils/page.html").exists()


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://api-docs.acme.co.uk/pricing", "pricing_doc/acme_pricing"),
        ("https://raw.githubusercontent.com/someone/Anvil-Prices/main/all.json", "pricing_doc/anvil_prices_pricing"),
        ("https://acme.example/leaderboard.csv", "benchmark/acme"),
        ("https://acme.example/v1/models", "model_list/acme_models"),
        ("https://acme.example/anvil-2/README.md", "model_card/acme_cards"),
        ("https://acme.example/api/all.json", "catalogue/acme"),
        ("https://acme.example/", "catalogue/acme"),
    ],
)
def test_the_id_is_made_of_the_host_and_the_kind_of_the_address(project: Path, url: str, made: str) -> None:
    plan = adding._planned(url, "", "", project)
    assert f"{plan.kind}/{plan.id}" == made


def test_what_a_page_prints_stays_inert(home: Home, project: Path, mirror: Mirror) -> None:
    hostile = '"""\nraise SystemExit\n"""', "\\" * 900, "\u202eright to left", "a\\", "$id", "\x1b[31m", '""""'
    cells = "".join(f"<th>{each}</th>" for each in hostile)
    mirror.answers[PRICING] = html(f"<h1>{hostile[0]}</h1><table><tr>{cells}</tr></table>".encode())
    said = begun(home, project, PRICING)
    text = (project / "sources/pricing_docs/acme_pricing.py").read_text(encoding="utf-8")
    body = ast.parse(text).body
    assert [type(node) for node in body] == [
        ast.Expr,
        ast.ImportFrom,
        ast.ImportFrom,
        ast.ImportFrom,
        ast.AnnAssign,
        ast.FunctionDef,
        ast.Assign,
    ]
    parse = next(node for node in body if isinstance(node, ast.FunctionDef))
    assert [type(node) for node in parse.body] == [ast.Expr, ast.Raise]
    assert all(each.isprintable() for line in text.splitlines() for each in line)
    assert all(each.isprintable() for line in said.splitlines() for each in line)
    assert max(map(len, text.splitlines())) < 250


# --- what a page holds -----------------------------------------------------------------------------------------------


def test_json_is_listed_by_path_numbers_first() -> None:
    models = [{"id": "a", "cost": {"in": 1.5, "out": None}, "tags": ["x"]}, {"id": "b", "cost": {"in": "2", "out": ""}}]
    assert places(json.dumps({"data": models}), "json") == [
        "data[].cost.in: 2 filled of 2, 2 with a number",
        "data[].id: 2 filled of 2",
        "data[].cost.out: 0 filled of 2",
        "data[].tags[]: 1 filled of 1",
    ]


def test_the_keys_of_a_mapping_are_no_field_names() -> None:
    mapping = {f"model-{number}": {"input": number} for number in range(100)}
    assert places(json.dumps(mapping), "json") == ["*.input: 100 filled of 100, 100 with a number"]
    few = dict(list(mapping.items())[:MAPPING_KEYS])
    assert len(places(json.dumps(few), "json")) == MAPPING_KEYS


def test_what_stands_beside_the_entries_of_a_mapping_is_listed_too() -> None:
    mapping = {f"model-{number}": {"input": number} for number in range(100)} | {"version": 3}
    assert places(json.dumps(mapping), "json")[-1] == "version: 1 filled of 1, 1 with a number"


def test_markdown_gives_front_matter_tables_and_amounts() -> None:
    text = "---\nlicense: mit\n---\n# Acme\n\n| Model | Input |\n|---|---|\n| anvil-2 | $1 |\n\nAnd $5 more.\n"
    assert places(text, "markdown") == [
        "front matter, license: 1 filled of 1",
        "table under 'Acme': 1 row of Model | Input; 1 number",
        "an amount outside tables, under 'Acme'",
    ]


def test_csv_gives_its_columns() -> None:
    assert places("model,score\nanvil-2,7.5\nanvil-3,\n", "csv") == [
        "column 'model': 2 filled of 2",
        "column 'score': 1 filled of 2, 1 with a number",
    ]


def test_yaml_gives_its_paths() -> None:
    assert places("- model: anvil-2\n  score: 7.50\n", "yaml") == [
        "[].score: 1 filled of 1, 1 with a number",
        "[].model: 1 filled of 1",
    ]


@pytest.mark.parametrize(
    ("text", "media"),
    [("<table></table>", "html"), ("---\nnever closed", "markdown")],
)
def test_a_broken_part_is_named_and_stops_nothing(text: str, media: str) -> None:
    assert "does not read" in places(text, media)[0] or "do not read" in places(text, media)[0]  # type: ignore[arg-type]


def test_a_page_that_a_script_draws_is_said_to_be_empty(home: Home, project: Path, mirror: Mirror) -> None:
    mirror.answers[PRICING] = html(b"<html><div id=app></div></html>")
    assert "a script may draw the page" in begun(home, project, PRICING)
    assert "a script may draw" in files(project)["sources/pricing_docs/acme_pricing.py"]


def test_a_page_of_very_many_places_says_how_many_are_not_listed(home: Home, project: Path, mirror: Mirror) -> None:
    url = "https://acme.example/api/all.json"
    mirror.answers[url] = [page(json.dumps({f"field_{number}": number for number in range(200)}).encode())]
    begun(home, project, url)
    assert f"* and {200 - adding.LISTED} more" in files(project)["sources/catalogues/acme.py"]


# --- what is refused -------------------------------------------------------------------------------------------------


def test_nothing_is_overwritten(home: Home, project: Path, mirror: Mirror) -> None:
    mirror.answers[PRICING] = html(TABLE)
    begun(home, project, PRICING)
    before = files(project)
    with pytest.raises(Unclear, match=r"the id acme_pricing is taken at sources/pricing_docs/acme_pricing\.py"):
        begun(home, project, PRICING)
    (project / "sources/pricing_docs/acme_pricing.py").unlink()
    with pytest.raises(Unclear, match=r"is taken at tests/fixtures/pricing_doc/acme_pricing"):
        begun(home, project, PRICING)
    assert len(files(project)) == len(before) - 1


def test_outside_a_checkout_nothing_is_begun(home: Home, tmp_path: Path) -> None:
    with pytest.raises(Unclear, match="no checkout"):
        begun(home, tmp_path, PRICING)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (status(404), "answered 404"),
        (page(b"  ", "text/html"), "the body is empty"),
        (page(b"\xff\xfe\x00", "text/html"), "not UTF-8"),
        (page(b"%PDF", "application/pdf"), "application/pdf"),
        (page(b"{", "application/json"), "does not read as json"),
    ],
)
def test_a_page_that_cannot_be_had_leaves_no_file(
    home: Home, project: Path, mirror: Mirror, answer: Answer, reason: str
) -> None:
    mirror.answers[PRICING] = [answer]
    with pytest.raises(adding.NotAdded, match=reason) as refusal:
        begun(home, project, PRICING)
    assert refusal.value.exit_code == 1
    assert files(project) == {}
    assert "acme_pricing" in {row["source_id"] for row in Ledger(home.ledger, "").rows()}


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (["http://acme.example/pricing"], 2, "only https is asked"),
        (["https://127.0.0.1/pricing"], 2, "not the name of a public host"),
        ([PRICING, "--kind", "pricing"], 2, "there is no kind of source 'pricing'; did you mean pricing_doc"),
        ([PRICING, "--kind", "reference"], 2, "there is no kind of source 'reference'"),
        ([PRICING, "--id", "../acme"], 2, "'../acme' is no id"),
        ([PRICING, "--id", "import"], 2, "'import' is no id"),
        ([PRICING, "--id", "robots"], 2, "the id robots is taken"),
        ([PRICING, "--id", "deepseek_pricing"], 2, "the id deepseek_pricing is taken"),
        ([], 2, "Missing argument 'URL'"),
        ([PRICING, "--id", "acme_never_added"], 1, "offline: nothing was asked"),
    ],
)
def test_the_command_ends_in_one_line_and_a_status(
    home: Home,
    words: list[str],
    code: int,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ALMANAC_OFFLINE", "1")
    with pytest.raises(SystemExit) as ended:
        main(["add-source", *words])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (code, "")
    complaints = [line for line in said.err.splitlines() if line.startswith("almanac: ")]
    assert len(complaints) == 1
    assert complaint in complaints[0]
    assert len(said.err.splitlines()) == (1 if code == 2 else 2)
