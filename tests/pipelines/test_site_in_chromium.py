"""The site in a browser: it searches, compares, sorts and opens sources; it is accessible, quiet, and asks nobody else."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.documents.pairs import pair
from pipelines.publishing.documents.shapes import Pair
from pipelines.serving.running import aside
from pipelines.serving.settings import Settings
from tests.pipelines import site_world
from tests.pipelines.site_world import CLAUDE, CODEX, GROK, MINI
from warehouse.home import Home

CHROMIUM = Path("/usr/bin/chromium")
STARTED_WITH = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MODELS = sorted((CLAUDE, CODEX, GROK, MINI))
PAIR = f"compare/{CLAUDE}/{CODEX}.html"
LOOKED_AT = (
    "index.html",
    f"models/{CODEX}.html",
    f"models/{GROK}.html",
    PAIR,
    "compare/index.html",
    "costs/index.html",
    "benchmarks/gpqa.html",
    "providers/openai.html",
    "labs/openai.html",
    "a-z/index.html",
    "retiring.html",
    "unknown.html",
    "conflicts.html",
    "changes.html",
    "methodology.html",
    "sources.html",
    "downloads.html",
    "search.html",
    "404.html",
)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")


class Visitor:
    """A browser on one served site; whatever goes wrong or abroad is noted."""

    def __init__(self, browser: Any, site: Path, address: str, pairs: Mapping[tuple[str, str], Pair]) -> None:
        self.browser, self.site, self.address, self.pairs = browser, site, address, pairs
        self.trouble: list[str] = []
        self.windows: dict[str, Any] = {}

    @contextmanager
    def at(self, path: str, **settings: Any) -> Iterator[Any]:
        """A page before somebody who was never here."""
        page = self._window(settings)
        try:
            page.goto(self.address + path)
            yield page
        finally:
            page.context.close()

    def looks_at(self, path: str, **settings: Any) -> Any:
        """A page before somebody who looks and touches nothing: in one window, for a new one costs more than the page."""
        window = repr(settings)
        if window not in self.windows:
            self.windows[window] = self._window(settings)
        self.windows[window].goto(self.address + path)
        return self.windows[window]

    def _window(self, settings: Mapping[str, Any]) -> Any:
        page = self.browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **settings}).new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and self._notes(f"{page.url}: {said.text}"))
        page.on("pageerror", lambda error: self._notes(f"{page.url}: {error}"))
        page.on("requestfailed", lambda asked: self._fails(page.url, asked))
        page.on("request", lambda asked: asked.url.startswith(self.address) or self._notes(f"abroad: {asked.url}"))
        page.on("response", lambda got: got.status < 400 or self._notes(f"{page.url}: {got.status} {got.url}"))
        return page

    def _fails(self, page: str, asked: Any) -> None:
        # the icon is fetched once a page is there, and given up where somebody goes on before it came
        if not (asked.failure == "net::ERR_ABORTED" and asked.url.endswith("/static/icon.svg")):
            self._notes(f"{page}: {asked.url} failed: {asked.failure}")

    def _notes(self, trouble: str) -> None:
        self.trouble.append(trouble)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    home = Home(tmp_path_factory.mktemp("home"))
    with site_world.built(tmp_path_factory.mktemp("world")) as warehouse:
        home.latest.symlink_to(site_world.edition(warehouse, tmp_path_factory.mktemp("edition")))
        asked = {(a, b): pair(warehouse.connection, a, b) for a, b in combinations(MODELS, 2)}
        pairs = {ids: made for ids, made in asked.items() if made}
    with aside(home, Settings(rate=0, sql_processes=0)) as address, playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=STARTED_WITH)
        yield Visitor(browser, home.latest / "site", address, pairs)
        browser.close()


@pytest.fixture(autouse=True)
def quiet(visitor: Visitor) -> Iterator[None]:
    """No test leaves an error in the console, a failed request or one to another origin."""
    visitor.trouble.clear()
    yield
    assert visitor.trouble == []


def offences(page: Any, *rules: str) -> list[str]:
    """What is wrong by these rules, or by all of WCAG."""
    from axe_core_python.sync_playwright import Axe

    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": WCAG}
    asked = {"runOnly": only, "resultTypes": ["violations"]}
    found = Axe().run(page, options=asked)
    return [
        f"{each['id']}: {node['target']} {node['html'][:120]}"
        for each in found["violations"]
        for node in each["nodes"][:3]
    ]


# --- for everyone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LOOKED_AT)
def test_a_page_is_accessible_in_both_schemes(visitor: Visitor, path: str) -> None:
    page = visitor.looks_at(path, color_scheme="light")
    page.emulate_media(color_scheme="light")
    assert offences(page) == []
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) != light
    # nothing but colours hangs on the scheme
    assert offences(page, "color-contrast", "link-in-text-block") == []


@pytest.mark.parametrize("path", LOOKED_AT)
def test_a_page_fits_a_phone(visitor: Visitor, path: str) -> None:
    page = visitor.looks_at(path, viewport={"width": 360, "height": 740}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("h1").count() == 1
    assert offences(page) == []


def test_what_is_opened_and_compared_is_accessible_too(visitor: Visitor) -> None:
    with visitor.at(f"models/{CODEX}.html") as page:
        page.click('[popovertarget="k-context_tokens"]')
        assert offences(page) == []
    with visitor.at(f"compare/index.html?m={CODEX}&m={CLAUDE}&m={GROK}") as page:
        page.wait_for_selector("#compared table")
        assert offences(page) == []


def test_a_source_is_one_key_away_and_escape_leads_back(visitor: Visitor) -> None:
    with visitor.at(f"models/{CODEX}.html") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        button, card = page.locator('[popovertarget="k-context_tokens"]'), page.locator("#k-context_tokens")
        button.focus()
        page.keyboard.press("Enter")
        assert card.is_visible()
        assert "400,000 tokens" in card.inner_text()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#k-context_tokens') !== null")
        page.keyboard.press("Escape")
        assert not card.is_visible()
        assert button.evaluate("each => each === document.activeElement")


def test_everything_but_choosing_freely_works_without_a_script(visitor: Visitor) -> None:
    with visitor.at(f"models/{CODEX}.html", java_script_enabled=False) as page:
        page.click('[popovertarget="k-context_tokens"]')
        assert page.locator("#k-context_tokens").is_visible()
        page.click("#alternatives a:has-text('Claude Sonnet 4.5')")
        assert page.url.endswith(PAIR)
    with visitor.at("search.html?q=codex", java_script_enabled=False) as page:
        page.click("noscript a")
        assert page.locator("h1").inner_text() == "Models from A to Z"
    with visitor.at("compare/index.html", java_script_enabled=False) as page:
        assert page.locator("form#compare").is_hidden()
        page.click("section a")
        assert page.url.endswith(PAIR)


# --- searching, comparing, sorting -----------------------------------------------------------------------------------


def test_search_finds_a_model_as_one_types_and_leads_to_it(visitor: Visitor) -> None:
    with visitor.at("index.html") as page:
        page.fill("#q", "5.1 codex")
        found = page.locator("#results a").first
        found.wait_for()
        assert found.inner_text() == "GPT-5.1 Codex"
        found.click()
        page.wait_for_url(f"**/models/{CODEX}.html")


def test_a_search_can_be_linked_to(visitor: Visitor) -> None:
    with visitor.at("search.html?q=claude") as page:
        page.wait_for_selector("#results a")
        assert "Claude Sonnet 4.5" in page.locator("#results").inner_text()


def test_any_two_are_compared_in_the_words_of_their_documents(visitor: Visitor) -> None:
    with visitor.at("compare/index.html") as page:
        page.wait_for_selector("form#compare:not([hidden])")
        page.fill("input[name=m] >> nth=0", CODEX)
        page.fill("input[name=m] >> nth=1", "GPT-5 mini")
        page.click("#compare .button")
        page.wait_for_selector("#compared table")
        assert page.url.endswith(f"?m={CODEX}&m={MINI}")
        words = page.locator("#compared").inner_text()
        for model in (CODEX, MINI):
            held = json.loads((visitor.site / f"models/{model}.json").read_bytes())
            for field, fact in held["facts"].items():
                assert fact["text"] in words or field == "name", (model, field)
            assert held["costs"][0]["text"] in words
        page.click("#compared .fact >> nth=0")
        assert page.locator("#compared .said:popover-open").is_visible()
        page.go_back()
        page.locator("#compared table").first.wait_for(state="detached")


CELLS = """() => Object.fromEntries(Array.from(document.querySelectorAll('#compared tbody tr'), row => [
    row.cells[0].innerText,
    Array.from(row.cells).slice(1).map(cell => (cell.querySelector(':scope > .fact') || cell).innerText),
]))"""
"""What every row of the comparison shows, by its label."""


@pytest.mark.parametrize("ids", list(combinations(MODELS, 2)), ids="+".join)
def test_any_two_show_the_figures_of_the_comparison_itself(visitor: Visitor, ids: tuple[str, str]) -> None:
    held = visitor.pairs[ids]
    page = visitor.looks_at(f"compare/index.html?m={ids[0]}&m={ids[1]}")
    page.wait_for_selector("#compared table")
    cells, words = page.evaluate(CELLS), page.locator("#compared").inner_text()
    sides = held["a"], held["b"]
    for cost in held["costs"]:
        both = (cost["a"], cost["b"])
        shown = [each["confirmed"]["text"] if each["confirmed"] else each["text"] for each in both]
        assert [each.split("\n")[0] for each in cells[cost["workload_text"]]] == shown
        for each in filter(None, (each["unconfirmed"] for each in both)):
            assert f"{each['text']} unconfirmed at {each['seller_text']}" in words
    for capability in held["capabilities"]:
        at = [{each["id"]: each for each in side["capabilities"]}[capability["id"]] for side in sides]
        assert cells[capability["name"]] == [each["fact"]["text"] for each in at]
    assert cells["Context window"] == [side["facts"]["context_tokens"]["text"] for side in sides]
    assert cells["Sellers"] == [str(side["providers_total"]) for side in sides]
    shared = ", ".join(sorted(each["name"] for each in held["shared_providers"]))
    assert (f"Sold by both: {shared}." if shared else "No seller known for both.") in words
    for result in held["shared_results"]:
        row = cells[result["benchmark"]["name"]]
        assert all(side["text"] in cell for side, cell in zip((result["a"], result["b"]), row, strict=True))
    assert (f"almanac compare {ids[0]} {ids[1]}" in words) is (held["rank"] is None)


@pytest.mark.parametrize("ids", list(combinations(MODELS, 3)), ids="+".join)
def test_any_three_show_what_every_two_of_them_show(visitor: Visitor, ids: tuple[str, str, str]) -> None:
    page = visitor.looks_at("compare/index.html?" + "&".join(f"m={each}" for each in ids))
    page.wait_for_selector("#compared table")
    cells, words = page.evaluate(CELLS), page.locator("#compared").inner_text()
    for a, b in combinations(ids, 2):
        held = visitor.pairs[a, b]
        for cost in held["costs"]:
            for side, each in ((a, cost["a"]), (b, cost["b"])):
                shown = cells[cost["workload_text"]][ids.index(side)].split("\n")[0]
                assert shown == (each["confirmed"]["text"] if each["confirmed"] else each["text"])
        ready = visitor.site / f"compare/{a}/{b}.json"
        said = json.loads(ready.read_bytes())["verdict"]["statements"] if ready.exists() else []
        assert [each["sentence"] for each in said if each["sentence"] not in words] == []
        assert (f"almanac compare {a} {b}" in words) is not ready.exists()


def test_a_published_pair_says_its_sentences_there_too(visitor: Visitor) -> None:
    with visitor.at(f"compare/index.html?m={CODEX}&m={CLAUDE}") as page:
        page.wait_for_selector("#compared .verdict")
        assert page.locator("#compared .verdict").inner_text() == "GPT-5.1 Codex costs $3,500 a month."
        assert {"Towards Codex.", "Towards Claude."} <= set(page.locator("#compared").inner_text().split("\n"))
        page.click("text=The whole comparison")
        page.wait_for_url(f"**/{PAIR}")


def test_a_word_that_names_no_model_is_said_so(visitor: Visitor) -> None:
    with visitor.at("compare/index.html?m=nonsense&m=../../x") as page:
        page.locator("#told", has_text="names no model").wait_for()


def test_a_table_sorts_both_ways_and_says_so(visitor: Visitor) -> None:
    with visitor.at("labs/openai.html") as page:
        column = page.locator("th", has_text="Context")
        column.locator("button").click()
        assert column.get_attribute("aria-sort") == "ascending"
        cells = "Array.from(document.querySelectorAll('table.sortable tbody tr'), row => row.cells[3].textContent)"
        assert page.evaluate(cells) == ["128,000", "400,000"]
        column.locator("button").press("Enter")
        assert column.get_attribute("aria-sort") == "descending"
        assert page.evaluate(cells) == ["400,000", "128,000"]


def test_offers_are_sorted_by_the_cost_of_a_chosen_workload(visitor: Visitor) -> None:
    with visitor.at(f"models/{CODEX}.html") as page:
        page.click(".choices label:has-text('Chat')")
        held = json.loads((visitor.site / f"models/{CODEX}.json").read_bytes())
        told = {offer["costs"]["chat"]["text"] for offer in held["offers"] if "chat" in offer["costs"]}
        shown = page.locator("table.offers td.cost").all_inner_texts()
        assert set(filter(None, shown)) == told
        amounts = [float(re.sub(r"[$,]", "", each)) for each in shown if each]
        assert amounts == sorted(amounts)


def test_the_calculator_multiplies_exactly(visitor: Visitor) -> None:
    with visitor.at("costs/index.html") as page:
        page.fill("[name=input]", "1,000")
        page.fill("[name=output]", "0.5")
        page.click("#calculator .button")
        page.locator("#calculated", has_text="1,000 million").wait_for()
        rows = page.locator("#costs tbody tr").all_inner_texts()
        costs = {row.split("\t")[0]: row.split("\t")[-1] for row in rows}
        assert costs["GPT-5.1 Codex"] == "$1,255"
        assert costs["GPT-5 mini"] == "$251"


# --- how it looks ----------------------------------------------------------------------------------------------------


def test_dark_is_dark_and_light_is_light(visitor: Visitor) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        with visitor.at("index.html", color_scheme=scheme) as page:
            seen[scheme] = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    light, dark = (sum(map(int, re.findall(r"\d+", seen[scheme])[:3])) for scheme in ("light", "dark"))
    assert light > 700 > 100 > dark


def test_on_paper_every_figure_has_its_source_below_it_and_there_is_no_menu(visitor: Visitor) -> None:
    with visitor.at(f"models/{CODEX}.html") as page:
        page.emulate_media(media="print")
        assert page.locator("#k-context_tokens .cite").is_visible()
        assert page.locator("#k-context_tokens .cite").inner_text() == "openai, 2026-01-02"
        assert not page.locator("nav[aria-label=Site]").is_visible()
        assert not page.locator("#k-context_tokens dl").is_visible()


def test_a_page_that_is_not_there_says_so_wherever_it_was_looked_for(visitor: Visitor) -> None:
    with visitor.at("index.html") as page:
        answer = page.request.get(f"{visitor.address}models/none/of/these")
        assert answer.status == 404
        assert "No such page" in answer.text()
        assert 'href="static/site.css' in answer.text()
        assert '<base href="/">' in answer.text()
        assert page.request.get(f"{visitor.address}models/").status == 404, "folders are not listed"


def test_what_a_source_printed_does_nothing_in_a_browser(visitor: Visitor) -> None:
    with visitor.at(f"models/{GROK}.html") as page:
        assert page.title() == "grok-4 · Almanac"
        assert page.evaluate("document.querySelectorAll('main script, main [onclick]').length") == 0
