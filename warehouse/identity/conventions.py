"""What makers mean by their words: where a word is part of the name, where a setting, where it says nothing at all.

Rules for makers and families, from the habits their own lists show. A fact about one single model is no rule: it
belongs to ``reference/aliases.yaml``. How tokens are told apart is `names`' business.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from warehouse.identity import labs
from warehouse.identity.model_name import Parse, number

# --- thinking ----------------------------------------------------------------------------------------------------

_SWITCHED_SINCE: Final[Mapping[str, float]] = {
    "claude": 0.0,
    "deepseek": 3.1,
    "ernie": 5.1,
    "gemini": 2.5,
    "gemma": 4.0,
    "glm": 4.5,
    "gpt": 5.0,
    "grok": 0.0,
    "hermes": 4.0,
    "kimi": 2.5,
    "mimo": 0.0,
    "minimax": 2.0,
    "mistral-medium": 3.5,
    "mistral-small": 4.0,
    "nemotron": 3.0,
    "qwen": 3.5,
    "step": 3.5,
}
"""Families whose thinking is a switch on one set of weights, from which version on; elsewhere it is a model's name."""


def thinks_by_switch(name: Parse) -> bool:
    since = _SWITCHED_SINCE.get(name.family)
    if name.family == "qwen" and name.version == "3":
        return bool(name.size) and not (name.words or name.release)
    return since is not None and number(name.version) >= since and not {"vl", "omni", "next", "max"} & set(name.words)


# --- speed -------------------------------------------------------------------------------------------------------

_NAMES_NOTHING_FAST: Final = frozenset(
    {"deepseek", "meta", "moonshotai", "minimax", "nvidia", "prime-intellect", "nous-research", "sao10k"}
)
"""Makers that name no model of their own fast or turbo: there the word is a host's."""

_NAMES_MODELS_TURBO: Final = frozenset({"", "openai", "black-forest-labs", "stability"})


def served_faster_by(lab: str) -> frozenset[str]:
    """The words that say fast serving whatever model of this maker's they stand behind."""
    return frozenset({"fast", "turbo"}) if lab in _NAMES_NOTHING_FAST else frozenset()


def is_served_faster(name: Parse, word: str) -> bool:
    """Whether ``fast``, ``turbo``, ``lightning`` or ``basic`` says how these weights are served, not which they are."""
    if word == "lightning":
        return name.lab in {"deepseek", "moonshotai", "minimax"}
    if name.lab in _NAMES_NOTHING_FAST or name.family in {"gpt-oss", "claude"}:
        return True
    if name.lab == "zai":
        return word == "fast" or number(name.version) < 5
    if name.family == "grok":
        return word == "fast" and number(name.version) <= 3
    return bool(name.size) and name.lab not in _NAMES_MODELS_TURBO


# --- context -----------------------------------------------------------------------------------------------------

_NAMED_BY_CONTEXT: Final = frozenset({"phi", "moonshot", "ernie", "doubao", "seed", "minimax", "sonar"})


def is_named_by_context(name: Parse) -> bool:
    """Whether a context in this family's names is part of them."""
    return name.family in _NAMED_BY_CONTEXT


def is_context_tier(name: Parse, thousands: int, last: bool, after_role: bool) -> bool:
    """Whether ``-200k`` at the end is a price tier of one model (else, as in phi-3-mini-128k, part of its name)."""
    if name.family in {"claude", "gemini"}:
        return True
    if name.family == "phi" and number(name.version) > 3:
        return True  # only Phi-3 was trained once for each context
    return not is_named_by_context(name) and (after_role or (last and thousands >= 100))


# --- dates -------------------------------------------------------------------------------------------------------


_DATES_SNAPSHOTS: Final = frozenset(
    {"apertus", "aya", "aya-expanse", "codestral-embed", "command", "command-a", "devstral-medium", "glm", "glm-z1"}
    | {"magistral-medium", "mistral-embed", "mistral-nemo", "mistral-saba", "pixtral", "pixtral-large"}
    | {"voxtral-mini", "voxtral-small"}
)
"""Families of makers of open weights whose short dates tell no weights apart: sold by API only, or released once."""

