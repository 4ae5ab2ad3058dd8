"""What a comparison says: every statement a row with its rule, numbers and claims, and none against another."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sources.contract import CAPABILITIES
from tests.warehouse.world import Warehouse, World, can, cannot, fact, night, price, priced
from warehouse import database, rules
from warehouse.checking import contradictions
from warehouse.schemas.mart import SECTIONS, VERDICTS

CODEX, QWEN, SONNET, OPUS, MINI, EMBED, DARK = (
    "gpt-5.1-codex",
    "qwen3.5-4b",
    "claude-sonnet-4.5",
    "claude-opus-4.5",
    "gpt-5-mini",
    "text-embedding-3-small",
    "grok-4",
)
"""A shut down one, a cheap open one, two priced alike, a tier-priced one, an unlike one, and one hardly known."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("world"))
    world.curated().says(
        night(1),
        fact(CODEX, "product_type", "coding"),
        fact(QWEN, "product_type", "reasoning"),
        fact(SONNET, "product_type", "chat"),
        fact(OPUS, "product_type", "chat"),
        fact(MINI, "product_type", "chat"),
        fact(EMBED, "product_type", "embedding"),
        fact(CODEX, "name", "GPT-5.1 Codex"),
        fact(CODEX, "context_tokens", 400000),
        fact(CODEX, "max_output_tokens", 128000),
        fact(CODEX, "shutdown_on", date(2025, 12, 1)),
        fact(CODEX, "open_weights", False),
        fact(QWEN, "open_weights", True),
        fact(QWEN, "license_id", "Apache-2.0"),
        fact(CODEX, "license_id", "LicenseRef-proprietary"),
    )
    world.cards("alibaba").says(
        night(1),
        fact(QWEN, "context_tokens", 262144),
        can(QWEN, "vision", "function_calling"),
        cannot(QWEN, "computer_use"),
    )
    world.cards("openai").says(
        night(1),
        can(CODEX, "vision", "function_calling", "tool_use", "computer_use"),
        cannot(CODEX, "ide_integration"),
        fact(MINI, "context_tokens", 400000),
        *(score(MINI, benchmark, points) for benchmark, points in (("gpqa", "70"), ("aime-2025", "91.1"))),
    )
    world.cards("anthropic").says(
        night(1),
        fact(SONNET, "context_tokens", 200000),
        fact(OPUS, "context_tokens", 200000),
        *(score(SONNET, benchmark, points) for benchmark, points in (("gpqa", "83.4"), ("aime-2025", "87"))),
        *(score(OPUS, benchmark, points) for benchmark, points in (("gpqa", "90"), ("aime-2025", "95"))),
    )
    world.cards("xai").says(night(1), fact(DARK, "released_on", date(2025, 7, 9)))
    world.seller("openai", "maker").says(
        night(2),
        priced(CODEX, "1.25", "10"),
        price(CODEX, "cache_read", "0.125"),
        priced(MINI, "0.25", "2", condition="context_to=200000"),
        priced(MINI, "0.5", "4", condition="context_from=200001"),
        priced(EMBED, "0.02", "0.02"),
    )
    world.seller("deepinfra").says(night(2), priced(QWEN, "0.03", "0.15"))
    world.seller("anthropic", "maker").says(night(2), priced(SONNET, "3", "15"), priced(OPUS, "5", "25"))
    world.seller("azure").says(night(2), priced(CODEX, "1.25", "10"), priced(SONNET, "3", "15"))
    world.catalogue("atlas").says(night(2), priced(CODEX, "1", "9", host="groq"))
    return world


@pytest.fixture(scope="module")
def warehouse(world: World) -> Iterator[Warehouse]:
    with world.built() as built:
        yield built


def score(model: str, benchmark: str, points: str) -> Any:
    return fact(model, f"benchmark/{benchmark}", Decimal(points), unit="percent", condition="effort=high")


def said(warehouse: Warehouse, a: str, b: str) -> dict[tuple[str, str], list[str]]:
    """(rule, model it speaks for or of, `both` where of both) → the sentences, in order."""
    found: dict[tuple[str, str], list[str]] = {}
    for rule, side, sentence in warehouse.rows(
        "select rule_id, side, sentence from comparison_statements(?, ?) order by section, position", a, b
    ):
        found.setdefault((rule, {"a": min(a, b), "b": max(a, b)}.get(side, side)), []).append(sentence)
    return found


