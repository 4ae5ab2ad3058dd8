"""The grammar of model names: one printed spelling → a readable parse with a canonical slug.

A spelling is a route (who serves it), a maker, a family, a version, words, a size, a training role, a date and marks of
how it is sold. `parse` takes them apart; `Parse.slug` writes the model the one way we write it, from the parse alone, so a
slug never depends on which other spellings are known. What a name cannot say by itself (which model an alias points to)
is refused here with a reason and decided, or not, in `resolution`. No facts about single models belong here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from warehouse.identity import labs

Family = tuple[str, ...]

REPOSITORIES: Final = "huggingface"
"""The host where whoever stands before the slash published the weights, and never merely sells them."""


@dataclass(frozen=True, slots=True)
class Parse:
    """What one spelling says.

    lab          lab_id of the maker, "" when no word names one
    uploader     the organisation before the slash when it is not the maker of the family: a third party's own upload
    family       the words the maker begins the name with: ``gpt``, ``mistral-small``
    version      ``4.1``, ``v3.2``, ``k2.5``, ``4o``; a trailing ``.0`` is not part of it
    words        what tells siblings apart and is none of the other parts: ``flash``, ``lite``, ``coder``
    size, active, experts   ``30b``, ``a3b``, ``128e``
    roles        how it was trained or released: ``instruct``, ``base``, ``thinking``, ``preview``
    revision     a version printed after the size: ``v0.2``
    release      a date that tells one set of weights from another: ``2507``, ``0528``
    date         a date that only dates a snapshot, as printed
    variant      how the same weights are sold or set: ``batch``, ``thinking``, ``fp8``, ``region:eu``
    prefix       what stood before the name
    refusal      why the spelling alone names no model; "" when it does
    """

    lab: str = ""
    uploader: str = ""
    family: str = ""
    version: str = ""
    words: tuple[str, ...] = ()
    size: str = ""
    active: str = ""
    experts: str = ""
    roles: tuple[str, ...] = ()
    revision: str = ""
    release: str = ""
    date: str = ""
    variant: tuple[str, ...] = ()
    prefix: str = ""
    refusal: str = ""

    @property
    def slug(self) -> str:
        """The model's id as people write it; "" when there is nothing to write."""
        return "-".join(filter(None, (self.uploader, *_written(self))))

    @property
    def parts(self) -> frozenset[str]:
        """Everything that tells this model from another, in no order."""
        tail = (self.size, self.active, self.experts, *self.roles, self.revision, self.release)
        return frozenset(filter(None, (self.family, self.version, *self.words, *tail)))


# --- writing -----------------------------------------------------------------------------------------------------

_GLUED: Final = frozenset({"qwen", "hy", "lfm", "wan"})
_ZERO_KEPT: Final = {
    "gemini": {"1", "2"},
    "seed": {"1", "2"},
    "longcat": {"2"},
    "granite": {"4"},
    "aion": {"1", "2", "3"},
    "imagen": {"3", "4"},
    "hunyuan": {"2"},
    "exaone": {"4"},
}

_TIER_FIRST: Final = {"claude": 4.0, "jamba": 1.6, "embed": 0.0, "rerank": 0.0}
"""Families whose maker prints the tier before the number (claude-sonnet-4.5), from which version on."""


def _written(name: Parse) -> Iterable[str]:
    version = name.version
    if version in _ZERO_KEPT.get(name.family, ()):
        version += ".0"
    head = name.family + version if name.family in _GLUED else "-".join(filter(None, (name.family, version)))
    words = list(name.words)
    if version and _number(version) >= _TIER_FIRST.get(name.family, 99.0):
        head, words = "-".join((name.family, *words[:1], version)), words[1:]
    return filter(None, (head, *words, name.size, name.active, name.experts, *name.roles, name.revision, name.release))


# --- the route: everything before the name -----------------------------------------------------------------------

_PATTERN: Final = re.compile(r"[*<>{}^$|\\\[\]]")
_FINE_TUNE: Final = re.compile(r"^ft:|[.:/-]ft[-:]|:ft$")
_REGION: Final = re.compile(
    r"^(?:(?:us|eu|ap|sa|ca|me|af|il|mx)-(?:gov-)?(?:north|south|east|west|central)[a-z]*-\d|us|eu|au|jp|apac|ca|uk|global"
    r"|regional|us-gov|global-standard|us-gov-east-1|us-gov-west-1)$"
)
_REGION_DOT: Final = re.compile(r"^(us|eu|au|jp|apac|ca|global|regional|us-gov)\.(?=[a-z])")
_PASSING: Final = frozenset({"accounts", "models", "routers", "public", "pro", "@cf", "@hf", "publishers", "openai-compat"})
_SHOT: Final = re.compile(r"^(?:low|medium|high|hd|standard|auto|\d+-x-\d+|max-x-max|\d+-steps|\d+-month-commitment)$")


