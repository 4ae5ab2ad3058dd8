"""What the site promises without a browser: every link leads somewhere, nothing a source printed acts, light pages."""

import errno
import json
import multiprocessing
import os
import re
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import unquote

import pytest

from pipelines import cli
from pipelines.publishing.site import building, charts, linked_data, search
from pipelines.publishing.site.building import Worker, known_of
from pipelines.publishing.site.links import Addresses, Known, Links, Misconfigured, web
from pipelines.publishing.site.pages import Pages, price_steps
from pipelines.publishing.site.pair_pages import PairPages
from pipelines.publishing.site.rates import rates
from pipelines.publishing.site.reading import Documents
from pipelines.publishing.site.rendering import Rendering, plain_price
from tests.pipelines import site_world
from tests.pipelines.editions import every_file
from tests.pipelines.site_world import CLAUDE, CODEX, FORMULA, GROK, MINI, SCRIPT, TURNED
from tests.warehouse.world import Warehouse

LIGHT = 100_000
"""Bytes of a page with its style sheet and script, before pictures."""


class Page(HTMLParser):
    """What a page links to, which ids it has, and what of it could act."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.acting: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if held.get("id"):
            self.ids.append(str(held["id"]))
        self.links += [str(held[name]) for name in ("href", "src") if held.get(name)]
        self.acting += [name for name in held if name == "style" or name.startswith("on")]
        if tag == "style":
            self.acting.append(tag)
        if tag == "script":
            self.scripts.append(held)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with site_world.built(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module")
def edition(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_world.edition(warehouse, tmp_path_factory.mktemp("edition"))


@pytest.fixture(scope="module")
def pages(edition: Path) -> dict[str, str]:
    site = edition / "site"
    return {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}


def document(edition: Path, path: str) -> Any:
    return json.loads((edition / path).read_bytes())


# --- links and files -------------------------------------------------------------------------------------------------


def test_every_page_of_the_plan_is_there(pages: dict[str, str]) -> None:
    assert {
        "index.html",
        "search.html",
        "404.html",
        "a-z/index.html",
        f"models/{CODEX}.html",
        f"compare/{CLAUDE}/{CODEX}.html",
        "compare/index.html",
        "costs/index.html",
        "costs/chat.html",
        "providers/index.html",
        "providers/openai.html",
        "labs/index.html",
        "labs/openai.html",
        "families/index.html",
        "benchmarks/index.html",
        "retiring.html",
        "unknown.html",
        "conflicts.html",
        "changes.html",
        "methodology.html",
        "sources.html",
        "downloads.html",
    } <= pages.keys()


def test_every_link_leads_to_a_file_and_an_anchor_that_are_there(edition: Path, pages: dict[str, str]) -> None:
    read = {path: Page(text) for path, text in pages.items()}
    broken = []
    for path, page in read.items():
        for link in page.links:
            if re.match(r"(https?|mailto):", link):
                continue
            target, _, anchor = unquote(link).partition("#")
            target = target.partition("?")[0]
            found = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
            if not (edition / "site" / found).is_file() or (anchor and anchor not in read[found].ids):
                broken.append((path, link))
    assert broken == []


def test_no_id_is_given_twice_on_a_page(pages: dict[str, str]) -> None:
    twice = {
        path: sorted({each for each in ids if ids.count(each) > 1})
        for path, ids in ((p, Page(t).ids) for p, t in pages.items())
    }
    assert {path: ids for path, ids in twice.items() if ids} == {}


def test_every_page_is_light(edition: Path, pages: dict[str, str]) -> None:
    shared = sum((edition / "site/static" / name).stat().st_size for name in ("site.css", "site.js"))
    assert {path: len(text.encode()) for path, text in pages.items() if len(text.encode()) + shared > LIGHT} == {}


def test_a_page_s_json_and_the_downloads_lie_beside_it_without_a_second_copy(edition: Path) -> None:
    for name in (f"models/{CODEX}.json", f"compare/{CLAUDE}/{CODEX}.json", "core.models.parquet"):
        assert (edition / "site" / name).samefile(edition / name)


def test_the_size_of_the_duckdb_file_which_is_another_each_time_is_on_no_page(
    edition: Path, pages: dict[str, str]
) -> None:
    sizes = dict(re.findall(r'<a href="([^"]+)">[^<]*</a></th><td class="n">([^<]*)</td>', pages["downloads.html"]))
    assert (sizes["core.models.parquet"], sizes["almanac.duckdb"]) == ("4", "")


def test_a_site_stands_in_any_folder(pages: dict[str, str]) -> None:
    assert [link for text in pages.values() for link in Page(text).links if link.startswith("/")] == []


# --- nothing acts ----------------------------------------------------------------------------------------------------


def test_every_page_has_a_policy_and_nothing_the_policy_forbids(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        assert "default-src 'none'; script-src 'self'" in unescape(text), path
        page = Page(text)
        assert page.acting == [], path
        assert all(each.get("src") or each.get("type") == "application/ld+json" for each in page.scripts), path


def test_what_a_source_printed_stays_words(edition: Path, pages: dict[str, str]) -> None:
    text = pages[f"models/{GROK}.html"]
    assert SCRIPT not in text
    assert "&lt;script&gt;document.title=&#39;taken&#39;&lt;/script&gt;" in text
    assert TURNED not in text
    assert "../../etc" in text
    assert FORMULA.replace('"', "&#34;") in text
    assert "javascript:" not in text


ACTING = "\"'><img src=x onerror=alert(1)>\u202e"
NAMES = re.compile(r"(.*_)?(id|on|from|to|usd|url)|lower|leader|status|meter|unit|amount|score")
"""Keys whose value is a name of ours, by which a page finds something, a day, a number or an address."""


def hostile(value: Any, key: str = "") -> Any:
    """A document in which every word could act, if a page printed it as HTML."""
    match value:
        case dict():
            return {name: hostile(each, name) for name, each in value.items()}
        case list():
            return [hostile(each, key) for each in value]
        case str() if not NAMES.fullmatch(key):
            return f"{value}{ACTING}"
    return value


class Hostile(Documents):
    def one(self, path: str) -> Any:
        held = super().one(path)
        return held if path == "catalogue.json" else hostile(held)

    def pair(self, a: str, b: str) -> Any:
        return hostile(super().pair(a, b))

    def sides(self, a: str, b: str) -> Any:
        return hostile(super().sides(a, b))


def test_no_word_of_a_document_acts_wherever_a_page_prints_it(edition: Path) -> None:
    documents = Hostile(edition)
    rendering = Rendering(site_world.ADDRESSES, known_of(Documents(edition)))
    pages = Pages(rendering, documents)
    made = [PairPages(rendering, documents).page(CLAUDE, CODEX)]
    for kind, page in (("models", pages.model), ("providers", pages.provider), ("benchmarks", pages.benchmark)):
        for each in documents.every(kind):
            made += page(each)
    for path, html in made:
        assert "<img" not in html, path
        printed = re.sub(r'<script type="application/ld\+json">.*?</script>', "", html)
        assert "&#34;&#39;&gt;&lt;img src=x" in printed, path
        assert ACTING[:2] not in printed, path
        assert ACTING[-1] not in printed, path


def test_no_answer_ends_the_element_its_data_stands_in(pages: dict[str, str]) -> None:
    text = pages[f"compare/{CLAUDE}/{CODEX}.html"]
    (faq,) = (
        each for each in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text) if "FAQPage" in each
    )
    answered = json.loads(faq)["mainEntity"][0]
    assert (answered["name"], answered["acceptedAnswer"]["text"]) == (
        "Which is cheaper?",
        "The answer </script> & more.",
    )


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://", "https://a b", "ftp://a", None]
)
def test_only_web_addresses_are_followed(address: str | None) -> None:
    assert web(address) == ""


def test_a_link_is_made_only_to_a_page_that_is_there() -> None:
    links = Links("../", Known({"models": frozenset({"a", "b"})}, frozenset({("a", "b")})))
    assert str(links.link("models", {"id": "a", "name": "<A>"})) == '<a href="../models/a.html">&lt;A&gt;</a>'
    assert str(links.link("models", {"id": "../../x", "name": "X"})) == "X"
    assert str(links.compare_link({"id": "b"}, {"id": "a", "name": "A"})) == '<a href="../compare/a/b.html">A</a>'


# --- the same words --------------------------------------------------------------------------------------------------


def test_a_fact_opens_who_says_so_in_which_words_and_when(pages: dict[str, str]) -> None:
    text = pages[f"models/{CODEX}.html"]
    card = text[text.index('id="k-context_tokens"') :].partition("</div>")[0]
    for words in ("400,000 tokens", "https://openai-cards.example/page", "openai</a> (maker)", "2026-01-02"):
        assert words in card
    assert re.search(r"report\?fact=c\w+\"", card)


def test_an_unknown_opens_its_reason_and_is_never_no(pages: dict[str, str]) -> None:
    text = pages[f"models/{CODEX}.html"]
    assert re.search(r'<td class="unknown"><button class="fact unknown" popovertarget="c-computer_use">Unknown', text)
    assert "Next step" in text[text.index('id="c-computer_use"') :].partition("</div>")[0]


def test_a_pair_prints_the_sentences_of_its_document_and_no_others(edition: Path, pages: dict[str, str]) -> None:
    held = document(edition, f"compare/{CLAUDE}/{CODEX}.json")
    text = pages[f"compare/{CLAUDE}/{CODEX}.html"]
    for statement in [*held["verdict"]["statements"], *(each for said in held["statements"].values() for each in said)]:
        assert statement["sentence"] in text
    assert held["costs"][0]["b"]["text"] in text
    listed = re.findall(r'<ul class="said-of">(.*?)</ul>', text, re.DOTALL)
    said = {re.sub(r"<[^>]*>", "", item) for each in listed for item in re.findall(r"<li>(.*?)</li>", each)}
    assert said == {each["sentence"] for said in held["statements"].values() for each in said} - {
        "The first sentence of the pair."
    }


def test_a_pair_reads_the_same_whether_its_sides_were_made_before_or_not(edition: Path) -> None:
    worker = Worker(edition, None, site_world.ADDRESSES, known_of(Documents(edition)))
    assert worker.pairs.page(CLAUDE, CODEX) == worker.pairs.page(CLAUDE, CODEX)


def test_costs_of_other_volumes_rest_on_the_same_prices(warehouse: Warehouse) -> None:
    offered = json.loads(rates(warehouse.connection)["default"])
    volumes = warehouse.row("select input_mtok, output_mtok from core.workloads where workload_id = 'default'")
    cheapest = min(Decimal(i) * volumes[0] + Decimal(o) * volumes[1] for i, o, _ in offered[CODEX])
    assert cheapest == warehouse.cell(
        "select monthly_cost_usd from mart.monthly_costs where workload_id = 'default' and model_id = ?", CODEX
    )
    assert GROK not in offered, "nobody confirms its price"


# --- addresses -------------------------------------------------------------------------------------------------------


def test_addresses_are_absolute_only_where_the_base_is_configured(
    warehouse: Warehouse, edition: Path, pages: dict[str, str], tmp_path: Path
) -> None:
    text = pages[f"models/{CODEX}.html"]
    assert f'<link rel="canonical" href="https://almanac.example/models/{CODEX}.html">' in text
    assert f"<loc>https://almanac.example/models/{CODEX}.html</loc>" in (edition / "site/sitemap.xml").read_text()
    bare = site_world.edition(warehouse, tmp_path, addresses=Addresses(), written=edition) / "site"
    unplaced = (bare / f"models/{CODEX}.html").read_text("utf-8")
    assert [each for each in ("canonical", "Report an error", "almanac.example") if each in unplaced] == []
    assert not (bare / "sitemap.xml").exists()


@pytest.mark.parametrize(
    ("name", "value"), [("ALMANAC_SITE_URL", "almanac.example"), ("ALMANAC_REPORT_URL", "javascript:x")]
)
def test_an_address_that_is_none_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=name):
        Addresses.from_environment()


def test_a_page_says_what_it_is_to_machines(pages: dict[str, str]) -> None:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', pages[f"models/{CODEX}.html"])
    by_type = {each["@type"]: each for each in map(json.loads, found)}
    assert by_type["Dataset"]["distribution"][0]["contentUrl"] == f"https://almanac.example/models/{CODEX}.json"
    assert [each["position"] for each in by_type["BreadcrumbList"]["itemListElement"]] == [1, 2, 3]


def test_data_for_machines_holds_no_character_html_reads() -> None:
    text = str(linked_data.element({"name": "</script><!-- & \u2028"}))
    assert not set(text) & set("<>&\u2028")
    assert json.loads(text) == {"name": "</script><!-- & \u2028"}


# --- twice -----------------------------------------------------------------------------------------------------------


def test_the_same_documents_give_the_same_bytes_and_unchanged_files_are_shared(
    warehouse: Warehouse, edition: Path, tmp_path: Path
) -> None:
    again = site_world.edition(warehouse, tmp_path / "again", previous=edition, written=edition) / "site"
    fresh = site_world.edition(warehouse, tmp_path / "fresh") / "site"
    site = edition / "site"
    names = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert [path.relative_to(fresh) for path in sorted(fresh.rglob("*")) if path.is_file()] == names
    for name in names:
        assert (site / name).read_bytes() == (fresh / name).read_bytes(), name
    made = [each for each in names if each.suffix == ".html" or each.parts[0] in ("pagefind", "static")]
    assert len(made) > 50
    assert [each for each in made if not (again / each).samefile(site / each)] == []


def test_only_changed_pages_are_written_and_the_older_edition_stays_as_it_was(
    warehouse: Warehouse, edition: Path, tmp_path: Path
) -> None:
    before = (edition / f"site/models/{MINI}.html").read_bytes()
    warehouse.connection.execute("begin")
    try:
        warehouse.connection.execute(f"update core.models set name = 'GPT-5 mini, renamed' where model_id = '{MINI}'")
        changed = site_world.edition(warehouse, tmp_path, previous=edition) / "site"
    finally:
        warehouse.connection.execute("rollback")
    assert "renamed" in (changed / f"models/{MINI}.html").read_text("utf-8")
    assert (edition / f"site/models/{MINI}.html").read_bytes() == before
    assert (changed / f"models/{CLAUDE}.html").samefile(edition / f"site/models/{CLAUDE}.html")


def test_several_processes_make_the_same_site_and_none_outlives_it(
    warehouse: Warehouse, edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "FEW", 0)
    made = site_world.edition(warehouse, tmp_path, processes=2, written=edition)
    assert every_file(made / "site") == every_file(edition / "site")
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("error", [OSError("no process can be started"), BrokenProcessPool("one ended")])
def test_where_no_process_can_be_started_this_one_makes_the_site_and_says_why(
    error: Exception, warehouse: Warehouse, edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(building, "FEW", 0)
    monkeypatch.setattr(building, "ProcessPoolExecutor", refuse)
    with pytest.warns(RuntimeWarning, match=str(error)):
        made = site_world.edition(warehouse, tmp_path, processes=2, written=edition)
    assert every_file(made / "site") == every_file(edition / "site")


@pytest.mark.parametrize("alike", [True, False])
def test_on_a_disk_that_cannot_link_the_site_is_the_same(
    alike: bool, warehouse: Warehouse, edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(source: Any, target: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(source), None, str(target))

    monkeypatch.setattr(os, "link", refuses)
    made = site_world.edition(warehouse, tmp_path / "made", previous=edition, alike=alike, written=edition)
    assert every_file(made) == every_file(edition)


CHANGED = (
    f"update core.models set name = 'GPT-5 mini, renamed' where model_id = '{MINI}'",
    f"update mart.offer_costs set monthly_cost_usd = monthly_cost_usd + 1 where model_id = '{CODEX}'",
    "update core.benchmarks set name = 'GPQA, renamed'",
    "update core.workloads set name = 'Another name' where workload_id = 'default'",
    "update quality.sources set state = 'failing', last_error = 'gone'",
    "update quality.build set as_of = as_of + interval 1 hour",
    "update quality.build set as_of = as_of + interval 9 day",
    "delete from mart.published_pairs",
    f"delete from quality.gaps where subject_id = '{GROK}'; delete from core.models where model_id = '{GROK}'",
    "update core.providers set name = 'Renamed' where provider_id = 'vercel'",
)


@pytest.mark.parametrize("change", CHANGED)
def test_pages_that_still_hold_are_not_made_and_the_site_is_as_if_they_were(
    change: str, warehouse: Warehouse, edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "write_index", lambda *_: 0)
    made: list[tuple[str, Any]] = []
    make = Worker.make
    warehouse.connection.execute("begin")
    try:
        warehouse.connection.execute(change)
        fresh = site_world.edition(warehouse, tmp_path / "whole")
        whole = every_file(fresh / "site")
        monkeypatch.setattr(Worker, "make", lambda self, batch: made.append(batch) or make(self, batch))
        going_on = site_world.edition(warehouse, tmp_path / "shared", previous=edition, alike=True, written=fresh)
        shared = every_file(going_on / "site")
    finally:
        warehouse.connection.execute("rollback")
    assert [name for name in whole if shared.get(name) != whole[name]] == []
    assert shared.keys() == whole.keys()
    names = {each for _, ids in made for each in ids}
    assert len(names) < 15 or "core.workloads" in change, "not everything is made anew"


def test_an_offer_shows_what_a_short_prompt_costs_from_cache_too() -> None:
    def cached(condition: str, text: str) -> dict[str, Any]:
        return {"meter": "cache_read", "unit": "mtok", "is_plain": False, "condition": condition, "text": text}

    tiers = [
        cached("context_from=200001", "$0.40"),
        cached("context_to=200000; service_tier=batch", "$0.10"),
        cached("context_to=200000", "$0.20"),
    ]
    assert plain_price({"prices": tiers}, "cache_read") == "$0.20"
    assert plain_price({"prices": tiers[:2]}, "cache_read") == ""


def test_an_unknown_of_a_pair_says_in_detail_why(edition: Path, pages: dict[str, str]) -> None:
    sides = Documents(edition).sides(CLAUDE, CODEX)
    detailed = [gap for side in (sides["a"], sides["b"]) for gap in side["gaps"][:12] if gap["detail"]]
    assert detailed
    page = unescape(pages[f"compare/{CLAUDE}/{CODEX}.html"])
    assert [gap["detail"] for gap in detailed if gap["detail"][:150] not in page] == []


# --- charts ----------------------------------------------------------------------------------------------------------


def point(
    amount: str,
    *,
    seen: str = "2026-08-20",
    gone: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> dict[str, Any]:
    return {
        "amount": amount,
        "text": f"${amount}",
        "observed_from": seen,
        "observed_to": gone,
        "effective_from": since,
        "effective_to": until,
        "claim_id": f"{seen}{since}{amount}",
    }


TODAY = date(2026, 8, 21)


def test_one_amount_holds_at_a_time() -> None:
    steps = price_steps([point("2", until="2026-08-31"), point("3", since="2026-09-01")], TODAY)
    assert [(str(each.since), str(each.until), each.text) for each in steps] == [
        ("2026-08-20", "2026-09-01", "$2"),
        ("2026-09-01", "2026-09-01", "$3"),
    ]


def test_a_price_announced_and_withdrawn_before_its_day_never_held() -> None:
    withdrawn = point("3", gone="2026-08-21", since="2026-09-01")
    assert [each.text for each in price_steps([point("2"), withdrawn], TODAY)] == ["$2"]


def test_of_a_price_that_ended_before_it_was_read_only_its_last_day_is_drawn() -> None:
    ended, now = point("10", until="2025-06-09"), point("2", since="2025-06-10")
    assert [(str(each.since), str(each.until)) for each in price_steps([ended, now], TODAY)] == [
        ("2025-06-09", "2025-06-09"),
        ("2025-06-10", "2026-08-21"),
    ]


def test_a_price_chart_goes_down_in_steps() -> None:
    steps = [
        charts.Step(date(2026, 1, 1), date(2026, 5, 1), 12, "$12"),
        charts.Step(date(2026, 5, 1), TODAY, 10, "$10"),
    ]
    svg = str(charts.steps_over_time([charts.Line("Output", steps)], "A price", TODAY))
    drawn = re.search(r'class="line" d="(M[\d. ]+H[\d.]+V[\d.]+H[\d.]+)"', svg)
    assert drawn
    assert "style=" not in svg
    assert "Output: $12 from 2026-01-01; $10 from 2026-05-01" in svg


def test_every_point_of_a_scatter_leads_to_its_model_and_only_the_unbeaten_are_named() -> None:
    points = [
        charts.Point(10, 50, "Cheap", "Cheap: 50", "../models/cheap.html"),
        charts.Point(100, 40, "<Worse>", "<Worse>: 40", "../models/worse.html"),
        charts.Point(1000, 90, "Best", "Best: 90", "../models/best.html"),
    ]
    svg = str(charts.scatter(points, "Scores", "cost", "score", lower_is_better=False))
    assert re.findall(r'<a href="\.\./models/(\w+)\.html"', svg) == ["worse", "cheap", "best"]
    assert re.findall(r'class="name"[^>]*>([^<]*)<', svg) == ["Cheap", "Best"]
    assert "<title>&lt;Worse&gt;: 40</title>" in svg


def test_a_name_in_a_scatter_lies_on_no_point_and_on_no_other_name() -> None:
    front = [charts.Point(10 * 1.3**n, 50 + n, f"A model with a name {n}", "", f"{n}") for n in range(12)]
    crowd = [charts.Point(11 * 1.3**n, 49.5 + n, f"Beaten {n}", "", f"b{n}") for n in range(12)]
    svg = str(charts.scatter([*front, *crowd], "Scores", "cost", "score", lower_is_better=False))
    points = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)]
    names = re.findall(r'class="name" x="([\d.-]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)<', svg)
    assert len(points) == 24
    assert len(names) > 3
    boxes = []
    for x, y, anchor, words in names:
        wide = 6 * len(words)
        left = float(x) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        boxes.append((left, float(y) - 9, left + wide, float(y) + 2))
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= charts.WIDTH
        assert not [1 for x, y in points if left - 6 < x < right + 6 and top - 6 < y < bottom + 6]
        for other in boxes[:number]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top


def test_a_scatter_s_axis_has_ticks_however_near_its_costs_are() -> None:
    points = [charts.Point(cost, cost, str(cost), "", str(cost)) for cost in (110.0, 130.0, 290.0)]
    svg = str(charts.scatter(points, "Scores", "cost", "score", lower_is_better=False))
    assert re.findall(r">(\$[\d,.]+)<", svg) == ["$100", "$200"]


def test_a_scatter_shows_results_of_one_basis_alone(edition: Path) -> None:
    documents = Documents(edition)
    pages = Pages(Rendering(Addresses(), Known()), documents)
    rows = [row for row in pages.rows.values() if float(row["costs"].get(pages.workloads[0]["id"], 0))]
    pages.rows = {f"m{n}": {**rows[0], "id": f"m{n}"} for n in range(11)}
    result = {**documents.one("benchmarks/gpqa.json")["results"][0], "comparability": "comparable"}
    keys = ["gpqa by one; version=1"] * 6 + ["gpqa by one; version=2"] * 5
    results = [
        {**result, "model": {"id": f"m{n}", "name": f"m{n}"}, "comparable_key": key} for n, key in enumerate(keys)
    ]
    (chart,) = pages._scatter({**documents.one("benchmarks/gpqa.json"), "higher_is_better": True, "results": results})
    assert sorted(re.findall(r"models/(m\d+)\.html", chart["svg"])) == [f"m{n}" for n in range(6)]


def test_the_ticks_of_a_price_are_prices() -> None:
    steps = [
        charts.Step(date(2026, 8, 20), TODAY, 0.9, "$0.90"),
        charts.Step(TODAY, TODAY, 0.95, "$0.95"),
    ]
    svg = str(charts.steps_over_time([charts.Line("Output", steps)], "A price", TODAY))
    assert re.findall(r">(\$[\d,.]+)<", svg) == ["$0", "$0.25", "$0.50", "$0.75", "$1.00"]
    assert {"2026-08-20", "2026-08-21", "as of 2026-08-21"} <= set(re.findall(r">([^<>]*2026-08-\d\d)<", svg))


# --- serving ---------------------------------------------------------------------------------------------------------


def test_site_says_in_one_line_that_there_is_none_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        cli.main(["site"])
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("almanac: ")


def test_site_says_in_one_line_that_a_port_is_taken(
    edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
    (tmp_path / "latest").symlink_to(edition)
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as left:
            cli.main(["site", "--port", str(port)])
    assert left.value.code == 2
    assert capsys.readouterr().err == f"almanac: port {port} of 127.0.0.1 cannot be served: Address already in use\n"
