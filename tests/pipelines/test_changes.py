"""What changed between two editions, and why: each cause from its evidence; the feeds, and the calendar of retirements."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import msgspec
import pytest

from pipelines.answers import changes
from pipelines.answers.asking import Unclear
from pipelines.cli import main
from pipelines.publishing import Edition, feeds, parts, retirements
from pipelines.publishing.site.pages import OF_A_KIND
from pipelines.wording.changes import price_words
from tests.pipelines.editions import made_of, published
from tests.warehouse.world import World, fact, night, price, priced
from warehouse.home import Home
from warehouse.identity import resolution

ATOM = {"a": feeds.ATOM}


@pytest.fixture(scope="module", autouse=True)
def few_parts() -> Iterator[None]:
    with made_of("tables", "retirements", "changes"):
        yield


def small_world(folder: Path) -> World:
    made = World(folder)
    made.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"), priced("gpt-5-mini", "0.25", "2"))
    made.curated().says(night(1), fact("gpt-5", "product_type", "chat"))
    return made


class Kept(NamedTuple):
    """A home that is looked at and left alone, and its editions."""

    home: Home
    first: Edition
    second: Edition
    third: Edition


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """One price is another on the second night, two on the third."""
    world, home = small_world(tmp_path_factory.mktemp("world")), Home(tmp_path_factory.mktemp("home"))
    first = published(world, home)
    voice = world.voices["openai_pricing"]
    voice.says(night(2), priced("gpt-5", "1", "10"), priced("gpt-5-mini", "0.25", "2"))
    second = published(world, home)
    voice.says(night(3), priced("gpt-5", "1.1", "10"), priced("gpt-5-mini", "0.2", "2"))
    return Kept(home, first, second, published(world, home))


def account(home: Home) -> dict[str, Any]:
    """What the newest edition tells of its changes."""
    return account_of(home.latest)


def account_of(edition: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((edition / "changes.json").read_text("utf-8"), parse_float=Decimal)
    return found


def told(changed: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (each["offer_id"], each["meter"], each["old_amount"], each["new_amount"], each["cause"]) for each in changed
    ]


def test_the_first_edition_compares_itself_with_nothing(kept: Kept) -> None:
    found = account_of(kept.first.path)
    assert found["before"] is None
    assert set(found["counts"].values()) == {0}
    assert "no edition before it" in (kept.first.path / "CHANGES.md").read_text("utf-8")


def test_a_price_its_page_prints_anew_has_the_page_as_its_cause(kept: Kept) -> None:
    found = account_of(kept.second.path)
    (change,) = found["prices"]
    assert told([change]) == [("openai/gpt-5", "input", Decimal("1.25"), 1, "price")]
    assert (change["old_printed"], change["printed"]) == ("$1.25", "$1")
    assert change["page"] == "https://openai-pricing.example/page"
    assert found["before"]["edition_id"] == kept.first.edition_id
    assert "$1.25 → $1 (20% lower). The source prints another price: <https://openai-pricing.example/page>" in (
        kept.second.path / "CHANGES.md"
    ).read_text("utf-8")


@pytest.fixture(scope="module")
def overnight(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is told of a night on which everything changes that can, each seller's offers for a reason of their own."""
    world, home = small_world(tmp_path_factory.mktemp("world")), Home(tmp_path_factory.mktemp("home"))
    atlas, rumours = world.catalogue("atlas"), world.catalogue("rumours")
    anthropic, mistral = world.seller("anthropic", "maker"), world.seller("mistral", "maker")
    atlas.says(night(1), priced("qwen3-32b", "1", "4", host="groq"))
    rumours.says(night(1), priced("gpt-5", "1.3", "10", host="openai"))
    anthropic.says(night(1), priced("claude-opus-4.1", "15", "75"))
    mistral.says(night(1), priced("gpt-5-zeta", "7", "9"))
    published(world, home)

    world.seller("groq").says(night(2), priced("qwen3-32b", "0.9", "4"))
    rumours.says(night(2), priced("gpt-5", "1.25", "10", host="openai"))
    corrected = partial(msgspec.structs.replace, value=Decimal(30))
    anthropic.reads_anew("parser-2", lambda each: corrected(each) if each.value == 15 else each)
    anthropic.confirms(night(2))
    mistral.confirms(night(2))
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1.25", "10"), priced("gpt-5-nano", "0.05", "0.4"))
    world.voices["curated"].says(
        night(2),
        fact("gpt-5", "product_type", "chat"),
        fact("gpt-5", "context_tokens", 400_000),
        fact("gpt-5", "knowledge_cutoff_on", "2024-09"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolution, "curated_aliases", lambda: {"gpt-5-zeta": "gpt-5-omega"})
        published(world, home)
    return account(home)


def test_a_price_that_only_another_source_still_says_has_the_source_as_its_cause(overnight: dict[str, Any]) -> None:
    found = [each for each in overnight["prices"] if each["cause"] == "source"]
    assert told(found) == [("groq/qwen3-32b", "input", 1, Decimal("0.9"), "source")]


def test_a_page_read_otherwise_than_before_is_a_correction_of_ours(overnight: dict[str, Any]) -> None:
    found = [each for each in overnight["prices"] if each["cause"] == "correction"]
    assert told(found) == [("anthropic/claude-opus-4.1", "input", 15, 30, "correction")]


def test_a_name_that_stands_for_another_offer_now_is_the_cause_of_its_price(overnight: dict[str, Any]) -> None:
    assert ("mistral/gpt-5-omega", "mapping") in caused(overnight, "offers_appeared")
    assert ("mistral/gpt-5-zeta", "mapping") in caused(overnight, "offers_gone")
    assert ("gpt-5-zeta", "mapping") in caused(overnight, "models_gone")


def test_models_and_offers_that_appear_or_go_are_told_with_their_cause(overnight: dict[str, Any]) -> None:
    assert caused(overnight, "offers_appeared") == [("mistral/gpt-5-omega", "mapping"), ("openai/gpt-5-nano", "source")]
    assert caused(overnight, "offers_gone") == [("mistral/gpt-5-zeta", "mapping"), ("openai/gpt-5-mini", "source")]
    assert [model_id for model_id, _ in caused(overnight, "models_appeared")] == ["gpt-5-nano", "gpt-5-omega"]
    assert {each["cause"] for each in overnight["prices"]} == {"correction", "source"}


def caused(account: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    """What is told of a kind, by its id, and why."""
    return sorted((each.get("offer_id") or each["model_id"], each["cause"]) for each in account[kind])


def test_gaps_opened_and_closed_and_conflicts_settled_are_told(overnight: dict[str, Any]) -> None:
    assert ("gpt-5", "context_tokens") in {(each["subject_id"], each["field"]) for each in overnight["gaps_closed"]}
    assert [(each["subject_id"], each["rival_value"], each["how"]) for each in overnight["conflicts_settled"]] == [
        ("openai/gpt-5", "1.3", "rival_withdrew")
    ]
    assert sorted((each["field"], each["new_value"]) for each in overnight["facts"] if each["model_id"] == "gpt-5") == [
        ("context_tokens", "400000"),
        ("knowledge_cutoff_on", "2024-09"),
    ]


@pytest.fixture(scope="module")
def announced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Edition, Edition]:
    """The editions before and after a day on which what was announced comes about; nobody says anything new."""
    world, home = small_world(tmp_path_factory.mktemp("world")), Home(tmp_path_factory.mktemp("home"))
    since, until, day = (f"effective_{word}={night(at).date()}" for word, at in (("from", 1), ("to", 3), ("from", 4)))
    world.voices["openai_pricing"].says(
        night(2),
        priced("gpt-5", "1.25", "10", condition=until),
        priced("gpt-5", "1.25", "12", condition=day),
        priced("gpt-5-mini", "0.25", "2", condition=since),
        priced("gpt-5-mini", "0.25", "3", condition=day),
    )
    shuts = fact("gpt-5", "shutdown_on", night(4).date())
    world.voices["curated"].says(night(2), fact("gpt-5", "product_type", "chat"), shuts)
    first = published(world, home)
    for source_id in ("openai_pricing", "curated"):
        world.voices[source_id].confirms(night(5))
    return first, published(world, home)


def test_a_model_retires_because_the_announced_day_has_come(announced: tuple[Edition, Edition]) -> None:
    then = changes.between(*(each.path for each in announced))
    retired = [each for each in then["facts"] if each["field"] == "status"]
    assert [(each["model_id"], each["new_value"], each["cause"]) for each in retired] == [("gpt-5", "retired", "day")]


def test_a_price_that_was_announced_changes_on_its_day_and_says_so(announced: tuple[Edition, Edition]) -> None:
    then = changes.between(*(each.path for each in announced))
    assert told(then["prices"]) == [("openai/gpt-5", "output", Decimal("10"), Decimal("12"), "day")]
    (line,) = then["prices"]
    assert line["condition"] == f"effective_from={night(4).date()}"
    assert (then["counts"]["prices"], then["counts"]["prices_appeared"], then["counts"]["prices_gone"]) == (1, 0, 0)


def test_a_price_that_goes_on_beside_one_that_came_into_force_is_not_told_as_replaced(
    announced: tuple[Edition, Edition],
) -> None:
    then = changes.between(*(each.path for each in announced))
    assert [each for each in then["prices"] if each["offer_id"] == "openai/gpt-5-mini"] == []


def test_a_price_is_never_compared_with_one_in_another_currency_or_unit() -> None:
    change = {"model_name": "X", "provider_name": "Y", "via": None, "meter": "input", "unit": "mtok", "condition": ""}
    words = price_words(
        {**change, "currency": "CNY", "old_amount": Decimal(4), "new_amount": Decimal(8), "ratio": Decimal(2)}
    )
    assert words == "X at Y, input per million tokens: CNY 4 → CNY 8 (2 times as much)"


# --- the site's page ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_sites(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Prices of three causes are others on the second night, a fact is new on the third; each edition has its site."""
    world, home = small_world(tmp_path_factory.mktemp("world")), Home(tmp_path_factory.mktemp("home"))
    tier = price("gpt-5", "cache_read", "0.2", condition="context_from=200001; tier_scope=whole_request")
    world.catalogue("atlas").says(night(1), priced("qwen3-32b", "1", "4", host="groq"))
    with made_of(*(part.name for part in parts.PARTS)):
        first = published(world, home)
        world.voices["openai_pricing"].says(
            night(2),
            priced("gpt-5", "1", "10"),
            tier,
            priced("gpt-5-nano", "0.05", "0.4"),
            priced("gpt-5-mini", "0.25", "2"),
        )
        world.seller("groq").says(night(2), priced("qwen3-32b", "0.9", "4"))
        second = published(world, home)
        world.voices["curated"].says(
            night(3), fact("gpt-5", "product_type", "chat"), fact("gpt-5", "context_tokens", 400_000)
        )
        return Kept(home, first, second, published(world, home))


def page_of_changes(edition: Edition) -> str:
    """What an edition's page of changes says, without its marks."""
    page = (edition.path / "site/changes.html").read_text("utf-8").partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", "", page)).split())


def test_the_site_tells_every_change_with_its_cause_in_the_words_of_changes_md(with_sites: Kept) -> None:
    assert "no edition before this one" in page_of_changes(with_sites.first)
    page = page_of_changes(with_sites.second)
    for kind in (with_sites.second.path / "CHANGES.md").read_text("utf-8").split("\n## ")[1:]:
        for line in kind.splitlines()[2:][:OF_A_KIND]:
            words, _, why = re.sub(r"<https://([^/>]*)[^>]*>|\\", r"\1", line[2:]).partition(". ")
            assert f"{words} {why}".strip() in page
    assert (
        "cached input per million tokens (prompts from 200,001 tokens): none → $0.20 A source we rest on says it now"
        in page
    )
    assert "$1 → $0.90 (10% lower) Another source speaks for it now: groq-pricing.example" in page
    marked = (with_sites.second.path / "site/changes.html").read_text("utf-8")
    assert re.search(r'<a href="models/gpt-5\.html">[^<]*, input per million tokens: \$1\.25 → \$1 ', marked)


def test_the_site_s_changes_go_back_over_the_editions_kept(with_sites: Kept) -> None:
    page = page_of_changes(with_sites.third)
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


def test_a_feed_goes_back_over_the_editions_before(kept: Kept) -> None:
    found = entries(kept.home.latest / "feeds" / "all.atom")
    assert found == [
        ("Prices: gpt-5 at OpenAI", "2026-01-03T02:00:00Z"),
        ("Prices: gpt-5-mini at OpenAI", "2026-01-03T02:00:00Z"),
        ("Prices: gpt-5 at OpenAI", "2026-01-02T02:00:00Z"),
    ]
    assert entries(kept.home.latest / "feeds" / "openai.atom") == found
    assert entries(kept.home.latest / "feeds" / "anthropic.atom") == []


def test_an_entry_keeps_its_id_from_edition_to_edition_and_no_two_share_one(kept: Kept) -> None:
    seen = []
    for edition in (kept.second, kept.third):
        root = ElementTree.parse(edition.path / "feeds" / "all.atom").getroot()
        seen.append([each.findtext("a:id", "", ATOM) for each in root.findall("a:entry", ATOM)])
    assert set(seen[0]) < set(seen[1])
    assert len(seen[0]) == 1
    assert len(set(seen[1])) == len(seen[1]) == 3


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


def test_every_shutdown_day_is_an_event_of_one_whole_day(announced: tuple[Edition, Edition]) -> None:
    lines = unfolded((announced[0].path / "retirements.ics").read_bytes())
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    assert event[1:6] == [
        "UID:gpt-5-shutdown@almanac",
        "DTSTAMP:20260102T020000Z",
        "DTSTART;VALUE=DATE:20260104",
        "DTEND;VALUE=DATE:20260105",
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


def test_an_edition_is_named_by_its_id_its_beginning_or_latest(kept: Kept) -> None:
    first, second, third = kept.first, kept.second, kept.third
    assert changes.edition_named(kept.home, "2026-01-01") == first.path
    assert changes.edition_named(kept.home, second.edition_id) == second.path
    assert changes.edition_named(kept.home, "latest") == third.path
    with pytest.raises(Unclear, match=f"there are {first.edition_id}, {second.edition_id}, {third.edition_id}"):
        changes.edition_named(kept.home, "2026")
    found = changes.between(first.path, second.path)
    assert told(found["prices"]) == [("openai/gpt-5", "input", Decimal("1.25"), 1, "price")]


def test_almanac_diff_says_what_changed_and_why(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(kept.home.root))

    def answer(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["diff", *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out or said.err

    first, second, third = (each.edition_id for each in (kept.first, kept.second, kept.third))
    status, said = answer("2026-01-01", "2026-01-02")
    assert (status, said.splitlines()[0]) == (0, f"From edition {first} to {second}")
    assert (
        "gpt-5 at OpenAI, input per million tokens: $1.25 → $1 (20% lower)  (the source prints another price)" in said
    )
    assert json.loads(answer(first, second, "--json")[1])["counts"]["prices"] == 1
    assert json.loads(answer("2026-01-02", "latest", "--json")[1])["counts"]["prices"] == 2
    assert answer("2025", "latest") == (
        2,
        f"almanac: there is no one edition '2025'; there are {first}, {second}, {third}\n",
    )


def test_an_edition_without_a_table_that_is_needed_is_said_to_be_of_another_shape(tmp_path: Path) -> None:
    world, home = small_world(tmp_path / "world"), Home(tmp_path / "home")
    first = published(world, home).path
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1", "10"))
    (first / "core.prices.parquet").unlink()
    second = published(world, home)
    with pytest.raises(changes.Incomparable):
        changes.between(first, second.path)
    assert account(home)["before"] is None
