"""What changed between two editions, and why: each cause from its evidence; the feeds, and the calendar of retirements."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pipelines.answers import changes
from pipelines.answers.asking import Unclear
from pipelines.cli import main
from pipelines.publishing import feeds, retirements
from pipelines.publishing.site.pages import OF_A_KIND
from pipelines.wording.changes import price_words
from tests.pipelines.editions import published
from tests.warehouse.world import World, fact, night, price, priced
from warehouse.home import Home
from warehouse.identity import resolution

ATOM = {"a": feeds.ATOM}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "world")
    made.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"), priced("gpt-5-mini", "0.25", "2"))
    made.curated().says(night(1), fact("gpt-5", "product_type", "chat"))
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def account(home: Home) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home.latest / "changes.json").read_text("utf-8"), parse_float=Decimal)
    return found


def told(changed: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (each["offer_id"], each["meter"], each["old_amount"], each["new_amount"], each["cause"]) for each in changed
    ]


def test_the_first_edition_compares_itself_with_nothing(world: World, home: Home) -> None:
    published(world, home)
    assert account(home)["before"] is None
    assert set(account(home)["counts"].values()) == {0}
    assert "no edition before it" in (home.latest / "CHANGES.md").read_text("utf-8")


def test_a_price_its_page_prints_anew_has_the_page_as_its_cause(world: World, home: Home) -> None:
    first = published(world, home)
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1", "10"), priced("gpt-5-mini", "0.25", "2"))
    published(world, home)
    (change,) = account(home)["prices"]
    assert told([change]) == [("openai/gpt-5", "input", Decimal("1.25"), 1, "price")]
    assert (change["old_printed"], change["printed"]) == ("$1.25", "$1")
    assert change["page"] == "https://openai-pricing.example/page"
    assert account(home)["before"]["edition_id"] == first.edition_id
    assert "$1.25 → $1 (20% lower). The source prints another price: <https://openai-pricing.example/page>" in (
        home.latest / "CHANGES.md"
    ).read_text("utf-8")


def test_a_price_that_only_another_source_still_says_has_the_source_as_its_cause(world: World, home: Home) -> None:
    world.catalogue("atlas").says(night(1), priced("qwen3-32b", "1", "4", host="groq"))
    published(world, home)
    world.seller("groq").says(night(2), priced("qwen3-32b", "0.9", "4"))
    published(world, home)
    assert told(account(home)["prices"]) == [("groq/qwen3-32b", "input", 1, Decimal("0.9"), "source")]


def test_a_page_read_otherwise_than_before_is_a_correction_of_ours(world: World, home: Home) -> None:
    published(world, home)
    voice = world.voices["openai_pricing"]
    voice.reads_anew(
        "parser-2", lambda each: replace(each, value=Decimal("2.5")) if each.value == Decimal("1.25") else each
    )
    voice.confirms(night(2))
    published(world, home)
    assert told(account(home)["prices"]) == [("openai/gpt-5", "input", Decimal("1.25"), Decimal("2.5"), "correction")]


def test_a_name_that_stands_for_another_offer_now_is_the_cause_of_its_price(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.voices["openai_pricing"].says(
        night(1), priced("gpt-5", "1.25", "10"), priced("gpt-5-mini", "0.25", "2"), priced("gpt-5-zeta", "7", "9")
    )
    published(world, home)
    monkeypatch.setattr(resolution, "curated_aliases", lambda: {"gpt-5-zeta": "gpt-5-omega"})
    world.voices["openai_pricing"].confirms(night(2))
    published(world, home)
    found = account(home)
    assert [(each["offer_id"], each["cause"]) for each in found["offers_appeared"]] == [
        ("openai/gpt-5-omega", "mapping")
    ]
    assert [(each["offer_id"], each["cause"]) for each in found["offers_gone"]] == [("openai/gpt-5-zeta", "mapping")]
    assert [(each["model_id"], each["cause"]) for each in found["models_gone"]] == [("gpt-5-zeta", "mapping")]


def test_models_and_offers_that_appear_or_go_are_told_with_their_cause(world: World, home: Home) -> None:
    published(world, home)
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1.25", "10"), priced("gpt-5-nano", "0.05", "0.4"))
    published(world, home)
    found = account(home)
    assert [(each["offer_id"], each["cause"]) for each in found["offers_appeared"]] == [("openai/gpt-5-nano", "source")]
    assert [(each["offer_id"], each["cause"]) for each in found["offers_gone"]] == [("openai/gpt-5-mini", "source")]
    assert [each["model_id"] for each in found["models_appeared"]] == ["gpt-5-nano"]
    assert found["prices"] == []


def test_gaps_opened_and_closed_and_conflicts_settled_are_told(world: World, home: Home) -> None:
    catalogue = world.catalogue("atlas")
    catalogue.says(night(1), priced("gpt-5", "1.3", "10", host="openai"))
    published(world, home)
    world.voices["curated"].says(
        night(2), fact("gpt-5", "product_type", "chat"), fact("gpt-5", "context_tokens", 400_000)
    )
    catalogue.says(night(2), priced("gpt-5", "1.25", "10", host="openai"))
    published(world, home)
    found = account(home)
    assert ("gpt-5", "context_tokens") in {(each["subject_id"], each["field"]) for each in found["gaps_closed"]}
    assert [(each["subject_id"], each["rival_value"], each["how"]) for each in found["conflicts_settled"]] == [
        ("openai/gpt-5", "1.3", "rival_withdrew")
    ]
    assert [(each["field"], each["new_value"]) for each in found["facts"]] == [("context_tokens", "400000")]


def test_a_price_is_never_compared_with_one_in_another_currency_or_unit() -> None:
    change = {"model_name": "X", "provider_name": "Y", "via": None, "meter": "input", "unit": "mtok", "condition": ""}
    words = price_words(
        {**change, "currency": "CNY", "old_amount": Decimal(4), "new_amount": Decimal(8), "ratio": Decimal(2)}
    )
    assert words == "X at Y, input per million tokens: CNY 4 → CNY 8 (2 times as much)"


# --- the site's page ---------------------------------------------------------------------------------------------------


def page_of_changes(home: Home) -> str:
    """What the newest edition's page of changes says, without its marks."""
    page = (home.latest / "site/changes.html").read_text("utf-8").partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", "", page)).split())