# --- what is said ----------------------------------------------------------------------------------------------------


def test_the_seed_pair_is_told_with_what_it_rests_on_and_what_is_not_compared(warehouse: Warehouse) -> None:
    told = said(warehouse, CODEX, QWEN)
    assert told["verdict_still_served", QWEN] == [
        f"{QWEN} is the choice for new work: GPT-5.1 Codex is past its maker's shutdown day, 2025-12-01."
    ]
    assert told["verdict_price", QWEN] == [
        f"On price: 800M input and 250M output tokens cost $61.50 a month with {QWEN} and $3,500 with GPT-5.1 Codex,"
        f" so 98% less with {QWEN}."
    ]
    assert told["verdict_context", CODEX] == [f"On context: GPT-5.1 Codex takes 400,000 tokens, {QWEN} 262,144."]
    assert told["verdict_weights", QWEN] == [
        f"On licence: the weights of {QWEN} can be downloaded (Apache License 2.0), those of GPT-5.1 Codex cannot."
    ]
    assert told["verdict_quality_not_compared", "both"] == [
        "They share 0 comparable results, so quality is not compared."
    ]


def test_every_section_speaks_and_in_order(warehouse: Warehouse) -> None:
    told = warehouse.rows(
        "select section, list(position order by position) from comparison_statements(?, ?) group by section",
        CODEX,
        QWEN,
    )
    assert {section for section, _ in told} == set(SECTIONS)
    assert all(places == list(range(1, len(places) + 1)) for _, places in told)


def test_the_order_of_the_names_asked_for_does_not_matter(warehouse: Warehouse) -> None:
    query = "from comparison_statements(?, ?) order by section, position"
    assert warehouse.rows(query, CODEX, QWEN) == warehouse.rows(query, QWEN, CODEX)
    assert warehouse.rows(query, CODEX, CODEX) == []


def test_a_published_pair_is_told_as_one_that_is_asked_for(warehouse: Warehouse) -> None:
    pairs = warehouse.rows("select model_a_id, model_b_id from mart.published_pairs")
    assert pairs
    for a, b in pairs:
        assert warehouse.rows("from comparison_statements(?, ?) order by section, position", a, b) == warehouse.rows(
            "from mart.comparison_statements where model_a_id = ? and model_b_id = ? order by section, position", a, b
        )


def test_costs_are_told_of_every_workload_with_the_sellers(warehouse: Warehouse) -> None:
    told = said(warehouse, CODEX, QWEN)
    assert told["cost_lower", QWEN][0] == (
        f"Default (800M in, 250M out): {QWEN} costs $61.50 a month at DeepInfra, GPT-5.1 Codex $3,500 at OpenAI;"
        f" {QWEN} is 98% less, a gap of $3,439."
    )
    assert len(told["cost_lower", QWEN]) + len(told["cost_of_one", CODEX]) == 6
    assert told["cost_unconfirmed", CODEX][0].startswith("Default (800M in, 250M out): an offer of GPT-5.1 Codex")


def test_a_switch_is_told_in_both_directions(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select section, rule_id, sentence from comparison_statements(?, ?) where section like 'switch%'", CODEX, QWEN
    )
    there = {rule: sentence for section, rule, sentence in rows if section == "switch_a_to_b"}
    back = {rule: sentence for section, rule, sentence in rows if section == "switch_b_to_a"}
    assert there["switch_cost_falls"] == "The default workload falls from $3,500 to $61.50 a month, 98% less."
    assert back["switch_cost_rises"] == "The default workload rises from $61.50 to $3,500 a month, 57× as much."
    assert there["switch_context_shrinks"] == "The context window shrinks from 400,000 to 262,144 tokens."
    assert there["switch_lost_capabilities"] == f"Lost: computer use, which {QWEN} is known to lack."
    assert back["switch_gained_capabilities"] == f"Gained: computer use, which {QWEN} is known to lack."
    assert "tool use" in there["switch_unsure_capabilities"]
    assert there["switch_no_shared_provider"].startswith("0 providers we read list both")
    assert back["switch_to_ending"] == (
        "Moving there does not last: GPT-5.1 Codex is past its maker's shutdown day, 2025-12-01."
    )
    assert back["switch_licence"] == "The licence changes from Apache License 2.0 to Proprietary."


