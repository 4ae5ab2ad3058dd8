"""What the JSON documents promise: every cell with its evidence, nothing invented, and the shapes as declared."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipelines.publishing.documents import Shelf, pair, write
from pipelines.publishing.documents.contract import PROMISED, broken, promise, promised
from pipelines.publishing.documents.made_of import MadeOf, standing
from pipelines.publishing.documents.models import models
from pipelines.publishing.documents.pairs import pairs
from pipelines.publishing.documents.providers import providers
from pipelines.publishing.documents.schema import DOCUMENTS, field_paths, json_schema
from pipelines.publishing.documents.shapes import SCHEMA_VERSION
from pipelines.publishing.documents.writing import documents
from pipelines.wording.json_text import compact_text
from tests.warehouse.world import Warehouse, World, can, cannot, fact, night, price, priced

CODEX, CLAUDE, GROK = "gpt-5.1-codex", "claude-sonnet-4.5", "grok-4"
HOSTILE = "Codex\u202e<script>alert(1)</script>\x1b[31m"
LONG = "context_from=200001; tier_scope=whole_request"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("world"))
    world.curated().says(
        night(1),
        fact(CODEX, "product_type", "coding"),
        fact(CLAUDE, "product_type", "chat"),
        fact(GROK, "product_type", "chat"),
        fact(CODEX, "family", "gpt-5.1", url="javascript:alert(1)"),
        fact(CODEX, "released_on", "2025-11", printed="November 2025", url="https://openai.example/news"),
    )
    world.cards("openai").says(
        night(2),
        fact(CODEX, "context_tokens", 400000, printed="400,000 tokens"),
        fact(CODEX, "architecture", HOSTILE),
        can(CODEX, "vision", "tool_use"),
        fact(CODEX, "benchmark/gpqa", Decimal("80.5"), unit="percent", condition="effort=high"),
    )
    world.cards("anthropic").says(
        night(2),
        fact(CLAUDE, "context_tokens", 200000),
        cannot(CLAUDE, "computer_use"),
        fact(CLAUDE, "benchmark/gpqa", Decimal("83.4"), unit="percent", condition="effort=high"),
    )
    world.cards("xai").says(night(2), can(GROK, "vision"))
    openai = world.seller("openai", "maker")
    cached = price(CODEX, "cache_read", "0.125")
    openai.says(night(3), priced(CODEX, "1.5", "12"), cached)
    openai.says(
        night(4),
        priced(CODEX, "1.25", "10"),
        cached,
        priced(CODEX, "0.625", "5", condition="service_tier=batch"),
    )
    world.seller("anthropic", "maker").says(
        night(4),
        priced(CLAUDE, "3", "15", condition="context_to=200000"),
        priced(CLAUDE, "6", "22.5", condition=LONG),
        price(CLAUDE, "cache_read", "0.3", condition="context_to=200000"),
        price(CLAUDE, "cache_read", "0.6", condition=LONG),
    )
    world.catalogue("atlas").says(
        night(4),
        priced(CODEX, "1.25", "10", host="openai"),
        priced(CODEX, "1", "8", host="vercel"),
        fact(CODEX, "context_tokens", 128000, host="openai"),
    )
    return world


@pytest.fixture(scope="module")
def warehouse(world: World) -> Iterator[Warehouse]:
    with world.built() as built:
        _publish_one_pair(built)
        yield built


def _publish_one_pair(warehouse: Warehouse) -> None:
    """Codex and Claude as a published pair about which two things are said."""
    tables = {
        "mart.published_pairs": f"select '{CLAUDE}' as model_a_id, '{CODEX}' as model_b_id, 1 as rank, 'type' as why",
        "mart.neighbours": f"select '{CODEX}' as model_id, 1 as rank, '{GROK}' as neighbour_id, ['type'] as reasons",
        "mart.comparison_statements": f"""
            select
                '{CLAUDE}' as model_a_id, '{CODEX}' as model_b_id, section, 1 as position, section || '_rule' as rule_id,
                'b' as side, '{{"cost_x": 0.1, "cost_y": 12}}' as numbers, ['c1'] as claim_ids, question, sentence
            from (values
                ('verdict', null, 'Codex costs less.'),
                ('tradeoffs', null, 'Claude takes less.'),
                ('faq', 'Which is cheaper?', 'Codex.')
            ) as said (section, question, sentence)""",
        "mart.shared_results": f"""
            select
                '{CLAUDE}' as model_a_id, '{CODEX}' as model_b_id, 'gpqa' as benchmark_id, 'GPQA' as benchmark_name,
                'same_benchmark' as basis, 'percent' as unit, true as higher_is_better, 83.4::decimal(18, 6) as score_a,
                80.5::decimal(18, 6) as score_b, null::decimal(18, 6) as gap, null::varchar as leader,
                'effort=high' as setting_a, 'effort=high' as setting_b, null as note_a, null as note_b,
                'maker' as reported_by_a, 'maker' as reported_by_b, null as reporter_a, null as reporter_b,
                null::date as evaluated_on_a, null::date as evaluated_on_b, a.claim_id as claim_id_a,
                b.claim_id as claim_id_b, a.last_reviewed_at
            from core.benchmark_results as a, core.benchmark_results as b
            where a.model_id = '{CLAUDE}' and b.model_id = '{CODEX}'""",
    }
    views = {name for (name,) in warehouse.rows("select schema_name || '.' || view_name from duckdb_views()")}
    for name, query in tables.items():
        kind = "view" if name in views else "table"
        warehouse.connection.execute(f"create or replace {kind} {name} as {query}")
    warehouse.connection.execute(
        "create or replace macro comparison_statements(one, other) as table"
        " select * from mart.comparison_statements where model_a_id = one and model_b_id = other"
    )


@pytest.fixture(scope="module")
def shelf(warehouse: Warehouse) -> Shelf:
    return Shelf(warehouse.connection)


@pytest.fixture(scope="module")
def codex(shelf: Shelf) -> Any:
    return next(each for each in models(shelf) if each["id"] == CODEX)


@pytest.fixture(scope="module")
def written(warehouse: Warehouse) -> Mapping[str, str]:
    return dict(documents(warehouse.connection))


def _offer(model: Any, offer_id: str) -> Any:
    return next(each for each in model["offers"] if each["offer_id"] == offer_id)


# --- evidence --------------------------------------------------------------------------------------------------------


def test_a_fact_says_who_says_it_where_in_which_words_and_when(codex: Any) -> None:
    context = codex["facts"]["context_tokens"]
    assert (context["value"], context["text"], context["printed"]) == (400000, "400,000", "400,000 tokens")
    assert context["source"] == {
        "id": "openai_cards",
        "publisher": "openai",
        "authority": "maker",
        "url": "https://openai-cards.example/page",
    }
    assert (context["first_seen_on"], context["reviewed_on"], context["printed_of"]) == (
        "2026-01-02",
        "2026-01-02",
        None,
    )


def test_a_cited_page_is_where_a_reader_is_led(codex: Any) -> None:
    assert codex["facts"]["released_on"]["source"]["url"] == "https://openai.example/news"


def test_no_more_of_a_day_is_told_than_is_printed(codex: Any) -> None:
    released = codex["facts"]["released_on"]
    assert (released["value"], released["text"], released["precision"]) == ("2025-11-01", "2025-11", "month")


def test_what_is_not_known_is_null_with_its_reason_and_a_next_step(codex: Any) -> None:
    unknown = codex["facts"]["parameters"]
    assert (unknown["value"], unknown["source"], unknown["claim_id"]) == (None, None, None)
    assert unknown["text"].startswith("unknown (")
    assert unknown["gap"]["reason"]
    assert unknown["gap"]["next_step"]
    assert unknown["gap"]["gap_id"] in {each["gap_id"] for each in codex["gaps"]}


def test_unknown_is_neither_no_nor_nothing(codex: Any) -> None:
    by_id = {each["id"]: each for each in codex["capabilities"]}
    assert [by_id[each]["fact"]["value"] for each in ("vision", "computer_use")] == [True, None]
    assert by_id["computer_use"]["fact"]["text"].startswith("Unknown")
    assert len(codex["capabilities"]) == 10


def test_words_about_something_else_say_what_they_are_about(codex: Any) -> None:
    status, lab = codex["facts"]["status"], codex["facts"]["lab"]
    assert (status["text"], status["printed_of"]) == ("active", "name")
    assert (lab["text"], lab["printed"], lab["printed_of"]) == ("OpenAI", CODEX, "name")


def test_who_disagrees_stands_beside_what_is_held(codex: Any) -> None:
    (conflict,) = [each for each in codex["conflicts"] if each["field"] == "context_tokens"]
    (rival,) = conflict["rivals"]
    assert (conflict["text"], rival["text"], rival["printed"]) == ("400,000", "128,000", "128000")
    assert [each["id"] for each in rival["sources"]] == ["atlas"]
    assert codex["facts"]["context_tokens"]["conflicts"] == 1


def test_a_source_can_say_nothing_that_a_page_would_obey(codex: Any, written: Mapping[str, str]) -> None:
    assert codex["facts"]["family"]["source"]["url"] is None
    text = written[f"models/{CODEX}.json"]
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "javascript:" not in text
    assert codex["facts"]["architecture_name"]["printed"].startswith("Codex\N{REPLACEMENT CHARACTER}<script>")


# --- prices ----------------------------------------------------------------------------------------------------------


def test_every_component_of_a_price_stands_in_its_offer(codex: Any) -> None:
    prices = {(each["meter"], each["condition"]): each for each in _offer(codex, f"openai/{CODEX}")["prices"]}
    assert {key: each["text"] for key, each in prices.items()} == {
        ("input", ""): "$1.25",
        ("input", "service_tier=batch"): "$0.625",
        ("cache_read", ""): "$0.125",
        ("output", ""): "$10",
        ("output", "service_tier=batch"): "$5",
    }
    assert prices["input", ""]["confirmed_by"] == ["openai_pricing", "atlas"]
    assert prices["input", "service_tier=batch"]["terms"] == {"service_tier": "batch"}
    assert prices["input", "service_tier=batch"]["condition_text"] == "batch service"


def test_a_tier_says_where_it_begins(shelf: Shelf) -> None:
    claude = next(each for each in models(shelf) if each["id"] == CLAUDE)
    (long,) = [each for each in claude["offers"][0]["prices"] if each["condition"] == LONG and each["meter"] == "input"]
    assert long["terms"] == {"tier_from_tokens": 200001, "tier_scope": "whole_request"}
    assert (long["text"], long["condition_text"]) == ("$6", "prompts from 200,001 tokens")


def test_every_workload_is_told_and_its_lines_add_up(codex: Any) -> None:
    default = codex["costs"][0]
    assert (default["workload_id"], default["text"]) == ("default", "$3,500")
    assert len(codex["costs"]) == len({each["workload_id"] for each in codex["costs"]}) == 6
    for cost in codex["costs"]:
        for at in filter(None, (cost["confirmed"], cost["unconfirmed"])):
            assert sum(line["usd"] for line in at["lines"]) == at["usd"]


def test_a_cheaper_unconfirmed_offer_stands_beside_the_confirmed_one(codex: Any) -> None:
    default = codex["costs"][0]
    assert default["confirmed"]["offer_id"] == f"openai/{CODEX}"
    assert (default["unconfirmed"]["offer_id"], default["unconfirmed"]["text"]) == (f"vercel/{CODEX}", "$2,800")


def test_a_price_that_moved_has_its_past_and_one_that_did_not_has_none(codex: Any) -> None:
    assert {each["meter"]: [point["text"] for point in each["points"]] for each in codex["history"]} == {
        "input": ["$1.50", "$1.25"],
        "output": ["$12", "$10"],
    }
    (moved, _) = codex["history"]
    assert [(each["observed_from"], each["observed_to"]) for each in moved["points"]] == [
        ("2026-01-03", "2026-01-04"),
        ("2026-01-04", None),
    ]
    assert [each["text"] for each in codex["changes"]] == [
        "input, per million tokens: $1.50 → $1.25",
        "output, per million tokens: $12 → $10",
    ]


def test_a_seller_lists_its_offers_and_who_speaks_of_it(shelf: Shelf) -> None:
    by_id = {each["id"]: each for each in providers(shelf)}
    openai, vercel = by_id["openai"], by_id["vercel"]
    assert [(each["model"]["id"], each["input_text"], each["cache_read_text"]) for each in openai["offers"]] == [
        (CODEX, "$1.25", "$0.125")
    ]
    assert next(each["id"] for each in openai["sources"]) == "openai_cards"
    assert [each["id"] for each in vercel["sources"]] == ["atlas"]
    assert openai["changes"]
    assert not vercel["changes"]


# --- pairs -----------------------------------------------------------------------------------------------------------


def test_cached_input_of_a_short_prompt_is_shown_where_prices_come_in_tiers(shelf: Shelf) -> None:
    (offer,) = [each for each in shelf.offer_lines[CLAUDE] if each["provider"]["id"] == "anthropic"]
    assert (offer["input_text"], offer["cache_read_text"], offer["output_text"]) == ("$3", "$0.30", "$15")


def test_a_pair_made_on_demand_is_the_published_one(warehouse: Warehouse, shelf: Shelf) -> None:
    (published,) = pairs(shelf)
    assert pair(warehouse.connection, CODEX, CLAUDE) == published
    assert pair(warehouse.connection, CLAUDE, CODEX) == published


def test_a_pair_says_its_statements_by_section_with_their_numbers(shelf: Shelf) -> None:
    (made,) = pairs(shelf)
    assert [each["sentence"] for each in made["verdict"]["statements"]] == ["Codex costs less."]
    assert {section: [each["rule_id"] for each in said] for section, said in made["statements"].items()} == {
        "tradeoffs": ["tradeoffs_rule"]
    }
    assert [(each["question"], each["sentence"]) for each in made["faq"]] == [("Which is cheaper?", "Codex.")]
    assert made["faq"][0]["numbers"] == {"cost_x": Decimal("0.1"), "cost_y": 12}


def test_results_of_different_reporters_have_no_gap(shelf: Shelf) -> None:
    (made,) = pairs(shelf)
    (shared,) = made["shared_results"]
    assert (shared["a"]["text"], shared["b"]["text"]) == ("83.4%", "80.5%")
    assert (shared["gap"], shared["leader"], shared["gap_text"]) == (None, None, "not compared")


def test_costs_of_a_pair_are_apart_by_what_both_are_known_to_cost(shelf: Shelf) -> None:
    (made,) = pairs(shelf)
    default = made["costs"][0]
    assert (default["a"]["text"], default["b"]["text"], default["gap_text"]) == ("$6,150", "$3,500", "$2,650")
    assert default["lower"] == "b"


def test_a_pair_leads_on_to_neighbours_and_not_to_itself(shelf: Shelf) -> None:
    (made,) = pairs(shelf)
    assert [
        (of, each["model"]["id"]) for of, each in zip(made["continue_from"], made["continue_comparing"], strict=True)
    ] == [(CODEX, GROK)]


def test_models_that_are_not_compared_have_no_document(warehouse: Warehouse) -> None:
    assert pair(warehouse.connection, CODEX, "no-such-model") is None
    assert pair(warehouse.connection, CODEX, CODEX) is None


# --- the whole -------------------------------------------------------------------------------------------------------


def test_every_document_is_as_its_schema_says(written: Mapping[str, str]) -> None:
    kinds = {"models": "model", "providers": "provider", "benchmarks": "benchmark", "compare": "pair"}
    seen = set()
    for path, text in written.items():
        folder = path.partition("/")[0]
        if folder == "schemas":
            Draft202012Validator.check_schema(json.loads(text))
            continue
        name = "pairs" if path == "compare/index.json" else kinds.get(folder, folder.removesuffix(".json"))
        schema = Draft202012Validator(
            json_schema(name, closed=True), format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        assert [f"{path} {error.json_path}: {error.message}" for error in schema.iter_errors(json.loads(text))] == []
        seen.add(name)
    assert seen == set(DOCUMENTS)


def test_a_schema_refuses_what_is_not_declared(written: Mapping[str, str]) -> None:
    model = json.loads(written[f"models/{CODEX}.json"])
    strict = Draft202012Validator(json_schema("model", closed=True))
    assert not strict.is_valid({**model, "extra": 1})
    assert not strict.is_valid({key: value for key, value in model.items() if key != "offers"})
    assert not strict.is_valid({**model, "completeness": "much"})
    assert Draft202012Validator(json_schema("model")).is_valid({**model, "extra": 1})


def test_the_same_file_gives_the_same_bytes(warehouse: Warehouse, written: Mapping[str, str], tmp_path: Path) -> None:
    paths = write(warehouse.connection, tmp_path)
    assert {path.as_posix(): (tmp_path / path).read_text(encoding="utf-8") for path in paths} == {
        path: text + "\n" for path, text in written.items()
    }


ROWS = (
    ("core.models", "name = name || ' 2'"),
    ("core.labs", "name = name || ' 2'"),
    ("core.offers", "last_reviewed_at = last_reviewed_at + interval 3 day"),
    ("core.prices", "amount = amount + 1"),
    ("core.price_history", "amount = amount + 1"),
    ("core.capabilities", "status = 'unknown'"),
    ("core.benchmark_results", "score = score + 1"),
    ("evidence.folded_claims", "printed_text = printed_text || ' 2'"),
    ("evidence.cells", "rule = rule || ' 2'"),
    ("mart.cost_lines", "usd = usd + 1"),
    ("mart.offer_costs", "monthly_cost_usd = monthly_cost_usd + 1"),
    ("mart.comparison_statements", "sentence = sentence || ' 2'"),
    ("mart.neighbours", "reasons = ['price']"),
    ("mart.published_pairs", "rank = 7, why = 'price'"),
    ("quality.gaps", "detail = detail || ' 2'"),
    ("quality.conflicts", "rival_value = '1'"),
    ("quality.build", "as_of = as_of + interval 1 hour"),
)
"""A table documents are filled from, and a change of it."""


@pytest.fixture(scope="module")
def before(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition's documents, and what they were made of."""
    folder = tmp_path_factory.mktemp("before")
    MadeOf.of(warehouse.connection).write(folder)
    write(warehouse.connection, folder)
    return folder