def test_the_site_tells_every_change_with_its_cause_in_the_words_of_changes_md(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALMANAC_SITE", "1")
    tier = price("gpt-5", "cache_read", "0.2", condition="context_from=200001; tier_scope=whole_request")
    world.catalogue("atlas").says(night(1), priced("qwen3-32b", "1", "4", host="groq"))
    published(world, home)
    assert "no edition before this one" in page_of_changes(home)
    world.voices["openai_pricing"].says(
        night(2),
        priced("gpt-5", "1", "10"),
        tier,
        priced("gpt-5-nano", "0.05", "0.4"),
        priced("gpt-5-mini", "0.25", "2"),
    )
    world.seller("groq").says(night(2), priced("qwen3-32b", "0.9", "4"))
    published(world, home)
    page = page_of_changes(home)
    for kind in (home.latest / "CHANGES.md").read_text("utf-8").split("\n## ")[1:]:
        for line in kind.splitlines()[2:][:OF_A_KIND]:
            words, _, why = re.sub(r"<https://([^/>]*)[^>]*>|\\", r"\1", line[2:]).partition(". ")
            assert f"{words} {why}".strip() in page
    assert (
        "cached input per million tokens (prompts from 200,001 tokens): none → $0.20 A source we rest on says it now"
        in page
    )
    assert "$1 → $0.90 (10% lower) Another source speaks for it now: groq-pricing.example" in page
    marked = (home.latest / "site/changes.html").read_text("utf-8")
    assert re.search(r'<a href="models/gpt-5\.html">[^<]*, input per million tokens: \$1\.25 → \$1 ', marked)


def test_the_site_s_changes_go_back_over_the_editions_kept(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALMANAC_SITE", "1")
    published(world, home)
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1", "10"), priced("gpt-5-mini", "0.25", "2"))
    published(world, home)
    world.voices["curated"].says(
        night(3), fact("gpt-5", "product_type", "chat"), fact("gpt-5", "context_tokens", 400_000)
    )
    published(world, home)
    page = page_of_changes(home)
    fact_at, price_at = page.find("context tokens: unknown → 400,000"), page.find("$1.25 → $1 (20% lower)")
    assert 0 < fact_at < price_at


# --- feeds -----------------------------------------------------------------------------------------------------------


def entries(path: Path) -> list[tuple[str | None, str | None]]:
    root = ElementTree.parse(path).getroot()
    assert all(root.find(f"a:{tag}", ATOM) is not None for tag in ("id", "title", "updated"))
    return [
        (each.findtext("a:title", "", ATOM), each.findtext("a:updated", "", ATOM))
        for each in root.findall("a:entry", ATOM)
    ]


def test_a_feed_goes_back_over_the_editions_before(world: World, home: Home) -> None:
    voice = world.voices["openai_pricing"]
    published(world, home)
    for day, amount in ((2, "1.2"), (3, "1.1")):
        voice.says(night(day), priced("gpt-5", amount, "10"), priced("gpt-5-mini", "0.25", "2"))
        published(world, home)
    found = entries(home.latest / "feeds" / "all.atom")
    assert found == [
        ("Prices: gpt-5 at OpenAI", "2026-01-03T02:00:00Z"),
        ("Prices: gpt-5 at OpenAI", "2026-01-02T02:00:00Z"),
    ]
    assert entries(home.latest / "feeds" / "openai.atom") == found
    assert entries(home.latest / "feeds" / "anthropic.atom") == []


def test_an_entry_keeps_its_id_from_edition_to_edition_and_no_two_share_one(world: World, home: Home) -> None:
    voice = world.voices["openai_pricing"]
    published(world, home)
    seen = []
    for day, amount in ((2, "1.2"), (3, "1.1")):
        voice.says(night(day), priced("gpt-5", amount, "10"), priced("gpt-5-mini", amount, "2"))
        published(world, home)
        root = ElementTree.parse(home.latest / "feeds" / "all.atom").getroot()
        seen.append([each.findtext("a:id", "", ATOM) for each in root.findall("a:entry", ATOM)])
    assert set(seen[0]) < set(seen[1])
    assert len(set(seen[1])) == len(seen[1]) == 4


@pytest.mark.parametrize("provider_id", ["../etc", "a/b", "all", "ünïcode", "=x", ".", "..", "a\u202eb"])
def test_no_name_of_a_seller_leaves_the_folder_of_feeds_or_takes_anothers_place(provider_id: str) -> None:
    name = feeds.file_name(provider_id)
    assert Path("feeds", name).parent == Path("feeds")
    assert name.isascii()
    assert name not in ("all.atom", "..", ".")


def test_whatever_a_name_holds_is_text_in_a_feed() -> None:
    hostile = feeds.Entry("urn:x", "<script>\x00]]>&\u202e", "2026-01-01T00:00:00Z", ("<b>",), "javascript:x", "")
    root = ElementTree.fromstring(feeds.feed("all", "<t>", "2026-01-01T00:00:00Z", [hostile]))
    assert root.findtext("a:entry/a:title", "", ATOM) == "<script> ]]>& "
    assert root.find("a:entry/a:link", ATOM) is None


# --- the calendar ----------------------------------------------------------------------------------------------------


def test_every_shutdown_day_is_an_event_of_one_whole_day(world: World, home: Home) -> None:
    world.voices["curated"].says(
        night(2), fact("gpt-5", "product_type", "chat"), fact("gpt-5", "shutdown_on", night(60).date())
    )
    published(world, home)
    lines = unfolded((home.latest / "retirements.ics").read_bytes())
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    assert event[1:6] == [
        "UID:gpt-5-shutdown@almanac",
        "DTSTAMP:20260102T020000Z",
        "DTSTART;VALUE=DATE:20260301",
        "DTEND;VALUE=DATE:20260302",
        "SUMMARY:gpt-5 is shut down",
    ]
    assert "URL:https://curated.example/page" in event


def unfolded(body: bytes) -> list[str]:
    """The lines of a calendar as RFC 5545 has them read; each line of it is short enough and ends as it must."""
    assert body.endswith(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in body.split(b"\r\n"))
    return body.decode().replace("\r\n ", "").split("\r\n")[:-1]


@pytest.mark.parametrize("words", ["x" * 200, "ü" * 100, "模" * 60, "a" * 74 + "é", ""])
def test_a_folded_line_is_short_and_cuts_no_character(words: str) -> None:
    lines = list(retirements.folded(words))
    assert all(len(line.encode()) <= retirements.OCTETS for line in lines)
    assert lines[0] + "".join(line[1:] for line in lines[1:]) == words


def test_text_ends_no_event() -> None:
    assert retirements.escaped("a;b,c\\d\nEND:VEVENT") == "a\\;b\\,c\\\\d\\nEND:VEVENT"


# --- almanac diff ----------------------------------------------------------------------------------------------------


def test_an_edition_is_named_by_its_id_its_beginning_or_latest(world: World, home: Home) -> None:
    first = published(world, home)
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1", "10"))
    second = published(world, home)
    assert changes.edition_named(home, "2026-01-01") == first.path
    assert changes.edition_named(home, "latest") == second.path
    with pytest.raises(Unclear, match=f"there are {first.edition_id}, {second.edition_id}"):
        changes.edition_named(home, "2026")
    found = changes.between(first.path, second.path)
    assert told(found["prices"]) == [("openai/gpt-5", "input", Decimal("1.25"), 1, "price")]


def test_almanac_diff_says_what_changed_and_why(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(home.root))

    def answer(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["diff", *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out or said.err

    first = published(world, home).edition_id
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1", "10"), priced("gpt-5-mini", "0.25", "2"))
    second = published(world, home).edition_id
    status, said = answer("2026-01-01", "latest")
    assert (status, said.splitlines()[0]) == (0, f"From edition {first} to {second}")
    assert (
        "gpt-5 at OpenAI, input per million tokens: $1.25 → $1 (20% lower)  (the source prints another price)" in said
    )
    assert json.loads(answer(first, second, "--json")[1])["counts"]["prices"] == 1
    assert answer("2025", "latest") == (2, f"almanac: there is no one edition '2025'; there are {first}, {second}\n")


def test_an_edition_without_a_table_that_is_needed_is_said_to_be_of_another_shape(world: World, home: Home) -> None:
    first = published(world, home)
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1", "10"))
    (first.path / "core.prices.parquet").unlink()
    second = published(world, home)
    with pytest.raises(changes.Incomparable):
        changes.between(first.path, second.path)
    assert account(home)["before"] is None