def test_where_one_outlet_sells_both_the_id_to_call_is_what_changes(warehouse: Warehouse) -> None:
    assert said(warehouse, CODEX, SONNET)["switch_route", SONNET] == [
        f"At Microsoft Azure the endpoint stays and the id to call changes from {SONNET} to {CODEX}."
    ]


def test_a_longer_prompt_that_costs_more_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.curated().says(night(1), fact(MINI, "product_type", "chat"), fact(SONNET, "product_type", "chat"))
    world.seller("openai", "maker").says(
        night(1),
        priced(MINI, "0.25", "2", condition="context_to=200000"),
        priced(MINI, "0.5", "4", condition="context_from=200001"),
    )
    world.seller("anthropic", "maker").says(night(1), priced(SONNET, "3", "15"))
    with world.built() as warehouse:
        assert said(warehouse, MINI, SONNET)["offers_tier", MINI] == [
            f"At OpenAI, prompts of {MINI} from 200,001 tokens cost $0.50 per million input and $4 per million output tokens."
        ]


def test_results_are_told_with_their_setting_and_who_reported_them(warehouse: Warehouse) -> None:
    told = said(warehouse, OPUS, SONNET)
    assert told["result_lead", OPUS] == [
        f"AIME 2025 (effort=high), in percent: {OPUS} 95, {SONNET} 87; {OPUS} is 8 ahead. Reported by anthropic.",
        f"GPQA (effort=high), in percent: {OPUS} 90, {SONNET} 83.4; {OPUS} is 6.6 ahead. Reported by anthropic.",
    ]
    assert told["trade_results", OPUS] == [f"{OPUS} leads in 2 of 2 comparable results, {SONNET} in 0."]


def test_unlike_products_are_told_by_what_they_are(warehouse: Warehouse) -> None:
    told = said(warehouse, SONNET, EMBED)
    assert told["verdict_unlike", "both"] == [
        f"{SONNET} is a chat model and {EMBED} is an embedding model: compare them by what each is for; no winner is named."
    ]
    assert not [rule for rule, _ in told if rule.startswith("cost_")]


def test_what_is_unknown_is_named_and_never_counted(warehouse: Warehouse) -> None:
    told = said(warehouse, DARK, SONNET)
    weighing = {rule for rule, model in told if model == DARK} & {
        rule.rule_id for rule in rules.rules() if rule.signal.split()[0] in ("more", "less", "equal", "verdict")
    }
    assert weighing == set()
    assert told["verdict_price_not_compared", SONNET] == [
        f"Costs are not compared: {SONNET} costs $6,150 a month for the default workload, and no confirmed price of"
        f" {DARK} carries it."
    ]
    assert told["verdict_context_not_compared", SONNET][0].endswith(f"nobody we read states what {DARK} takes.")
    assert told["offers_none", DARK] == [f"Nobody we read sells {DARK}."]
    assert told["spec_context", DARK] == [f"Context window of {DARK}: unknown."]


def test_questions_are_asked_in_the_faq_and_nowhere_else(warehouse: Warehouse) -> None:
    assert warehouse.rows("select distinct section from mart.comparison_statements where question is not null") == [
        ("faq",)
    ]
    told = dict(
        warehouse.rows(
            "select rule_id, question || ' ' || sentence from comparison_statements(?, ?) where section = 'faq'",
            CODEX,
            QWEN,
        )
    )
    assert told["faq_context"] == (
        f"Which has the larger context window, GPT-5.1 Codex or {QWEN}? GPT-5.1 Codex, with 400,000 tokens against 262,144."
    )
    assert (
        told["faq_capability_one"]
        == f"Do GPT-5.1 Codex and {QWEN} support computer use? GPT-5.1 Codex does, {QWEN} does not."
    )
    assert (
        told["faq_retirement"]
        == "Is GPT-5.1 Codex being retired? Yes: it is past its maker's shutdown day, 2025-12-01."
    )


