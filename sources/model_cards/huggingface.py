"""Hugging Face: what a model repository says of itself, in its card (README.md), the Hub's record and a list of them.

Read from the list of trending models: licence, base models, pipeline tag and design of those that write text.
Read from the card: the front matter (licence, base models, languages, pipeline tag, `model-index` scores) and the
labelled facts and score tables of the body (`card_body`). Read from the record: licence, base models resolved by the
Hub, languages, pipeline tag, weight files, the exact parameter count and the design that the weights are loaded by:
its type, or the name of its class where that is another one's, as of a drafter that borrows a type.
Deliberately out of scope: prices (the Hub lists none here), popularity, dates (a repository is created before or after
its model is released), and whether the uploader made the model: `lab` is the owner as printed, and identity decides.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from sources.contract import WHOLE, Document, Doubt, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import attempt, doubt
from sources.model_cards import card_body
from sources.model_cards.card_body import agreed, is_score, statements
from sources.readers import offers, structured, values
from sources.readers.benchmark_names import Benchmark, benchmark, of_setting, slug
from sources.readers.benchmark_settings import noted
from sources.readers.structured import Entry, each_entry, json_glimpse, listed

_FAMILIES = {
    "01-ai": "Yi-34B",
    "ai21labs": "Jamba-v0.1",
    "Alibaba-NLP": "Tongyi-DeepResearch-30B-A3B",
    "allenai": (
        "Olmo-3-7B-Instruct Olmo-3-7B-Think Olmo-3-32B-Think Olmo-3.1-32B-Instruct Olmo-3.1-32B-Think Molmo2-8B"
    ),
    "arcee-ai": "Llama-3.1-SuperNova-Lite Trinity-Mini Trinity-Large-Thinking",
    "BAAI": "bge-m3 bge-large-en-v1.5 bge-reranker-v2-m3",
    "baidu": "ERNIE-4.5-21B-A3B-PT ERNIE-4.5-21B-A3B-Thinking ERNIE-4.5-VL-424B-A47B-PT",
    "bigcode": "starcoder2-15b",
    "bigscience": "bloom bloomz-560m",
    "CohereLabs": "aya-expanse-32b c4ai-command-a-03-2025 c4ai-command-r7b-12-2024 command-a-reasoning-08-2025",
    "deepseek-ai": (
        "DeepSeek-Coder-V2-Instruct DeepSeek-OCR DeepSeek-R1 DeepSeek-R1-0528 DeepSeek-R1-Distill-Llama-70B"
        " DeepSeek-R1-Distill-Qwen-32B DeepSeek-V3 DeepSeek-V3-0324 DeepSeek-V3.1 DeepSeek-V3.1-Terminus"
        " DeepSeek-V3.2 DeepSeek-V3.2-Exp DeepSeek-V4-Flash DeepSeek-V4-Pro"
    ),
    "distilbert": "distilgpt2",
    "EleutherAI": "gpt-j-6b gpt-neox-20b",
    "facebook": "opt-125m",
    "google": (
        "flan-t5-base flan-t5-large flan-t5-small gemma-2-9b-it gemma-2-27b-it gemma-3-1b-it gemma-3-4b-it"
        " gemma-3-12b-it gemma-3-27b-it gemma-3n-E4B-it gemma-4-26B-A4B-it gemma-4-31B-it gemma-4-E2B-it"
        " gemma-4-E4B-it embeddinggemma-300m mt5-small t5-v1_1-base t5gemma-b-b-prefixlm vaultgemma-1b"
    ),
    "HuggingFaceTB": "SmolLM2-1.7B-Instruct SmolLM3-3B",
    "ibm-granite": (
        "granite-4.0-h-micro granite-4.0-micro granite-4.1-3b granite-4.1-8b granite-4.1-30b"
        " granite-embedding-311m-multilingual-r2"
    ),
    "inclusionAI": "Ling-1T Ling-2.6-1T Ling-2.6-flash",
    "LGAI-EXAONE": "EXAONE-4.5-33B K-EXAONE-236B-A23B",
    "LiquidAI": "LFM2-24B-A2B LFM2.5-1.2B-Instruct",
    "meituan-longcat": "LongCat-Flash-Chat",
    "meta-llama": (
        "Llama-2-7b-hf Llama-3.1-8B Llama-3.1-8B-Instruct Llama-3.1-70B-Instruct Llama-3.1-405B-Instruct"
        " Llama-3.2-1B-Instruct Llama-3.2-3B-Instruct Llama-3.3-70B-Instruct Llama-4-Maverick-17B-128E-Instruct"
        " Llama-4-Scout-17B-16E-Instruct Llama-Guard-4-12B Meta-Llama-3-8B Meta-Llama-3-8B-Instruct"
    ),
    "microsoft": "phi-4 Phi-4-mini-instruct unixcoder-base",
    "MiniMaxAI": "MiniMax-M2 MiniMax-M2.1 MiniMax-M2.5 MiniMax-M2.7 MiniMax-Text-01",
    "mistralai": (
        "Devstral-Small-2-24B-Instruct-2512 Magistral-Small-2509 Ministral-3-3B-Instruct-2512"
        " Ministral-3-8B-Instruct-2512 Ministral-3-14B-Instruct-2512 Mistral-7B-Instruct-v0.3"
        " Mistral-Medium-3.5-128B Mistral-Nemo-Instruct-2407 Mistral-Small-24B-Instruct-2501"
        " Mistral-Small-3.1-24B-Instruct-2503 Mistral-Small-3.2-24B-Instruct-2506 Mistral-Small-4-119B-2603"
        " Mixtral-8x7B-Instruct-v0.1 Mixtral-8x22B-Instruct-v0.1"
    ),
    "moonshotai": "Kimi-K2-Instruct Kimi-K2-Instruct-0905 Kimi-K2-Thinking Kimi-K2.5 Kimi-K2.6",
    "NousResearch": "Hermes-4-70B Hermes-4-405B",
    "nvidia": (
        "Llama-3.1-Nemotron-70B-Instruct-HF NVIDIA-Nemotron-Nano-9B-v2 NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"
        " NVIDIA-Nemotron-3-Super-120B-A12B-BF16 NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16"
    ),
    "openai": "gpt-oss-20b gpt-oss-120b gpt-oss-safeguard-20b",
    "openai-community": "gpt2",
    "poolside": "Laguna-XS.2",
    "Qwen": (
        "QwQ-32B Qwen2.5-1.5B-Instruct Qwen2.5-3B-Instruct Qwen2.5-7B-Instruct Qwen2.5-72B-Instruct"
        " Qwen2.5-Coder-32B-Instruct Qwen2.5-VL-72B-Instruct Qwen3-0.6B Qwen3-1.7B Qwen3-4B Qwen3-4B-Instruct-2507"
        " Qwen3-4B-Thinking-2507 Qwen3-8B Qwen3-14B Qwen3-32B Qwen3-30B-A3B Qwen3-30B-A3B-Instruct-2507"
        " Qwen3-235B-A22B Qwen3-235B-A22B-Instruct-2507 Qwen3-235B-A22B-Thinking-2507 Qwen3-Coder-30B-A3B-Instruct"
        " Qwen3-Coder-480B-A35B-Instruct Qwen3-Coder-Next Qwen3-Embedding-8B Qwen3-Reranker-0.6B"
        " Qwen3-Next-80B-A3B-Instruct Qwen3-Next-80B-A3B-Thinking Qwen3-VL-8B-Instruct Qwen3-VL-235B-A22B-Instruct"
        " Qwen3.5-0.8B Qwen3.5-4B Qwen3.5-9B Qwen3.5-27B Qwen3.5-35B-A3B Qwen3.5-122B-A10B Qwen3.5-397B-A17B"
        " Qwen3.6-27B Qwen3.6-35B-A3B"
    ),
    "Salesforce": "codet5p-220m",
    "ServiceNow-AI": "Apriel-1.6-15b-Thinker",
    "stepfun-ai": "Step-3.5-Flash",
    "swiss-ai": "Apertus-8B-Instruct-2509 Apertus-70B-Instruct-2509",
    "tencent": "Hunyuan-A13B-Instruct Hy3 Hy3-preview",
    "tiiuae": "falcon-40b-instruct falcon-180B",
    "TinyLlama": "TinyLlama-1.1B-Chat-v1.0",
    "upstage": "SOLAR-10.7B-Instruct-v1.0",
    "xai-org": "grok-2",
    "XiaomiMiMo": "MiMo-V2-Flash MiMo-V2.5 MiMo-V2.5-Pro",
    "zai-org": "GLM-4.5 GLM-4.5-Air GLM-4.5V GLM-4.6 GLM-4.6V GLM-4.7 GLM-4.7-Flash GLM-5 GLM-5.1",
}
_WITHOUT_OWNER = ("t5-small", "t5-base", "t5-large")
_OTHERS = (
    "CAUKiel/JavaBERT DaNLP/da-bert-tone-sentiment-polarity Gensyn/Qwen2.5-0.5B-Instruct Helsinki-NLP/opus-mt-en-fr"
    " Intel/dynamic_tinybert KETI-AIR/ke-t5-base Rakib/roberta-base-on-cuad YueLinHu/GAC-Qwen3.5-4B"
    " context-labs/meta-llama-Llama-3.2-3B-Instruct-FP16 dphn/dolphin-2.9.1-yi-1.5-34b ibm/qcpg-sentences"
    " impira/layoutlm-document-classifier neuralmagic/Qwen2.5-3B-quantized.w4a16 stanford-crfm/alias-gpt2-small-x21"
    " trl-internal-testing/tiny-Qwen2ForCausalLM-2.5"
)
"""Tunes, conversions and encoders of others: what the format allows beside what labs make of it."""
REPOSITORIES = (
    *(f"{owner}/{name}" for owner, names in _FAMILIES.items() for name in names.split()),
    *_WITHOUT_OWNER,
    *_OTHERS.split(),
)
"""The repositories that are read every night, whoever else mentions them."""

_REPOSITORY = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)?[A-Za-z0-9][\w.-]*")
_CARD = re.compile(rf"https://huggingface\.co/({_REPOSITORY.pattern})/raw/main/README\.md")
_RECORD = re.compile(rf"https://huggingface\.co/api/models/({_REPOSITORY.pattern})")

_SPDX_IDS = (
    "Apache-2.0 MIT BSD-2-Clause BSD-3-Clause BSL-1.0 AFL-3.0 Artistic-2.0 ECL-2.0 EPL-2.0 EUPL-1.1 EUPL-1.2 ISC"
    " MPL-2.0 MS-PL NCSA OFL-1.1 OSL-3.0 PostgreSQL Unlicense WTFPL Zlib GPL-2.0 GPL-3.0 AGPL-3.0 LGPL-2.1"
    " LGPL-3.0 CC0-1.0 CC-BY-2.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0"
    " CC-BY-NC-4.0 CC-BY-ND-4.0 CC-BY-NC-ND-3.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-3.0 CC-BY-NC-SA-4.0"
    " PDDL ODbL-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0"
)
_SPDX = {each.lower(): each for each in _SPDX_IDS.split()}

_PRODUCT_TYPES = {
    "sentence-similarity": "embedding",
    "text-ranking": "reranker",
    "text-to-image": "image",
    "image-to-image": "image",
    "text-to-video": "video",
    "image-to-video": "video",
    "text-to-speech": "speech",
}
_MODALITIES = {
    "image-text-to-text": (["image", "text"], ["text"]),
    "image-to-text": (["image"], ["text"]),
    "audio-text-to-text": (["audio", "text"], ["text"]),
    "video-text-to-text": (["video", "text"], ["text"]),
    "text-to-image": (["text"], ["image"]),
    "text-to-video": (["text"], ["video"]),
    "text-to-speech": (["text"], ["audio"]),
    "sentence-similarity": (["text"], ["embedding"]),
    "text-ranking": (["text"], ["rerank"]),
}
_WRITES_TEXT = {"text-generation", "image-text-to-text", "audio-text-to-text", "video-text-to-text", "any-to-any"}
_CONVERTED = {"quantized", "adapter", "merge"}
_WHOLE_TENSORS = {"F32", "F16", "BF16"}
_CLASS = re.compile(r"(?:For[A-Z]\w*|LMHeadModel|Model)$")
"""What the name of a class says besides its design."""
_TYPE = re.compile(r"[a-z][a-z0-9]{2,}(?:_[a-z0-9]+)*")
_LOADERS = {"transformers", "vllm"}
"""Libraries that load nothing without its type."""
_WEIGHT_FILE = re.compile(r"[^/]+\.(?:safetensors|gguf|bin|pth|pt)")


def parse_card(document: Document) -> Iterator[Told]:
    """One card: front matter and body. Refused where the front matter is broken or the page is no card."""
    subject = _subject(_CARD, document.url)
    front, body = _front_and_body(document)
    if not front and not re.search(r"^#{1,6} \S", body.text, re.MULTILINE):
        raise Refused(
            "a page with neither front matter nor a heading", place=document.url, value=body.text.lstrip()[:60]
        )
    yield from _lab(subject, document.url)
    yield from _front_matter(subject, front)
    for place, result in _results(front):
        named = _words(_mapping(result.get("dataset")).get("name"))
        yield LeftOut(place, AT_MOST_ONE if named else NO_DATA_SET)  # counts only where it is not read
    yield from card_body.left_out(subject, body)
    scores = list(attempt(partial(_model_index, subject, front), "table", MODEL_INDEX, within=(MODEL_INDEX,)))
    yield from (each for each in scores if isinstance(each, Doubt))
    yield from agreed([*(each for each in scores if isinstance(each, Observation)), *statements(subject, body)])


def card_rows(document: Document) -> Iterator[str]:
    """The card itself, every result in its front matter, and the lines of its tables."""
    front, body = _front_and_body(document)
    yield from WHOLE
    yield from (place for place, _ in _results(front))
    yield from body.rows


@once
def _front_and_body(document: Document) -> tuple[dict[str, Any], card_body.Body]:
    """The front matter, and the rest with its lines where they stand on the page."""
    front, body = structured.front_matter(document.text)
    return front, card_body.Body("\n" * (document.text.count("\n") - body.count("\n")) + body)


def parse_record(document: Document) -> Iterator[Told]:
    """One record of the Hub's API, each key of it in doubt alone. Refused where the repository is private."""
    asked = _subject(_RECORD, document.url)
    record = document.json_with_oddities()
    subject = record["id"]
    if not isinstance(subject, str) or not _REPOSITORY.fullmatch(subject):
        raise Refused("an id that is no repository", place="id", value=subject)
    if record.get("private") or record.get("disabled"):
        raise Refused("a private or disabled repository", place=subject)
    for key in record:
        if re.search(r"pric|cost|billing", key, re.IGNORECASE):
            yield doubt("a key that may be about money", "cell", key, json_glimpse(record[key]))
    if asked != subject:
        yield Observation(
            asked, "alias_target", subject, subject, "id, where the address has the repository's former name"
        )
    yield from _lab(subject, "id")
    card, tags = record.get("cardData") or {}, record.get("tags") or []
    task = record.get("pipeline_tag")
    for place, read in (
        ("cardData license", partial(_licences, subject, card, "cardData")),
        ("cardData language", partial(_languages, subject, card, "cardData")),
        ("pipeline_tag", partial(_pipeline, subject, task, tags, "pipeline_tag")),
        ("tags", partial(_base_models, subject, tags, "tags")),
        ("siblings", partial(_weights, subject, record)),
        ("safetensors", partial(_parameters, subject, record)),
        ("config", partial(_design, subject, record)),
    ):
        yield from attempt(read, "cell", place, json_glimpse(record.get(place.split()[0])), within=(place,))


