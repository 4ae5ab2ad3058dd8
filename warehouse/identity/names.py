"""The grammar of model names: one printed spelling → a readable parse.

A spelling is a route (who serves it), a maker, a family, a version, words, a size, a training role, a date and marks of
how it is sold; `parse` takes them apart. What a name cannot say by itself (which model an alias points to) is refused
here with a reason and decided, or not, in `resolution`. What single makers mean by their words is in `conventions`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from warehouse.identity import conventions, labs
from warehouse.identity.model_name import Parse

REPOSITORIES: Final = "huggingface"
"""The host where whoever stands before the slash published the weights, and never merely sells them."""


def parse(subject: str, host: str = "") -> Parse:
    """Read one printed spelling. Never raises: a spelling that names no model carries its `refusal`."""
    return _parse(subject, host)


_PATTERN: Final = re.compile(r"[*<>{}^$|\\\[\]]")
_IN_BRACKETS: Final = re.compile(r"(?<=\s)\[([^\[\]]*)\](?=\s|$)")
"""``Claude Opus 4 [beta]`` and ``FLUX.2 [max]``: set off by a space, unlike the brackets of a pattern."""
_FINE_TUNE: Final = re.compile(r"^ft:|[.:/-]ft[-:]|:ft$")


@lru_cache(maxsize=65536)
def _parse(subject: str, host: str) -> Parse:
    subject = _IN_BRACKETS.sub(_without_brackets, unquote(subject))
    if _PATTERN.search(subject):
        return Parse(refusal="a pattern, not a name")
    if _FINE_TUNE.search(subject.lower()):
        return Parse(refusal="a price key for customers' own tunes")
    if " + " in subject:
        return Parse(refusal="two models that work together")
    if subject.startswith("~") or "/~" in subject:
        return Parse(variant=("latest-alias",), refusal=conventions.MOVES)
    route = _route(subject, host)
    name, notes = _without_notes(route.name)
    name, tags = _without_tags(name)
    tokens, regions = _without_region(_tokens(name))
    tokens, maker, sellers = _without_sellers(tokens)
    own_host = "" if route.organisation or maker else labs.lab_of_host(host)
    tokens = _with_family(tokens, route.organisation, sellers, own_host)
    lab = labs.LAB_OF_ORGANISATION.get(route.organisation, "") if route.organisation else maker
    said = Parse(
        lab=lab,
        organisation=route.organisation,
        prefix=subject[: len(subject) - len(route.name)],
        variant=(*route.variant, *regions, *sellers, *tags, *notes),
        refusal=route.refusal,
    )
    if line := _line(tokens, lab):
        return _unknown(replace(said, lab=line), tokens, "")
    tokens, date = _without_date(tokens)
    if _is_common(tokens):
        lab = lab or own_host
    family = _family(tokens, lab)
    if not family:
        return _unknown(replace(said, lab=lab), _with_points(tokens), date.printed)
    read = _Reader(replace(said, lab=family.lab, family=family.name), date).read(family.rest)
    read = conventions.settled(read)
    if refusal := said.refusal or _two_sizes(read) or conventions.refusal(read):
        read = replace(read, refusal=refusal)
    return read if _is_makers(read, host) else _third_party(read, name)


def _two_sizes(name: Parse) -> str:
    others = [word for word in name.words if _SIZE.match(word) and word.endswith("b")]
    return "two sizes: the name does not say which is the model's" if others else ""


def _is_makers(name: Parse, host: str) -> bool:
    if not name.organisation or labs.LAB_OF_ORGANISATION.get(name.organisation) == name.lab:
        return True
    return name.organisation in labs.HOSTS and host != REPOSITORIES


def _third_party(read: Parse, printed: str) -> Parse:
    """A maker's family under another's name: their own model if their words say so, else nobody can tell from here."""
    if not (read.words or read.refusal or any(map(_NUMBER_FORMAT.match, read.variant))):
        refusal = "a maker's name under another's: a copy, a tune or a listing"
        return replace(read, uploader=read.organisation, refusal=refusal)
    words = tuple(token for token in _tokens(printed) if token not in _SALES)
    return Parse(
        lab=labs.LAB_OF_ORGANISATION.get(read.organisation, ""),
        organisation=read.organisation,
        uploader=read.organisation,
        words=words,
        prefix=read.prefix,
        variant=read.variant,
    )


def _unknown(said: Parse, tokens: list[str], date: str) -> Parse:
    """A family we do not know: the name as printed, less a last word that can only say how it is sold."""
    variant = list(said.variant)
    sold = {"free", "tee", "batch", "maas", "bf16"} | conventions.served_faster_by(said.lab)
    while len(tokens) > 1 and tokens[-1] in sold:
        variant.append(tokens.pop())
    words = (*tokens, date) if date else tuple(tokens)
    name = replace(said, words=words, variant=tuple(variant))
    if tokens[-1:] == ["latest"] and not any(map(str.isdigit, "".join(words))):
        return replace(name, variant=(*variant, "latest-alias"), refusal=conventions.MOVES)
    return replace(name, refusal=said.refusal or _says_nothing(name))


def _with_points(tokens: list[str]) -> list[str]:
    """``dolphin``, ``2``, ``9`` → ``dolphin``, ``2.9``: a digit behind a number is what stands behind its point."""
    joined: list[str] = []
    for token in tokens:
        if joined and re.fullmatch(r"\d", token) and re.fullmatch(r"v?\d(?:\.\d)*", joined[-1]):
            joined[-1] += f".{token}"
        else:
            joined.append(token)
    return joined


def _says_nothing(name: Parse) -> str:
    words = name.words
    if {"auto", "router"} & {*words, *name.organisation.split("-")}:
        return "a router: it picks a model for each request"
    if not words or (len(words) == 1 and words[0].isalpha() and not (name.organisation or name.lab)):
        return "one common word, no maker and no number"
    if len(words) == 1 and words[0].isalpha() and name.organisation.startswith(words[0]):
        return "the maker's name and no model's"
    return ""


# --- the route: everything before the name -----------------------------------------------------------------------

_REGION_WORDS: Final = "us|eu|au|jp|ca|uk|apac|global|regional|us-gov"
_ZONE: Final = r"(?:gov-)?(?:north|south|east|west|central)[a-z]*-?\d"
_REGION: Final = re.compile(rf"^(?:{_REGION_WORDS}|global-standard|[a-z]{{2}}-{_ZONE})$")
_REGION_DOT: Final = re.compile(rf"^({_REGION_WORDS})\.(?=[a-z])")
_REGION_AFTER: Final = re.compile(
    rf"[-@]((?:us|eu|europe|ap|asia|ca|sa|me|af)-{_ZONE}|(?:global|data-?zone)(?:-standard)?)$"
)
_PASSING: Final = frozenset({"accounts", "models", "routers", "public", "pro", "publishers", "@cf", "@hf"})
_IMAGE_SHAPE: Final = re.compile(
    r"^(?:(?P<quality>low|medium|high|hd|standard|auto)|(?P<size>\d+-x-\d+|max(?=-x-max))(?:-x-max)?"
    r"|(?P<steps>\d+|max)-steps)$"
)
_TASK: Final = re.compile(r"^(?:text|image)-to-(?:text|image|video|audio)$")
_SERVICES: Final = frozenset({"doc-intelligence", "preset", "speech"})
"""Words in a path that say a service of several models follows, and no model."""


@dataclass(frozen=True, slots=True)
class _Route:
    organisation: str
    name: str
    variant: tuple[str, ...]
    refusal: str = ""


def _route(subject: str, host: str) -> _Route:
    text = subject.strip().lower()
    while host and text.startswith(host.lower() + "/"):
        text = text[len(host) + 1 :]
    parts = [part.removeprefix("hf:") for part in text.split("/") if part]
    if "models" in parts[2:-1] and parts[0] != "accounts":
        parts = [parts[0], parts[-1]]  # Clarifai prints maker/application/models/name
    if host != REPOSITORIES and len(parts) > 1:
        parts = _with_whole_name(parts)
    *before, name = parts or [""]
    variant, organisations = [], []
    for part in before:
        if _REGION.match(part):
            variant.append(f"region:{part}")
        elif part.endswith("-commitment"):
            variant.append(f"provisioned:{part.removesuffix('-commitment')}")
        elif part == "tee":
            variant.append("tee")
        elif shape := _IMAGE_SHAPE.match(part):
            variant.append(f"{shape.lastgroup}:{shape[str(shape.lastgroup)].replace('-', '')}")
        elif part not in _PASSING:
            organisations.append(part)
    if region := _REGION_DOT.match(name):
        variant.append(f"region:{region[1]}")
        name = name[region.end() :]
    if region := _REGION_AFTER.search(name):
        variant.append(f"region:{region[1]}")
        name = name[: region.start()]
    only_sell = labs.HOSTS - labs.LAB_OF_ORGANISATION.keys() if host != REPOSITORIES else frozenset()
    while organisations and organisations[-1] in only_sell:
        organisations.pop()
    refusal = "a service, which is sold under no model's name" if _SERVICES & set(organisations) else ""
    return _Route(organisations[-1].replace("_", "-") if organisations else "", name, tuple(variant), refusal)


def _with_whole_name(parts: list[str]) -> list[str]:
    """Paths that cut a name in pieces made whole: ``flux-pro/v1.1``, ``imagen4/preview/fast``, ``recraft/v3``."""
    parts = [part for part in parts if not _TASK.match(part)] or parts
    families = [bool(_family_words(_tokens(part)) or _line(_tokens(part), "")) for part in parts]
    for at, begins in enumerate(families[:-1]):
        tail = "-".join(parts[at + 1 :])
        is_organisation = parts[at] in labs.HOSTS | labs.LAB_OF_ORGANISATION.keys()
        is_whole = any(families[at + 1 :]) or any(map(_SIZE.match, _tokens(tail)))
        if begins and not (is_organisation or is_whole):
            return [*parts[:at], f"{parts[at]}-{tail}"]
    if len(parts) > 1 and _NUMBER_ONLY.match(parts[-1]) and parts[-2] not in labs.HOSTS:
        return [*parts[:-2], "-".join(parts[-2:])]
    return parts


# --- marks around the name ---------------------------------------------------------------------------------------

_EFFORTS: Final = frozenset({"none", "minimal", "low", "medium", "high", "xhigh", "max"})
_NOTES: Final[Mapping[str, tuple[str, ...]]] = {
    "fc": (),
    "prompt": (),
    "fc thinking": ("thinking",),
    "thinking": ("thinking",),
    "default think": ("thinking",),
    "reasoner": ("thinking",),
    "no thinking": ("non-thinking",),
    "no think": ("non-thinking",),
    **{status: (status,) for status in ("alpha", "beta", "streaming")},
    **{region: (f"region:{region}",) for region in _REGION_WORDS.split("|")},
}
"""What leaderboards and headings write in brackets; a budget or an effort they also write behind an underscore."""

_REMARK: Final = re.compile(
    r"(?:coming|default|deprecat\w*|discontinued|early access|end of life|eol|legacy|limited|lowest|nano banana|new"
    r"|newest|no longer|obsolete|old|older|prev|previous|previously|promo|promotion\w*|recommended|retir\w*|sale"
    r"|scheduled|self-moderated|shut\w*|soon|sunset\w*|superseded|until|updated)(?![\w-])"
)
"""How a remark begins that tells of a model's time or terms and not which it is; what follows belongs to the remark."""

