"""Which model a spelling names: the grammar, the decisions, and the promise that nothing is merged by guessing."""

import random
import string
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests import score_identity
from warehouse.identity import Resolution, Spelling, curated_aliases, labs, parse, resolve
from warehouse.identity.names import REPOSITORIES

ONE_MODEL = {
    "gpt-5.1-codex": ["openai/gpt-5.1-codex", "gpt-5-1-codex", "openai-gpt-51-codex", "gpt_5_1_codex_inspect"],
    "gpt-4.1-mini": ["gpt-4.1-mini-2025-04-14", "openai/gpt-4.1-mini:batch", "azure/eu/gpt-4.1-mini-2025-04-14"],
    "gpt-4": ["gpt-4-0613", "openai/gpt-4", "gpt-4-0314"],
    "gpt-5.2-chat": ["gpt-5.2-chat-latest", "openai/gpt-5.2-instant", "gpt-5.2-chat-2025-12-11"],
    "gpt-5.6-sol": ["openai/gpt-5.6-sol-pro", "openai-gpt-56-sol"],
    "o3-mini": ["o3-mini-high", "openai/o3-mini-2025-01-31", "azure-o3-mini"],
    "claude-3.5-sonnet": [
        "anthropic.claude-3-5-sonnet-20241022-v2:0",
        "claude-3-5-sonnet-v2@20241022",
        "anthropic/claude-3.5-sonnet:beta",
        "bedrock/us-east-1/anthropic.claude-3-5-sonnet-20240620-v1:0",
    ],
    "claude-sonnet-4.5": ["claude-4.5-sonnet", "claude-sonnet-45", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"],
    "claude-sonnet-4": ["anthropic--claude-4-sonnet", "claude-sonnet-4-0", "claude-sonnet-4-20250514 (32k thinking)"],
    "claude-2.1": ["anthropic.claude-v2:1", "anthropic/claude-2.1"],
    "gemini-2.0-flash": ["gemini-2.0-flash-001", "google/gemini-2-0-flash", "vertex_ai/gemini-2.0-flash"],
    "gemini-1.5-flash": ["google/gemini-flash-1.5", "gemini-1.5-flash-latest", "gemini/gemini-1.5-flash-002"],
    "grok-4.1-fast": ["grok-41-fast", "x-ai/grok-4.1-fast:free", "xai.grok-4.1-fast", "grok-4-1-fast-non-reasoning"],
    "grok-3-mini": ["grok-3-mini-fast-beta", "xai/grok-3-mini-latest", "Grok 3 Mini Beta (high)"],
    "codestral": ["codestral-2508", "Codestral 25.01", "mistral/codestral-latest"],
    "mistral-small-3.2": ["mistral-small-2506", "mistralai/Mistral-Small-3.2-24B-Instruct-2506", "mistral-small3.2"],
    "mistral-7b-instruct-v0.2": ["mistral.mistral-7b-instruct-v0:2", "@cf/mistral/mistral-7b-instruct-v0p2"],
    "llama-3.1-8b-instruct": [
        "accounts/fireworks/models/llama-v3p1-8b-instruct",
        "together_ai/meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo",
        "us.meta.llama3-1-8b-instruct-v1:0",
        "@cf/meta/llama-3.1-8b-instruct-fp8",
        "groq/llama-3.1-8b-instant",
    ],
    "llama-4-maverick": ["meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8", "meta.llama4-maverick-17b-instruct-v1:0"],
    "llama-3.1-nemotron-70b-instruct": ["nvidia/Llama-3_1-Nemotron-70B-Instruct-HF"],
    "qwen3.5-4b": ["Qwen/Qwen3.5-4B", "qwen3-5-4b", "qwen/qwen-3.5-4b:thinking"],
    "qwen3-coder-480b-a35b-instruct": [
        "qwen.qwen3-coder-480b-a35b-v1:0",
        "Pro/Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8",
    ],
    "qwen3-235b-a22b-thinking-2507": ["hf:Qwen/Qwen3-235B-A22B-Thinking-2507", "qwen-3-235b-a22b-thinking-2507"],
    "deepseek-v3.2": ["deepseek-3.2", "deepseek-v3p2", "us.deepseek.v3.2", "deepseek/deepseek-v3.2-thinking"],
    "deepseek-r1": ["us.deepseek.r1-v1:0", "lambda_ai/deepseek-r1-671b", "novita/deepseek/deepseek-r1-turbo"],
    "deepseek-r1-distill-qwen-1.5b": ["deepseek-r1-distill-qwen-1p5b", "deepseek-r1-distill-qwen-1-5b"],
    "kimi-k2": ["moonshotai/Kimi-K2-Instruct", "kimi-k2-0711-preview", "kimi-k2:1t", "kimi-k2-turbo-preview"],
    "glm-4.5-air": ["zai-org/GLM-4.5-Air-FP8", "accounts/fireworks/models/glm-4p5-air", "TEE/glm-4.5-air"],
    "minimax-m2.1": ["minimax-m21", "coding-minimax-m2.1-free", "minimax.minimax-m2.1", "minimax-m2.1-lightning"],
    "mixtral-8x22b-instruct": ["mistralai/Mixtral-8x22B-Instruct-v0.1", "open-mixtral-8x22b"],
    "bge-large-en-v1.5": ["@cf/baai/bge-large-en-v1.5", "BAAI/bge-large-en-v1.5"],
    "claude-instant-1.2": ["anthropic.claude-instant-v1:2", "claude-instant-1.2"],
    "cogito-v2.1-671b": ["deepcogito/cogito-671b-v2.1-fp8", "accounts/fireworks/models/cogito-671b-v2-p1"],
    "embed-english-v3.0": ["Cohere-embed-v3-english", "cohere.embed-english-v3"],
    "embed-v4.0": ["cohere.embed-v4:0", "azure_ai/embed-v-4-0"],
    "flux-1.1-pro": ["fal_ai/fal-ai/flux-pro/v1.1", "azure_ai/FLUX-1.1-pro", "bfl/flux-pro-1.1", "FLUX1.1 [pro]"],
    "flux.1-dev": ["aiml/flux/dev", "black-forest-labs/FLUX.1-dev", "bfl/flux-dev"],
    "flux.1-kontext-max": ["aiml/flux/kontext-max/text-to-image", "bfl/flux-kontext-max"],
    "flux.2-flex": ["bfl/flux-2-flex"],
    "gpt-4-0125-preview": ["openai/gpt-4-turbo-0125-preview"],
    "gpt-oss-120b": ["lemonade/gpt-oss-120b-mxfp-GGUF"],
    "imagen-4.0-fast": ["vertex_ai/imagen-4.0-fast-generate-001", "google/imagen-4-fast"],
    "kimi-k3": ["accounts/fireworks/routers/kimi-k3-us"],
    "ling-mini-2.0": ["inclusionAI/Ling-mini-2.0"],
    "mistral-small-3.1": ["mistral-small-2503@001"],
    "recraft-v3": ["fal_ai/fal-ai/recraft/v3/text-to-image", "recraft/recraft-v3"],
    "rerank-4-pro": ["azure_ai/cohere-rerank-v4.0-pro", "cohere/rerank-v4-pro"],
    "sonar-reasoning-pro": ["perplexity/sonar-reasoning-pro"],
    "text-embedding-ada-002": ["text-embedding-ada-002-v2", "text-embedding-ada"],
    "titan-embed-text-v2": ["amazon.titan-embed-text-v2:0", "amazon/titan-embed-text-v2"],
    "voyage-rerank-2.5": ["voyage/rerank-2.5"],
    "whisper-large-v3": ["openai/whisper-large-v3"],
    "gemma-3-4b-it": ["gemma3:4b", "google.gemma-3-4b-it", "google/gemma-3-4b-it:free", "Gemma 3 4B Instruct"],
    "gemma-3-4b-pt": ["Gemma 3 4B (Pretrained)"],
    "claude-opus-4": ["Claude Opus 4 (deprecated)", "Claude Opus 4 [beta]", "Claude Opus 4 (new)"],
    "claude-opus-4.1": ["Claude Opus 4.1 (legacy, use Opus 4.5)", "Claude Opus 4.1 (retires Aug 17)"],
    "claude-opus-4.6": [
        "claude-opus-4-6_max",
        "claude-opus-4-6-thinking-auto-high-effort",
        "AU Anthropic Claude Opus 4.6",
        "us-anthropic-claude-opus-4-6",
        "claude-opus-4-6@us-east5",
        "Claude Opus 4.6 (Global)",
        "claude-opus-4-6-global",
    ],
    "claude-3.7-sonnet": ["claude-3.7-sonnet-thought"],
    "deepseek-v3.2-exp": ["DeepSeek-V3.2-Exp_high", "DeepSeek-V3.2-Exp (Reasoner)", "DeepSeek-V3.2-Exp (Chat)"],
    "gpt-4o": ["gpt-4o-2024-0513", "gpt-4o-2024-05-13", "gpt-4o-global-standard", "gpt-4o-eu-west-1"],
    "deepseek-v3": ["DeepSeek Chat V3 (prev)"],
    "gemini-3.1-flash-image": ["Gemini 3.1 Flash Image (Nano Banana 2)"],
    "flux.2-max": ["FLUX.2 [max]"],
    "phi-3.5-mini-instruct": ["phi-3.5-mini-128k-instruct", "Phi-3.5-mini instruct (128k)", "Phi-3.5-Mini-Instruct"],
    "phi-3-mini-128k-instruct": ["Phi-3-mini-instruct (128k)", "azure_ai/Phi-3-mini-128k-instruct"],
    "ministral-3-14b": ["mistral/ministral-14b", "Ministral 14B 3.0", "ministral-14b-latest", "Ministral 3 - 14B"],
    "mistral-7b-instruct-v0.3": ["mistral-7b-instruct-0.3"],
    "qwen3-32b": ["qwen%2Fqwen3-32b", "Qwen%2FQwen3-32B%3Afree"],
}

APART = [
    ("gpt-4", "gpt-4-turbo"),
    ("gpt-4", "gpt-4-32k"),
    ("gpt-4-1106-preview", "gpt-4-0125-preview"),
    ("gpt-4o-mini", "gpt-4o-mini-search-preview"),
    ("gpt-5.1-codex", "gpt-5.1-codex-max"),
    ("o1", "o1-preview"),
    ("gemini-2.5-flash", "gemini-2.5-flash-preview-05-20"),
    ("gemini-2.5-flash-preview-05-20", "gemini-2.5-flash-preview-09-2025"),
    ("grok-4", "grok-4-fast"),
    ("mistral-small-2503", "mistral-small-2506"),
    ("mistral-large-2407", "mistral-large-2411"),
    ("command-r-03-2024", "command-r-08-2024"),
    ("deepseek-r1", "deepseek-r1-0528"),
    ("deepseek-v3", "deepseek-v3-0324"),
    ("deepseek-r1", "deepseek-r1-distill-llama-70b"),
    ("kimi-k2", "kimi-k2-0905"),
    ("kimi-k2", "kimi-k2-thinking"),
    ("qwen3-235b-a22b", "qwen3-235b-a22b-instruct-2507"),
    ("qwen3-4b-instruct-2507", "qwen3-4b-thinking-2507"),
    ("qwen3-32b", "qwen3-vl-32b-instruct"),
    ("gpt-4", "EleutherAI/gpt-j-6b"),
    ("llama-3.3-70b-instruct", "snowflake-llama-3.3-70b"),
    ("glm-4.6", "glm-4.6v"),
    ("glm-5", "glm-5-turbo"),
    ("whisper-large-v3", "whisper-large-v3-turbo"),
    ("deepseek-coder-v2-instruct", "deepseek-coder-v2-lite-instruct"),
    ("phi-3-mini-128k-instruct", "phi-3-mini-4k-instruct"),
    ("Qwen/Qwen3.5-4B", "unsloth/Qwen3.5-4B-GGUF"),
    ("Qwen/Qwen3.5-27B", "Jackrong/Qwen3.5-27B-Claude-4.6-Opus-Reasoning-Distilled"),
    ("zai-org/GLM-4.6", "GLM-4.6-Derestricted-v5"),
    ("mistral/codestral-2405", "mistral/codestral-2508"),
    ("aion-labs/aion-rp-llama-3.1-8b", "aion-labs/aion-1.0"),
    ("bfl/flux-2-flex", "bfl/flux-2-pro"),
    ("FLUX.2 [max]", "FLUX.2 [pro]"),
    ("qwen3_max", "qwen3-32b"),
    ("Qwen3 (Max)", "qwen3-32b"),
    ("gpt_5_1_codex_max", "gpt-5.1-codex"),
    ("Phi-3-mini instruct (4k)", "Phi-3-mini instruct (128k)"),
    ("Llama 3.1 8B Instruct", "Llama 3.1 8B Instruct (abliterated)"),
    ("gemini-3-pro-image", "Gemini 3 Pro Image (Preview)"),
]

VARIANTS = {
    "gpt-4o-2024-08-06": "dated:2024-08-06",
    "openai/gpt-4o:batch": "batch",
    "google/gemma-3-4b-it:free": "free",
    "qwen3-coder-480b-a35b-instruct-fp8-tee": "fp8;tee",
    "eu.anthropic.claude-sonnet-4-20250514-v1:0": "region:eu;dated:2025-05-14",
    "claude-opus-4-thinking:32000": "thinking:32000",
    "claude-sonnet-4-20250514_16K": "thinking:16k;dated:2025-05-14",
    "gpt-5.4-2026-03-05_xhigh": "effort:xhigh;dated:2026-03-05",
    "grok-4-fast-non-reasoning-latest": "non-reasoning;latest-alias",
    "bedrock/us-west-2/1-month-commitment/anthropic.claude-v2": "region:us-west-2;provisioned:1-month",
    "claude-opus-4.6-fast": "fast",
    "databricks-claude-sonnet-4": "host:databricks",
    "azure/hd/1024-x-1792/dall-e-3": "quality:hd;size:1024x1792",
    "512-x-512/max-steps/stability.stable-diffusion-xl-v0": "size:512x512;steps:max",
    "accounts/fireworks/routers/glm-5p2-fast-us": "fast;region:us",
    "qwen2p5-coder-32b-instruct-32k-rope": "context:32k;rope",
    "claude-opus-4-6_max": "effort:max",
    "claude-opus-4-6-thinking-auto-high-effort": "effort:high;thinking",
    "gpt-4o-2024-0513": "dated:2024-05-13",
    "anthropic.claude-3-5-sonnet-20241022-v2%3A0": "dated:2024-10-22",
    "Claude Opus 4.5 (Global)": "region:global",
    "claude-opus-4-6@us-east5": "region:us-east5",
    "gpt-4o-global-standard": "region:global-standard",
    "phi-3.5-mini-128k-instruct": "context:128k",
    "DeepSeek-V3.2 (Non-thinking Mode)": "non-thinking",
    "Whisper Large v3 (Streaming)": "streaming",
}

NAMELESS = [
    "ft:gpt-4o-2024-08-06",
    "gpt-4o-mini-2024-07-18.ft-",
    "bedrock/*/1-month-commitment/cohere.command-text-v14",
    "openrouter/auto",
    "~anthropic/claude-sonnet-latest",
    "mistral-large-latest",
    "deepseek-chat",
    "claude",
    "unsloth/gemma-3-4b-it",
    "mistral/devstral-medium-latest",
    "mistral/ministral-8b-latest",
    "openai/chat-latest",
    "gpt-4[a-z]",
    "kilo-auto/balanced",
    "perplexity/preset/deep-research",
    "azure_ai/doc-intelligence/prebuilt-read",
    "runwayml/runway",
    "DeepSeek R1 + claude-3-5-sonnet-20241022",
    "accounts/fireworks/models/llama-v3p1-70b-instruct-1b",
    "large",
    "",
]


def resolved(*spellings: Spelling) -> dict[str, Resolution]:
    return {each.subject: each for each in resolve(spellings)}


def model(subject: str, **said: Any) -> str | None:
    return resolved(Spelling("somewhere", subject, **said))[subject].model_id


def test_spellings_of_one_model_are_one() -> None:
    spelled = [(slug, spelling) for slug, them in ONE_MODEL.items() for spelling in (slug, *them)]
    found = [(slug, spelling, model(spelling)) for slug, spelling in spelled]
    assert [(slug, spelling, other) for slug, spelling, other in found if other != slug] == []


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_models_stay_apart(one: str, other: str) -> None:
    assert model(one)
    assert model(one) != model(other)


@pytest.mark.parametrize(("spelling", "variant"), VARIANTS.items())
def test_what_is_a_setting_is_a_variant(spelling: str, variant: str) -> None:
    assert resolved(Spelling("somewhere", spelling))[spelling].variant == variant


@pytest.mark.parametrize("spelling", NAMELESS)
def test_what_names_no_model_abstains_with_a_reason(spelling: str) -> None:
    abstained = resolved(Spelling("somewhere", spelling))[spelling]
    assert (abstained.model_id, abstained.rule) == (None, "abstained")
    assert abstained.detail


def test_the_host_is_no_part_of_the_name() -> None:
    spelling = Spelling("models_dev", "nano-gpt/TEE/glm-4.6", "nano-gpt")
    assert resolved(spelling)[spelling.subject].model_id == "glm-4.6"


def test_a_display_name_completes_a_name_that_moves() -> None:
    listed = Spelling("mistral", "magistral-small-2509")
    bare = Spelling("gateway", "mistral/magistral-small", name="Magistral Small 2509")
    assert resolved(listed, bare)[bare.subject].model_id == "magistral-small-2509"
    assert model("mistral/magistral-small") is None


def test_a_catalogues_display_name_does_not_fix_an_alias_that_moves() -> None:
    listed = Spelling("mistral", "mistral-small-3.2-24b-instruct-2506")
    latest = Spelling("catalogue", "mistral/mistral-small-latest", "mistral", name="Mistral Small 3.2")
    assert resolved(listed, latest)[latest.subject].model_id is None


def test_a_sellers_own_display_name_says_what_an_alias_points_to() -> None:
    known = Spelling("openai_models", "gpt-5.5-chat-latest")
    moving = Spelling("gateway", "openai/chat-latest", name="OpenAI: Chat Latest (GPT-5.5 Instant)")
    unsaid = Spelling("another_gateway", "openai/chat-latest", name="OpenAI: Chat Latest")
    said = {each.source_id: each for each in resolve([known, moving, unsaid])}
    assert (said["gateway"].model_id, said["gateway"].rule) == ("gpt-5.5-chat", "points")
    assert said["another_gateway"].model_id is None


SAYS_MORE = {
    # the id, the display name beside it → the model, which another id or repository attests
    ("deepseek.v3-v1:0", "DeepSeek-V3.1"): "deepseek-v3.1",
    ("nvidia.nemotron-nano-12b-v2", "NVIDIA Nemotron Nano 12B v2 VL BF16"): "nemotron-nano-vl-12b-v2",
    ("deepseek-v3.2", "DeepSeek-V3.2-Exp"): "deepseek-v3.2-exp",
    ("deepseek-v3.1", "DeepSeek-V3.1-Terminus"): "deepseek-v3.1-terminus",
    ("llama3-8b-instruct", "Llama 3.1 Instruct (8B)"): "llama-3.1-8b-instruct",
    ("kwaipilot/kat-coder", "KAT-Coder-Pro V1(Free)"): "kat-coder-pro-1",
    ("o3", "OpenAI: o3 Pro"): "o3-pro",
    ("gpt-5", "GPT-5 Codex"): "gpt-5-codex",
    ("minimax/M2-her", "MiniMax M2-her"): "minimax-m2-her",
    ("alpha-minimax-m2", "MiniMax M2 (alpha)"): "minimax-m2",
    ("deepseek/deepseek-chat", "DeepSeek: DeepSeek-V3.2 (Non-thinking Mode)"): "deepseek-v3.2",
    ("deepseek/deepseek-reasoner", "DeepSeek: DeepSeek-V3.2 (Thinking Mode)"): "deepseek-v3.2",
    ("qwen3-235b-a22b-thinking", "Qwen3 235B A22B Thinking 2507"): "qwen3-235b-a22b-thinking-2507",
    ("mistral/devstral-small", "Devstral Small 1.1"): "devstral-small-2507",
}


@pytest.mark.parametrize(("printed", "slug"), SAYS_MORE.items())
def test_a_display_name_that_says_more_than_the_id_decides(printed: tuple[str, str], slug: str) -> None:
    subject, name = printed
    attested = Spelling("elsewhere", slug)
    assert resolved(attested, Spelling("somewhere", subject, name=name))[subject].model_id == slug


@pytest.mark.parametrize("printed", SAYS_MORE)
def test_a_display_name_that_nobody_gives_a_model_is_marketing(printed: tuple[str, str]) -> None:
    subject, name = printed
    alone, named = model(subject), model(subject, name=f"{name} Unheard-Of")
    assert named == alone


CONTRADICTS = {
    # the id, the display name beside it → the model the name says
    ("mistral.mistral-7b-instruct-v0:2", "Mistral-7B-Instruct-v0.3"): "mistral-7b-instruct-v0.3",
    ("z-ai/glm-4.6v-flash", "Z.AI: GLM 4.6V FlashX"): "glm-4.6v-flashx",
    ("databricks-gemini-3-1-flash-lite", "Gemini 3.1 Flash Lite Preview"): "gemini-3.1-flash-lite-preview",
    ("qwen/qwen3-max", "Qwen: Qwen3-Max-Thinking"): "qwen3-max-thinking",
    ("grok-code-fast-1", "Grok 4.1 Fast (Reasoning)"): "grok-4.1-fast",
    ("qwen3.5-397b-a17b", "Qwen3.5-122B-A10B"): "qwen3.5-122b-a10b",
    ("claude-sonnet-4-20250514", "Claude Sonnet 4.5"): "claude-sonnet-4.5",
    ("llama-3.1-70b-instruct", "Llama 3.1 Nemotron 70B Instruct"): "llama-3.1-nemotron-70b-instruct",
    ("phi-3-mini-4k-instruct", "Phi-3-mini instruct (128k)"): "phi-3-mini-128k-instruct",
    ("mixtral-8x22b-instruct", "Mixtral 8x7B Instruct"): "mixtral-8x7b-instruct",
    ("magistral-medium-2509", "Magistral Small 2509"): "magistral-small-2509",
    ("mistral-small-2503", "Mistral Small 3"): "mistral-small-3",
}


@pytest.mark.parametrize(("printed", "slug"), CONTRADICTS.items())
def test_an_id_and_a_display_name_that_contradict_each_other_name_no_model(printed: tuple[str, str], slug: str) -> None:
    subject, name = printed
    said = resolved(Spelling("elsewhere", slug), Spelling("somewhere", subject, name=name))[subject]
    assert (said.model_id, said.rule) == (None, "abstained")
    assert said.candidates == tuple(sorted((str(model(subject)), slug)))


SAYS_LESS = {
    # the id, the display name beside it → the other model that the name would be alone
    ("claude-4-1-opus", "Claude Opus 4"): "claude-opus-4",
    ("deepseek-r1-0528", "DeepSeek R1"): "deepseek-r1",
    ("gemini-2.5-flash-preview-05-20", "Gemini 2.5 Flash 0520"): "gemini-2.5-flash",
    ("granite-4.0-h-micro", "IBM: Granite 4.0 Micro"): "granite-4.0-micro",
    ("gemma-3n-e4b-it", "Google: Gemma 3n 4B"): "gemma-3n-4b",
    ("gpt-3.5-turbo-0125", "OpenAI: GPT-3.5 Turbo 16k"): "gpt-3.5-turbo-16k",
    ("mercury-coder-small", "Mercury Coder Small Beta"): "mercury-coder-small-beta",
    ("qwen-max-2025-01-25", "Qwen2.5-Max-2025-01-25"): "qwen2.5-max",
    ("mimo-v2.5", "MiMo M2.5"): "mimo-m2.5",
    ("snowflake-llama3.3-70b", "Llama-3.3-70B-Instruct"): "llama-3.3-70b-instruct",
    ("lint-1t", "Ling-1T"): "ling-1t",
}


@pytest.mark.parametrize(("printed", "slug"), SAYS_LESS.items())
def test_a_display_name_that_says_less_or_nothing_certain_leaves_the_id_its_model(
    printed: tuple[str, str], slug: str
) -> None:
    subject, name = printed
    said = resolved(Spelling("elsewhere", slug), Spelling("somewhere", subject, name=name))[subject]
    assert said.model_id == model(subject)


def test_a_display_name_does_not_speak_against_the_repository_beside_it() -> None:
    said = Spelling(
        "somewhere", "deepseek/deepseek-v3", name="DeepSeek V3.1", hugging_face_id="deepseek-ai/DeepSeek-V3"
    )
    assert resolved(Spelling("elsewhere", "deepseek-v3.1"), said)[said.subject].model_id == "deepseek-v3"


def test_an_id_beside_another_that_says_the_display_name_is_not_that_model() -> None:
    copied = Spelling("catalogue", "databricks/databricks-claude-sonnet-4", "databricks", name="Claude Sonnet 4.5")
    own = Spelling("catalogue", "databricks/databricks-claude-sonnet-4-5", "databricks", name="Claude Sonnet 4.5")
    said = resolved(copied, own)
    assert (said[copied.subject].model_id, said[own.subject].model_id) == ("claude-sonnet-4", "claude-sonnet-4.5")


def test_what_one_list_prints_beside_a_sellers_id_holds_for_the_same_id_in_a_list_without_names() -> None:
    named = Spelling("catalogue", "amazon-bedrock/deepseek.v3-v1:0", "amazon-bedrock", name="DeepSeek-V3.1")
    nameless = Spelling("price_list", "deepseek.v3-v1:0", "bedrock_converse")
    another_seller = Spelling("price_list", "elsewhere/deepseek.v3-v1:0", "elsewhere")
    attested = Spelling("huggingface_api", "deepseek-ai/DeepSeek-V3.1")
    said = resolved(named, nameless, another_seller, attested)
    assert said[nameless.subject].model_id == said[named.subject].model_id == "deepseek-v3.1"
    assert said[another_seller.subject].model_id == "deepseek-v3"


def test_lists_that_print_two_names_beside_one_id_lend_none() -> None:
    one = Spelling("catalogue", "amazon-bedrock/deepseek.v3-v1:0", "amazon-bedrock", name="DeepSeek-V3.1")
    other = Spelling("another", "bedrock/deepseek.v3-v1:0", "bedrock", name="DeepSeek-V3.2")
    nameless = Spelling("price_list", "deepseek.v3-v1:0", "bedrock_converse")
    attested = [Spelling("makers", each) for each in ("deepseek-v3.1", "deepseek-v3.2")]
    assert resolved(one, other, nameless, *attested)[nameless.subject].model_id == "deepseek-v3"


def test_a_contradiction_in_another_list_does_not_silence_an_id() -> None:
    named = Spelling(
        "catalogue", "amazon-bedrock/mistral.mistral-7b-instruct-v0:2", "amazon-bedrock", name="Mistral 7B v0.3"
    )
    nameless = Spelling("price_list", "mistral.mistral-7b-instruct-v0:2", "bedrock")
    attested = Spelling("makers", "mistral-7b-instruct-v0.3")
    assert resolved(named, nameless, attested)[nameless.subject].model_id == "mistral-7b-instruct-v0.2"


def test_an_endpoint_serves_what_its_gateway_lists_under_the_id() -> None:
    listing = Spelling("vercel_ai_gateway", "deepseek/deepseek-v3", name="DeepSeek V3 0324")
    endpoint = Spelling("vercel_endpoints", "novita/deepseek/deepseek-v3", "novita")
    released = Spelling("huggingface_api", "deepseek-ai/DeepSeek-V3-0324")
    elsewhere = Spelling("openrouter_endpoints", "novita/deepseek/deepseek-v3", "novita")
    said = {each.source_id: each.model_id for each in resolve([listing, endpoint, released, elsewhere])}
    assert said["vercel_endpoints"] == said["vercel_ai_gateway"] == "deepseek-v3-0324"
    assert said["openrouter_endpoints"] == "deepseek-v3"


def test_a_common_word_at_a_makers_own_host_is_that_makers() -> None:
    said = resolved(
        Spelling("litellm", "deepgram/nova-3", "deepgram"),
        Spelling("litellm", "text-embedding-004", "vertex_ai-embedding-models"),
        Spelling("litellm", "voyage/rerank-2.5-lite", "voyage"),
        Spelling("litellm", "amazon.nova-2-lite-v1:0", "bedrock_converse"),
    )
    assert {subject: each.lab_id for subject, each in said.items()} == {
        "deepgram/nova-3": "deepgram",
        "text-embedding-004": "google",
        "voyage/rerank-2.5-lite": "voyage",
        "amazon.nova-2-lite-v1:0": "amazon",
    }


def test_a_resellers_own_words_make_somebodys_tune() -> None:
    makers = Spelling("huggingface_api", "Qwen/Qwen3.5-27B")
    tune = Spelling("models_dev", "nano-gpt/Qwen3.5-27B-Derestricted", "nano-gpt")
    sold = Spelling("models_dev", "nano-gpt/qwen3.5-27b", "nano-gpt")
    said = resolved(makers, tune, sold)
    assert (said[tune.subject].model_id, said[tune.subject].lab_id) == ("qwen3.5-derestricted-27b", None)
    assert (said[sold.subject].model_id, said[sold.subject].lab_id) == ("qwen3.5-27b", "alibaba")


def test_the_date_of_the_only_release_is_no_snapshot() -> None:
    sold = Spelling("litellm", "cohere/command-r7b-12-2024", "cohere")
    released = Spelling("huggingface_api", "CohereLabs/c4ai-command-r7b-12-2024")
    assert resolved(sold)[sold.subject].variant == "dated:12-2024"
    assert resolved(sold, released)[sold.subject].variant == ""
    assert resolved(sold, released)[released.subject].model_id == "command-r7b"


@pytest.mark.parametrize(
    ("slug", "listed", "variant"),
    [
        ("deepseek/deepseek-v4-flash-20260731", "deepseek/deepseek-v4-flash-0731", ""),
        ("qwen/qwen3-235b-a22b-07-25", "qwen/qwen3-235b-a22b-2507", ""),
        ("deepseek/deepseek-v4-flash-20260801", "deepseek/deepseek-v4-flash-0731", "dated:2026-08-01"),
    ],
)
def test_the_date_of_a_canonical_slug_may_be_the_release_itself(slug: str, listed: str, variant: str) -> None:
    said = resolved(Spelling("openrouter_models", listed, canonical_slug=slug), Spelling("openrouter_models", slug))
    assert said[slug].model_id == said[listed].model_id
    assert said[slug].variant == variant


def test_a_curated_id_is_the_id_we_write() -> None:
    pages = sorted(Path(str(resources.files("warehouse").joinpath("reference/models"))).glob("*.yaml"))
    curated = [
        (listed["id"], page["lab"])
        for page in (yaml.safe_load(path.read_text("utf-8")) for path in pages)
        for listed in page["models"]
    ]
    assert len(curated) > 300
    other = {}
    for model_id, lab_id in curated:
        found = resolved(Spelling("curated", model_id))[model_id]
        dated = found.variant.removeprefix("dated:") if found.variant.startswith("dated:") else ""
        # An id may carry the date of a product that is sold by API only: it is then one of that product's snapshots.
        if (found.lab_id, found.model_id) != (lab_id, model_id.removesuffix(f"-{dated}")):
            other[model_id] = found
    assert other == {}


def test_a_repository_says_what_an_alias_is() -> None:
    chat = Spelling("openrouter_models", "deepseek/deepseek-chat", hugging_face_id="deepseek-ai/DeepSeek-V3")
    assert resolved(chat)[chat.subject].model_id == "deepseek-v3"


def test_a_cross_reference_never_overrules_the_name() -> None:
    assert model("deepseek-r1-distill-qwen-32b", base_model="deepseek/deepseek-r1") == "deepseek-r1-distill-qwen-32b"
    assert model("qwen3-max-preview", name="Qwen3 Max Thinking Preview") == "qwen3-max-preview"


def test_a_canonical_slug_is_whatever_its_owner_is() -> None:
    owner = Spelling("openrouter_models", "z-ai/glm-4.6v", canonical_slug="z-ai/glm-4.6-20251208")
    slug = Spelling("openrouter_endpoints", "z-ai/glm-4.6-20251208")
    assert resolved(owner, slug)[slug.subject].model_id == "glm-4.6v"


def test_a_full_date_is_a_release_where_that_release_is_attested() -> None:
    release = Spelling("huggingface_api", "deepseek-ai/DeepSeek-V3-0324")
    dated = Spelling("volcengine", "deepseek-v3-250324")
    assert resolved(release, dated)[dated.subject].model_id == "deepseek-v3-0324"
    assert model("deepseek-v3-2-251201") == "deepseek-v3.2"


def test_the_active_size_is_filled_in_where_only_one_model_fits() -> None:
    full = Spelling("huggingface_api", "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16")
    short = Spelling("bedrock", "nvidia.nemotron-nano-3-30b")
    assert resolved(full, short)[short.subject].model_id == "nemotron-3-nano-30b-a3b"


def test_a_short_name_that_fits_two_models_abstains_and_lists_them() -> None:
    releases = [Spelling("a", name) for name in ("qwen3-235b-a22b", "qwen3-235b-a22b-instruct-2507")]
    short = resolved(*releases, Spelling("b", "qwen3-235b"))["qwen3-235b"]
    assert short.model_id is None
    assert short.candidates == ("qwen3-235b-a22b", "qwen3-235b-a22b-instruct-2507")


def test_a_bare_name_is_instruct_only_where_the_seller_has_no_base() -> None:
    assert model("llama-3.1-8b") is None
    assert model("groq/llama3-8b-8192", host="groq") == "llama-3-8b-instruct"
    repository = Spelling("huggingface_api", "meta-llama/Llama-3.1-8B")
    assert resolved(repository)[repository.subject].model_id == "llama-3.1-8b"


def test_a_publisher_of_weights_is_never_taken_for_a_seller() -> None:
    sold = parse("baseten/gpt-oss-120b-fp4")
    published = parse("baseten/gpt-oss-120b-fp4", REPOSITORIES)
    assert (sold.slug, published.slug) == ("gpt-oss-120b", "baseten-gpt-oss-120b-fp4")


def test_two_makers_of_one_name_keep_it_behind_their_own() -> None:
    said = resolved(Spelling("a", "morph/apply-3"), Spelling("a", "relace/apply-3"), Spelling("b", "apply-3"))
    assert said["morph/apply-3"].model_id == "morph-apply-3"
    assert said["relace/apply-3"].model_id == "relace-apply-3"
    assert said["apply-3"].candidates == ("morph-apply-3", "relace-apply-3")


def test_a_common_word_alone_is_no_second_maker_of_a_name() -> None:
    said = resolved(Spelling("a", "deepgram/nova-3", "deepgram"), Spelling("b", "cloudflare/nova-3", "cloudflare"))
    assert {each.model_id for each in said.values()} == {"nova-3"}


def test_the_order_of_spellings_never_matters() -> None:
    spellings = [Spelling("x", each) for them in ONE_MODEL.values() for each in them]
    spellings += [Spelling("x", "qwen3-235b", name="B"), Spelling("x", "qwen3-235b", name="A")]
    shuffled = random.Random(7).sample(spellings, len(spellings))
    assert resolve(spellings) == resolve(shuffled)
    assert len(resolve(spellings)) == len({each.subject for each in spellings})


@pytest.mark.parametrize("slug", [slug for slug in ONE_MODEL if slug not in curated_aliases().values()])
def test_a_slug_names_its_own_model(slug: str) -> None:
    assert parse(slug).slug == slug


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_./:@~()* é", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    name = parse(text)
    assert name.slug or name.refusal


def test_every_alias_has_its_reason_and_page_and_is_no_rule() -> None:
    entries = yaml.safe_load(resources.files("warehouse").joinpath("reference/aliases.yaml").read_text("utf-8"))
    for entry in entries:
        assert entry.keys() == {"model", "aliases", "reason", "url"}
        assert entry["url"].startswith("https://")
        assert all(parse(alias).slug == alias for alias in entry["aliases"]), entry
    assert len(curated_aliases()) == sum(len(entry["aliases"]) for entry in entries)
    assert not curated_aliases().keys() & curated_aliases().values(), "an alias of an alias"


def test_the_grammar_and_the_directory_know_the_same_makers() -> None:
    directory = yaml.safe_load(resources.files("warehouse").joinpath("reference/labs.yaml").read_text("utf-8"))["labs"]
    lab_of = {alias.lower(): lab["lab_id"] for lab in directory for alias in lab["aliases"]}
    assert set(labs.LAB_OF_ORGANISATION.values()) <= {lab["lab_id"] for lab in directory}
    assert set(labs.LAB_OF_FAMILY.values()) <= {lab["lab_id"] for lab in directory}
    assert set(labs.LAB_OF_LINE.values()) <= {lab["lab_id"] for lab in directory}
    shared = labs.LAB_OF_ORGANISATION.keys() & lab_of.keys()
    assert {word: labs.LAB_OF_ORGANISATION[word] for word in shared} == {word: lab_of[word] for word in shared}


def test_the_score_tells_merges_from_splits_and_misses() -> None:
    def row(subject: str, cluster: str, *, must_differ: bool = False) -> score_identity.Row:
        return score_identity.Row("x", Spelling("x", subject), cluster, "", must_differ, "")

    rows = [
        row("gpt-4o", "A"),
        row("gpt-4o-2024-08-06", "A"),
        row("openai/gpt-4o", "B"),
        row("gpt-4o-aug", "A"),
        row("claude-latest", "A"),
        row("azure-gpt-4o", "A", must_differ=True),
        row("gpt-4o-mini", "A", must_differ=True),
    ]
    verdicts = [each.verdict for each in score_identity.judged(rows, [])]
    assert verdicts == ["right", "right", "false merge", "split", "abstained", "broken", "apart"]


@pytest.mark.captures
@pytest.mark.skipif(not score_identity.TRUTH.exists(), reason="no truth beside the checkout")
def test_names_alone_merge_no_two_models_of_the_truth() -> None:
    results = score_identity.judged(score_identity.truth_rows(), [])
    count = {
        verdict: sum(each.verdict == verdict for each in results) for verdict in ("right", "false merge", "broken")
    }
    same = sum(not each.row.must_differ for each in results)
    assert count["false merge"] == 0
    assert count["broken"] <= 1, "one canonical slug belongs to another model than it prints"
    assert count["right"] >= 0.97 * same
