"""Any text may come as a model's name: the grammar answers, quickly, the same each time, and decides nothing twice.

By default some repeatable examples; ``ALMANAC_FUZZ=10000`` draws so many, other ones each time.
"""

import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.watchdog import ends_within
from warehouse.identity import Spelling, curated_aliases, parse, resolve
from warehouse.identity import names as grammar

EXAMPLES = int(os.environ.get("ALMANAC_FUZZ", "0"))
SECONDS = 20

fuzzed = settings(
    max_examples=EXAMPLES or 120,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "gpt claude gemini llama qwen deepseek mistral opus sonnet haiku flash mini pro max chat instruct base latest "
        "preview thinking fp8 awq 7b 70b 8x7b a22b v3 r1 4.5 5.1 o3 2024 20250514 2024-08-06 0528 ft us-east-1 "
        "anthropic. bedrock/ openai/ meta-llama/ @cf/ :free :batch ~ (high) [1m] %3A _max é 通义 🚀",
    )
)
JOINS = st.sampled_from(["-", "_", ".", "/", ":", " ", "@", "--", ""])
LIKE_NAMES = st.lists(st.tuples(WORDS, JOINS), min_size=1, max_size=8).map(
    lambda parts: "".join(word + join for word, join in parts)
)
ANY_TEXT = st.one_of(LIKE_NAMES, st.text(max_size=60), st.text(alphabet="a0-./:@_ ()~", max_size=200))
HOSTS = st.one_of(
    st.just(""), st.sampled_from(["openai", "bedrock", "azure", "huggingface", "openrouter"]), st.text(max_size=10)
)


@fuzzed
@given(ANY_TEXT, HOSTS)
def test_any_text_parses_and_parses_alike(subject: str, host: str) -> None:
    with ends_within(SECONDS, repr(subject)):
        grammar._parse.cache_clear()
        first = parse(subject, host)
        grammar._parse.cache_clear()
        assert parse(subject, host) == first


SPELLINGS = st.builds(
    Spelling,
    source_id=st.sampled_from(["one", "two", "three"]),
    subject=ANY_TEXT.filter(str.strip),
    host=HOSTS,
    name=st.one_of(st.just(""), ANY_TEXT),
    canonical_slug=st.one_of(st.just(""), ANY_TEXT),
    hugging_face_id=st.one_of(st.just(""), LIKE_NAMES),
    alias_target=st.one_of(st.just(""), LIKE_NAMES),
    base_model=st.one_of(st.just(""), LIKE_NAMES),
)


@settings(fuzzed, max_examples=EXAMPLES or 40)
@given(st.lists(SPELLINGS, max_size=12), st.randoms(use_true_random=False))
def test_any_spellings_resolve_once_each_whatever_their_order(spellings: list[Spelling], random: object) -> None:
    shuffled = list(spellings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with ends_within(SECONDS, f"{len(spellings)} spellings"):
        found = resolve(spellings, curated_aliases())
        assert resolve(shuffled, curated_aliases()) == found
    assert len(found) == len({(each.source_id, each.subject) for each in spellings})


@pytest.mark.parametrize(
    "piece", ["a-", "gpt-", "1.", "(", "/", "é", "5-1-", "ft:", "[1m]", "2026-01-", "8x7b-", " + ", "v1:"]
)
def test_a_name_of_ten_thousand_letters_is_read_in_bounded_time(piece: str) -> None:
    with ends_within(SECONDS, piece):
        parse(piece * (10_000 // len(piece)))
