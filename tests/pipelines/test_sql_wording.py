"""Numbers are said alike in SQL, where sentences are made, and in Python, where a terminal's cells are."""

import random
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.wording import amounts as wording
from pipelines.wording.facts import score_number
from pipelines.wording.phrases import field_words, seller
from warehouse import database
from warehouse.home import Home

AMOUNTS = [
    *map(
        Decimal,
        [
            "0",
            "0.004",
            "0.005",
            "0.01",
            "0.075",
            "0.999",
            "0.995",
            "1",
            "1.5",
            "1.25",
            "10",
            "61.5",
            "99.99",
            "99.994999",
            "99.995",
            "100",
            "100.5",
            "999.5",
            "1000",
            "3438.5",
            "3500",
            "12345.678",
            "1234567.5",
            "999999.5",
            "123456789012.123456",
        ],
    ),
    *(
        Decimal(digits).scaleb(-place)
        for each in (random.Random(7),)
        for place in range(7)
        for digits in (each.randrange(10**9) for _ in range(60))
    ),
]


@pytest.fixture(scope="module")
def say(tmp_path_factory):
    home = Home(Path(tmp_path_factory.mktemp("home")))
    database.begin(home)
    with database.opened(home.work_file) as connection:

        def words(macro, *values):
            rows = ", ".join(f"({', '.join(map(str, row))})" for row in values)
            names = ", ".join(f"v{place}" for place in range(len(values[0])))
            return [
                said
                for (said,) in connection.execute(f"select {macro} from (values {rows}) as given ({names})").fetchall()
            ]

        yield words


def test_money_is_said_alike(say):
    rows = [(f"cast('{amount}' as decimal(24, 12))",) for amount in AMOUNTS]
    assert say("money_words(v0)", *rows) == [wording.monthly(amount) for amount in AMOUNTS]
    assert say("rate_words(v0)", *rows) == [wording.rate(amount) for amount in AMOUNTS]
    assert say("number_words(v0)", *rows) == [wording.number(amount) for amount in AMOUNTS]


def test_negative_numbers_keep_their_sign(say):
    amounts = [-amount for amount in AMOUNTS if amount]
    rows = [(f"cast('{amount}' as decimal(24, 12))",) for amount in amounts]
    assert say("number_words(v0)", *rows) == [wording.number(amount) for amount in amounts]


def test_a_number_of_json_is_the_number(say):
    rows = [(f"cast('{amount}' as decimal(24, 12))",) for amount in AMOUNTS]
    assert [Decimal(said) for said in say("cast(as_number(v0) as varchar)", *rows)] == AMOUNTS


def test_counts_are_said_alike(say):
    counts = [0, 1, 2, 11, 999, 1000, 262144, 1048576, 1234567890]
    assert say("counted_words(v0, 'model')", *((count,) for count in counts)) == [
        wording.counted(count, "model") for count in counts
    ]


def test_a_saving_never_says_more_than_is_so(say):
    pairs = [
        (low, high)
        for low in (1, 7, 29, 57, 58, 61, 99, 150, 995, 9999)
        for high in (58, 100, 200, 1000, 3500, 10001)
        if low < high
    ]
    for (low, high), said in zip(pairs, say("saved_words(v0, v1)", *pairs), strict=True):
        exact = 100 - Decimal(100 * low) / high
        if said == "under 1%":
            assert exact < 1
        elif said == "over 99%":
            assert exact > 99
        else:
            assert int(said.removesuffix("%")) == int(exact)


def test_lists_are_said_with_commas_and_an_and(say):
    rows = [("['a']",), ("['a', 'b']",), ("['a', 'b', 'c']",)]
    assert say("list_words(v0)", *rows) == ["a", "a and b", "a, b and c"]


def test_sellers_are_said_alike_and_a_snapshot_by_its_day(say):
    variants = [
        "",
        "free",
        "dated:2025-09-29",
        "dated:2025-02-30",
        "dated:2025-13-01",
        "dated:02-2025",
        "dated:0309",
        "dated:03-25",
        "dated:260215",
        "thinking;dated:2026-04-20",
        "effort:high",
        "size:1024x1024:hd",
        "dated:",
        ":x",
    ]
    rows = [(f"'{variant}'",) for variant in variants]
    spoken = "seller_words('Groq', 'Vercel', list_concat(string_split(v0, ';'), ['fp8', cast(null as varchar)]))"
    assert say(spoken, *rows) == [seller("Groq", "Vercel", variant, "fp8", None) for variant in variants]
    assert seller("OpenAI", None, "thinking;dated:2025-09-29") == "OpenAI (thinking, model of 29 September 2025)"
    assert seller("xAI", None, "dated:0309") == "xAI (model dated 0309)"


def test_scores_are_said_alike_and_no_longer_than_they_mean_anything(say):
    scores = [*AMOUNTS, *(-each for each in AMOUNTS), Decimal("81.785714"), Decimal("0.00001"), Decimal("0.99995")]
    rows = [(f"cast('{score}' as decimal(24, 12))",) for score in scores]
    assert say("score_words(v0)", *rows) == [score_number(score) for score in scores]
    assert [
        score_number(Decimal(each)) for each in ("81.785714", "0.005652", "0.00001", "1447.320000", "81.000000")
    ] == [
        "81.79",
        "0.0057",
        "0.00001",
        "1,447.32",
        "81",
    ]


def test_a_benchmark_goes_by_a_name_and_not_by_its_id(say):
    titles = {
        "gpqa-diamond": "GPQA Diamond",
        "swe-bench-verified": "SWE-bench Verified",
        "mmlu-pro": "MMLU-Pro",
        "arc-agi-2": "ARC-AGI-2",
        "livebench-math-comp": "LiveBench Math Comp",
        "math-500": "MATH 500",
        "bfcl-v4-multi-turn": "BFCL v4 Multi Turn",
        "tau2-bench-telecom": "τ²-Bench Telecom",
        "c-eval": "C-Eval",
        "a-benchmark-nobody-knows": "A Benchmark Nobody Knows",
        "newqa": "NewQA",
        "xyz-2027": "XYZ 2027",
    }
    assert dict(zip(titles, say("benchmark_title(v0)", *((f"'{each}'",) for each in titles)), strict=True)) == titles


def test_a_licence_is_spelled_one_way_in_words(say):
    fields = ["license_id", "license_name", "released_on", "context_tokens", "benchmark_results/reporter_unknown"]
    said = say("field_words(v0)", *((f"'{field}'",) for field in fields))
    assert said == [field_words(field) for field in fields]
    assert said[:2] == ["licence", "licence name"]
