"""Identity against a hand-made truth: ``python -m tests.score_identity [--errors N] [--alone] [--leave-out]``.

Compares partitions, not strings: each model_id answers for the cluster most of its rows belong to. A row in another
cluster than its id's is a false merge; a row whose id is not the largest of its cluster is split off, which merges
nothing and is counted apart; an abstention is a miss. A ``must_differ`` row is broken when it resolves to an id of the
cluster it must differ from. The truth and the recorded documents lie beside the checkout and are no part of it;
``--alone`` leaves the documents unread, so that no cross-reference helps. ``--leave-out`` scores every lab's rows as if
nobody had studied that lab: first without the curated aliases of its models, then without its habits too.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

from sources import registry
from sources.contract import CROSS_REFERENCES, Document, Observation, Refused
from warehouse.identity import Resolution, Spelling, conventions, labs, resolve
from warehouse.identity import names as names_module
from warehouse.identity.names import parse
from warehouse.identity.resolution import curated_aliases

SHARED = Path(__file__).parents[1].parent / "shared"
TRUTH = SHARED / "truth" / "identity_dev.csv"
CAPTURES = SHARED / "captures"

SOURCE_OF: Final = {
    "deepinfra": "deepinfra_models",
    "huggingface": "huggingface_api",
    "kilo": "kilo_gateway",
    "openrouter": "openrouter_models",
    "vercel": "vercel_ai_gateway",
    "zenmux": "zenmux_models",
}
"""The truth's word for a source → our source_id, where they differ and the source prints more than the name."""

WITH_HOSTS: Final = frozenset({"genai_prices", "huggingface", "llm_prices", "llm_stats", "models_dev"})
"""Truth sources whose ``source:host`` is our ``host/id``; a repository of Hugging Face has no host."""

POLICY: Final = ("preview-generation", "release-with-own-weights", "third-party-derivative", "fine-tuned-tier")
"""Categories that follow from what we call one model; all others are plain facts."""

SCORED_VARIANTS: Final = ("dated", "free", "batch", "thinking", "region", "fp8", "fast", "turbo")


@dataclass(frozen=True)
class Row:
    """One line of the truth: the spelling, and the cluster it belongs to or must stay out of."""

    source: str
    spelling: Spelling
    cluster: str
    variant: str
    must_differ: bool
    note: str


@dataclass(frozen=True)
class Judged:
    row: Row
    resolution: Resolution
    verdict: str
    """right, false merge, split, abstained; of a must_differ row: apart, broken"""


def truth_rows(path: Path = TRUTH) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                source=line["source"],
                spelling=_spelling(line["source"], line["subject"]),
                cluster=line["model"],
                variant=line["variant"],
                must_differ=line["kind"] != "same",
                note=line["note"],
            )
            for line in csv.DictReader(lines)
        ]


def _spelling(source: str, subject: str) -> Spelling:
    word, _, host = source.partition(":")
    source_id = SOURCE_OF.get(word, word)
    if host and word in WITH_HOSTS:
        return Spelling(source_id, f"{host}/{subject}", host)
    if word == "litellm" and "/" in subject:
        return Spelling(source_id, subject, subject.partition("/")[0])
    return Spelling(source_id if not host else source, subject, host if word == "pricing" else "")


def judged(
    rows: Iterable[Row], spellings: Iterable[Spelling], aliases: Mapping[str, str] | None = None
) -> list[Judged]:
    """Every row with its verdict; `spellings` are resolved together with the rows' own, by the curated `aliases`."""
    rows = list(rows)
    said = {(each.source_id, each.subject): each for each in [*(row.spelling for row in rows), *spellings]}
    resolved = {(each.source_id, each.subject): each for each in resolve(said.values(), aliases)}
    pairs = [(row, resolved[row.spelling.source_id, row.spelling.subject]) for row in rows]

    members: dict[str, Counter[str]] = defaultdict(Counter)
    for row, resolution in pairs:
        if resolution.model_id and not row.must_differ:
            members[resolution.model_id][row.cluster] += 1
    cluster_of = {model: min(count, key=lambda each: (-count[each], each)) for model, count in members.items()}
    largest: dict[str, str] = {}
    for model, cluster in sorted(cluster_of.items()):
        if cluster not in largest or members[model][cluster] > members[largest[cluster]][cluster]:
            largest[cluster] = model

    def verdict(row: Row, model: str | None) -> str:
        if row.must_differ:
            return "broken" if model and cluster_of.get(model) == row.cluster else "apart"
        if not model:
            return "abstained"
        if cluster_of[model] != row.cluster:
            return "false merge"
        return "right" if largest[row.cluster] == model else "split"

    return [Judged(row, resolution, verdict(row, resolution.model_id)) for row, resolution in pairs]


