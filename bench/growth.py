"""What a catalogue of many more model cards costs: made-up cards, resampled from recorded ones, step by step.

Cards are the recorded ones beside the checkout, else a few written here, under names that give identity work: releases
of makers, and what others tuned, quantised, merged and uploaded again. They go through the very steps of a night, on
top of the catalogue that ships in packages; what that alone costs is measured first and taken off. Past `PARSED` cards
each further card stands in the readings as the card it is resampled from was read, under its own name, and is neither
kept nor parsed: both are the work of one card at a time.

``python -m bench.growth [--names] [CARDS …]``; ``--names`` resolves the names of so many cards and does nothing else.
Every size is a process of its own. Processor seconds, and of memory the most that was held while a step was at work;
what each step took so far is told on stderr as it ends. A second night follows, in which a few cards say other things.
"""

import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

from pipelines.answers.compare import PAIR_ON_DEMAND
from pipelines.graph import documents
from pipelines.night.night import BATCH, Night, frozen
from pipelines.publishing import tables
from sources.contract import Contents, Document, Observation
from sources.readers import structured
from tests.end_to_end.recorded_world import INDEX
from warehouse import building, database, following
from warehouse.evidence.readings import Reading
from warehouse.home import Home
from warehouse.identity.tables import load_aliases
from warehouse.schemas import table

SIZES = (1_000, 10_000)

PARSED = 1_000
"""So many cards are kept and parsed one by one."""

LEAST = 20
"""Fewer millionths of a second are no cost that anything is set beside."""

CHANGED = 300
"""So many cards say something else in a second night."""

PAIRS = 20
"""So many pairs are compared on demand."""

SOURCE = "huggingface_cards"

_AT = datetime(2026, 11, 22, tzinfo=UTC)

_CARD = re.compile(r"https://huggingface\.co/([^/]+/[^/]+)/raw/main/README\.md")

_WRITTEN = {
    "Qwen/Qwen2.5-7B-Instruct": """---
license: apache-2.0
language:
- en
pipeline_tag: text-generation
base_model: Qwen/Qwen2.5-7B
library_name: transformers
---

# Qwen2.5-7B-Instruct

- Type: Causal Language Models
- Number of Parameters: 7.61B
- Context Length: Full 131,072 tokens and generation 8192 tokens
""",
    "google/flan-t5-small": """---
language:
- en
- fr
license: apache-2.0
pipeline_tag: text2text-generation
---

# Model Card for FLAN-T5 small

## Evaluation

| Benchmark | flan-t5-small |
|---|---|
| MMLU | 28.7 |
| GSM8K | 4.2 |
""",
    "HuggingFaceH4/zephyr-7b-beta": """---
license: mit
base_model: mistralai/Mistral-7B-v0.1
pipeline_tag: text-generation
model-index:
- name: zephyr-7b-beta
  results:
  - task:
      type: text-generation
    dataset:
      name: MMLU
      type: cais/mmlu
    metrics:
    - type: acc
      value: 61.07
    source:
      name: Open LLM Leaderboard
---

# Zephyr 7B beta
""",
    "Helsinki-NLP/opus-mt-en-fr": """---
license: apache-2.0
pipeline_tag: translation
---

### opus-mt-en-fr

* source languages: en
""",
}
"""Cards in the form of real ones, for a checkout without recorded documents beside it."""

_FAMILIES = (
    ("Qwen", "Qwen{version}-{size}"),
    ("google", "gemma-{version}-{size}"),
    ("meta-llama", "Llama-{version}-{size}"),
    ("mistralai", "Mistral-Small-{version}-{size}"),
    ("deepseek-ai", "DeepSeek-V{version}-{size}"),
    ("ibm-granite", "granite-{version}-{size}"),
    ("microsoft", "Phi-{version}-{size}"),
    ("nvidia", "Nemotron-{version}-{size}"),
    ("allenai", "Olmo-{version}-{size}"),
    ("tiiuae", "Falcon{version}-{size}"),
    ("LiquidAI", "LFM{version}-{size}"),
    ("zai-org", "GLM-{version}-{size}"),
)
_SIZES = "0.5B 1B 1.5B 2B 3B 4B 7B 8B 9B 12B 14B 20B 24B 27B 32B 40B 65B 70B 72B 90B 104B 110B 180B 405B".split()  # noqa: SIM905
_ROLES = ("", "-Instruct", "-Base", "-Thinking")
_VERSIONS = [f"{major}.{minor}" for major in range(1, 10) for minor in range(10)]
_FORMATS = ("GGUF", "AWQ", "GPTQ-Int4", "FP8", "8bit", "MLX-4bit")
_WORDS = "amber birch cedar delta ember fable grove haven iris juniper karst lumen maple nimbus onyx pine".split()  # noqa: SIM905
_LICENCES = ("apache-2.0", "mit", "llama3.1", "gemma", "cc-by-nc-4.0", "other", "openrail")
_CONTEXTS = ("4,096", "8,192", "32,768", "65,536", "131,072", "262,144", "1,048,576")
_RELEASED = 10
"""Of so many cards one is a maker's own release; the others are made of one."""