# --- the verdict -----------------------------------------------------------------------------------------------------


def verdict(warehouse: Warehouse, a: str, b: str) -> tuple[str, str | None]:
    found: tuple[str, str | None] = warehouse.row(
        "select verdict_kind, verdict_model_id from mart.comparisons where model_a_id = ? and model_b_id = ?", a, b
    )
    return found


def test_a_model_that_is_leaving_never_wins(tmp_path: Path) -> None:
    world = World(tmp_path)
    names = ("gpt-5", "gpt-5-mini", "o3", "o4-mini", "gpt-4.1")
    world.cards("openai").says(
        night(1),
        [fact(name, "product_type", "chat") for name in names],
        fact("o3", "shutdown_on", date(2026, 3, 1)),
        fact("o4-mini", "shutdown_on", date(2026, 9, 1)),
        fact("gpt-4.1", "status", "deprecated"),
    )
    world.seller("openai", "maker").says(
        night(1),
        priced("gpt-5", "9", "90"),
        priced("gpt-5-mini", "1", "10"),
        priced("o3", "0.1", "1"),
        priced("o4-mini", "0.1", "1"),
        priced("gpt-4.1", "0.1", "1"),
    )
    with world.built() as warehouse:
        assert verdict(warehouse, "gpt-5", "o3") == ("still_served", "gpt-5")
        assert verdict(warehouse, "gpt-4.1", "gpt-5") == ("still_served", "gpt-5")
        assert verdict(warehouse, "gpt-4.1", "o3") == ("both_leaving", None)
        assert verdict(warehouse, "gpt-5", "o4-mini") == ("cheaper", "o4-mini")
        assert [
            row
            for row in warehouse.rows("select verdict_model_id from mart.comparisons")
            if row[0] in ("o3", "gpt-4.1")
        ] == []
        assert said(warehouse, "gpt-5", "o3")["verdict_still_served", "gpt-5"] == [
            "gpt-5 is the choice for new work: o3 is to be shut down by its maker on 2026-03-01."
        ]


