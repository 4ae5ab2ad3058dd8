"""What a person sees at the command line, and what a machine reads there: answers, exit status, one-line complaints."""

import fcntl
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.cli import main
from pipelines.night.progress import Asked, Asking, Stage
from pipelines.terminal import layout
from pipelines.terminal import night as nightly
from pipelines.wording import amounts
from pipelines.wording.json_text import json_text
from tests.pipelines.conftest import CODEX, QWEN, SONNET
from warehouse import database
from warehouse.home import Busy, Home, alone

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def almanac(published: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs one command in a pipe; gives its exit status, stdout and stderr."""
    monkeypatch.setenv("ALMANAC_HOME", str(published.root))

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = capsys.readouterr()
        status = ended.value.code
        assert status is None or isinstance(status, int)
        return status or 0, said.out, said.err

    return run


def lines_with(out: str, *words: str) -> list[str]:
    return [line for line in out.splitlines() if all(word in line for word in words)]


def squeezed(out: str) -> str:
    return re.sub(r" {2,}", " | ", out)


class TestCompare:
    def test_the_verdict_comes_first_with_its_numbers(self, almanac: Command) -> None:
        status, out, err = almanac("compare", CODEX, SONNET)
        assert (status, err) == (0, "")
        assert out.splitlines()[:3] == [
            "GPT-5.1 Codex and Claude Sonnet 4.5",
            "Verdict: GPT-5.1 Codex is the choice where price decides: 800M input and 250M output tokens cost $3,500 a month"
            " at OpenAI, and $6,150 with Claude Sonnet 4.5 at Anthropic, so 43% less.",
            "On context: GPT-5.1 Codex takes 400,000 tokens, Claude Sonnet 4.5 200,000.",
        ]

    def test_both_sides_stand_beside_each_other_in_the_order_asked_for(self, almanac: Command) -> None:
        out = squeezed(almanac("compare", CODEX, SONNET)[1])
        for line in (
            "Context, tokens | 400,000 | 200,000",
            "Released | 2025-11-13 | 2025-09",
            "Cost a month | $3,500 | $6,150",
            "Input, per million | $1.25 | $3",
            "Cached input, per million | $0.125 | unknown (no source)",
            "Vision | Yes | Yes",
            "Computer use | Unknown (no source) | No",
            "Parameters | unknown (not published) | unknown (not published)",
            "Aider Polyglot, harness=aider | 78.2%, by aider | 71%, by aider",
        ):
            assert line in out
        assert "costs for 800M input + 250M output tokens a month" in out

    def test_the_name_an_id_goes_by_stands_behind_it_where_it_says_more(self, almanac: Command) -> None:
        out = almanac("compare", CODEX, QWEN, "--json")[1]
        side = json.loads(out)["model_b"]
        assert (side["architecture"], side["license_name"]) == ("dense", "Apache License 2.0")
        shown = squeezed(almanac("compare", CODEX, QWEN)[1]).splitlines()
        assert "Licence | unknown (no source) | Apache-2.0" in [line.strip() for line in shown]
        assert any(line.strip().endswith("| dense, Dense Transformer with gated attention") for line in shown)

    def test_an_unconfirmed_price_stands_beside_the_confirmed_one_never_in_its_place(self, almanac: Command) -> None:
        out = squeezed(almanac("compare", CODEX, QWEN)[1])
        assert re.search(r"Cheaper, unconfirmed \| \$2,981 at .* \| \$49\.50 at ", out)
        assert "Cost a month | $3,500 | unknown (none confirmed)" in out

    def test_what_is_not_a_token_price_is_listed_as_what_it_is(self, almanac: Command) -> None:
        out = almanac("compare", CODEX, SONNET)[1]
        assert re.search(r"In a subscription: github.copilot$", out, re.IGNORECASE | re.MULTILINE)
        assert re.search(r"Listed without a price: kenari$", out, re.IGNORECASE | re.MULTILINE)

    def test_every_gap_has_its_reason(self, almanac: Command) -> None:
        out = almanac("compare", CODEX, SONNET)[1]
        about = out.partition("What is not known of GPT-5.1 Codex")[2].partition("What is not known of")[0]
        assert lines_with(about, "not published", "parameters", "weights are closed")

    @pytest.mark.parametrize(
        "words", [(CODEX, SONNET), ("GPT-5.1 Codex", "Claude Sonnet 4.5"), ("gpt 5.1 codex", "CLAUDE-SONNET-4.5")]
    )
    def test_any_spelling_that_means_one_model_will_do(self, almanac: Command, words: tuple[str, str]) -> None:
        status, out, _ = almanac("compare", *words, "--json")
        assert status == 0
        assert json.loads(out)["models"] == [CODEX, SONNET]

    def test_the_json_is_the_stored_row_and_both_models_whole(self, almanac: Command, published: Home) -> None:
        given = json.loads(almanac("compare", CODEX, SONNET, "--json")[1], parse_float=Decimal)
        with database.opened(published.warehouse, read_only=True) as connection:
            row = connection.sql(
                "select * from mart.comparisons where model_a_id = ? and model_b_id = ?", params=[SONNET, CODEX]
            )
            models = connection.sql("select * from core.models limit 0").columns
            assert list(given["comparison"]) == row.columns
        assert given["comparison"]["monthly_gap_usd"] == 2650
        assert given["models"] == [CODEX, SONNET]
        assert given["model_a"]["model_id"] == given["comparison"]["model_a_id"] == SONNET
        assert list(given["model_b"])[: len(models)] == models
        codex = given["model_b"]
        assert codex["cheapest_offer"]["input_usd_per_mtok"] == Decimal("1.25")
        assert codex["unconfirmed_offer"]["monthly_cost_usd"] == 2981
        assert [each["price_status"] for each in codex["plan_offers"]] == ["plan"]
        assert codex["capabilities"]["computer_use"] == "unknown"
        assert codex["released_on"] == "2025-11-13"
        assert codex["last_reviewed_at"].endswith("Z")
        assert given["model_a"]["capabilities"]["computer_use"] == "no"

    def test_either_order_gives_the_same_comparison(self, almanac: Command) -> None:
        one, other = (json.loads(almanac("compare", *pair, "--json")[1]) for pair in ((CODEX, SONNET), (SONNET, CODEX)))
        assert one.pop("models") == list(reversed(other.pop("models")))
        assert one == other

    def test_another_workload_changes_the_costs_and_not_the_verdict(self, almanac: Command) -> None:
        out = almanac("compare", CODEX, SONNET, "--workload", "chat")[1]
        assert "costs for 200M input + 100M output tokens a month" in out
        assert "Cost a month | $1,250 | $2,100" in squeezed(out)
        assert "800M input and 250M output tokens cost $3,500 a month" in out

    def test_a_model_nobody_vouches_for_gets_no_verdict(self, almanac: Command) -> None:
        status, out, _ = almanac("compare", "house-special-9000", SONNET)
        assert status == 0
        assert "has no known maker, so it takes part in no comparison" in out
        assert json.loads(almanac("compare", "house-special-9000", SONNET, "--json")[1])["comparison"] is None


class TestCost:
    def test_a_traffic_of_ones_own_is_costed_at_confirmed_offers(self, almanac: Command) -> None:
        status, out, err = almanac("cost", "--input", "1B", "--output", "100M", SONNET, CODEX)
        assert (status, err) == (0, "")
        out = squeezed(out)
        assert "Costs for 1,000M input + 100M output tokens a month" in out
        assert f"{SONNET} | $4,500 | $3 | $15 | Anthropic" in out
        assert f"{CODEX} | $2,250 | $1.25 | $10 | OpenAI" in out
        assert "$1,920 at OpenCode Zen" in out

    def test_what_nobody_confirms_is_unknown_with_its_reason(self, almanac: Command) -> None:
        out = squeezed(almanac("cost", QWEN)[1])
        assert f"{QWEN} | unknown (none confirmed)" in out
        assert "$49.50 at EmpirioLabs" in out

    def test_the_workloads_own_amounts_are_its_monthly_costs(self, almanac: Command) -> None:
        told = json.loads(almanac("cost", CODEX, "--workload", "coding_agent", "--json")[1])
        (answered,) = json.loads(
            almanac(
                "sql",
                f"select * from mart.monthly_costs where model_id = '{CODEX}' and workload_id = 'coding_agent'",
                "--json",
            )[1]
        )
        (cost,) = told["costs"]
        assert cost["offer"]["monthly_cost_usd"] == answered["monthly_cost_usd"]
        assert cost["offer"]["offer_id"] == answered["offer_id"]

    @pytest.mark.parametrize("amount", ["", "many", "-5M", "1e9", "5 tons"])
    def test_what_is_no_amount_is_one_line(self, almanac: Command, amount: str) -> None:
        status, out, err = almanac("cost", CODEX, f"--input={amount}")
        if amount:
            assert (status, out, err.count("\n")) == (2, "", 1)
            assert "is no amount of tokens" in err


class TestExplain:
    def test_the_chain_runs_from_the_value_to_the_address(self, almanac: Command) -> None:
        out = almanac("explain", CODEX, "released_on")[1]
        told = [line.split()[1] for line in out.splitlines() if line.startswith("  ← ")]
        assert told == ["rule", "claim", "printed", "snapshot", "page", "cites"]
        assert lines_with(out, "← page", "https://curated.example/page")
        assert lines_with(out, "first seen 2026-01-01, last confirmed 2026-01-03, last reviewed 2026-01-03")

    def test_a_day_is_told_as_finely_as_it_is_known(self, almanac: Command) -> None:
        assert "2025-11-13" in almanac("explain", CODEX, "released_on")[1].splitlines()
        assert "2025-09" in almanac("explain", SONNET, "released_on")[1].splitlines()

    def test_who_disagrees_is_named(self, almanac: Command) -> None:
        out = squeezed(almanac("explain", CODEX, "context_tokens")[1])
        assert "models_dev | 300,000 | 0.75 | 1" in out

    def test_what_a_page_prints_stays_inert(self, almanac: Command) -> None:
        out = almanac("explain", CODEX, "context_tokens")[1]
        assert "\x1b" not in out
        assert "“\N{REPLACEMENT CHARACTER}[31m400,000 [bold]tokens”" in out

    def test_a_price_is_explained_at_the_cheapest_confirmed_offer(self, almanac: Command) -> None:
        out = almanac("explain", CODEX, "input")[1]
        assert out.splitlines()[2] == "$1.25 per million tokens"
        assert lines_with(out, "← printed", "“$1.25”")
        assert lines_with(out.partition("At other offers")[2], "$1.07", "models_dev")

    def test_a_provider_narrows_prices(self, almanac: Command) -> None:
        given = json.loads(
            almanac("explain", CODEX, "price/output", "--provider", "opencode", "--json")[1], parse_float=Decimal
        )
        assert [(each["provider_id"], each["value"]) for each in given["answers"]] == [("opencode", Decimal("8.5"))]
        assert given["answers"][0]["claims"][0]["printed_text"] == "$8.5"

    def test_every_condition_of_a_price_is_an_answer(self, almanac: Command) -> None:
        out = almanac("explain", SONNET, "input")[1]
        assert lines_with(out, "at", "when context_from=200001")

    def test_a_value_held_back_is_shown_with_its_rule(self, almanac: Command) -> None:
        out = almanac("explain", CODEX, "input")[1]
        assert lines_with(out.partition("held back")[2], "kenari", "$0", "zero_unsaid")

    def test_the_monthly_cost_rests_on_the_claims_of_its_two_prices(self, almanac: Command) -> None:
        given = json.loads(almanac("explain", CODEX, "monthly_cost", "--json")[1])
        (answer,) = given["answers"]
        assert answer["value"] == 3500
        assert {each["attribute"] for each in answer["claims"]} == {"price/input", "price/output"}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("vision", "Yes"),
            ("capability/reasoning", "Yes"),
            ("benchmark/aider-polyglot", "78.2 percent"),
            ("name", "GPT-5.1 Codex"),
        ],
    )
    def test_capabilities_benchmarks_and_facts_have_their_words(self, almanac: Command, field: str, value: str) -> None:
        out = almanac("explain", CODEX, field)[1]
        assert out.splitlines()[2] == value
        assert lines_with(out, "← snapshot", "sha256")

    @pytest.mark.parametrize(("field", "reason"), [("parameters", "not published"), ("computer_use", "no source")])
    def test_the_unknown_is_explained_by_its_gap(self, almanac: Command, field: str, reason: str) -> None:
        status, out, _ = almanac("explain", CODEX, field)
        assert status == 0
        assert "\nunknown\n" in out
        assert lines_with(out.partition("Not known")[2], reason)


class TestListings:
    def test_gaps_are_counted_by_kind(self, almanac: Command) -> None:
        out, _, next_pages = almanac("gaps")[1].partition("What to source next")
        assert lines_with(out, "missing_parameters", "not published")
        assert out.rstrip().endswith("lists those of one kind")
        assert lines_with(next_pages, "https://")

    def test_gaps_of_one_kind_are_listed_most_severe_first(self, almanac: Command) -> None:
        given = json.loads(almanac("gaps", "--kind", "missing_price", "--json")[1])
        assert {each["kind"] for each in given} == {"missing_price"}
        assert [each["severity"] for each in given] == sorted((each["severity"] for each in given), reverse=True)
        out = almanac("gaps", "--kind", "missing_price", "--limit", "1")[1]
        assert f"1 of {len(given)} open gaps" in out

    def test_a_silent_source_is_shown_first_with_what_went_wrong(self, almanac: Command) -> None:
        out = almanac("sources")[1]
        assert out.splitlines()[2].startswith("models_dev")
        assert lines_with(out, "models_dev", "failing")
        assert "no answer — models_dev" in out.splitlines()
        assert {each["state"] for each in json.loads(almanac("sources", "--json")[1])} == {"failing", "fresh"}

    def test_changes_show_the_price_before_and_since(self, almanac: Command) -> None:
        out = squeezed(almanac("changes", "--since", "2026-01-02")[1])
        assert "1 price change since 2026-01-02" in out
        assert "$12 | $10 | -17% | openai_pricing" in out
        assert "0 models first seen since 2026-01-02" in out

    def test_the_beginning_of_the_record_is_no_news(self, almanac: Command) -> None:
        assert "the record itself begins 20" in almanac("changes", "--since", "2000-01-01")[1]
        assert "the record itself begins" not in almanac("changes", "--since", "2026-01-02")[1]

    def test_changes_as_json(self, almanac: Command) -> None:
        given = json.loads(almanac("changes", "--since", "2026-01-01", "--json")[1])
        assert (given["since"], given["price_changes"][0]["old_amount"]) == ("2026-01-01", 12)
        assert {CODEX, SONNET, QWEN} <= {each["model_id"] for each in given["new_models"]}

    def test_sql_prints_a_table(self, almanac: Command) -> None:
        out = almanac("sql", "select 1234567 as n, null as nothing, true as flag, 'a' as n")[1]
        assert out.splitlines()[2].split() == ["1,234,567", "null", "true", "a"]

    def test_sql_gives_exact_json(self, almanac: Command) -> None:
        out = almanac(
            "sql", "select 0.1::decimal(38, 20) + 12345678901234567 as d, timestamptz '2026-01-01' as t", "--json"
        )[1]
        assert '"d": 12345678901234567.1\n' in out.replace(",\n", "\n")
        assert '"t": "2026-01-01T00:00:00Z"' in out

    def test_a_pipe_gets_one_line_a_row_and_no_colour(self, almanac: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        out = almanac("sql", "select repeat('x', 300) as long, 2 as b")[1]
        assert lines_with(out, "x" * 300, "2")
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[" in almanac("sources")[1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("compare", "gpt-5.1-codx", SONNET), "no model is called 'gpt-5.1-codx'; did you mean gpt-5.1-codex?"),
        (("compare", CODEX, "GPT-5.1 Codex"), "a comparison needs two models"),
        (("compare", CODEX, SONNET, "--workload", "chatt"), "there is no workload 'chatt'; did you mean chat"),
        (("compare", CODEX), "Missing argument 'B'"),
        (("explain", CODEX, "contxt_tokens"), "there is no field 'contxt_tokens'; did you mean context_tokens"),
        (("explain", CODEX, "benchmark/aider-poly"), "there is no benchmark 'aider-poly'; did you mean aider-polyglot"),
        (("explain", CODEX, "input", "--provider", "opncode"), "there is no provider 'opncode'; did you mean opencode"),
        (("explain", CODEX, "input", "--provider", "anthropic"), "anthropic is not among the"),
        (("explain", CODEX, "vision", "--provider", "openai"), "--provider narrows prices"),
        (("gaps", "--kind", "missing_prices"), "there is no kind of gap 'missing_prices'; did you mean missing_price"),
        (("gaps", "--limit", "0"), "0 is not in the range"),
        (("changes", "--since", "yesterday"), "'yesterday' is not a day"),
        (("sql", "selec 1"), "Parser Error"),
        (("sql", "select * from core.modls"), "Catalog Error"),
        (("sql", "create table core.mine (a integer)"), "only a query is answered"),
        (("sql", "copy (select 1) to 'almanac.duckdb'"), "only a query is answered"),
        (("sql", "select 1; select 2"), "one query at a time"),
        (("sql", "from read_csv('/etc/hostname')"), "read_csv() is none"),
        (("refresh", "--source", "openai_pricng"), "there is no source 'openai_pricng'; did you mean openai_pricing"),
        (("refresh", "--as-of", "noon"), "'noon' is not an instant"),
        (("prune",), "No such command 'prune'"),
    ],
)
def test_words_that_are_off_end_in_status_2_and_one_line(
    almanac: Command, words: tuple[str, ...], complaint: str
) -> None:
    status, out, err = almanac(*words)
    assert (status, out) == (2, "")
    assert err.startswith("almanac: ")
    assert err.count("\n") == 1
    assert complaint in err


@pytest.mark.parametrize(
    "words",
    [
        ("compare", CODEX, SONNET),
        ("explain", CODEX, "name"),
        ("gaps",),
        ("sources",),
        ("changes",),
        ("sql", "select 1"),
    ],
)
def test_without_a_warehouse_a_refresh_is_advised(
    almanac: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
    status, out, err = almanac(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.endswith("run: almanac refresh\n")


def attempt(source_id: str, outcome: str, status: int | None, url: str, error: str = "") -> Any:
    return SimpleNamespace(source_id=source_id, outcome=outcome, status=status, url=url, error=error)


class TestRefresh:
    @pytest.fixture
    def nights(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """What `run_nightly` is asked, in place of running it; each night fetches one page and meets one timeout."""
        asked: list[dict[str, Any]] = []

        def run_nightly(home: Home, *, told: Callable[[Any], None], **more: Any) -> SimpleNamespace:
            asked.append({"home": home, **more})
            told(Stage("fetch"))
            told(Asking(3))
            page = attempt("openai_pricing", "ok", 200, "https://a.example")
            told(page)
            told(Asked("openai_pricing", (page,)))
            again, late = (attempt("models_dev", "timeout", None, "https://b.example", "no answer") for _ in range(2))
            told(again)
            told(late)
            told(Asked("models_dev", (page, late)))
            told(Stage("tables", 7, 44))
            time.sleep(0.2)
            return SimpleNamespace(success=True, run_id="run-1", errors=[])

        monkeypatch.setitem(sys.modules, "pipelines.graph.by_hand", SimpleNamespace(run_nightly=run_nightly))
        return asked

    def test_the_summary_counts_what_is_held_and_says_what_was_not_read(
        self, almanac: Command, nights: list[dict[str, Any]], published: Home
    ) -> None:
        status, out, err = almanac("refresh")
        assert status == 0
        assert err.splitlines() == [
            "openai_pricing: 1 document, 1 ok",
            "models_dev: 2 documents, 1 ok, 1 timeout (no answer)",
        ]
        assert str(published.warehouse) in out
        fresh, every = map(int, re.findall(r"Sources: (\d+) of (\d+) fresh", out)[0])
        assert every - fresh == 1
        assert lines_with(out, "models_dev", "failing", "2026-01-01 02:00 UTC", "no answer")
        assert "\nmodels | 4\n" in squeezed(out)
        assert lines_with(out, "missing parameters")

    def test_verbose_prints_every_attempt(self, almanac: Command, nights: list[dict[str, Any]]) -> None:
        assert almanac("refresh", "--verbose")[2].splitlines() == [
            "openai_pricing ok 200 https://a.example",
            "openai_pricing: 1 document, 1 ok",
            "models_dev timeout https://b.example (no answer)",
            "models_dev timeout https://b.example (no answer)",
            "models_dev: 2 documents, 1 ok, 1 timeout (no answer)",
        ]

    def test_what_was_not_to_be_asked_is_no_line(self) -> None:
        offline = attempt("openai_pricing", "offline", None, "https://a.example", "offline: nothing was asked")
        assert nightly.asked_line(Asked("openai_pricing", (offline, offline))) == ""

    def test_a_terminal_shows_the_stage_and_how_far_it_is(
        self, almanac: Command, nights: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "100")
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", almanac("refresh")[2])
        assert re.search(r"tables [━╸╺ ]+ 7 of 44 tables 0:00:0\d", shown)
        assert "openai_pricing" not in shown

    @pytest.mark.parametrize(
        ("news", "shown"),
        [
            ([Stage("fetch")], "fetch: asking the sources"),
            (
                [Stage("fetch"), Asking(3), Asked("a", (attempt("a", "timeout", None, ""),))],
                "fetch: 1 of 3 documents, 1 without an answer",
            ),
            ([Stage("follow"), Asking(3), Stage("read")], "read: reading what is new"),
            ([Stage("fold"), Stage("tables", 1, 44), Stage("tables", 9, 44)], "tables: 9 of 44 tables"),
            ([Stage("tables", 44, 44), Stage("checks")], "checks: checking the promises"),
            ([Stage("publish")], "publish: writing the edition"),
        ],
    )
    def test_the_bar_says_where_a_night_is(self, news: list[Any], shown: str) -> None:
        bar = nightly.Bar(layout.console(stderr=True))
        for each in news:
            bar.tell(each)
        (task,) = bar.progress.tasks
        assert f"{task.description}: {task.fields['told']}" == shown
        assert (task.completed, task.total) == next(
            ((each.done, each.total or None) for each in news[-1:] if isinstance(each, Stage)), (1, 3)
        )

    def test_what_is_stored_is_read_anew_and_summed_up_like_a_night(
        self, almanac: Command, monkeypatch: pytest.MonkeyPatch, published: Home
    ) -> None:
        ended = SimpleNamespace(success=True, run_id="run-1", errors=[])
        monkeypatch.setitem(
            sys.modules, "pipelines.graph.by_hand", SimpleNamespace(run_reparse=lambda home, **_: ended)
        )
        status, out, err = almanac("reparse")
        assert (status, err) == (0, "")
        assert str(published.warehouse) in out

    def test_days_gone_by_are_a_line_each(self, almanac: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[tuple[date, date]] = []

        def run_backfill(home: Home, first: date, last: date, **_: Any) -> SimpleNamespace:
            asked.append((first, last))
            return SimpleNamespace(
                success=True, run_id="run-1", errors=[], said=[f"{first}: 4 models", f"{last}: 5 models"]
            )

        monkeypatch.setitem(sys.modules, "pipelines.graph.by_hand", SimpleNamespace(run_backfill=run_backfill))
        assert almanac("backfill", "2026-08-20", "2026-08-21") == (
            0,
            "2026-08-20: 4 models\n2026-08-21: 5 models\n",
            "",
        )
        almanac("backfill", "2026-08-20")
        assert asked == [(date(2026, 8, 20), date(2026, 8, 21)), (date(2026, 8, 20), date(2026, 8, 20))]
        status, out, err = almanac("backfill", "2026-08-21", "2026-08-20")
        assert (status, out, err) == (2, "", "almanac: 2026-08-20 is before 2026-08-21; the first day comes first\n")
        assert almanac("backfill", "yesterday")[0] == 2

    def test_days_that_could_not_be_made_are_one_sentence(
        self, almanac: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended = SimpleNamespace(success=False, run_id="run-1", errors=["the ledger knows nothing of it"])
        monkeypatch.setitem(
            sys.modules, "pipelines.graph.by_hand", SimpleNamespace(run_backfill=lambda *_, **__: ended)
        )
        status, out, err = almanac("backfill", "2026-08-20")
        assert (status, out) == (1, "")
        assert err.startswith("almanac: the days could not be made, ")
        assert err.endswith(": the ledger knows nothing of it (run run-1)\n")

    def test_ctrl_c_ends_in_one_sentence_and_lets_go(
        self, almanac: Command, monkeypatch: pytest.MonkeyPatch, published: Home
    ) -> None:
        def interrupted(home: Home, **_: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setitem(sys.modules, "pipelines.graph.by_hand", SimpleNamespace(run_nightly=interrupted))
        status, out, err = almanac("refresh")
        assert (status, out) == (130, "")
        assert err == "almanac: interrupted; nothing has been published yet, and the next refresh begins anew\n"
        with alone(published):
            pass

    def test_who_comes_second_hears_of_it_before_anything_heavy_is_imported(self, published: Home) -> None:
        with open(published.lock, "w", encoding="utf-8") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            code = "import sys\nfrom pipelines.cli import main\ntry: main(['refresh'])\nfinally: print('dagster' in sys.modules)"
            ended = subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "ALMANAC_HOME": str(published.root)},
                capture_output=True,
                text=True,
            )
        assert (ended.returncode, ended.stdout) == (1, "False\n")
        assert ended.stderr.startswith(f"almanac: another refresh is at work on {published.root}; ")
        assert ended.stderr.count("\n") == 1

    def test_options_reach_the_run(self, almanac: Command, nights: list[dict[str, Any]], published: Home) -> None:
        almanac("refresh", "--source", "openai_pricing", "--as-of", "2026-08-21T23:00:00Z", "--offline")
        almanac("refresh", "--as-of", "2026-08-21")
        assert nights[0] == {
            "home": published,
            "as_of": datetime(2026, 8, 21, 23, tzinfo=UTC),
            "offline": True,
            "sources": ("openai_pricing",),
        }
        assert (nights[1]["as_of"], nights[1]["sources"]) == (datetime(2026, 8, 21, tzinfo=UTC), None)

    def test_an_edition_is_named_once_there_is_one(
        self, almanac: Command, nights: list[dict[str, Any]], published: Home
    ) -> None:
        edition = published.editions / "2026-01-03"
        edition.mkdir(parents=True)
        published.latest.symlink_to(edition)
        try:
            assert almanac("refresh")[1].startswith("Nothing changed: edition 2026-01-03 stands")
        finally:
            published.latest.unlink()

    @pytest.mark.parametrize(
        ("ending", "complaint"),
        [
            (
                lambda: SimpleNamespace(success=False, run_id="run-2", errors=["schema: core.offers\nrepeats"]),
                "schema: core.offers repeats (run run-2)",
            ),
            (lambda: (_ for _ in ()).throw(Busy("another refresh is at work on it")), "another refresh is at work on"),
        ],
    )
    def test_what_cannot_be_published_ends_in_status_1(
        self, almanac: Command, monkeypatch: pytest.MonkeyPatch, ending: Callable[[], Any], complaint: str
    ) -> None:
        monkeypatch.setitem(
            sys.modules, "pipelines.graph.by_hand", SimpleNamespace(run_nightly=lambda home, **_: ending())
        )
        status, out, err = almanac("refresh")
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert complaint in err


def test_the_version_is_told(almanac: Command) -> None:
    assert almanac("--version") == (0, f"almanac {version('almanac')}\n", "")


class TestWhatCannotBegin:
    """One line, at once, with no run begun: the folder Dagster keeps its runs in is not made."""

    @pytest.fixture(autouse=True)
    def no_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pipelines.graph.by_hand", None)

    @pytest.mark.parametrize(
        "words", [("refresh",), ("sources",), ("sql", "select 1"), ("ui",), ("add-source", "https://acme.example/p")]
    )
    def test_a_home_that_is_a_file(
        self, almanac: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "home"
        file.touch()
        monkeypatch.setenv("ALMANAC_HOME", str(file))
        told = f"almanac: ALMANAC_HOME names {file}, which is a file and no folder\n"
        assert almanac(*words) == (2, "", told)

    @pytest.mark.parametrize(("words", "status"), [(("refresh",), 1), (("ui",), 2)])
    def test_a_home_that_cannot_be_made(
        self,
        almanac: Command,
        words: tuple[str, ...],
        status: int,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        (tmp_path / "file").touch()
        home = tmp_path / "file" / "home"
        monkeypatch.setenv("ALMANAC_HOME", str(home))
        ended, out, err = almanac(*words)
        assert (ended, out, err.count("\n")) == (status, "", 1)
        assert err.startswith(f"almanac: the data folder {home} cannot be made: Not a directory")

    @pytest.mark.parametrize("part", ["", "ledger", "warehouse", "dagster"])
    def test_a_home_that_is_read_only(
        self, almanac: Command, part: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        folder = tmp_path / "home" / part
        folder.mkdir(parents=True)
        monkeypatch.setenv("ALMANAC_HOME", str(tmp_path / "home"))
        # As the system answers of a file system that is mounted read-only, which root may not write to either.
        may = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder and may(path, mode))
        told = f"almanac: nothing can be written to {folder}; nothing has been published yet\n"
        assert almanac("refresh") == (1, "", told)
        assert sum(1 for _ in (tmp_path / "home").iterdir()) == (1 if part else 0)

    @pytest.mark.parametrize("words", [("refresh",), ("add-source", "https://acme.example/prices")])
    def test_a_mirror_that_is_no_address(
        self, almanac: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
        monkeypatch.setenv("ALMANAC_MIRROR", "127.0.0.1:8765")
        told = "almanac: a mirror (ALMANAC_MIRROR) is written http://HOST:PORT, not '127.0.0.1:8765'\n"
        assert almanac(*words) == (2, "", told)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("pairs", ["0", "-1", "many", "1e3", "1.5"])
    def test_a_number_of_pairs_that_is_none(
        self, almanac: Command, pairs: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
        monkeypatch.setenv("ALMANAC_PAIRS", pairs)
        told = f"almanac: ALMANAC_PAIRS is '{pairs}'; how many pairs are published is a whole number from 1 up\n"
        assert almanac("refresh") == (2, "", told)
        assert list(tmp_path.iterdir()) == []


def test_a_warehouse_that_cannot_be_read_is_one_line(almanac: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(database, "locked", unreadable)
    status, out, err = almanac("sources")
    assert (status, out) == (2, "")
    assert err.endswith("cannot be read: Permission denied\n")


def test_a_reader_that_has_read_enough_is_no_trouble(published: Home) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "gaps", "--json"]
    environment = {**os.environ, "ALMANAC_HOME": str(published.root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as asked:
        assert asked.stdout
        assert asked.stderr
        asked.stdout.close()
        assert asked.stderr.read() == b""


INTERRUPTS_ITSELF = """
import os, signal, sys, threading, time
from pipelines.cli import main

def interrupt():
    # again and again: a signal that comes before the query has begun may be lost in an import
    for seconds in (1, *[10] * 20):
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt, daemon=True).start()
main(sys.argv[1:])
"""


def test_ctrl_c_in_a_query_ends_in_one_sentence(published: Home) -> None:
    # in a process of its own: DuckDB never lets go of the file of a query that a signal broke off, and waits for ever
    # when the same process opens it again
    endless = "select count(*) from range(200000) as a, range(200000) as b where a.range * b.range % 7 = 3"
    asked = subprocess.run(
        [sys.executable, "-c", INTERRUPTS_ITSELF, "sql", endless],
        capture_output=True,
        text=True,
        env={**os.environ, "ALMANAC_HOME": str(published.root)},
        timeout=300,
    )
    assert (asked.returncode, asked.stdout, asked.stderr.strip()) == (130, "", "almanac: interrupted")


def test_ui_becomes_dagster_under_the_instance_of_this_home(
    almanac: Command, published: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    prepared = SimpleNamespace(prepare=lambda home: {"DAGSTER_HOME": str(home.dagster)})
    monkeypatch.setitem(sys.modules, "pipelines.graph.instance", prepared)
    monkeypatch.setattr("os.execve", lambda program, command, environment: started.append((command, environment)))
    assert almanac("ui", "--port", "3123")[0] == 0
    ((command, environment),) = started
    assert command[1:] == ["-m", "dagster", "dev", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", "3123"]
    assert environment["DAGSTER_HOME"] == str(published.dagster)
    assert "PATH" in environment


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        ("3500.4", "$3,500"),
        ("3500.5", "$3,501"),
        ("99.994", "$99.99"),
        ("99.995", "$100"),
        ("49.5", "$49.50"),
        ("0.001", "under $0.01"),
        ("0", "$0.00"),
    ],
)
def test_a_month_shows_cents_under_a_hundred_dollars(amount: str, printed: str) -> None:
    assert amounts.monthly(Decimal(amount)) == printed


@pytest.mark.parametrize(
    ("amount", "printed"),
    [("10.000000", "$10"), ("1.25", "$1.25"), ("0.5", "$0.50"), ("0.0755", "$0.0755"), ("1234.5", "$1,234.50")],
)
def test_a_price_is_printed_exactly(amount: str, printed: str) -> None:
    assert amounts.rate(Decimal(amount)) == printed


def test_another_currency_never_looks_like_dollars() -> None:
    assert amounts.rate(Decimal(4), "CNY") == "CNY 4"


def test_json_loses_nothing() -> None:
    given = {
        "a": Decimal("1.250000000000"),
        "b": Decimal("1E+2"),
        "c": [1, None, True],
        "d": [{"e": date(2026, 1, 2)}],
        "f": {},
        "g": "\x9bx–",
    }
    text = json_text(given)
    assert '"a": 1.25' in text
    assert json.loads(text) == {
        "a": 1.25,
        "b": 100,
        "c": [1, None, True],
        "d": [{"e": "2026-01-02"}],
        "f": {},
        "g": "\x9bx–",
    }
    assert "\x9b" not in text