# --- what the recorded documents say beside a name -----------------------------------------------------------------

_TEXTS: Final = CROSS_REFERENCES | {"name", "lab", "product_type"}


def recorded_spellings() -> Iterator[Spelling]:
    """The spellings of every recorded document that a registered source names as its address, all dates together."""
    by_url = {url: source for source in registry.all_sources().values() for url in source.urls}
    observations: dict[str, list[Observation]] = defaultdict(list)
    with (CAPTURES / "index.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if source := by_url.get(line["url"]):
                document = Document(line["url"], (CAPTURES / line["file"]).read_bytes())
                try:
                    observations[source.id] += source.read(document).observations
                except Refused as refusal:
                    print(f"not read: {line['file']}: {refusal}")
    for source_id, said in sorted(observations.items()):
        yield from spellings_of(source_id, said)


def spellings_of(source_id: str, observations: Iterable[Observation]) -> Iterator[Spelling]:
    """One spelling a subject; of what is said twice differently, the later one."""
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    hosts: dict[str, str] = {}
    for each in observations:
        fields = said[each.subject]
        hosts[each.subject] = each.host
        if each.attribute in _TEXTS:
            fields[each.attribute] = each.text
    for subject, fields in said.items():
        yield Spelling(source_id, subject, hosts[subject], **fields)


# --- a lab that nobody has studied ----------------------------------------------------------------------------------

_HABITS_OF_FAMILIES: Final = (
    "_SWITCHED_SINCE",
    "_NAMED_BY_CONTEXT",
    "_DATES_SNAPSHOTS",
    "_DATES_WEIGHTS",
    "_SOLD_WITHOUT_NUMBER",
    "_MEANS_NOTHING_BARE",
    "_BASE_IF_BARE",
    "_ONE_SIZE",
)
_HABITS_OF_LABS: Final = ("_NAMES_NOTHING_FAST", "_NAMES_MODELS_TURBO", "_OF_LAB")


@contextmanager
def unstudied(lab: str) -> Iterator[None]:
    """The habits of one lab forgotten: every entry of `conventions` under its name or a family of its own."""

    def kept(table: Any, is_of_lab: Callable[[str], bool]) -> Any:
        if isinstance(table, Mapping):
            return {key: each for key, each in table.items() if not is_of_lab(key)}
        return frozenset(key for key in table if not is_of_lab(key))

    with ExitStack() as patches:
        for names, is_of_lab in (
            (_HABITS_OF_FAMILIES, lambda family: labs.LAB_OF_FAMILY.get(tuple(family.split("-"))) == lab),
            (_HABITS_OF_LABS, lambda key: key == lab),
        ):
            for name in names:
                table = kept(getattr(conventions, name), is_of_lab)
                patches.enter_context(mock.patch.object(conventions, name, table))
        names_module._parse.cache_clear()
        yield
    names_module._parse.cache_clear()


def left_out(rows: list[Row], beside: list[Spelling]) -> Iterator[str]:
    """A line a lab with more than a few rows, and one for all: as studied, without aliases, without habits too."""
    studied = judged(rows, beside)
    labs_of: dict[str, Counter[str]] = defaultdict(Counter)
    for each in studied:
        if each.resolution.lab_id and not each.row.must_differ:
            labs_of[each.row.cluster][each.resolution.lab_id] += 1
    lab_of = {cluster: count.most_common(1)[0][0] for cluster, count in labs_of.items()}
    totals: list[list[Judged]] = [[], [], []]
    for lab in sorted(set(lab_of.values())):
        aliases = {alias: model for alias, model in curated_aliases().items() if lab_of_model(model) != lab}
        runs = [studied, judged(rows, beside, aliases)]
        with unstudied(lab):
            runs.append(judged(rows, beside, aliases))
        own = [[each for each in run if lab_of.get(each.row.cluster) == lab] for run in runs]
        for total, each in zip(totals, own, strict=True):
            total += each
        if len(own[0]) >= 20:
            yield from (f"{lab:18} {how:16} {summary(each)}" for how, each in zip(_HOW, own, strict=True))
    yield from (f"{'all labs':18} {how:16} {summary(each)}" for how, each in zip(_HOW, totals, strict=True))


_HOW: Final = ("as studied", "without aliases", "without habits")


def lab_of_model(model_id: str) -> str:
    return parse(model_id).lab


# --- the report ----------------------------------------------------------------------------------------------------


def summary(results: Iterable[Judged]) -> str:
    """Precision, recall and abstention in one line: recall counts a split row as found, strict recall does not."""
    count = Counter(each.verdict for each in results)
    rows = sum(count[verdict] for verdict in ("right", "split", "false merge", "abstained"))
    decided = rows - count["abstained"]
    found = count["right"] + count["split"]
    return (
        f"{rows:5} rows  precision {_share(found, decided)}  recall {_share(found, rows)}"
        f"  strict recall {_share(count['right'], rows)}  abstained {count['abstained']:3}  split {count['split']:3}"
        f"  false merges {count['false merge']:3}  must differ {count['apart'] + count['broken']:3}, broken {count['broken']}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:8.3%}" if whole else "       –"


def _tables(results: list[Judged]) -> Iterator[str]:
    yield f"all                  {summary(results)}"
    clusters = {each.row.cluster for each in results if not each.row.must_differ}
    whole = {each.row.cluster for each in results if each.verdict in {"split", "false merge", "abstained"}}
    yield f"clusters             {len(clusters)}, of which {len(clusters - whole)} without any error"
    yield "\nby source"
    for source, group in _grouped(results, lambda each: each.row.source.partition(":")[0]).items():
        yield f"  {source:18} {summary(group)}"
    yield "\nmust differ, by category"
    negatives = [each for each in results if each.row.must_differ]
    for category, group in _grouped(negatives, lambda each: _category(each.row.note)).items():
        broken = sum(each.verdict == "broken" for each in group)
        yield f"  {category:28} {len(group):4}  broken {broken}"
    yield "\nerrors, by kind and rule"
    errors = [each for each in results if each.verdict not in {"right", "apart"}]
    for kind, group in _grouped(errors, lambda each: f"{each.verdict}: {_cause(each.resolution)}").items():
        yield f"  {len(group):4}  {kind}"
    yield "\nvariants"
    for variant, agree in _variants(results).items():
        yield f"  {variant:9} {_share(sum(agree), len(agree))} of {len(agree)}"


def _cause(resolution: Resolution) -> str:
    return resolution.detail if resolution.model_id is None else resolution.rule


def _category(note: str) -> str:
    return next((each for each in POLICY if note.startswith(each)), "plain fact: " + note.partition(":")[0][:16])


def _grouped(results: Iterable[Judged], key: Callable[[Judged], str]) -> Mapping[str, list[Judged]]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for each in results:
        groups[key(each)].append(each)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _variants(results: Iterable[Judged]) -> Mapping[str, list[bool]]:
    """For each scored kind of variant, whether each row that has it in truth or in our reading has it in both."""
    agree: dict[str, list[bool]] = {variant: [] for variant in SCORED_VARIANTS}
    for each in results:
        if each.row.must_differ or each.resolution.model_id is None:
            continue
        said = {part.partition(":")[0] for part in each.row.variant.split(";")}
        read = {part.partition(":")[0] for part in each.resolution.variant.split(";")}
        for variant in (said | read) & agree.keys():
            agree[variant].append(variant in said & read)
    return agree


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--errors", type=int, default=20, help="how many errors to print (default 20)")
    arguments.add_argument("--alone", action="store_true", help="resolve the names alone, without recorded documents")
    arguments.add_argument("--leave-out", action="store_true", help="score every lab as if nobody had studied it")
    options = arguments.parse_args()
    if not TRUTH.exists():
        print("no truth beside the checkout: nothing to score")
        return
    beside = [] if options.alone or not CAPTURES.exists() else list(recorded_spellings())
    if options.leave_out:
        for line in left_out(truth_rows(), beside):
            print(line, flush=True)
        return
    results = judged(truth_rows(), beside)
    print(f"scored with {len(beside)} spellings of recorded documents beside the truth's own\n")
    for line in _tables(results):
        print(line)
    wrong = [each for each in results if each.verdict not in {"right", "apart"}]
    for each in sorted(wrong, key=lambda each: each.verdict)[: options.errors]:
        got = each.resolution.model_id or each.resolution.detail
        print(f"\n{each.verdict}: {each.row.source} {each.row.spelling.subject}\n    {each.row.cluster} ≠ {got}")


if __name__ == "__main__":
    main()