_DATES_WEIGHTS: Final[Mapping[str, Callable[[Parse], bool]]] = {
    "codestral": lambda name: name.release == "2405",
    "command-r": lambda name: True,
    "command-r-plus": lambda name: True,
    "gemini": lambda name: not name.version,
    "gpt": lambda name: "preview" in name.roles,
    "kimi": lambda name: name.release != "0711",
    "ministral": lambda name: name.release != "2410",
    "qwen": lambda name: bool(name.size) or "image" in name.words,
}
"""Families that tell some weights apart by a short date and not others."""


def dates_weights(name: Parse) -> bool:
    """Whether the short date in `name.release` tells one set of weights from another (else it dates a snapshot).

    A month with its year (``09-2025``) is how a maker calls a release, whoever the maker is.
    """
    if name.family in _DATES_SNAPSHOTS:
        return False
    if "-20" in name.release:
        return True
    habit = _DATES_WEIGHTS.get(name.family)
    return habit(name) if habit else name.lab not in labs.API_ONLY_LABS


# --- names that move ---------------------------------------------------------------------------------------------

_SOLD_WITHOUT_NUMBER: Final = frozenset(
    {"chatgpt", "codestral", "codestral-embed", "codex", "magistral-medium"}
    | {"mistral-embed", "mistral-nemo", "mistral-saba", "mixtral", "o1", "o3", "o4", "pixtral", "pixtral-large"}
    | {"qwen", "omni-moderation", "sonar", "text-embedding", "whisper"}
)
"""Families sold under a name without a number, so that ``-latest`` and the bare name still say one model."""

_MEANS_NOTHING_BARE: Final = frozenset(
    {"claude", "command", "command-r", "command-r-plus", "deepseek", "deepseek-coder", "devstral"}
    | {"devstral-small", "gemini", "gemma", "glm", "hermes", "kimi", "llama", "magistral", "magistral-small", "mistral"}
    | {"mistral-large", "mistral-medium", "mistral-ocr", "mistral-small", "mistral-tiny"}
)
"""Families whose name without number or date says nothing certain: it moves, or was never a model."""

_EMPTY_WORDS: Final = frozenset({"chat", "reasoner", "large", "medium", "small", "high", "low"})


MOVES: Final = "an alias that moves between models"


def is_sold_without_number(name: Parse) -> bool:
    """Whether the name without a number is the maker's own name of one product, whatever numbers it went through."""
    return name.family in _SOLD_WITHOUT_NUMBER


def _latest_moves(name: Parse) -> bool:
    """Whether ``-latest`` may point elsewhere tomorrow: to another number, or to another release of its own weights."""
    if is_sold_without_number(name):
        return False
    return not name.version or dates_weights(replace(name, release="0101"))


def refusal(name: Parse) -> str:
    """Why this name alone says no one model, "" when it does."""
    if "latest-alias" in name.variant and _latest_moves(name):
        return MOVES
    says_which = name.version or name.size or name.release or name.revision or set(name.roles) - _EMPTY_WORDS
    if not says_which and name.family in _MEANS_NOTHING_BARE and set(name.words) <= _EMPTY_WORDS:
        return "a name without number or date, which moves"
    if name.family == "qwen" and name.version == "3" and "thinking" in name.variant and name.size in _QWEN3_TWICE:
        return "thinking: a switch of the first release, weights of its own since the second"
    return ""


_QWEN3_TWICE: Final = frozenset({"4b", "30b", "235b"})
"""Sizes of Qwen3 that were released again in July 2025, instruct and thinking apart."""


# --- base or instruct --------------------------------------------------------------------------------------------

_BASE_IF_BARE: Final[Mapping[str, Callable[[Parse], bool]]] = {
    "gemma": lambda name: name.version in {"", "2", "4"},
    "qwen": lambda name: number(name.version) < 3,
    **dict.fromkeys(("codellama", "falcon", "llama", "mistral", "mixtral"), lambda name: True),
}


def is_base_if_bare(name: Parse) -> bool:
    """Whether the maker gives this bare name to base weights, while hosts print it for the instruct model too."""
    if name.roles or name.refusal or name.uploader or not name.size or not set(name.words) <= {"coder", "math"}:
        return False
    is_base = _BASE_IF_BARE.get(name.family)
    return is_base is not None and is_base(name)


