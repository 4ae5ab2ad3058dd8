"""A card speaks for its own model only: what looks like its score or fact, and is another's, is left alone."""

import json
from dataclasses import replace

import pytest

from sources import registry
from sources.contract import Document, Observation, Refused
from sources.model_cards.card_body import Body, statements
from sources.model_cards.huggingface import REPOSITORIES, card_urls, record_urls
from sources.readers.benchmark_names import Benchmark, benchmark


def _said(subject: str, *lines: str) -> dict[str, str]:
    return {each.attribute: each.text for each in statements(subject, Body("\n".join(lines)))}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("AIME25", Benchmark("aime-2025", "percent")),
        ("AIME 2024 (Pass@1)", Benchmark("aime-2024", "percent", {"metric": "pass@1"})),
        ("MMLU (Pro COT)", Benchmark("mmlu-pro", "percent")),
        ("GPQA Diamond (0-shot, CoT)", Benchmark("gpqa-diamond", "percent", {"shots": "0", "label": "cot"})),
        ("DROP (3-shot F1)", Benchmark("drop", "percent", {"shots": "3", "metric": "f1"})),
        ("SWE Verified (Resolved)", Benchmark("swe-bench-verified", "percent", {"metric": "resolved"})),
        ("τ²-Bench", Benchmark("tau2-bench", "percent")),
        ("HumanEval+", Benchmark("humaneval-plus", "percent")),
        ("Codeforces (Rating)", Benchmark("codeforces", "elo")),
        ("HLE (no tools)", Benchmark("hle", "percent", {"tools": "no"})),
        ("Humanity's Last Exam (with tools)", Benchmark("hle", "percent", {"tools": "yes"})),
        ("MMLU (Portuguese)", None),
        ("Hidden size", None),
        ("", None),
    ],
)
def test_a_printed_name_is_one_benchmark_or_none(printed: str, expected: Benchmark | None) -> None:
    assert benchmark(printed) == expected


def test_the_column_of_a_base_model_is_not_the_tuned_models() -> None:
    table = ("| Benchmark | DeepSeek-V3 |", "|---|---|", "| MMLU | 87.1 |")
    for title in ("# Card", "# DeepSeek-V3"):
        assert _said("deepseek-ai/DeepSeek-V3", title, "## Base Model", *table) == {}
    assert _said("deepseek-ai/DeepSeek-V3", "# Card", "## Chat Model", *table) == {"benchmark/mmlu": "87.1"}