def test_nothing_is_made_again_where_nothing_changed(warehouse: Warehouse, before: Path) -> None:
    now = MadeOf.of(warehouse.connection)
    held = standing(before, "2030-01-01T00:00:00Z", now)
    assert held is not None
    for model_id in now.models.keys() & {CODEX, CLAUDE, GROK}:
        text = held.model(model_id)
        assert text is not None
        assert json.loads(text)["as_of"] == "2030-01-01T00:00:00Z"
    assert held.pair(CLAUDE, CODEX, {"rank": 1, "why": "type"})
    assert standing(before, "", MadeOf(now.all + 1, now.models, now.pairs)) is None
    assert standing(before.parent, "", now) is None


@pytest.mark.parametrize(("table", "change"), ROWS)
def test_documents_that_stand_are_those_that_would_be_made(
    table: str, change: str, warehouse: Warehouse, before: Path
) -> None:
    connection = warehouse.connection
    connection.execute("begin")
    try:
        connection.execute(f"update {table} set {change}")
        held = standing(before, Shelf(connection).as_of, MadeOf.of(connection))
        shared, whole = dict(documents(connection, held)), dict(documents(connection))
    finally:
        connection.execute("rollback")
    assert [path for path in whole if shared.get(path) != whole[path]] == []
    assert shared.keys() == whole.keys()