@dataclass(frozen=True, slots=True)
class _Route:
    organisation: str
    name: str
    variant: tuple[str, ...]


def _route(subject: str, host: str) -> _Route:
    text = subject.strip().lower()
    while host and text.startswith(host.lower() + "/"):
        text = text[len(host) + 1 :]
    parts = [part.removeprefix("hf:").lstrip("~") for part in text.split("/") if part]
    if "models" in parts[2:-1] and parts[0] != "accounts":
        parts = [parts[0], parts[-1]]
    *before, name = parts or [""]
    variant, organisations = [], []
    for part in before:
        if _REGION.match(part):
            variant.append(f"region:{part}")
        elif part.endswith("-commitment"):
            variant.append(f"provisioned:{part.removesuffix('-commitment')}")
        elif part == "tee":
            variant.append("tee")
        elif not (part in _PASSING or _SHOT.match(part)):
            organisations.append(part)
    if region := _REGION_DOT.match(name):
        variant.append(f"region:{region[1]}")
        name = name[region.end() :]
    while host != REPOSITORIES and organisations and organisations[-1] in labs.HOSTS - labs.LAB_OF_ORGANISATION.keys():
        organisations.pop()
    return _Route(organisations[-1].replace("_", "-") if organisations else "", name, tuple(variant))


# --- from a name to tokens ---------------------------------------------------------------------------------------

_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_NUMBER_FORMATS: Final = re.compile(
    r"^(?:(?:nv|mx)?fp(?:4|8|16)|bf16|int[48]|w\d+a\d+|[2-8]bit|awq|gptq|gguf|mlx|onnx|q\d(?:_\w+)?)$"
)
_GLUE: Final = re.compile(r"^(hy|[a-z]{3,})(\d{1,2}(?:\.\d+)?[a-z]?)$")
_TAG_WORDS: Final = {
    "free": "free",
    "batch": "batch",
    "beta": "beta",
    "thinking": "thinking",
    "exacto": "exacto",
    "nitro": "nitro",
    "extended": "extended",
    "discounted": "discounted",
    "online": "online",
    "web": "web",
    "floor": "floor",
}
_EFFORTS: Final = frozenset({"none", "minimal", "low", "medium", "high", "xhigh", "max"})


def _tagged(name: str) -> tuple[str, list[str]]:
    """A name without its ``:tags``, and the tags. Ollama's sizes and Bedrock's versions are put back into the name."""
    name = re.sub(r":[0-9a-f]{64}$", "", name)
    if match := re.search(r"-v?(\d+):(\d+)(?::(\d+k))?$", name):
        number, minor, context = match.groups()
        dated = re.search(r"\d{8}$", name[: match.start()])
        stem = name[: match.start()]
        if number == "0":
            stem += f"-v0.{minor}"
        elif stem.endswith("claude"):
            stem += f"-{number}.{minor}"
        elif stem.endswith(("embed", "rerank", "rerank-v3")) or (number != "1" and not dated):
            stem += f"-v{number}"
        return stem, [f"context:{context}"] if context else []
    if match := re.search(r"-v(\d+)-(\d+):0$", name):
        return f"{name[: match.start()]}-v{match[1]}.{match[2]}", []
    base, *tags = name.split(":")
    variant: list[str] = []
    for tag in tags:
        if tag in _TAG_WORDS:
            variant.append(_TAG_WORDS[tag])
        elif tag.isdigit() and variant and variant[-1] == "thinking":
            variant[-1] = f"thinking:{tag}"
        elif tag in _EFFORTS:
            variant.append(f"effort:{tag}")
        elif not tag.isdigit():
            base += f"-{tag}"
    return base, variant


_PARENTHESES: Final = {
    "fc": (),
    "prompt": (),
    "fc thinking": ("thinking",),
    "prompt + thinking": ("thinking",),
    "thinking": ("thinking",),
    "no thinking": ("non-thinking",),
    **{effort: (f"effort:{effort}",) for effort in _EFFORTS},
}


