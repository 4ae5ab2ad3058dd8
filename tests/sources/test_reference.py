"""Promises of our own reference data: every fact names its page and its day, and no spelling belongs to two."""

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sources.contract import Document, Observation, Refused
from sources.model_lists.curated import SOURCE, packaged
from sources.readers.structured import exact_yaml

REFERENCE = Path(__file__).resolve().parents[2] / "warehouse" / "reference"
SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
PROVIDER_KINDS = {"maker", "host", "gateway", "cloud", "reseller", "plan", "local"}


@cache
def documents() -> dict[str, list[Observation]]:
    """Lab file → what it says, read as the source reads it."""
    read = {}
    for each in packaged():
        contents = SOURCE.read(Document(each.url, each.body))
        assert not contents.warnings
        read[each.url.removeprefix("almanac:reference/models/")] = contents.observations
    return read


def entries(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = exact_yaml((REFERENCE / f"{name}.yaml").read_text(encoding="utf-8"))[name]
    return loaded


@cache
def owners(name: str, key: str) -> dict[str, str]:
    """Spelling in lower case → the one entry it belongs to."""
    claims = [(spelling.lower(), each[key]) for each in entries(name) for spelling in (each[key], *each["aliases"])]
    found = dict(claims)
    assert {pair for pair in claims if found[pair[0]] != pair[1]} == set()
    return found


def said_of(subject: str) -> dict[str, str]:
    return {each.attribute: each.text for said in documents().values() for each in said if each.subject == subject}


def test_at_least_150_models_each_in_one_file_under_a_slug() -> None:
    subjects = [subject for said in documents().values() for subject in {each.subject for each in said}]
    assert len(subjects) >= 150
    assert [subject for subject, times in Counter(subjects).items() if times > 1] == []
    assert [subject for subject in subjects if not SLUG.fullmatch(subject)] == []


def test_every_fact_has_its_words_its_page_and_its_day() -> None:
    for said in documents().values():
        for each in said:
            assert each.printed.strip() == each.printed != "", each
            assert each.url.startswith("https://"), each
            assert date(2022, 1, 1) < (each.reviewed_on or date.min) < date(2100, 1, 1), each


def test_every_model_has_a_name_a_lab_a_family_and_a_kind() -> None:
    for file, said in documents().items():
        by_subject: dict[str, set[str]] = {}
        for each in said:
            by_subject.setdefault(each.subject, set()).add(each.attribute)
        due = {"name", "lab", "family", "product_type"}
        assert {subject: due - told for subject, told in by_subject.items() if due - told} == {}, file


def test_a_file_is_named_for_its_lab_and_the_lab_is_known() -> None:
    labs = {each["lab_id"] for each in entries("labs")}
    for file, said in documents().items():
        assert {f"{each.text}.yaml" for each in said if each.attribute == "lab"} == {file}
        assert file.removesuffix(".yaml") in labs


def test_numbers_and_days_agree_with_each_other() -> None:
    for subject in {each.subject for said in documents().values() for each in said}:
        told = said_of(subject)
        assert int(told.get("active_parameters", 0)) <= int(told.get("parameters", 10**15)), subject
        assert int(told.get("max_output_tokens", 0)) <= int(told.get("context_tokens", 10**9)), subject
        assert told.get("knowledge_cutoff_on", "0")[:7] <= told.get("released_on", "9")[:7], subject
        assert told.get("released_on", "0") < told.get("shutdown_on", "9"), subject
        assert (told.get("license_id") == "LicenseRef-proprietary") <= (told.get("open_weights") == "false"), subject


def test_gpt_5_1_codex_reads_as_its_pages_say() -> None:
    told = said_of("gpt-5.1-codex")
    assert (told["context_tokens"], told["max_output_tokens"]) == ("400000", "128000")
    assert (told["released_on"], told["knowledge_cutoff_on"]) == ("2025-11-13", "2024-09-30")
    assert (told["shutdown_on"], told["product_type"]) == ("2026-07-23", "coding")


def test_qwen_3_5_4b_reads_as_its_pages_say() -> None:
    told = said_of("qwen3.5-4b")
    assert (told["license_id"], told["context_tokens"], told["parameters"]) == ("Apache-2.0", "262144", "4000000000")
    assert (told["hugging_face_id"], told["open_weights"]) == ("Qwen/Qwen3.5-4B", "true")


@pytest.mark.parametrize(("name", "key", "least"), [("labs", "lab_id", 70), ("providers", "provider_id", 200)])
def test_a_spelling_belongs_to_one_entry(name: str, key: str, least: int) -> None:
    ids = [each[key] for each in entries(name)]
    assert len(ids) == len(set(ids)) >= least
    assert ids == sorted(ids)
    assert [each for each in ids if not SLUG.fullmatch(each)] == []
    assert len(owners(name, key)) > len(ids)
    for each in entries(name):
        assert set(each) <= {key, "name", "kind", "lab_id", "homepage_url", "pricing_url", "currency", "aliases"}
        assert 0 < len(each["aliases"]) == len(set(each["aliases"]))
        assert all(each.get(url, "https://").startswith("https://") for url in ("homepage_url", "pricing_url"))


def test_providers_are_of_a_known_kind_and_plans_have_no_price_page() -> None:
    for each in entries("providers"):
        assert each["kind"] in PROVIDER_KINDS
        assert "plan" not in each["provider_id"].split("-") or each["kind"] == "plan"
        assert not (each["kind"] in ("plan", "local") and "pricing_url" in each)


@pytest.mark.parametrize(
    ("provider", "spellings"),
    [
        ("amazon-bedrock", "bedrock, bedrock_converse, amazon-bedrock, Amazon Bedrock, aws"),
        ("azure", "azure, azure_ai, azure-cognitive-services, Azure"),
        ("google", "gemini, google, google-ai-studio, Google AI Studio"),
        ("google-vertex", "vertex_ai, vertex_ai-anthropic_models, google-vertex, google-vertex-anthropic, vertex"),
        ("fireworks", "fireworks_ai, fireworks-ai, Fireworks"),
        ("together", "together_ai, togetherai, Together AI"),
        ("zai", "zai, z-ai, Z.AI"),
    ],
)
def test_the_spellings_of_one_seller_are_one_provider(provider: str, spellings: str) -> None:
    known = owners("providers", "provider_id")
    assert {known[spelling.lower()] for spelling in spellings.split(", ")} == {provider}


@pytest.mark.parametrize(
    "spelling", ["meta-llama", "Meta", "Qwen", "alibaba", "z-ai", "zai-org", "OpenAI", "MiniMaxAI"]
)
def test_a_labs_spellings_are_known(spelling: str) -> None:
    assert spelling.lower() in owners("labs", "lab_id")


class _OncePerKey(yaml.SafeLoader):
    """YAML that refuses a repeated key, which `yaml` otherwise reads as its last value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: repeated key in {keys}"
        return super().construct_mapping(node, deep)


@pytest.mark.parametrize("path", sorted(REFERENCE.rglob("*.yaml")), ids=lambda path: str(path.relative_to(REFERENCE)))
def test_no_key_stands_twice(path: Path) -> None:
    yaml.load(path.read_text(encoding="utf-8"), Loader=_OncePerKey)


GOOD = """\
lab: acme
models:
  - id: acme-1
    editorial: {url: "https://acme.example/1", reviewed_on: 2026-01-02, judges: {family: acme, product_type: chat}}
    facts:
      - {url: "https://acme.example/1", at: Acme 1, reviewed_on: 2026-01-02, says: {context_tokens: 128K}}
"""


@pytest.mark.parametrize(
    ("good", "damaged"),
    [
        ("acme-1\n", "Acme 1\n"),
        ("128K", "128 thousand"),
        ("context_tokens", "context"),
        ("context_tokens: 128K", "price/input: 1"),
        ("context_tokens: 128K", "license_id: acme-licence"),
        ("context_tokens: 128K", "capability/vision: perhaps"),
        ("context_tokens: 128K", "open_weights: ''"),
        ("context_tokens: 128K", "family: acme"),
        ("product_type: chat", "product_type: oracle"),
        ("at: Acme 1, ", ""),
        ("at: Acme 1", "at: Acme 1, note: seen"),
        ('      - {url: "https://acme.example/1", ', "      - {"),
        ("      - {url: ", "      - {url: almanac, was: "),
        ("reviewed_on: 2026-01-02, says", "reviewed_on: 2026-01, says"),
        ("lab: acme", "lab: acme\nby: us"),
    ],
)
def test_a_damaged_document_is_refused(good: str, damaged: str) -> None:
    assert len(SOURCE.read(Document("almanac:reference/models/acme.yaml", GOOD.encode())).observations) == 4
    assert good in GOOD
    with pytest.raises(Refused):
        SOURCE.read(Document("almanac:reference/models/acme.yaml", GOOD.replace(good, damaged).encode()))