def test_every_number_of_a_document_reads_back_as_it_is_held(codex: Any, written: Mapping[str, str]) -> None:
    read = json.loads(written[f"models/{CODEX}.json"], parse_float=Decimal)
    held = [price["amount"] for offer in codex["offers"] for price in offer["prices"]]
    assert [price["amount"] for offer in read["offers"] for price in offer["prices"]] == held


def test_the_catalogue_has_a_line_for_every_model_with_a_document(written: Mapping[str, str]) -> None:
    catalogue = json.loads(written["catalogue.json"])
    assert {f"models/{each['id']}.json" for each in catalogue["models"]} == {
        path for path in written if path.startswith("models/")
    }
    (line,) = [each for each in catalogue["models"] if each["id"] == CODEX]
    bits = {each["id"]: each["bit"] for each in catalogue["capabilities"]}
    assert line["yes_mask"] == bits["vision"] | bits["tool_use"]
    assert (line["costs"]["default"], line["input_usd"], line["context_tokens"]) == (3500, 1.25, 400000)
    (unpriced,) = [each for each in catalogue["models"] if each["id"] == GROK]
    assert (unpriced["costs"], unpriced["input_usd"]) == ({}, None)


def test_an_id_that_is_no_files_name_has_no_document_and_is_told(world: World) -> None:
    with world.built() as warehouse:
        warehouse.connection.execute(
            f"insert into core.models select * replace ('../up' as model_id) from core.models where model_id = '{GROK}'"
        )
        written = dict(documents(warehouse.connection))
    assert not [path for path in written if ".." in path]
    assert json.loads(written["catalogue.json"])["left_out"] == ["models/../up"]