_EFFORT_SAID: Final = re.compile(rf"-(?:auto-)?({'|'.join(sorted(_EFFORTS))})-effort$")
_SET_BY: Final = re.compile(rf"^(?P<name>[^_]+)_(?:(?P<budget>\d+k)|(?P<effort>{'|'.join(sorted(_EFFORTS))}))$")
"""A setting behind the only underscore of a name: in one written with underscores the last word is a word."""


def _is_effort(word: str, name: str) -> bool:
    """Whether the word sets the effort: ``max`` and ``medium`` are sizes too, of Qwen's and Mistral's models."""
    if word == "max":
        return any(token in _WITH_EFFORT for token in re.split(r"[^a-z0-9]", name))
    return word in _EFFORTS and any(map(str.isdigit, name))


def _without_brackets(match: re.Match[str]) -> str:
    note = match[1].strip().lower()
    return f"({note})" if note in {"alpha", "beta"} or _REMARK.match(note) else note


def _without_notes(name: str) -> tuple[str, list[str]]:
    variant: list[str] = []

    def read(match: re.Match[str]) -> str:
        note = match[1].strip().removesuffix(" mode").replace("non-thinking", "no thinking")
        if budget := re.match(r"(\d+k) think", note):
            variant.append(f"thinking:{budget[1]}")
        elif note in _NOTES:
            variant.extend(_NOTES[note])
        elif _is_effort(note, name):
            variant.append(f"effort:{note}")
        elif not _REMARK.match(note):
            return f"-{note}"
        return ""

    setting = _SET_BY.match(name)
    if setting and setting["budget"]:
        variant.append(f"thinking:{setting['budget']}")
        name = setting["name"]
    elif setting and _is_effort(setting["effort"], setting["name"]):
        variant.append(f"effort:{setting['effort']}")
        name = setting["name"]
    if effort := _EFFORT_SAID.search(name):
        variant.append(f"effort:{effort[1]}")
        name = name[: effort.start()]
    return re.sub(r"\s*\(([^()]*)\)", read, name), variant