def _unbracketed(name: str) -> tuple[str, list[str]]:
    variant: list[str] = []

    def read(match: re.Match[str]) -> str:
        note = match[1].strip().lower()
        if budget := re.match(r"^(\d+k) thinking", note):
            variant.append(f"thinking:{budget[1]}")
        elif note in _PARENTHESES:
            variant.extend(_PARENTHESES[note])
        else:
            return f"-{note}"
        return ""

    return re.sub(r"\s*\(([^()]*)\)", read, name), variant


_JOINED: Final = (
    (r"non-(reasoning|thinking)", r"non\1"),
    (r"no-?think(ing)?\b", "nonthinking"),
    (r"high-throughput", "throughput"),
    (r"\btput\b", "throughput"),
    (r"fp8-dynamic|fp8-block", "fp8"),
    (r"gemma-sea-lion", "gemmasealion"),
)


def _tokens(name: str) -> list[str]:
    text = name.strip().strip("-_ .")
    text = re.sub(r"(?<![\d.])(\d{1,2})_(\d{1,2})(?![\dk])", r"\1.\2", text)
    text = re.sub(r"(?<=\d)p(?=\d)", ".", text)
    text = re.sub(r"[\s_/@,+:()]+|-{2,}", "-", text)
    text = re.sub(r"-v-(?=\d)", "-v", text)
    for pattern, joined in _JOINED:
        text = re.sub(pattern, joined, text)
    tokens: list[str] = []
    for token in text.split("-"):
        # Bedrock joins the maker by a dot: openai.gpt-5, meta.llama3-1
        head, _, tail = token.partition(".")
        pieces = [head, tail] if head in labs.LAB_OF_ORGANISATION else [token]
        for piece in pieces:
            glued = None if _NUMBER_FORMATS.match(piece) else _GLUE.match(piece)
            if dotted := re.fullmatch(r"([a-z]{3,})\.(\d+(?:\.\d+)?)", piece):
                tokens += [dotted[1], dotted[2]]
            elif month := re.fullmatch(rf"(2[3-9])\.({_MONTH})", piece):
                tokens.append(month[1] + month[2])
            elif glued and glued[2][-1] not in "bkmt":
                tokens += [glued[1], glued[2]]
            elif piece:
                tokens.append(piece)
    return tokens


# --- dates -------------------------------------------------------------------------------------------------------

_DATES: Final = (
    ("day", rf"20\d\d-{_MONTH}-{_DAY}"),
    ("day", rf"20[12]\d{_MONTH}{_DAY}"),
    ("month", rf"{_MONTH}-20[12]\d"),
    ("day", rf"2[3-9]{_MONTH}{_DAY}"),
    ("release", rf"(?:2[3-9]{_MONTH}|{_MONTH}{_DAY})"),
    ("short", rf"{_MONTH}-{_DAY}"),
)


def _dated(tokens: list[str]) -> tuple[list[str], str, str]:
    """Tokens without the date, the date as printed and its kind: a full day, a month, a short day or a four-digit release."""
    text = "-".join(tokens)
    for kind, pattern in _DATES:
        match = re.search(rf"(?<=-){pattern}(?=-|$|\.(?:12|16|1|2|8|32|59)k)", text)
        if match:
            left = [token for token in (text[: match.start()] + text[match.end() :]).split("-") if token.strip(".")]
            return left, match[0], kind
    return tokens, "", ""


def _day(printed: str) -> str:
    digits = printed.replace("-", "")
    if len(digits) == 8 and "-" not in printed:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return printed


# --- the family --------------------------------------------------------------------------------------------------

_LONGEST: Final = max(len(family) for family in labs.LAB_OF_FAMILY)


def _family_at(tokens: list[str], start: int = 0) -> Family:
    for length in range(_LONGEST, 0, -1):
        family = tuple(tokens[start : start + length])
        if len(family) == length and family in labs.LAB_OF_FAMILY:
            return family
    return ()


def _without_seller(tokens: list[str]) -> tuple[list[str], str, list[str]]:
    """Tokens after leading words that name the maker or the seller, the maker's lab and the seller as a variant."""
    for length in (2, 1):
        word = "-".join(tokens[:length])
        if word in labs.SELLER_PREFIXES and len(tokens) > length:
            rest, lab, more = _without_seller(tokens[length:])
            return rest, lab, [f"host:{labs.SELLER_PREFIXES[word]}", *more]
    for length in (3, 2, 1):
        lab = labs.LAB_OF_ORGANISATION.get("-".join(tokens[:length]), "")
        family = _family_at(tokens, length)
        if lab and family and (labs.LAB_OF_FAMILY[family] == lab or not _family_at(tokens)):
            return tokens[length:], lab, []
    return tokens, "", []