# --- cards -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Template:
    """A recorded card: its repository, its front matter less what is drawn, and the rest."""

    repository: str
    front: str
    body: str


@dataclass(frozen=True)
class Card:
    """A card made up: which template it has, its repository, what it is made of, and its words."""

    template: int
    repository: str
    bases: tuple[str, ...]
    licence: str
    context: str

    @property
    def url(self) -> str:
        return f"https://huggingface.co/{self.repository}/raw/main/README.md"

    def text(self, template: Template) -> str:
        made_of = "".join(f"- {each}\n" for each in self.bases)
        base = f"base_model:\n{made_of}" if made_of else ""
        old, new = (each.rpartition("/")[2] for each in (template.repository, self.repository))
        body = template.body.replace(template.repository, self.repository).replace(old, new)
        body = re.sub(r"\b(?:32,768|131,072|8192)\b", self.context, body)
        return f"---\nlicense: {self.licence}\n{base}{template.front}---\n{body}"


def templates() -> list[Template]:
    """The recorded cards of repositories, else those written here."""
    found = _WRITTEN
    if INDEX.exists():
        with open(INDEX, encoding="utf-8") as index:
            recorded = {each["url"]: INDEX.parent / each["file"] for each in csv.DictReader(index)}
        cards = {match[1]: path for url, path in sorted(recorded.items()) if (match := _CARD.fullmatch(url))}
        found = {repository: path.read_text("utf-8") for repository, path in cards.items()}
    return [Template(repository, *_taken_apart(text)) for repository, text in found.items()]


def _taken_apart(text: str) -> tuple[str, str]:
    """The front matter less licence and bases, and the rest."""
    front, body = structured.front_matter(text)
    kept = {name: said for name, said in front.items() if name not in ("license", "license_name", "base_model")}
    return "".join(f"{name}: {json.dumps(said)}\n" for name, said in kept.items()), body