_TAGS: Final = frozenset(
    {"batch", "beta", "discounted", "exacto", "extended", "floor", "free", "nitro", "online", "thinking", "web"}
)
_DIGEST: Final = re.compile(r":[0-9a-f]{64}$")
_BEDROCK: Final = re.compile(r"-v?(?P<major>\d+):(?P<minor>\d+)(?::(?P<context>\d+k))?$")


def _without_tags(name: str) -> tuple[str, list[str]]:
    """A name without its ``:tags``, and the tags. A size after a colon (Ollama) goes back into the name."""
    name = _DIGEST.sub("", name)
    if match := _BEDROCK.search(name):
        context = [f"context:{match['context']}"] if match["context"] else []
        return _bedrock(name[: match.start()], match["major"], match["minor"]), context
    base, *tags = name.split(":")
    variant: list[str] = []
    for tag in tags:
        if tag in _TAGS:
            variant.append(tag)
        elif tag.isdigit() and (base.endswith("-thinking") or "thinking" in variant):
            variant = [*(mark for mark in variant if mark != "thinking"), f"thinking:{tag}"]
        elif tag in _EFFORTS:
            variant.append(f"effort:{tag}")
        elif not tag.isdigit():
            base += f"-{tag}"
    return base, variant


def _bedrock(stem: str, major: str, minor: str) -> str:
    """Bedrock ends every id in ``-v1:0``; other numbers are the maker's own version, but for a dated id's revision."""
    if re.search(r"-v\d+$", stem):  # rerank-v3-5:0 is 3.5
        return f"{stem}.{major}"
    if major == "0":
        return f"{stem}-v0.{minor}"
    if stem.endswith(("claude", "claude-instant")):
        return f"{stem}-{major}.{minor}"
    dated = re.search(r"\d{8}$", stem)
    return f"{stem}-v{major}" if stem.endswith("embed") or (major != "1" and not dated) else stem