# --- versions ----------------------------------------------------------------------------------------------------

_LETTERED: Final = {"deepseek": "v", "kimi": "k", "minimax": "m", "mimo": "v"}
_VERSION: Final = re.compile(r"^[vkmr]?\d{1,2}(?:\.\d{1,2}){0,2}[onv]?$")
_SIZE: Final = re.compile(r"^(?:\d+x)?\d+(?:\.\d+)?[bmt]$|^e\d+b$")
_ACTIVE: Final = re.compile(r"^a\d+(?:\.\d+)?b$")


def _versioned(tokens: list[str]) -> tuple[list[str], str]:
    """The first number among the tokens is the version; ``4`` followed by ``1`` is 4.1, and 45 is 4.5."""
    for at, token in enumerate(tokens):
        if _SIZE.match(token):
            break
        if not _VERSION.match(token):
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        if "." not in token and re.fullmatch(r"\d{1,2}[v]?", after) and token[-1].isdigit():
            return [*tokens[:at], *tokens[at + 2 :]], f"{token}.{after}"
        if compact := re.fullmatch(r"([vkm]?[1-9])([1-9])", token):
            token = f"{compact[1]}.{compact[2]}"
        return [*tokens[:at], *tokens[at + 1 :]], token
    return tokens, ""


def _number(version: str) -> float:
    match = re.search(r"\d+(?:\.\d+)?", version)
    return float(match[0]) if match else 0.0


# --- words that say how a model is sold, and when they say what it is -----------------------------------------------

_ROLES: Final = (
    "it pt instruct chat base thinking think reasoning vision captioner exp experimental preview".split()
)
_SOLD: Final = {
    word: word
    for word in "free batch flex nitro tee maas exacto original cheaper discounted extended throughput highspeed cloud".split()
} | {"hs": "highspeed", "ultraspeed": "highspeed", "highthinking": "thinking"}
_EFFORT_FAMILIES: Final = frozenset({"gpt", "gpt-oss", "o1", "o3", "o4", "claude", "gemini", "grok"})
_SWITCHED: Final = {
    "claude": 0.0,
    "grok": 0.0,
    "gemini": 2.5,
    "gpt": 5.0,
    "glm": 4.5,
    "deepseek": 3.1,
    "kimi": 2.5,
    "qwen": 3.5,
    "mimo": 0.0,
    "minimax": 2.0,
    "hermes": 4.0,
    "gemma": 4.0,
    "nemotron": 3.0,
    "step": 3.5,
    "mistral-medium": 3.5,
    "mistral-small": 4.0,
    "ernie": 5.1,
}
"""Families whose thinking is a switch on one set of weights, from which version on."""

_SPED_UP: Final = frozenset({"deepseek", "meta", "moonshotai", "minimax", "nvidia", "prime-intellect", "nous-research"})
"""Makers that name no model of their own fast, turbo or lightning: there the word is a host's."""

_NAMED_BY_CONTEXT: Final = frozenset({"phi", "moonshot", "ernie", "doubao", "seed", "minimax", "sonar"})
_UNVERSIONED: Final = frozenset(
    {"codestral", "codestral-embed", "mistral-saba", "mistral-embed", "ministral", "qwen", "codex", "sonar", "magistral-medium"}
    | {"devstral-medium", "pixtral-large", "pixtral", "mistral-nemo", "chatgpt", "whisper", "mixtral", "text-embedding"}
)
"""Families sold under a name without a number, so that ``-latest`` and the bare name still say one model."""

_MOVING: Final = frozenset(
    {"mistral-small", "mistral-medium", "mistral-large", "mistral-tiny", "mistral-ocr", "magistral-small", "devstral-small"}
    | {"devstral", "magistral", "command", "command-r", "command-r-plus", "claude", "glm", "kimi", "gemma", "deepseek", "gemini"}
    | {"llama", "mistral", "deepseek-coder"}
)
"""Families whose name without number or date says nothing certain: it moves, or was never a model."""

_OWN_WEIGHTS: Final[dict[str, Callable[[Parse], bool]]] = {
    "codestral": lambda name: name.release == "2405",
    "ministral": lambda name: name.release != "2410",
    "qwen": lambda name: bool(name.size) or "image" in name.words,
    "command-r": lambda name: True,
    "command-r-plus": lambda name: True,
    "kimi": lambda name: name.release != "0711",
    "gpt": lambda name: "preview" in name.roles,
    "gemini": lambda name: not name.version or "-20" in name.release,
    "glm": lambda name: False,
    "glm-z1": lambda name: False,
    **dict.fromkeys(
        "codestral-embed mistral-saba mistral-embed magistral-medium devstral-medium pixtral pixtral-large mistral-nemo"
        " command command-a command-r7b aya aya-expanse apertus voxtral-mini voxtral-small ministral-3".split(),
        lambda name: False,
    ),
}
"""Where a short date tells weights apart against its maker's habit, family by family."""