def test_signals_that_point_apart_name_no_winner_and_say_for_whom(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.cards("openai").says(
        night(1),
        [fact(name, "product_type", "chat") for name in ("gpt-5", "gpt-5-mini")],
        score("gpt-5", "gpqa", "85"),
        score("gpt-5-mini", "gpqa", "70"),
    )
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"), priced("gpt-5-mini", "0.25", "2"))
    with world.built() as warehouse:
        assert verdict(warehouse, "gpt-5", "gpt-5-mini") == ("trade_off", None)
        assert said(warehouse, "gpt-5", "gpt-5-mini")["verdict_trade_off", "both"] == [
            "Neither wins, it depends on what counts: gpt-5 for benchmark results, gpt-5-mini for a lower price."
        ]


def test_open_weights_decide_where_nothing_else_does(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.curated().says(
        night(1),
        fact("gpt-5", "product_type", "chat"),
        fact("gpt-oss-120b", "product_type", "chat"),
        fact("gpt-5", "open_weights", False),
        fact("gpt-oss-120b", "open_weights", True),
    )
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"))
    with world.built() as warehouse:
        assert verdict(warehouse, "gpt-5", "gpt-oss-120b") == ("open_weights", "gpt-oss-120b")


def test_every_verdict_has_its_rule() -> None:
    told = {rule.signal.removeprefix("verdict ") for rule in rules.rules() if rule.signal.startswith("verdict ")}
    assert told == set(VERDICTS) == {each["kind"] for each in rules.read()["verdicts"]}


# --- numbers and claims ----------------------------------------------------------------------------------------------


def test_no_two_statements_contradict_and_each_says_its_claims(warehouse: Warehouse) -> None:
    assert [str(failure) for failure in contradictions.broken(warehouse.connection)] == []


def test_every_pair_can_be_proved_piece_by_piece(warehouse: Warehouse) -> None:
    pieces = list(contradictions.over_every_pair(warehouse.connection, chunk=4))
    assert sum(pairs for pairs, _, _ in pieces) == warehouse.cell("select count(*) from mart.comparisons")
    assert len(pieces) > 3
    assert [failure for _, _, failures in pieces for failure in failures] == []


def test_every_figure_of_a_sentence_is_one_of_its_numbers(warehouse: Warehouse) -> None:
    for told, sentence in warehouse.rows("select numbers, sentence from mart.comparison_statements"):
        words = re.sub(r"[^0-9]", "", json.dumps(json.loads(told)))
        for rule in re.findall(r"[0-9][0-9,.]*", re.sub(r"(\$[0-9,.]+|[0-9.]+(%|×))", "", sentence)):
            assert re.sub(r"[^0-9]", "", rule) in words, (sentence, told)


def test_a_sentence_carries_the_claims_of_its_numbers(warehouse: Warehouse) -> None:
    claims, numbers = warehouse.row(
        "select claim_ids, numbers from comparison_statements(?, ?) where rule_id = 'trade_context'", CODEX, QWEN
    )
    assert json.loads(numbers) == {
        "name_x": "GPT-5.1 Codex",
        "context_x": 400000,
        "context_y": 262144,
        "name_y": QWEN,
    } or (
        json.loads(numbers)["context_x"],
        json.loads(numbers)["context_y"],
    ) == (400000, 262144)
    chosen = [
        claim
        for (claim,) in warehouse.rows(
            "select claim_id from evidence.choices where field = 'context_tokens' and row_id in (?, ?)", CODEX, QWEN
        )
    ]
    assert len(chosen) == 2
    assert set(chosen) <= set(claims)


def compared_with(column: str) -> str:
    """The statement after which ``mart.comparisons`` says something else in a column that it reads from the sides."""
    return f"""
        create or replace view mart.comparisons as
        select * replace ({column}) from ({database.query("mart.comparisons")}\n)
    """


@pytest.mark.parametrize(
    ("sabotage", "rule"),
    [
        ("update mart.model_facts set value = '1' where fact = 'context' and value is not null", "a fact that is not its cell"),
        ("update mart.model_facts set claim_ids = [] where fact = 'context'", "a fact with other claims than its cell"),
        ("update mart.model_facts set claim_ids = [] where fact = 'each_cost'", "a cost with other claims than its lines"),
        ("update mart.model_elements set state = 'yes' where set = 'capability'", "a capability that is not its cell"),
        ("update core.models set decision_fit = ['Vision']", "a tag against a capability"),
        ("update core.models set decision_fit = ['Long context']", "a tag of a length nobody states"),
        ("update mart.pairs set verdict_kind = 'cheaper'", "another verdict than mart.comparisons"),
        (compared_with("model_a_id as lower_cost"), "another lower cost than mart.comparisons"),
        (compared_with("model_b_id as larger_context"), "another larger context than mart.comparisons"),
        ("update mart.pairs set shared_same_setting = 0, shared_best_of_each = 0", "other shared results than mart.comparisons"),
        ("update mart.pairs set only_a_capabilities = ['vision']", "other capabilities than mart.comparisons"),
        ("update core.models set status = 'retired'", "choose of a model that is leaving"),
        ("update core.rules set signal = 'more cost' where rule_id = 'verdict_price'", "group 1 speaks for both models"),
        ("update core.rules set signal = 'has name' where rule_id = 'verdict_undecided'", "more than one of group 1 a pair"),
        (
            """update mart.comparison_statements set numbers = '{"name_x": "X", "context_x": 7}' where rule_id = 'trade_context'""",
            "a number that is no fact of its model",
        ),
        ("update mart.comparison_statements set sentence = '100% less' where rule_id = 'trade_cost'", "a saving of all there is"),
        ("update mart.comparison_statements set claim_ids = ['c0'] where rule_id = 'trade_cost'", "a statement with claims that are none"),
        ("update mart.comparison_statements set sentence = '' where rule_id = 'trade_cost'", "a sentence with a hole"),
    ],
)  # fmt: skip
def test_a_contradiction_is_found(warehouse: Warehouse, sabotage: str, rule: str) -> None:
    warehouse.connection.execute("begin")
    try:
        warehouse.connection.execute(sabotage)
        assert rule in {failure.rule for failure in contradictions.broken(warehouse.connection)}
    finally:
        warehouse.connection.execute("rollback")


# --- neighbours and published pairs ----------------------------------------------------------------------------------


def test_neighbours_are_ranked_and_share_something(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select model_id, rank, neighbour_id, reasons from mart.neighbours order by model_id, rank")
    assert rows
    assert all(model != neighbour and reasons for model, _, neighbour, reasons in rows)
    near = [(neighbour, reasons) for model, _, neighbour, reasons in rows if model == SONNET]
    assert near[0][0] == OPUS
    assert EMBED not in dict(near)


def test_a_pair_is_published_once_in_order_and_for_a_reason(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select model_a_id, model_b_id, rank, why from mart.published_pairs order by rank")
    assert [rank for *_, rank, _ in rows] == list(range(1, len(rows) + 1))
    assert all(a < b and why for a, b, _, why in rows)
    assert len({(a, b) for a, b, *_ in rows}) == len(rows)


# --- rules as data ---------------------------------------------------------------------------------------------------


def test_thresholds_are_typed_once(warehouse: Warehouse) -> None:
    for each in rules.thresholds():
        assert warehouse.cell(f"select threshold('{each.name}') = value from core.thresholds where name = ?", each.name)
    sql = "\n".join(path.read_text(encoding="utf-8") for path in database.SQL.rglob("*.sql"))
    code = re.sub(r"--[^\n]*", "", sql)
    used = set(re.findall(r"threshold\('([a-z_]+)'\)", code))
    assert used == {each.name for each in rules.thresholds()}
    assert not re.search(r"\b(128000|200000)\b", code)


@pytest.mark.parametrize(("told", "pairs"), [("7", 7), ("", 1000)])
def test_an_installation_says_how_many_pairs_it_publishes_and_decides_nothing_else(
    monkeypatch: pytest.MonkeyPatch, told: str, pairs: int
) -> None:
    monkeypatch.setenv("ALMANAC_PAIRS", told)
    declared = {each.name: each.value for each in rules.declared_thresholds()}
    assert {each.name: each.value for each in rules.thresholds()} == {**declared, "published_pairs": pairs}


@pytest.mark.parametrize("variable", rules.SET_BY.values())
def test_a_number_that_is_none_is_refused_by_the_name_of_what_it_was_given_for(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "many")
    with pytest.raises(ValueError, match=f"^{variable} is 'many'; how many .* is a whole number from 1 up$"):
        rules.thresholds()


@pytest.mark.parametrize(
    "template", ["costs 5 dollars", "[words]", "{cost:gold}", "{n:counted}", "{a,b}", "{a:saved}", "{broken"]
)
def test_a_template_that_is_none_is_refused(template: str) -> None:
    (rule, *_) = rules.rules()
    with pytest.raises(ValueError, match=r"place|figure"):
        rules.pieces(rules.Rule(**{**vars(rule), "sentence": template}))


def test_the_tags_are_those_in_the_rules() -> None:
    code = database.query("core.models")
    for each in rules.read()["tags"]:
        assert f"'{each['tag']}'" in code
    fits = code[code.index("as best_for") : code.index("as decision_fit")]
    assert set(re.findall(r"then '([^']+)'", fits)) == {
        each["tag"] for each in rules.read()["tags"] if each["column"] == "decision_fit"
    }


def test_what_excludes_each_other_are_rules_there_are() -> None:
    known = {rule.rule_id for rule in rules.rules()}
    told = rules.read()["contradictions"]
    named = {rule for group in told["at_most_one"] for rule in group["rules"]}
    named |= {rule for group in told["same_model"] for rule in group} | set(told["praises"])
    assert named <= known
    assert {group["per"] for group in told["at_most_one"]} <= {"pair", "direction", "item"}


def test_every_capability_has_words(warehouse: Warehouse) -> None:
    assert {
        words
        for (words,) in warehouse.rows("select distinct element from mart.model_elements where set = 'capability'")
    } == {words for each in CAPABILITIES for (words,) in warehouse.rows("select capability_words(?)", each)}