# --- from a name to tokens ---------------------------------------------------------------------------------------

_NUMBER_FORMAT: Final = re.compile(
    r"^(?:(?:nv|mx)?fp(?:4|8|16)|mxfp|bf16|int[48]|w\d+a\d+|[2-8]bit|awq|gptq|gguf|mlx|onnx|q\d(?:_\w+)?)$"
)
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_SPELLED_OTHERWISE: Final = tuple(
    (re.compile(printed), plain)
    for printed, plain in (
        (r"(?<![a-z\d])i?q\d_(?:0|k|xs|k_[sml])(?![a-z\d])", "gguf"),
        (r"(?<![\d.])(?<!20\d\d_)(\d{1,2})_(\d{1,2})(?![\dk])", r"\1.\2"),
        (r"(?<=\d)p(?=\d)", "."),
        (r"(?<=[a-z\d])\+(?=$|[\s_/@,:()-])", "-plus"),
        (r"[\s_/@,+:()]+|-{2,}", "-"),
        (r"-v-(?=\d)", "-v"),
        (r"(?<=\dv\d)-p(?=\d)|(?<=-v\d)-p(?=\d)", "."),
        (rf"\b(2[3-9])\.({_MONTH})\b", r"\1\2"),
        (r"\bnon-(reasoning|thinking)\b", r"non\1"),
        (r"\bno-?think(?:ing)?\b", "nonthinking"),
        (r"\bthought$", "thinking"),
        (r"\bhigh-throughput\b|\btput\b", "throughput"),
        (r"\bfp8-(?:dynamic|block)\b", "fp8"),
        (r"\breasoning-plus\b", "reasoning+plus"),
    )
)
_GLUED_NUMBER: Final = re.compile(r"^(hy|[a-z]{3,})\.?(\d{1,2}(?:\.\d+)?[a-z]?)$")