def _keeps_date(name: Parse) -> bool:
    own = _OWN_WEIGHTS.get(name.family)
    return own(name) if own else name.lab not in labs.API_ONLY_LABS


def _thinks_by_switch(name: Parse) -> bool:
    since = _SWITCHED.get(name.family)
    if name.family == "qwen" and name.version == "3" and name.size and not (name.words or name.release):
        return True
    return since is not None and _number(name.version) >= since and not set(name.words) & {"vl", "omni", "next", "max"}


def _is_sped_up(name: Parse, word: str) -> bool:
    """Whether ``fast``, ``turbo`` or ``lightning`` says how these weights are served (else it is part of the name)."""
    if word == "lightning":
        return name.lab in {"deepseek", "moonshotai", "minimax"}
    if name.lab in _SPED_UP or name.family in {"gpt-oss", "claude"}:
        return True
    if name.lab == "zai":
        return word == "fast" or _number(name.version) < 5
    if name.family == "grok":
        return word == "fast" and _number(name.version) <= 3
    return bool(name.size) and name.lab not in {"", "openai", "black-forest-labs", "stability"}


def is_base_if_bare(name: Parse) -> bool:
    """Whether the maker gives the bare name to base weights while hosts print it for the instruct model too."""
    if name.roles or name.refusal or name.uploader or not name.size or set(name.words) & {"embedding", "guard", "reranker"}:
        return False
    if name.family == "qwen":
        return _number(name.version) < 3 and "image" not in name.words
    if name.family == "gemma":
        return name.version in {"", "2", "4"}
    return name.family in {"llama", "mistral", "mixtral", "codellama", "falcon"}


def parse(subject: str, host: str = "") -> Parse:
    """Read one printed spelling. Never raises: a spelling that names no model carries its `refusal`."""
    return _parse(subject, host)


@lru_cache(maxsize=65536)
def _parse(subject: str, host: str) -> Parse:
    if _PATTERN.search(subject):
        return Parse(refusal="a pattern, not a name")
    if subject.startswith("~") or "/~" in subject:
        return Parse(variant=("latest-alias",), refusal="an alias that moves between models")
    if _FINE_TUNE.search(subject.lower()):
        return Parse(refusal="a price key for customers' own tunes")
    route = _route(subject, host)
    name, notes = _unbracketed(route.name)
    name, tags = _tagged(name)
    tokens, maker, seller = _without_seller(_tokens(name))
    variant = [*route.variant, *seller, *tags, *notes]
    if route.organisation == "anthropic" or "host:gitlab-duo" in seller:
        if tokens and tokens[0] in {"opus", "sonnet", "haiku", "fable"}:
            tokens = ["claude", *tokens]
    if re.fullmatch(r"k\d(\.\d)?", "-".join(tokens)):
        tokens = ["kimi", *tokens]
    lab = maker or labs.LAB_OF_ORGANISATION.get(route.organisation, "")
    tokens, printed, kind = _dated(tokens)
    read = _Reading(tokens, variant, lab)
    known = read.read_family(route.organisation)
    if not known:
        return _unknown(route, _without_sales(tokens, variant), printed, lab, tuple(variant))
    result = read.rest(printed, kind)
    result = _settled(replace(result, prefix=subject[: -len(route.name)]))
    maker = labs.LAB_OF_ORGANISATION.get(route.organisation, "")
    sells = route.organisation in labs.HOSTS and host != REPOSITORIES
    if not route.organisation or maker == result.lab or sells:
        return result
    result = replace(result, uploader=route.organisation)
    quantised = any(_NUMBER_FORMATS.match(part) for part in result.variant)
    if not (result.words or result.refusal or quantised):
        return replace(result, refusal="a maker's name under another's: a copy, a tune or a listing")
    printed_words = tuple(token for token in _tokens(name) if token not in _SOLD)
    return Parse(lab=result.lab, uploader=route.organisation, words=printed_words, variant=result.variant)