def _weights(subject: str, record: dict[str, Any]) -> Iterator[Observation]:
    files = [each["rfilename"] for each in record.get("siblings") or []]
    if weights := next((name for name in files if _WEIGHT_FILE.fullmatch(name)), None):
        gate = record.get("gated")
        place = "siblings" + (f"; gated: {gate}, still open to whoever fills in the form" if gate else "")
        yield Observation(subject, "open_weights", weights, True, place)


def _parameters(subject: str, record: dict[str, Any]) -> Iterator[Observation]:
    tensors = record.get("safetensors") or {}
    if (
        tensors
        and set(tensors["parameters"]) <= _WHOLE_TENSORS
        and sum(tensors["parameters"].values()) == tensors["total"]
    ):
        total = values.positive(tensors["total"])
        yield Observation(subject, "parameters", str(total), total, "safetensors.total")


def _design(subject: str, record: dict[str, Any]) -> Iterator[Observation]:
    config = record.get("config") or {}
    kind, classes = config.get("model_type"), config.get("architectures") or []
    if not isinstance(classes, list) or not all(isinstance(each, str) for each in (*classes, kind or "")):
        raise Refused("a type or a class that is no word", value=json_glimpse([kind, classes]))
    name = _CLASS.sub("", classes[0]) if len(classes) == 1 else ""
    if kind and (_spelt(name) == _spelt(kind.removesuffix("_text")) or not (classes or config.get("auto_map"))):
        yield Observation(subject, "architecture", kind, kind, "config.model_type")
    elif name:
        yield Observation(subject, "architecture", classes[0], classes[0], "config.architectures")