def _tokens(name: str) -> list[str]:
    """``qwen2p5-7b`` and ``Qwen 2.5 7B`` alike → ``qwen``, ``2.5``, ``7b``."""
    return list(_tokenised(name))


@lru_cache(maxsize=16)  # a part of a path is asked for more than once, and soon
def _tokenised(name: str) -> tuple[str, ...]:
    text = name.strip("-_ .")
    for printed, plain in _SPELLED_OTHERWISE:
        text = printed.sub(plain, text)
    return tuple(token for word in text.split("-") for token in _split(word) if token)


def _split(word: str) -> tuple[str, ...]:
    maker, dot, rest = word.partition(".")
    if dot and maker in labs.LAB_OF_ORGANISATION:
        return (maker, *_split(rest))
    glued = None if _NUMBER_FORMAT.match(word) else _GLUED_NUMBER.match(word)
    return (glued[1], glued[2]) if glued and glued[2][-1] not in "bkmt" else (word.replace("+", "-"),)


# --- dates -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Date:
    """A date as printed. Only a short one, a month or four digits, may tell one set of weights from another."""

    printed: str = ""
    is_short: bool = False

    @property
    def day(self) -> str:
        full = re.fullmatch(r"(20\d\d)-?(\d\d)(\d\d)", self.printed)
        return "-".join(full.groups()) if full else self.printed


_DATES: Final = tuple(
    (re.compile(rf"(?<=-){pattern}(?=-|$)"), is_short)
    for pattern, is_short in (
        (rf"20\d\d-{_MONTH}-{_DAY}", False),
        (rf"20[12]\d-?{_MONTH}{_DAY}", False),
        (rf"{_MONTH}-20[12]\d", True),
        (rf"2[3-9]{_MONTH}{_DAY}", False),
        (rf"(?:2[3-9]{_MONTH}|{_MONTH}{_DAY})", True),
        (rf"{_MONTH}-{_DAY}", False),
    )
)


def _without_date(tokens: list[str]) -> tuple[list[str], _Date]:
    text = "-".join(tokens)
    for pattern, is_short in _DATES:
        if match := pattern.search(text):
            left = text[: match.start()] + text[match.end() :]
            return [token for token in left.split("-") if token], _Date(match[0], is_short)
    return tokens, _Date()


# --- the maker and the family ------------------------------------------------------------------------------------

_LONGEST_FAMILY: Final = max(map(len, labs.LAB_OF_FAMILY))
_CLAUDE_TIERS: Final = frozenset({"opus", "sonnet", "haiku", "fable"})


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    lab: str
    rest: list[str]


def _family_words(tokens: list[str]) -> tuple[str, ...]:
    for length in range(min(_LONGEST_FAMILY, len(tokens)), 0, -1):
        if (words := tuple(tokens[:length])) in labs.LAB_OF_FAMILY:
            return words
    return ()


def _line(tokens: list[str], lab: str) -> str:
    """The maker of the product line that a name begins with, "" where it begins with none or is another's."""
    for length in (3, 2, 1):
        if maker := labs.LAB_OF_LINE.get(tuple(tokens[:length]), ""):
            return maker if lab in {"", maker} else ""
    return ""