class _Reading:
    """Takes tokens one kind after another, so that each later reader sees only what the earlier ones left."""

    def __init__(self, tokens: list[str], variant: list[str], lab: str) -> None:
        self.tokens, self.variant, self.name = tokens, variant, Parse(lab=lab)

    def read_family(self, organisation: str) -> bool:
        for at, token in enumerate(self.tokens):
            if token in labs.BUILT_ON_OTHERS and (at == 0 or _family_at(self.tokens)):
                base = self.tokens[:at]
                self.name = replace(self.name, lab=labs.LAB_OF_FAMILY[(token,)], family="-".join([*_base(base), token]))
                self.tokens = self.tokens[at + 1 :]
                return True
        family = _family_at(self.tokens)
        if not family:
            return False
        lab = labs.LAB_OF_FAMILY[family]
        if self.name.lab not in {"", lab} and "-".join(family) in labs.COMMON_WORDS:
            return False
        self.name = replace(self.name, lab=lab, family="-".join(family))
        self.tokens = self.tokens[len(family) :]
        return True

    def rest(self, printed: str, kind: str) -> Parse:
        """Everything after the family, in the order in which one kind can be told from the next."""
        self.tokens, version = _versioned(self.tokens) if not self._named_whole() else (self.tokens, "")
        self.name = replace(self.name, version=self._canonical(version), release=printed if kind in {"release", "month"} else "")
        size = active = experts = revision = ""
        words: list[str] = []
        roles: list[str] = []
        for token in self.tokens:
            if not size and _SIZE.match(token):
                whole = words.pop() if words and words[-1] in {"0", "1"} else ""
                size = f"{whole}.{token}" if whole else token
            elif _ACTIVE.match(token):
                active = token
            elif re.fullmatch(r"\d+e", token):
                experts = token
            elif re.fullmatch(r"v\d+(\.\d+)*", token):
                revision = token.removesuffix(".0") if token != "v0" else token
            elif token == "plus" and roles and roles[-1] == "reasoning":
                roles[-1] = "reasoning-plus"
            elif token in _ROLES or token in {"nonthinking", "nonreasoning"}:
                roles.append(token)
            else:
                words.append(token)
        self.name = replace(
            self.name, size=size, active=active, experts=experts, revision=revision, roles=tuple(roles), words=tuple(words)
        )
        self.name = replace(self.name, roles=tuple(self._roles()))
        self.name = replace(self.name, words=tuple(self._words()))
        return self._with_date(printed)

    def _named_whole(self) -> bool:
        """Whether the family's own name ends in its number (o3, r1-1776)."""
        return self.name.family in {"o1", "o3", "o4", "r1-1776"}

    def _canonical(self, version: str) -> str:
        letter = _LETTERED.get(self.name.family, "")
        if not letter or version[:1].isdigit() is False and version[:1] not in {"v"}:
            plain = version.removeprefix("v") if not letter else version
        else:
            plain = letter + version.removeprefix(letter) if not version.startswith("0") else version
        return re.sub(r"(?<=\d)\.0$", "", plain)

    def _roles(self) -> Iterable[str]:
        name = self.name
        for role in name.roles:
            if role in {"nonthinking", "nonreasoning"}:
                self.variant.append(role.replace("non", "non-"))
            elif role in {"thinking", "think"} and _thinks_by_switch(name):
                self.variant.append("thinking")
            elif role == "base" and name.family == "claude":
                self.variant.append("non-thinking")
            elif role == "reasoning" and name.family in {"claude", "grok"}:
                self.variant.append("reasoning" if name.family == "grok" else "thinking")
            elif role in {"experimental", "beta"} and name.family == "grok" and name.version:
                self.variant.append(role)
            else:
                yield role

    def _words(self) -> Iterable[str]:
        name, words = self.name, list(self.name.words)
        third_party = False
        while words:
            word = words.pop(0)
            last = not words
            if word in _SOLD and not third_party:
                self.variant.append(_SOLD[word])
            elif _NUMBER_FORMATS.match(word):
                self.variant.append(word)
            elif word == "latest":
                self.variant.append("latest-alias")
            elif word in {"default", "inspect", "effort", "unknown", "hf", "fc", "prompt"}:
                continue
            elif word in {"fast", "turbo", "lightning", "basic"} and _is_sped_up(name, word):
                self.variant.append("highspeed" if word == "lightning" else word)
            elif word == "beta" and name.version and name.lab in labs.API_ONLY_LABS:
                self.variant.append("beta")
            elif word in _EFFORTS - {"max"} and name.family in _EFFORT_FAMILIES and name.version + name.family[1:2]:
                self.variant.append(f"effort:{word}")
            elif last and word in labs.SELLER_SUFFIXES:
                self.variant.append(f"host:{labs.SELLER_SUFFIXES[word]}")
            elif re.fullmatch(r"\.?\d+k", word) and self._is_context(word.strip("."), last):
                self.variant.append(f"{'thinking' if word.startswith('.') else 'context'}:{word.strip('.')}")
            elif re.fullmatch(r"00\d", word) and name.version:
                self.variant.append(f"version:{word}")
            elif word in {"lite", "long"} and "instruct" in self.tokens[: self.tokens.index(word)]:
                self.variant.append("lite" if word == "lite" else "context:long")
            else:
                yield word

    def _is_context(self, word: str, last: bool) -> bool:
        if self.name.family in {"claude", "gemini"}:
            return True
        large = int(word[:-1]) >= 100
        return last and large and self.name.family not in _NAMED_BY_CONTEXT

    def _with_date(self, printed: str) -> Parse:
        if self.name.release and _keeps_date(self.name):
            return replace(self.name, variant=tuple(self.variant))
        if printed:
            self.variant.append(f"dated:{_day(printed)}")
        return replace(self.name, release="", date=_day(printed), variant=tuple(self.variant))