def _spelt(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def parse_trending(document: Document) -> Iterator[Told]:
    """The Hub's list of trending models, in short records. What writes no text, and conversions, are left out."""
    return each_entry(listed(document.json_with_oddities(), ""), _trending_entry, siblings="[id=")


def _trending_entry(record: Entry) -> Iterator[Observation | LeftOut]:
    tags, task = [values.words(tag) for tag in record["tags"]], record.get("pipeline_tag")
    relations = {match[1] for tag in tags if (match := re.fullmatch(r"base_model:(\w+):.+", tag))}
    if task is not None and not isinstance(task, str):
        raise Refused("a task that is no word", value=task)
    if task not in _WRITES_TEXT:
        yield LeftOut(record.place, OTHER_TASK)
    elif relations & _CONVERTED or "gguf" in tags:
        yield LeftOut(record.place, CONVERSION)
    else:
        yield from _trending(record, tags, record.place)


def _trending(record: dict[str, Any], tags: list[str], place: str) -> Iterator[Observation]:
    subject = values.identifier(record["id"])
    yield from _lab(subject, place)
    licences = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    if licences != ["other"]:
        yield from _licences(subject, {"license": licences}, place)
    yield from _pipeline(subject, record["pipeline_tag"], tags, f"{place}.pipeline_tag")
    yield from _base_models(subject, tags, f"{place}.tags")
    if kind := _listed_design(tags, record["pipeline_tag"]):
        yield Observation(subject, "architecture", kind, kind, f"{place}.tags")


def _listed_design(tags: list[str], task: str) -> str:
    """The type of design: the Hub's tag behind the weights'; "" where code of the repository's own may differ."""
    if not _LOADERS.intersection(tags) or "safetensors" not in tags[:-1] or "custom_code" in tags:
        return ""
    kind = tags[tags.index("safetensors") + 1]
    return kind if kind not in (task, "conversational") and _TYPE.fullmatch(kind) else ""


def repositories(said: Iterable[Observation]) -> list[str]:
    """Every repository that other sources name and `REPOSITORIES` does not, in order."""
    named = {str(each.value) for each in said if each.attribute == "hugging_face_id"}
    return sorted(name for name in named - set(REPOSITORIES) if "/" in name and _REPOSITORY.fullmatch(name))


def card_urls(said: Iterable[Observation]) -> list[str]:
    return [_card_url(name) for name in repositories(said)]


def record_urls(said: Iterable[Observation]) -> list[str]:
    return [_record_url(name) for name in repositories(said)]


def _card_url(repository: str) -> str:
    return f"https://huggingface.co/{repository}/raw/main/README.md"


def _record_url(repository: str) -> str:
    return f"https://huggingface.co/api/models/{repository}"


def _subject(address: re.Pattern[str], url: str) -> str:
    match = address.fullmatch(url)
    if not match:
        raise Refused("an address of another form", place=url)
    return match[1]


def _lab(subject: str, place: str) -> Iterator[Observation]:
    owner, slash, _ = subject.partition("/")
    if slash:
        yield Observation(subject, "lab", owner, owner, place)


def _base_models(subject: str, tags: list[str], place: str) -> Iterator[Observation]:
    """The models a repository was made of; a bare tag is passed over where another says the relation too."""
    for tag in tags:
        if match := re.fullmatch(r"base_model:(?:(\w+):)?([\w.-]+/[\w.-]+)", tag):
            is_named_again = not match[1] and any(
                re.fullmatch(rf"base_model:\w+:{re.escape(match[2])}", each) for each in tags
            )
            if not is_named_again and match[2] != subject:
                yield Observation(subject, "base_model", tag, match[2], place)


def _front_matter(subject: str, front: dict[str, Any]) -> Iterator[Observation | Doubt]:
    """What the front matter says, each field of it in doubt alone."""
    tags = [front.get("library_name"), *(front["tags"] if isinstance(front.get("tags"), list) else [])]
    task, place = front.get("pipeline_tag"), "front matter"
    for field, read in (
        ("license", partial(_open_weights, subject, front)),
        ("language", partial(_languages, subject, front, place)),
        ("base_model", partial(_bases, subject, front)),
        ("pipeline_tag", partial(_pipeline, subject, task, tags, f"{place} pipeline_tag")),
    ):
        at = f"{place} {field}"
        yield from attempt(read, "cell", at, json_glimpse(front.get(field)), within=(at,))


def _open_weights(subject: str, front: dict[str, Any]) -> Iterator[Observation]:
    """The licence, and that there are weights under it."""
    yield from _licences(subject, front, "front matter")
    if licences := _texts(front.get("license")):
        place = "front matter license, of a repository that holds the weights, gated or not"
        yield Observation(subject, "open_weights", ", ".join(licences), True, place)


def _bases(subject: str, front: dict[str, Any]) -> Iterator[Observation]:
    relation = front.get("base_model_relation")
    for name in _texts(front.get("base_model")):
        if name != subject:
            place = "front matter base_model" + (f", base_model_relation {relation}" if relation else "")
            yield Observation(subject, "base_model", name, name, place)


def _licences(subject: str, front: dict[str, Any], place: str) -> Iterator[Observation]:
    keys, names = _texts(front.get("license")), _texts(front.get("license_name"))
    # Several licences may bind together or leave a choice, and "unknown" is the Hub's word for not saying.
    if len(keys) != 1 or keys == ["unknown"]:
        return
    own_name = names[0] if keys == ["other"] and names else keys[0]
    license_id = _SPDX.get(own_name.lower()) or "LicenseRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", own_name).strip("-")
    printed = f"{keys[0]}, license_name: {own_name}" if own_name != keys[0] else keys[0]
    yield Observation(subject, "license_id", printed, license_id, f"{place} license")