def card(number: int, of: int) -> Card:
    """One made-up card, the same whatever how many there are; `of` so many templates."""
    draw = random.Random(number)  # noqa: S311  a draw, no secret
    template, licence, context = draw.randrange(of), draw.choice(_LICENCES), draw.choice(_CONTEXTS)
    if number % _RELEASED == 0:
        return Card(template, release(number // _RELEASED), (), licence, context)
    released = number // _RELEASED + 1
    base = release(int(released * draw.random() ** 3))  # a few releases have most of what is made of any
    name = base.rpartition("/")[2]
    user = f"{draw.choice(_WORDS)}{draw.randrange(released * 2)}"
    word, kind = draw.choice(_WORDS), draw.random()
    if kind < 0.35:
        return Card(template, f"{user}/{name}-{draw.choice(_FORMATS)}", (base,), licence, context)
    if kind < 0.5:
        return Card(template, f"{user}/{name}", (base,), licence, context)
    if kind < 0.8:
        return Card(template, f"{user}/{name}-{word}", (base,), licence, context)
    other = release(int(released * draw.random() ** 3))
    own = f"{word}-{draw.choice(_SIZES)}-v{draw.randrange(9)}"
    return Card(template, f"{user}/{own}", tuple(dict.fromkeys((base, other))), licence, context)


def release(number: int) -> str:
    """The repository of a maker's release; two numbers have two names."""
    number, family = divmod(number, len(_FAMILIES))
    number, size = divmod(number, len(_SIZES))
    number, version = divmod(number, len(_VERSIONS))
    number, role = divmod(number, len(_ROLES))
    owner, name = _FAMILIES[family]
    dated = f"-{25 + number // 12}{number % 12 + 1:02}" if number else ""
    return f"{owner}/{name.format(version=_VERSIONS[version], size=_SIZES[size])}{_ROLES[role]}{dated}"


# --- the steps ---------------------------------------------------------------------------------------------------


@dataclass
class Costs:
    """Step → processor seconds and the most memory held; how many cards, claims, models and so on there are."""

    seconds: dict[str, float]
    memory: dict[str, int]
    counted: dict[str, int]

    def time(self, step: str, work: Callable[[], object]) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # the most that was held is counted from here on
        begun = _processor_seconds()
        work()
        self.seconds[step] = self.seconds.get(step, 0) + _processor_seconds() - begun
        (most,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
        self.memory[step] = max(self.memory.get(step, 0), int(most) * 1024)
        print(f"{step}: {self.seconds[step]:.1f} s, {int(most) / 1024:,.0f} MB", file=sys.stderr, flush=True)


def _processor_seconds() -> float:
    taken = os.times()
    return taken.user + taken.system


def measure(home: Home, cards: int) -> Costs:
    """A first night with so many cards, in an empty home."""
    costs = Costs({}, {}, {})
    night = Night.begin(home, frozen(_AT), offline=True)
    night.unpack(night.sources.values())
    night.read(night.sources.values())
    known = templates()
    parsed = min(cards, PARSED)
    with mock.patch("os.fsync"):  # what a disk waits for is no processor's work
        costs.time("keep", lambda: _keep(night, known, parsed))
    costs.time("parse", lambda: night.read([night.sources[SOURCE]]))
    _stand(night, known, parsed, cards)
    costs.time("read again", lambda: night.read([night.sources[SOURCE]]))
    costs.time("figures shown", lambda: _figures(night))
    _build(night, costs)
    with database.opened(home.work_file) as connection:
        database.add_questions(connection)
        costs.time("compare", lambda: _compare(connection))
        with tempfile.TemporaryDirectory() as folder:
            costs.time("edition tables", lambda: tables.export(connection, Path(folder)))
        costs.counted = {
            "cards": cards,
            "parsed": parsed,
            "claims": database.rows(connection, "evidence.folded_claims"),
            "models": database.rows(connection, "core.models"),
            "listed models": database.rows(connection, "mart.sides"),
            "pairs": database.rows(connection, "mart.pairs"),
        }
    if cards:
        _second_night(home, costs, known, cards)
    return costs


def _figures(night: Night) -> None:
    """What Dagster shows of every source."""
    with night.ledger.opened() as ledger:
        documents.pages(ledger)
        documents.reads(ledger, night.readings, [(each, night.version(each.id)) for each in night.sources.values()])


def _second_night(home: Home, costs: Costs, known: Sequence[Template], cards: int) -> None:
    """A day later: some cards say something else, and nobody asks for the others."""
    database.publish(home)
    following.ended(home)
    night = Night.begin(home, frozen(_AT + timedelta(days=1)), offline=True)
    changed = range(0, cards, max(1, cards // CHANGED))
    with mock.patch("os.fsync"):
        for number in changed:
            made = replace(card(number, len(known)), licence="bsd-3-clause", context="524,288")
            body = made.text(known[made.template]).encode()
            attempt = _attempt(number, made, night.snapshots.keep(body), len(body))
            at = night.settings.clock()
            night.ledger.record({**attempt, "fetch_id": f"again-{number}", "started_at": at, "finished_at": at})
    costs.time("read what changed", lambda: night.read(night.sources.values()))
    costs.time("second night", lambda: following.begin(home))
    for step in building.steps():
        with database.opened(home.work_file) as connection:
            costs.time("second night", lambda step=step: building.follow(connection, step, night.material))  # type: ignore[misc]
    costs.counted["changed"] = len(changed)


def _keep(night: Night, known: Sequence[Template], cards: int) -> None:
    for number in range(cards):
        made = card(number, len(known))
        body = made.text(known[made.template]).encode()
        night.ledger.record(_attempt(number, made, night.snapshots.keep(body), len(body)))


def _attempt(number: int, made: Card, sha256: str, size: int) -> dict[str, Any]:
    return {
        "fetch_id": f"{number:08}",
        "source_id": SOURCE,
        "url": made.url,
        "scope": made.url,
        "attempt": 1,
        "started_at": _AT,
        "finished_at": _AT,
        "status": 200,
        "outcome": "ok",
        "sha256": sha256,
        "bytes": size,
        "error": "",
        "final_url": made.url,
    }


def _stand(night: Night, known: Sequence[Template], first: int, end: int) -> None:
    """Put the cards past those that were parsed into ledger and readings, as the cards they have their words from."""
    source, version = night.sources[SOURCE], night.version(SOURCE)
    read: list[Contents] = []
    for template in known if first < end else ():
        url = f"https://huggingface.co/{template.repository}/raw/main/README.md"
        read.append(source.read(Document(url, f"---\n{template.front}---\n{template.body}".encode())))

    def said(made: Card, contents: Contents) -> list[Observation]:
        lab = Observation(made.repository, "lab", made.repository.partition("/")[0], "", made.url)
        own = [msgspec.structs.replace(lab, value=lab.printed)]
        own += [
            Observation(made.repository, "base_model", each, each, "front matter base_model") for each in made.bases
        ]
        of_template = (each for each in contents.observations if each.attribute not in ("lab", "base_model"))
        return own + [msgspec.structs.replace(each, subject=made.repository) for each in of_template]

    numbers = iter(range(first, end))
    with open(night.home.ledger / f"{night.run_id}.jsonl", "a", encoding="utf-8") as lines:
        while some := list(islice(numbers, BATCH)):
            batch = []
            for number in some:
                made = card(number, len(known))
                row = _attempt(number, made, f"{number:064x}", 0) | {"run_id": night.run_id}
                lines.write(json.dumps({name: _plain(value) for name, value in row.items()}) + "\n")
                seen = said(made, read[made.template])
                batch.append((_reading(made, f"{number:064x}", version, seen), seen))
            night.readings.keep(batch)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _reading(made: Card, sha256: str, version: str, seen: list[Observation]) -> Reading:
    return Reading(
        SOURCE, made.url, sha256, version, "read", subjects=1, observations=len(seen), offered=1, rows_read=1
    )


def measure_names(home: Home, cards: int) -> Costs:
    """Identity alone, of the names of so many cards, in an empty home: each says its owner and what it is made of."""
    costs = Costs({}, {}, {})
    known = len(templates())
    database.begin(home)
    lines = home.work_file.with_name("names.csv")
    with database.opened(home.work_file) as connection:
        for name in ("raw.sources", "evidence.folded_claims"):
            database.create(connection, table(name))
        with open(lines, "w", encoding="utf-8") as words:
            for number in range(cards):
                made = card(number, known)
                said = [("lab", made.repository.partition("/")[0]), *(("base_model", each) for each in made.bases)]
                words.writelines(f"{made.repository},{attribute},{value}\n" for attribute, value in said)
        connection.execute(
            f"""
            insert into evidence.folded_claims by name
            select
                'c' || row_number() over () as claim_id,
                '{SOURCE}' as source_id,
                subject as scope,
                subject,
                '' as host,
                attribute,
                '' as condition,
                value as printed_text,
                value,
                '' as unit,
                '' as locator,
                '' as snapshot_sha256,
                '' as cited_url,
                timestamptz '{_AT.isoformat()}' as first_seen_at,
                timestamptz '{_AT.isoformat()}' as last_confirmed_at
            from read_csv(?, header = false, names = ['subject', 'attribute', 'value'], all_varchar = true)
            """,
            [str(lines)],
        )
        lines.unlink()
        names = home.work_file.with_name("aliases.jsonl")
        costs.time("names", lambda: load_aliases(connection, names))
        counted = "select count(*), count(distinct model_id) from core.model_aliases"
        ((spelt, models),) = connection.sql(counted).fetchall()
        costs.counted = {"cards": cards, "names": spelt, "models": models}
    return costs


def _build(night: Night, costs: Costs) -> None:
    following.begin(night.home)
    for step in building.steps():
        with database.opened(night.home.work_file) as connection:
            costs.time(step.name, lambda step=step: building.follow(connection, step, night.material))  # type: ignore[misc]


def _compare(connection: Any) -> None:
    """Pairs of listed models, wherever they stand, stored or not."""
    ids = connection.sql(f"select model_id from mart.sides order by md5(model_id) limit {2 * PAIRS}").fetchall()
    for (one,), (other,) in zip(ids[::2], ids[1::2], strict=True):
        found = connection.execute(PAIR_ON_DEMAND, [one, other]).fetchall()
        assert len(found) == 1


# --- the report --------------------------------------------------------------------------------------------------


def costs(sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """A line a step: its cost per card, claim or model at each size, each beside that at the size before."""
    base, *grown = (_in_own_process("all", cards) for cards in (0, *sizes))
    for at in grown:
        yield ", ".join(f"{count:,} {name}" for name, count in at.counted.items())
    for group in dict.fromkeys(map(_group, grown[-1].seconds)):
        yield _line(group, base, grown, lambda step, group=group: _group(step) == group)  # type: ignore[misc]
    for step in grown[-1].seconds:
        if _group(step) != step and _bends(step, base, grown):
            yield "  " + _line(step, base, grown, lambda each, step=step: each == step)  # type: ignore[misc]


def costs_of_names(sizes: Sequence[int]) -> Iterator[str]:
    """What identity alone costs at each size."""
    yield _line("names", Costs({}, {}, {}), [_in_own_process("names", cards) for cards in sizes], lambda _: True)


def _group(step: str) -> str:
    """What a step of the build is told with."""
    if step in _PER or "__" not in step:
        return step
    return f"tables of {step.partition('__')[0]}"


_PER = {
    "keep": "parsed",
    "parse": "parsed",
    "read again": "cards",
    "figures shown": "cards",
    "read what changed": "changed",
    "second night": "changed",
    "names": "names",
    "evidence": "claims",
    "core__model_aliases": "cards",
    "compare": "",
}
"""What each step's cost is divided by, nothing or so many; of the others models."""


_ONE = {"parsed": "card", "changed": "changed card", "": "pair"}


def _line(name: str, base: Costs, grown: Sequence[Costs], is_of: Callable[[str], bool]) -> str:
    per = _PER.get(name, "models")
    each = [_cost(at, base, is_of, per) * 1e6 for at in grown]
    ratios = " / ".join(f"{one / before:.2f}" if before >= LEAST else "?" for before, one in pairwise(each))
    memory = [max(held for step, held in at.memory.items() if is_of(step)) / 2**20 for at in grown]
    spent, held = (" / ".join(f"{one:,.0f}" for one in figures) for figures in (each, memory))
    beside = f", {ratios} of the size before" if ratios else ""
    return f"{name}: {spent} millionths of a second a {_ONE.get(per, per[:-1])}{beside}; at most {held} MB"


def _cost(at: Costs, base: Costs, is_of: Callable[[str], bool], per: str) -> float:
    """Seconds that a card, claim or model more costs, beyond what the catalogue in packages does."""
    spent = sum(seconds for step, seconds in at.seconds.items() if is_of(step))
    if not per:
        return spent / PAIRS
    before = sum(seconds for step, seconds in base.seconds.items() if is_of(step))
    return (spent - before) / max(1, at.counted[per] - base.counted.get(per, 0))


def _bends(step: str, base: Costs, grown: Sequence[Costs]) -> bool:
    """Whether a table's cost a model grows by half from the size before, and is worth a second."""
    each = [_cost(at, base, lambda name: name == step, _PER.get(step, "models")) for at in grown]
    return grown[-1].seconds[step] > 1 and any(one > 1.5 * before >= 1.5e-6 * LEAST for before, one in pairwise(each))


def _in_own_process(what: str, cards: int) -> Costs:
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(  # noqa: S603  this very program
            [sys.executable, "-m", "bench.growth", what, str(cards), folder],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return Costs(**json.loads(ran.stdout))


def main(asked: list[str]) -> None:
    if asked[:1] in (["all"], ["names"]) and len(asked) == 3:
        measured = {"all": measure, "names": measure_names}[asked[0]](Home(Path(asked[2])), int(asked[1]))
        print(json.dumps(asdict(measured)))
        return
    sizes = [int(each) for each in asked if each.isdigit()] or SIZES
    for line in costs_of_names(sizes) if "--names" in asked else costs(sizes):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