def _is_common(tokens: list[str]) -> bool:
    return any("-".join(tokens[:length]) in labs.COMMON_WORDS for length in (1, 2))


def _family(tokens: list[str], lab: str) -> _Family | None:
    head = _family_words(tokens)
    for at, token in enumerate(tokens):
        if token in labs.BUILT_ON_OTHERS and (at == 0 or head):
            base, version = _without_version(tokens[len(head) : at])
            words = ("-".join(head), version.removeprefix("v"), *base) if at else ()
            return _Family("-".join(filter(None, (*words, token))), labs.LAB_OF_FAMILY[(token,)], tokens[at + 1 :])
    maker = labs.LAB_OF_FAMILY.get(head, "")
    if not maker or (lab not in {"", maker} and "-".join(head) in labs.COMMON_WORDS):
        return None
    if head == ("gpt",) and any(map(_SIZE.match, tokens)):
        return None  # OpenAI's GPTs print no size; GPT-J 6B and GPT-NeoX 20B are others
    return _Family("-".join(head), maker, tokens[len(head) :])


def _without_sellers(tokens: list[str]) -> tuple[list[str], str, list[str]]:
    """Tokens after leading words that name a seller or the maker, the maker's lab, the sellers as variants."""
    for length in (2, 1):
        word = "-".join(tokens[:length])
        if word in labs.SELLER_PREFIXES and len(tokens) > length:
            rest, lab, sellers = _without_sellers(tokens[length:])
            return rest, lab, [labs.SELLER_PREFIXES[word], *sellers]
    for length in (3, 2, 1):
        lab = labs.LAB_OF_ORGANISATION.get("-".join(tokens[:length]), "")
        family = _family_words(tokens[length:])
        derived = labs.BUILT_ON_OTHERS & set(tokens[length:]) and not _family_words(tokens)
        if lab and family and (derived or labs.LAB_OF_FAMILY[family] == lab):
            return tokens[length:], lab, []
    return tokens, labs.LAB_OF_ORGANISATION.get("".join(tokens[:1]), ""), []