def instruct_role(name: Parse) -> str:
    """The word this family prints for the model tuned to follow instructions."""
    return "it" if name.family == "gemma" else "chat" if (name.family, name.version) == ("llama", "2") else "instruct"


# --- details a maker's names imply -------------------------------------------------------------------------------


def settled(name: Parse) -> Parse:
    """The name with what its maker's names imply filled in, and what says nothing left out."""
    convention = _OF_LAB.get(name.lab)
    return convention(name) if convention else name


def _without(name: Parse, *silent: str) -> Parse:
    return replace(
        name,
        roles=tuple(role for role in name.roles if role not in silent),
        words=tuple(word for word in name.words if word not in silent),
    )


def _amazon(name: Parse) -> Parse:
    if name.family != "nova":
        return name
    return replace(name, version="" if name.version == "1" else name.version, revision="")


def _anthropic(name: Parse) -> Parse:
    if not name.revision:
        return name
    return replace(name, revision="", variant=(*name.variant, f"version:{name.revision.removeprefix('v')}"))


def _black_forest(name: Parse) -> Parse:
    # The first generation is sold without its number; FLUX.2 always prints it.
    first = not name.version and {"dev", "kontext", "pro", "schnell"} & set(name.words)
    return replace(name, version="1") if first else name


def _cohere(name: Parse) -> Parse:
    if name.family == "rerank" and number(name.version) >= 4:
        return replace(name, version=name.version.removeprefix("v"))
    return name


def _deepcogito(name: Parse) -> Parse:
    return name if name.version else replace(name, version=name.revision, revision="")


def _baidu(name: Parse) -> Parse:
    return _without(name, "pt", "paddle")


def _deepseek(name: Parse) -> Parse:
    if name.version.startswith("v"):
        name = _without(name, "chat")
    return replace(name, size="") if name.size == "671b" else name


def _google(name: Parse) -> Parse:
    if name.family in {"imagen", "veo"}:
        name = _without(name, "generate")
    if name.family.endswith("gemma"):
        tuned = {"instruct": "it", "instructed": "it", "pretrained": "pt"}
        roles = (tuned.get(role, role) for role in (*name.roles, *name.words) if role in {*name.roles, *tuned})
        name = replace(_without(name, *tuned), roles=tuple(roles))
    # Gemma 3 prints -pt on its base weights, so a name with neither -pt nor -it can only be the tuned ones.
    if name.family == "gemma" and name.version == "3" and name.size and not (name.roles or name.words):
        return replace(name, roles=("it",))
    return name


def _meta(name: Parse) -> Parse:
    if name.family == "code-llama":
        name = replace(name, family="codellama")
    speeds = {"instant", "versatile", "specdec"} & set(name.words)
    if speeds or name.roles == ("preview",):
        sold = tuple(sorted(speeds)) or ("preview",)
        name = replace(_without(name, *sold), roles=("instruct",), variant=(*name.variant, *sold))
    if number(name.version) >= 3:
        name = replace(name, roles=tuple("instruct" if role == "chat" else role for role in name.roles))
    if name.version == "3.2" and name.size in {"11b", "90b"} and name.roles == ("instruct",) and not name.words:
        name = replace(name, roles=("vision", "instruct"))
    return replace(name, revision="") if name.revision == "v1" else name


def _microsoft(name: Parse) -> Parse:
    if name.family == "phi" and "vision" in name.roles:
        name = replace(_without(name, "vision"), words=("vision", *name.words))
    if name.family == "phi" and {"mini", "small", "medium", "moe", "multimodal"} & set(name.words) and not name.roles:
        return replace(name, roles=("instruct",))
    return name


def _minimax(name: Parse) -> Parse:
    return _without(name, "text")


_ONE_SIZE: Final = frozenset(
    {"devstral", "devstral-small", "magistral-medium", "magistral-small", "mistral-large", "mistral-medium"}
    | {"mistral-nemo", "mistral-saba", "mistral-small"}
)
"""Mistral's tiers: each number or date has one size and, but for base weights, one training."""