def _base(tokens: list[str]) -> list[str]:
    """The foreign base a derived family prints first, written its own way: llama, 3.1."""
    family = _family_at(tokens)
    rest, version = _versioned(tokens[len(family) :])
    return [*filter(None, ("-".join(family), version.removeprefix("v"))), *rest]


def _without_sales(tokens: list[str], variant: list[str]) -> list[str]:
    """The tokens of a family we do not know, less a last word that can only say how it is sold."""
    while len(tokens) > 1 and tokens[-1] in {"free", "tee", "batch", "maas"}:
        variant.append(tokens[-1])
        tokens = tokens[:-1]
    return tokens


def _unknown(route: _Route, tokens: list[str], printed: str, lab: str, variant: tuple[str, ...]) -> Parse:
    words = (*tokens, printed) if printed else tuple(tokens)
    lab = lab or ("" if route.organisation in labs.HOSTS else route.organisation)
    name = Parse(lab=lab, words=words, variant=variant)
    if {"auto", "router"} & set(words):
        return replace(name, refusal="a router: it picks a model for each request")
    if not words or (len(words) == 1 and not any(character.isdigit() for character in words[0]) and not route.organisation):
        return replace(name, refusal="one common word, no maker and no number")
    return name


def _moves(name: Parse) -> bool:
    """Whether ``-latest`` of this name may point to another model tomorrow: another number, or another release."""
    if name.family in _UNVERSIONED | {"o1", "o3", "o4"}:
        return False
    return not name.version or _keeps_date(replace(name, release="0101"))


def _settled(name: Parse) -> Parse:
    """The conventions of single makers: details their names imply, and names that move."""
    for convention in _CONVENTIONS.get(name.lab, ()):
        name = convention(name)
    if "latest-alias" in name.variant and _moves(name):
        return replace(name, refusal="an alias that moves between models")
    says_nothing = not (name.version or name.size or name.release or name.revision or name.roles)
    if says_nothing and name.family in _MOVING and not set(name.words) - {"chat", "reasoner", "large", "medium", "small"}:
        return replace(name, refusal="a name without number or date, which moves")
    return name


# --- conventions of single makers --------------------------------------------------------------------------------


def _drop(*roles: str) -> Callable[[Parse], Parse]:
    def dropped(name: Parse) -> Parse:
        return replace(
            name,
            roles=tuple(role for role in name.roles if role not in roles),
            words=tuple(word for word in name.words if word not in roles),
        )

    return dropped


_QWEN3_SPLIT: Final = frozenset({"4b", "30b", "235b"})
"""Sizes of Qwen3 that were released again in July 2025, instruct and thinking apart."""


def _qwen(name: Parse) -> Parse:
    if "coder" in name.words and name.version == "3" and name.size and not name.roles:
        return replace(name, roles=("instruct",))
    if name.family == "qwen" and name.version == "3" and "thinking" in name.variant and name.size in _QWEN3_SPLIT:
        return replace(name, refusal="thinking is a switch of the first release and weights of its own since the second")
    if name.family == "qwen" and name.version == "3" and name.release == "2507" and not name.roles and not name.words:
        return replace(name, roles=("instruct",))
    return name