def _without_region(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Tokens after a region that stands before a maker or a family: ``us-anthropic-claude``."""
    for length in (2, 1):
        region = "-".join(tokens[:length])
        rest = tokens[length:]
        if region in _REGION_WORDS.split("|") and (
            "".join(rest[:1]) in labs.LAB_OF_ORGANISATION or _family_words(rest)
        ):
            return rest, [f"region:{region}"]
    return tokens, []


def _with_family(tokens: list[str], organisation: str, sellers: list[str], own_host: str) -> list[str]:
    """Names that leave their family out: GitLab's ``opus-4-5``, Moonshot's ``k2p5``, Voyage's ``rerank-2.5``."""
    if tokens and tokens[0] == "rerank" and "voyage" in {own_host, labs.LAB_OF_ORGANISATION.get(organisation)}:
        return ["voyage", *tokens]
    if tokens and tokens[0] in _CLAUDE_TIERS and (organisation == "anthropic" or sellers):
        return ["claude", *tokens]
    if len(tokens) == 1 and re.fullmatch(r"k\d(?:\.\d)?", tokens[0]):
        return ["kimi", *tokens]
    return tokens


# --- numbers -----------------------------------------------------------------------------------------------------

_VERSION: Final = re.compile(r"^[vkmr]?\d{1,2}(?:\.\d{1,2}){0,2}[onv]?$")
_SIZE: Final = re.compile(r"^(?:(?:\d+x)?\d+(?:\.\d+)?[bt]|\d\d+m|e\d+b)$")  # 1m is a context, 22m a size
_ACTIVE: Final = re.compile(r"^a\d+(?:\.\d+)?b$")
_EXPERTS: Final = re.compile(r"^\d+e$")
_REVISION: Final = re.compile(r"^v\d+(?:\.\d+)*$")
_LETTERED: Final = {
    **dict.fromkeys(("cogito", "deepseek", "deepseek-coder", "deepseek-math", "deepseek-prover", "embed", "mimo"), "v"),
    **dict.fromkeys(("moonshot", "rerank", "titan-embed-image", "titan-embed-text", "virtuoso"), "v"),
    **dict.fromkeys(("titan-image-generator", "titan-text"), "v"),
    "kimi": "k",
    "minimax": "m",
}
_NUMBERED_BY_NAME: Final = frozenset({"o1", "o3", "o4", "r1-1776", "text-embedding-3", "text-embedding-ada"})
_NUMBER_ONLY: Final = re.compile(r"^v?\d+(?:\.\d+)*$")


def _without_version(tokens: list[str]) -> tuple[list[str], str]:
    """The first number before the size is the version; ``4`` followed by ``1`` is 4.1, and 41 is 4.1."""
    for at, token in enumerate(tokens):
        if _SIZE.match(token):
            break
        if not _VERSION.match(token):
            continue
        after = "".join(tokens[at + 1 : at + 2])
        if "." not in token and token[-1].isdigit() and re.fullmatch(r"\d{1,2}v?", after):
            return [*tokens[:at], *tokens[at + 2 :]], f"{token}.{after}"
        return [*tokens[:at], *tokens[at + 1 :]], re.sub(r"^([vkm]?[1-9])([1-9])$", r"\1.\2", token)
    for at, token in enumerate(tokens):
        if re.fullmatch(r"[1-9]\.\d", token):  # Ministral 8B 3.0
            return [*tokens[:at], *tokens[at + 1 :]], token
    return tokens, ""


def _with_bases(tokens: list[str]) -> list[str]:
    """The number behind another maker's family is that family's: ``llama``, ``3.1`` → ``llama-3.1``."""
    joined: list[str] = []
    for token in tokens:
        if joined and joined[-1] in labs.TUNED_ON and _VERSION.match(token) and token not in {"0", "1"}:
            joined[-1] += token if joined[-1] == "qwen" else f"-{token}"
        else:
            joined.append(token)
    return joined


def _version_of(family: str, version: str) -> str:
    """The version as its family prints it: DeepSeek's with a v, Kimi's with a k, most others' bare."""
    letter = _LETTERED.get(family, "")
    if letter and version[:1].isdigit() and not version.startswith("0"):
        version = letter + version
    elif not letter:
        version = version.removeprefix("v")
    return re.sub(r"(?<=\d)\.0$", "", version)


# --- words -------------------------------------------------------------------------------------------------------

_ROLES: Final = frozenset(
    {"base", "captioner", "chat", "exp", "experimental", "instruct", "it", "preview", "pt", "vision"}
    | {"nonreasoning", "nonthinking", "reasoning", "reasoning-plus", "think", "thinking"}
)
_SALES: Final[Mapping[str, str]] = {
    **{word: word for word in ("batch", "cheaper", "cloud", "discounted", "exacto", "extended", "flex", "free")},
    **{word: word for word in ("highspeed", "maas", "nitro", "original", "tee", "throughput")},
    "ultraspeed": "highspeed",
    "highthinking": "thinking",
    "latest": "latest-alias",
}
_OF_A_SERVER: Final = {"lite": "lite", "long": "context:long", "lora": "lora", "rope": "rope"}
"""Words that a server of the weights adds behind the role."""
_SILENT: Final = frozenset({"default", "inspect", "effort", "unknown", "hf", "fc", "prompt"})
_WITH_EFFORT: Final = frozenset({"gpt", "gpt-oss", "o1", "o3", "o4", "claude", "gemini", "grok"})


class _Reader:
    """Reads the tokens behind the family: numbers first, then roles and words, which mean what the numbers let them."""

    def __init__(self, said: Parse, date: _Date) -> None:
        self.said, self.date, self.variant = said, date, list(said.variant)

    def read(self, tokens: list[str]) -> Parse:
        version = ""
        tokens = _with_bases(tokens)
        if self.said.family not in _NUMBERED_BY_NAME:
            tokens, version = _without_version(tokens)
        release = self.date.printed if self.date.is_short else ""
        version = _version_of(self.said.family, version)
        self.said, words = self._numbers(replace(self.said, version=version, release=release), tokens)
        roles = tuple(word for word in words if word in _ROLES)
        others = [word for word in words if word not in _ROLES]
        self.said = replace(self.said, words=tuple(others))
        self.said = replace(self.said, roles=tuple(self._own_roles(roles)))
        tuned = words[words.index("instruct") :] if "instruct" in words else []
        self.said = replace(self.said, words=tuple(self._own_words(others, tuned)))
        return self._dated()

    def _numbers(self, said: Parse, tokens: list[str]) -> tuple[Parse, list[str]]:
        words: list[str] = []
        for token in tokens:
            if not said.size and _SIZE.match(token):
                whole = words.pop() if words and words[-1] in {"0", "1"} else ""  # 1-5b is 1.5b
                said = replace(said, size=f"{whole}.{token}" if whole else token)
            elif _ACTIVE.match(token):
                said = replace(said, active=token)
            elif _EXPERTS.match(token):
                said = replace(said, experts=token)
            elif _REVISION.match(token) or (said.size and re.fullmatch(r"0\.\d", token)):
                said = replace(said, revision=f"v{token.removeprefix('v')}".removesuffix(".0"))
            else:
                words.append(token)
        return said, words

    def _own_roles(self, roles: tuple[str, ...]) -> Iterator[str]:
        """The roles that are the model's own; those that are a setting become variants."""
        family = self.said.family
        for role in roles:
            if role in {"nonthinking", "nonreasoning"}:
                self.variant.append(role.replace("non", "non-"))
            elif role in {"thinking", "think"} and conventions.thinks_by_switch(self.said):
                if not any(mark.startswith("thinking") for mark in self.variant):
                    self.variant.append("thinking")
            elif role == "base" and family == "claude":
                self.variant.append("non-thinking")
            elif role == "reasoning" and family in {"claude", "grok"}:
                self.variant.append("thinking" if family == "claude" else "reasoning")
            elif role == "experimental" and family == "grok" and self.said.version:
                self.variant.append(role)
            else:
                yield role

    def _own_words(self, words: list[str], tuned: list[str]) -> Iterator[str]:
        """The words that are the model's own; those about the sale become variants. `tuned` follow ``instruct``."""
        for word in words:
            sold = self._sold(word, last=word == words[-1], after_role=word in tuned)
            if sold:
                self.variant.append(sold)
            elif word not in _SILENT:
                yield word

    def _sold(self, word: str, *, last: bool, after_role: bool) -> str:
        """What `word` says of how the model is sold or set, "" when it is part of the name."""
        said = self.said
        if word in _SALES:
            return "" if (said.family, word) == ("flux", "flex") else _SALES[word]
        if _NUMBER_FORMAT.match(word):
            return word
        if word in {"fast", "turbo", "lightning", "basic"}:
            return word.replace("lightning", "highspeed") if conventions.is_served_faster(said, word) else ""
        if word == "beta":
            return "beta" if said.version and said.lab in labs.API_ONLY_LABS else ""
        if word in _EFFORTS - {"max"}:
            return f"effort:{word}" if said.family in _WITH_EFFORT else ""
        if word in labs.SELLER_SUFFIXES:
            return labs.SELLER_SUFFIXES[word] if last else ""
        if context := re.fullmatch(r"(\d+)k", word):
            return f"context:{word}" if conventions.is_context_tier(said, int(context[1]), last, after_role) else ""
        if re.fullmatch(r"\d{4,6}", word) and int(word) >= 4096 and int(word) % 1024 == 0:
            return f"context:{word}" if said.size else ""
        if re.fullmatch(r"00\d", word):
            return f"version:{word}" if said.version or said.release else ""
        if word in {"us", "eu"}:
            return f"region:{word}" if last and said.version else ""
        if word == "short":
            return "context:short" if said.version else ""
        return _OF_A_SERVER.get(word, "") if after_role else ""

    def _dated(self) -> Parse:
        said, variant = self.said, tuple(self.variant)
        if said.release and conventions.dates_weights(said):
            return replace(said, variant=variant)
        if self.date.printed:
            variant = (*variant, f"dated:{self.date.day}")
        return replace(said, release="", date=self.date.day, variant=variant)