def _mistral(name: Parse) -> Parse:
    if name.family in {"open-mistral", "open-mixtral"}:
        name = replace(name, family=name.family.removeprefix("open-"))
        nemo = name.words == ("nemo",)
        name = replace(name, family="mistral-nemo", words=()) if nemo else replace(name, roles=("instruct",))
    if name.family == "mistral-nemo" and name.release:
        name = replace(name, release="", date=name.release)
    if name.family in _ONE_SIZE | {"ministral"}:
        name = _without(name, "instruct")
    if name.family in _ONE_SIZE and "base" not in name.roles:
        name = replace(name, size="")
    if name.family == "ministral" and name.release == "2512":
        name = replace(name, version="3")
    if name.version and name.release:
        name = replace(name, release="", date=name.release)
    if name.family == "mistral" and (short := re.fullmatch(r"v0?([1-3])", name.revision)):
        return replace(name, revision=f"v0.{short[1]}")
    return replace(name, revision="") if name.family == "mixtral" else name


def _moonshotai(name: Parse) -> Parse:
    if name.release or "thinking" not in name.roles:
        name = _without(name, "instruct")
    if name.version == "k2":
        name = _without(name, "preview")
    return replace(name, size="") if name.size == "1t" else name


def _nvidia(name: Parse) -> Parse:
    if name.family.startswith("llama-3") and {"nano", "super", "ultra"} & set(name.words):
        return name if name.revision else replace(name, revision="v1")
    if name.revision == "v1":
        name = replace(name, revision="")
    if "nano" in name.words and name.version == "2":
        return replace(name, version="", revision="v2")
    if "safety" in name.words:
        return replace(name, words=(*name.words, *name.roles), roles=())
    return name


def _openai(name: Parse) -> Parse:
    if name.family == "whisper" and name.version and name.words:
        return replace(name, version=f"v{name.version}")
    if name.family == "text-embedding-ada" and name.revision:
        return replace(name, revision="", variant=(*name.variant, f"version:{name.revision.removeprefix('v')}"))
    if name.version == "4" and name.release and "preview" in name.roles:
        return _without(name, "turbo")
    if name.family != "gpt" or number(name.version) < 5:
        return name
    if "instant" in name.words:
        return replace(_without(name, "instant"), roles=("chat",), variant=(*name.variant, "instant"))
    if "pro" in name.words and {"sol", "terra", "luna"} & set(name.words):
        return replace(_without(name, "pro"), variant=(*name.variant, "mode:pro"))
    return name


def _perplexity(name: Parse) -> Parse:
    if name.family == "sonar" and "reasoning" in name.roles:
        return replace(_without(name, "reasoning"), words=("reasoning", *name.words))
    return name


def _stability(name: Parse) -> Parse:
    if name.family == "stable-diffusion" and "xl" in name.words:
        # Stable Diffusion XL comes in one size of picture and with one base.
        return replace(_without(name, "xl", "base"), family="stable-diffusion-xl", release="")
    return name


def _qwen(name: Parse) -> Parse:
    if name.family != "qwen" or name.roles or not name.size:
        return name
    only_instruct = (
        (name.version == "3" and "coder" in name.words)
        or (name.version == "3" and name.release == "2507" and not name.words)
        or (name.version == "2.5" and "vl" in name.words)
    )
    return replace(name, roles=("instruct",)) if only_instruct else name


def _zai(name: Parse) -> Parse:
    return _without(name, "chat")


_OF_LAB: Final[Mapping[str, Callable[[Parse], Parse]]] = {
    "alibaba": _qwen,
    "amazon": _amazon,
    "anthropic": _anthropic,
    "baidu": _baidu,
    "black-forest-labs": _black_forest,
    "cohere": _cohere,
    "deepcogito": _deepcogito,
    "deepseek": _deepseek,
    "google": _google,
    "meta": _meta,
    "microsoft": _microsoft,
    "minimax": _minimax,
    "mistral": _mistral,
    "moonshotai": _moonshotai,
    "nvidia": _nvidia,
    "openai": _openai,
    "perplexity": _perplexity,
    "stability": _stability,
    "zai": _zai,
}