def test_the_familys_title_is_not_this_models_name() -> None:
    table = ("| Benchmark | DeepSeek R1 |", "|---|---|", "| MMLU | 90.8 |")
    assert _said("deepseek-ai/DeepSeek-R1-0528", "# DeepSeek-R1", *table) == {}
    assert _said("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "# DeepSeek-R1", *table) == {}


def test_a_mode_of_the_model_is_not_the_bare_model() -> None:
    assert _said("Qwen/Qwen3-32B", "| | Qwen3-32B Thinking |", "|---|---|", "| GPQA | 68.4 |") == {}


def test_two_columns_with_this_models_name_are_ambiguous() -> None:
    assert _said("acme/m-1b", "| | m-1b | M 1B |", "|---|---|---|", "| GPQA | 30.0 | 31.0 |") == {}


def test_what_a_card_says_in_two_ways_is_left_out() -> None:
    assert _said(
        "acme/m-1b", "- Number of Parameters: 1B", "- Number of Parameters: 400M", "- Context Length: 32K"
    ) == {"context_tokens": "32000"}


@pytest.mark.parametrize(
    "table", ["<table></table>", "<table><tr></tr></table>", '<table><tr><td colspan="100%">x</td></tr></table>']
)
def test_a_table_that_is_no_grid_costs_only_itself(table: str) -> None:
    assert _said("acme/m", table, "", "- Context Length: 8K") == {"context_tokens": "8000"}


def test_a_fraction_is_never_read_as_a_percentage() -> None:
    rows = ("| | m-1b |", "|---|---|", "| GPQA | 0.45 |", "| MMLU | 0.9% |", "| HLE | 101 |")
    assert _said("acme/m-1b", *rows) == {"benchmark/mmlu": "0.9"}


def test_a_day_is_read_only_where_it_is_one() -> None:
    assert _said("acme/m", "**Release Date:** 12/17/2024") == {"released_on": "2024-12-17"}
    assert _said("acme/m", "**Release Date:** 01/02/2025") == {}


@pytest.mark.parametrize(
    "card",
    [
        "---\n[]\n---\n# x",
        "---\nlicense: mit\n# never closed",
        "---\na: [1\n---\n# x",
    ],
)
def test_broken_front_matter_is_refused(card: str) -> None:
    address = "https://huggingface.co/acme/m/raw/main/README.md"
    with pytest.raises(Refused):
        registry.source("huggingface_cards").read(Document(address, card.encode()))


def test_a_broken_model_index_costs_only_itself() -> None:
    for index in ("nothing", "[nothing]", "{a: b}", "[{results: [{dataset: x, metrics: [y]}]}]"):
        card = f"---\nlicense: mit\nmodel-index: {index}\n---\n# x"
        document = Document("https://huggingface.co/acme/m/raw/main/README.md", card.encode())
        seen = registry.source("huggingface_cards").read(document).observations
        assert [each.attribute for each in seen] == ["lab", "license_id", "open_weights"]


def test_named_repositories_are_discovered_once() -> None:
    named = [REPOSITORIES[0], "acme/new", "acme/new", "", "no-owner", "a/b/../c"]
    said = [Observation("m", "hugging_face_id", name, name, "here") for name in named]
    assert card_urls(said) == ["https://huggingface.co/acme/new/raw/main/README.md"]
    assert record_urls(said) == ["https://huggingface.co/api/models/acme/new"]


def _read(address: str, body: str) -> tuple[dict[str, str], set[str]]:
    """What a card or a record says, and the places it is in doubt at."""
    source = registry.source("huggingface_cards" if "raw" in address else "huggingface_api")
    contents = source.read(Document(address, body.encode()))
    return {each.attribute: each.text for each in contents.observations}, {each.place for each in contents.doubts}


def test_an_odd_field_of_the_front_matter_is_in_doubt_alone() -> None:
    address = "https://huggingface.co/acme/m/raw/main/README.md"
    said, doubted = _read(address, "---\nlicense: {license}\nlanguage: [en]\nbase_model: [[x]]\n---\n# x")
    assert said == {"lab": "acme", "languages": "en"}
    assert doubted == {"front matter license", "front matter base_model"}


def test_an_odd_key_of_a_record_is_in_doubt_alone() -> None:
    address = "https://huggingface.co/api/models/acme/m"
    record = (
        '{"id": "acme/m", "pricing": {"input": 1.0}, "siblings": [{"rfilename": "m.safetensors"}],'
        ' "cardData": {"license": "mit", "language": "en"}, "safetensors": {"parameters": {"BF16": "x"}, "total": "x"}}'
    )
    said, doubted = _read(address, record)
    assert said == {"lab": "acme", "license_id": "MIT", "languages": "en", "open_weights": "true"}
    assert doubted == {"pricing", "safetensors"}


@pytest.mark.parametrize(
    ("config", "design", "place"),
    [
        ({"model_type": "qwen3_moe", "architectures": ["Qwen3MoeForCausalLM"]}, "qwen3_moe", "config.model_type"),
        ({"model_type": "gemma3_text", "architectures": ["Gemma3ForCausalLM"]}, "gemma3_text", "config.model_type"),
        ({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}, "gpt2", "config.model_type"),
        ({"model_type": "xlm-roberta", "architectures": ["XLMRobertaModel"]}, "xlm-roberta", "config.model_type"),
        ({"model_type": "mamba2"}, "mamba2", "config.model_type"),
        ({"model_type": "qwen3", "architectures": ["DFlashDraftModel"]}, "DFlashDraftModel", "config.architectures"),
        (
            {"model_type": "kimi_k2", "architectures": ["DeepseekV3ForCausalLM"]},
            "DeepseekV3ForCausalLM",
            "config.architectures",
        ),
        ({"model_type": "qwen3", "auto_map": {"AutoModel": "modeling.Own"}}, None, None),
        ({"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM", "OwnModel"]}, None, None),
        ({"tokenizer_config": {}}, None, None),
        (None, None, None),
    ],
)
def test_a_record_names_the_design_its_weights_are_loaded_by(
    config: dict[str, object] | None, design: str | None, place: str | None
) -> None:
    record = {"id": "acme/m", "siblings": [], "config": config}
    document = Document("https://huggingface.co/api/models/acme/m", json.dumps(record).encode())
    said = [each for each in registry.source("huggingface_api").read(document).observations if each.attribute != "lab"]
    assert [(each.attribute, each.value, each.locator) for each in said] == (
        [("architecture", design, place)] if design else []
    )


@pytest.mark.parametrize("config", [{"model_type": 3}, {"model_type": "x", "architectures": [None]}, [], "llama"])
def test_a_design_that_is_no_word_is_in_doubt_or_nothing(config: object) -> None:
    said, doubted = _read("https://huggingface.co/api/models/acme/m", json.dumps({"id": "acme/m", "config": config}))
    assert said == {"lab": "acme"}
    assert doubted == ({"config"} if config else set())


@pytest.mark.parametrize(
    ("tags", "design"),
    [
        (["transformers", "safetensors", "qwen3_5_moe", "text-generation", "conversational"], "qwen3_5_moe"),
        (["transformers", "pytorch", "safetensors", "mistral", "text-generation"], "mistral"),
        (["vllm", "safetensors", "mistral3", "mistral-common", "en"], "mistral3"),
        (["transformers", "safetensors", "text-generation", "llama"], None),
        (["transformers", "safetensors", "conversational"], None),
        (["transformers", "safetensors", "license:mit"], None),
        (["transformers", "safetensors", "en", "text-generation"], None),
        (["diffusers", "safetensors", "llama", "text-generation"], None),
        (["transformers", "safetensors", "qwen3", "dflash", "text-generation", "custom_code"], None),
        (["transformers", "safetensors"], None),
    ],
)
def test_a_short_record_names_its_design_behind_its_weights(tags: list[str], design: str | None) -> None:
    record = {"id": "acme/m", "pipeline_tag": "text-generation", "tags": tags}
    source = replace(registry.source("huggingface_trending"), rows=(1, 9))
    document = Document(source.urls[0], json.dumps([record]).encode())
    said = [each.value for each in source.read(document).observations if each.attribute == "architecture"]
    assert said == ([design] if design else [])


def test_a_line_of_scores_that_does_not_fit_its_header_is_in_doubt_alone() -> None:
    address = "https://huggingface.co/acme/m-1b/raw/main/README.md"
    card = "---\nlicense: mit\n---\n# m-1b\n\n| | m-1b |\n|---|---|\n| GPQA | 45.0 |\n| MMLU | 60.0 | 61.0 |\n"
    said, doubted = _read(address, card)
    assert said["benchmark/gpqa"] == "45"
    assert "benchmark/mmlu" not in said
    assert doubted == {"table under 'm-1b' row 2"}