def _llama(name: Parse) -> Parse:
    if name.family == "code-llama":
        name = replace(name, family="codellama")
    if {"instant", "versatile", "specdec"} & set(name.words):
        name = replace(_drop("instant", "versatile", "specdec")(name), roles=("instruct", *name.roles))
    if name.family == "llama" and _number(name.version) >= 3 and "chat" in name.roles:
        name = replace(name, roles=tuple("instruct" if role == "chat" else role for role in name.roles))
    if name.roles == ("preview",):
        name = replace(name, roles=("instruct",), variant=(*name.variant, "preview"))
    if name.version == "3.2" and name.size in {"11b", "90b"} and name.roles == ("instruct",):
        name = replace(name, roles=("vision", "instruct"))
    return replace(name, revision="") if name.revision == "v1" and "nemotron" not in name.family else name


def _mistral(name: Parse) -> Parse:
    if name.family in {"open-mistral", "open-mixtral"}:
        name = replace(name, family=name.family.removeprefix("open-"))
        if name.words == ("nemo",):
            name = replace(name, family="mistral-nemo", words=(), release="")
        else:
            name = replace(name, roles=("instruct",))
    if name.family == "ministral":
        name = _drop("instruct")(name)
        if name.release == "2512" and not name.version:
            name = replace(name, version="3")
    if name.family in {"mistral-small", "mistral-large", "mistral-medium", "mistral-nemo", "devstral-small", "devstral"} or (
        name.family in {"magistral-small", "magistral-medium", "mistral-saba"}
    ):
        name = _drop("instruct")(name)
        if "base" not in name.roles:
            name = replace(name, size="")
    if name.version and name.release:
        name = replace(name, release="", date=name.release)
    if name.family == "mixtral":
        name = replace(name, revision="")
    if name.family == "mistral" and (short := re.fullmatch(r"v0?([1-3])", name.revision)):
        name = replace(name, revision=f"v0.{short[1]}")
    return name


def _anthropic(name: Parse) -> Parse:
    if name.revision:
        return replace(name, revision="", variant=(*name.variant, f"version:{name.revision.removeprefix('v')}"))
    return name


def _amazon(name: Parse) -> Parse:
    if name.family != "nova":
        return name
    return replace(name, version=name.version if name.version != "1" else "", revision="")


def _microsoft(name: Parse) -> Parse:
    if name.family == "phi" and set(name.words) & {"mini", "small", "medium", "moe", "multimodal"} and not name.roles:
        return replace(name, roles=("instruct",))
    return name


def _openai(name: Parse) -> Parse:
    if name.family == "gpt" and _number(name.version) >= 5 and "instant" in name.words:
        name = replace(_drop("instant")(name), roles=("chat",), variant=(*name.variant, "instant"))
    if name.family == "gpt" and "pro" in name.words and {"sol", "terra", "luna"} & set(name.words):
        name = replace(_drop("pro")(name), variant=(*name.variant, "mode:pro"))
    return name


def _google(name: Parse) -> Parse:
    # Gemma 3 prints -pt on its base weights, so a name with neither -pt nor -it can only be the tuned ones.
    if name.family == "gemma" and name.version == "3" and name.size and not name.roles and not name.words:
        return replace(name, roles=("it",))
    return name


def _nvidia(name: Parse) -> Parse:
    if name.revision == "v1":
        name = replace(name, revision="")
    if name.family == "nemotron-nano" and name.version == "2":
        name = replace(name, version="", revision="v2")
    if name.family == "nemotron-nano" and name.version:
        name = replace(name, family="nemotron", words=("nano", *name.words))
    return name


def _deepseek(name: Parse) -> Parse:
    if name.version.startswith("v"):
        name = _drop("chat")(name)
    return replace(name, size="") if name.size == "671b" else name


def _kimi(name: Parse) -> Parse:
    if name.release or "thinking" not in name.roles:
        name = _drop("instruct")(name)
    if name.version == "k2":
        name = _drop("preview")(name)
    return replace(name, size="") if name.size == "1t" else name


_CONVENTIONS: Final[dict[str, tuple[Callable[[Parse], Parse], ...]]] = {
    "alibaba": (_qwen,),
    "meta": (_llama,),
    "mistral": (_mistral,),
    "anthropic": (_anthropic,),
    "amazon": (_amazon,),
    "microsoft": (_microsoft,),
    "openai": (_openai,),
    "deepseek": (_deepseek,),
    "moonshotai": (_kimi,),
    "google": (_google,),
    "nvidia": (_nvidia,),
    "minimax": (_drop("text"),),
    "baidu": (_drop("pt", "paddle"),),
    "zai": (_drop("chat"),),
}