def _languages(subject: str, front: dict[str, Any], place: str) -> Iterator[Observation]:
    printed = _texts(front.get("language"))
    # "code" and "multilingual" stand in the same list and are no languages.
    if codes := tuple(each for each in printed if re.fullmatch(r"[a-z]{2,3}(?:[-_]\w+)*", each)):
        yield Observation(subject, "languages", ", ".join(printed), codes, f"{place} language")


def _pipeline(subject: str, tag: object, tags: list[Any], place: str) -> Iterator[Observation]:
    if tag is None:
        return
    if not isinstance(tag, str):
        raise Refused("a task that is no word", value=tag)
    # The Hub gives feature-extraction to every encoder, speech and vision included.
    task = "sentence-similarity" if tag == "feature-extraction" and "sentence-transformers" in tags else tag
    if product_type := _PRODUCT_TYPES.get(task):
        yield Observation(subject, "product_type", tag, product_type, place)
    if task in _MODALITIES:
        taken, given = _MODALITIES[task]
        yield Observation(subject, "input_modalities", tag, values.modalities(taken), place)
        yield Observation(subject, "output_modalities", tag, values.modalities(given), place)


def _model_index(subject: str, front: dict[str, Any]) -> Iterator[Observation]:
    """Scores of the `model-index`; a result without a named data set, or a value that is no number, says nothing."""
    for place, result in _results(front):
        data, source = _mapping(result.get("dataset")), _mapping(result.get("source"))
        name, config, reporter = _words(data.get("name")), _words(data.get("config")), _words(source.get("name"))
        bare_name = name.removesuffix(f"({config})").strip() if config else name
        if not bare_name:
            continue
        found = benchmark(bare_name) or Benchmark(slug(bare_name), "points")
        for metric in _mappings(result.get("metrics")):
            printed, measure = _words(metric.get("value")), _words(metric.get("name")) or _words(metric.get("type"))
            if not re.fullmatch(r"\d+(?:\.\d+)?", printed) or not measure:
                continue
            if not is_score(value := values.decimal(printed), found.unit, is_percent=False):
                continue
            setting = {
                **noted(measure),
                "dataset": config if config not in ("None", "default") else "",
                "shots": _words(_mapping(data.get("args")).get("num_few_shot")),
                "reported_by": reporter,
            }
            where = place + (f", source {reporter}" if reporter else "")
            if metric.get("verified") == "true":
                where += ", verified by the Hub"
            read = of_setting(found, {key: words for key, words in setting.items() if words})
            when = condition(**read.setting)
            yield Observation(subject, f"benchmark/{read.id}", f"{name} | {printed}", value, where, found.unit, when)