# --- what readers may rely on ----------------------------------------------------------------------------------------


def test_every_path_of_every_document_is_promised_and_kept() -> None:
    assert PROMISED.read_text(encoding="utf-8") == promise(SCHEMA_VERSION, field_paths()), (
        "python -m pipelines.publishing.documents.contract writes the promise anew, or says which version it needs"
    )


@pytest.mark.parametrize(
    ("version", "change", "refused"),
    [
        ("1.0.0", {}, []),
        ("1.0.1", {}, []),
        ("1.0.0", {"pair.a.name": None}, ["pair.a.name is gone: that needs version 2.0.0"]),
        ("1.9.0", {"pair.a.name": "integer"}, ["pair.a.name was string and is integer: that needs version 2.0.0"]),
        (
            "1.9.0",
            {"pair.a.name": "string or null"},
            ["pair.a.name was string and is string or null: that needs version 2.0.0"],
        ),
        ("2.0.0", {"pair.a.name": None}, []),
        ("1.0.1", {"pair.a.nick": "string"}, ["pair.a.nick is new: that needs version 1.1.0"]),
        ("1.1.0", {"pair.a.nick": "string"}, []),
        ("0.9.0", {}, ["version 0.9.0 is older than 1.0.0"]),
    ],
)
def test_a_path_that_goes_or_is_retyped_needs_a_major_version_and_a_new_one_a_minor(
    version: str, change: dict[str, str | None], refused: list[str]
) -> None:
    old = promise("1.0.0", {"pair.a.name": "string", "pair.a.id": "string"})
    paths = {path: kind for path, kind in {**promised(old)[1], **change}.items() if kind is not None}
    assert broken(old, version, paths) == refused


def test_a_promise_reads_back_as_it_was_written() -> None:
    assert promised(promise(SCHEMA_VERSION, field_paths())) == (SCHEMA_VERSION, field_paths())


def test_a_decimal_no_double_can_hold_is_printed_whole() -> None:
    held = {"amount": Decimal("1234567890123.123456789012"), "small": Decimal("0.000000012")}
    assert json.loads(compact_text(held), parse_float=Decimal) == held
    assert compact_text({"a": [Decimal("1.250000"), Decimal("3.0"), None, True]}) == '{"a":[1.25,3,null,true]}'
    with pytest.raises(TypeError):
        compact_text({"at": Path("x")})