def _results(front: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The results of the `model-index`, each placed by the name of its data set."""
    results = [each for model in _mappings(front.get("model-index")) for each in _mappings(model.get("results"))]
    named = (f"{MODEL_INDEX} result {_words(_mapping(each.get('dataset')).get('name'))!r}" for each in results)
    return list(zip(offers.told_apart(named), results, strict=True))


def _mappings(given: object) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _mapping(given: object) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _words(given: object) -> str:
    return re.sub(r"[;=]+", " ", given).strip() if isinstance(given, str) else ""


def _texts(given: object) -> list[str]:
    """A word or a list of words as a list; Refused for anything else, as in a template nobody filled in."""
    words: list[str] = []
    for each in given if isinstance(given, list) else [given] if given else []:
        if not isinstance(each, str):
            raise Refused("not a word", value=each)
        words.append(each.strip())
    return [each for each in words if each]


MODEL_INDEX = "front matter model-index"
NO_DATA_SET = "model-index results without a data set name"
AT_MOST_ONE = "scores of at most 1 where no % is printed"

OTHER_TASK = "models of other tasks, or of none that is said"
CONVERSION = "conversions, adapters and merges"

_DISCOVERED_FROM = ("curated", "openrouter_models")

SOURCES = (
    Source(
        id="huggingface_cards",
        publisher="huggingface",
        kind="model_card",
        authority="maker",
        media="markdown",
        terms_url="https://huggingface.co/terms-of-service",
        licence="facts of each card; the words are the repository owner's",
        rows=(1, 1),
        parse=parse_card,
        offers=card_rows,
        urls=tuple(_card_url(name) for name in REPOSITORIES),
        discovers_from=_DISCOVERED_FROM,
        discovers=card_urls,
        max_documents=400,
        max_bytes=4_000_000,
        ignores={
            "tags, datasets, metrics, library_name, widget, inference, co2_eq_emissions": "no field of a model",
            "license_link, extra_gated_*": "the licence's text and its form, not its name",
            "new_version": "a newer model's repository; says nothing dated of this one",
            "pipeline_tag text-generation, any-to-any, automatic-speech-recognition": "on models of every kind",
            NO_DATA_SET: "a score of nothing in particular",
            AT_MOST_ONE: "cannot be told from a fraction of one",
            **card_body.IGNORES,
            "columns named after the model and a mode or precision": "not the bare name",
            "prose": "only labelled facts are read",
        },
    ),
    Source(
        id="huggingface_api",
        publisher="huggingface",
        kind="model_card",
        authority="maker",
        media="json",
        terms_url="https://huggingface.co/terms-of-service",
        licence="facts of each record",
        rows=(1, 2),
        parse=parse_record,
        offers=offers.whole,
        urls=tuple(_record_url(name) for name in REPOSITORIES),
        discovers_from=_DISCOVERED_FROM,
        discovers=record_urls,
        max_documents=400,
        max_bytes=8_000_000,
        ignores={
            "createdAt, lastModified": "days of the repository, not of the model",
            "safetensors totals with integer or 8-bit tensors": "one counted number packs several weights",
            "config.tokenizer_config, transformersInfo, library_name": "how it is loaded",
            "downloads, likes, trendingScore, spaces, sha, usedStorage, widgetData, inference": "of the repository",
            "gated": "weights behind a form are still open; told in the locator of open_weights",
            "model-index": "the card holds the same",
        },
    ),
    Source(
        id="huggingface_trending",
        publisher="huggingface",
        kind="model_list",
        authority="maker",
        media="json",
        terms_url="https://huggingface.co/terms-of-service",
        licence="facts of each record",
        rows=(50, 1000),
        parse=parse_trending,
        offers=offers.entries(),
        urls=("https://huggingface.co/api/models?sort=trendingScore&direction=-1&limit=1000&full=true",),
        ignores={
            OTHER_TASK: "images, sound, video, vectors; a language model says its task",
            CONVERSION: "somebody else's weights in another form",
            "downloads, likes, trendingScore, library_name": "of the repository",
            "createdAt, lastModified": "days of the repository, not of the model",
            "license:other": "the card has its name",
            "the page of a repository": "draws its card, which is read; of one that is announced only a countdown",
        },
    ),
)
