"""``python -m bench.drift``: edit every document a little, many ways; print what is still read and what is wrong.

One table by source, one by kind of edit, and every wrong value. Two runs with one seed print the same.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

from bench.drift.corpus import edits_of, fixtures, recordings
from bench.drift.readings import Crashed, Edit, Verdict, judged
from sources import registry
from sources.contract import Refused, Source


@dataclass(frozen=True)
class Trial:
    """One edit of one document and its verdict."""

    source: str
    recorded: bool
    document: str
    edit: Edit
    verdict: Verdict


def trials(
    source: Source,
    *,
    seed: int = 0,
    each: int = 1,
    fixtures_only: bool = False,
    kinds: Iterable[str] = (),
    share: float = 1.0,
) -> Iterator[Trial]:
    """The edits of every document of a source, judged; documents that are not read as they are give none.

    kinds  only edits whose kind has one of these words; all where there are none
    share  how many of the edits are judged, drawn by the seed
    """
    chosen = tuple(kinds)
    documents = [(False, name, document) for name, document in fixtures(source).items()]
    if not fixtures_only:
        bodies = recordings(source, Random(f"{seed} {source.id}"))  # noqa: S311  a draw that can be repeated
        documents += [(True, name, document) for name, document in bodies.items()]
    for is_recorded, name, document in documents:
        # A fixture is smaller than any real document, so the floor of subjects is not for it.
        reader = source if is_recorded else replace(source, rows=(1, source.rows[1]))
        try:
            original, edits = edits_of(reader, name, document, seed, each)
        except (Refused, Crashed) as refusal:
            print(f"not read as it is: {source.id} {name}: {refusal}", file=sys.stderr)
            continue
        for edit, edited in edits:
            drawn = Random(f"{seed} {name} {edit.kind} {edit.place}").random() < share  # noqa: S311
            if drawn and (not chosen or any(words in edit.kind for words in chosen)):
                yield Trial(source.id, is_recorded, name, edit, judged(original, edit, reader, edited))


@dataclass
class Tally:
    """Edits counted together. Shares are of what the edits left untouched."""

    edits: int = 0
    prices: int = 0
    prices_read: int = 0
    facts: int = 0
    facts_read: int = 0
    refused: int = 0
    crashed: int = 0
    changed: int = 0
    renamed: int = 0

    def add(self, verdict: Verdict) -> None:
        self.edits += 1
        self.prices += verdict.prices
        self.prices_read += verdict.prices_read
        self.facts += verdict.facts
        self.facts_read += verdict.facts_read
        self.refused += bool(verdict.refused)
        self.crashed += verdict.crashed
        self.changed += len(verdict.changed)
        self.renamed += len(verdict.renamed)

    def line(self) -> str:
        return (
            f"{self.edits:7d} {_share(self.prices_read, self.prices):>8} {_share(self.facts_read, self.facts):>8}"
            f" {_share(self.refused, self.edits):>8} {self.changed:8d} {self.renamed:8d} {self.crashed:8d}"
        )


HEADER = f"{'edits':>7} {'prices':>8} {'facts':>8} {'refused':>8} {'changed':>8} {'renamed':>8} {'crashed':>8}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _tallied(name: str, groups: Iterable[tuple[str, Trial]]) -> tuple[list[str], dict[str, Tally]]:
    tallies: dict[str, Tally] = {}
    for group, trial in groups:
        tallies.setdefault(group, Tally()).add(trial.verdict)
    width = max([len(name), *map(len, tallies)])
    lines = [f"{name:<{width}} {HEADER}"]
    lines += [f"{group:<{width}} {tallies[group].line()}" for group in sorted(tallies)]
    return lines, tallies


def report(done: list[Trial]) -> str:
    """The tables and the wrong values as text."""
    corpora = {False: "fixtures", True: "recorded"}
    pages = {each.id for each in registry.all_sources().values() if each.kind == "pricing_doc"}
    whole = [("all", trial) for trial in done]
    whole += [(corpora[trial.recorded], trial) for trial in done]
    whole += [(f"{corpora[trial.recorded]}: pricing pages", trial) for trial in done if trial.source in pages]
    blocks = [
        "Of what an edit leaves untouched, the share of prices and of facts that is still read; documents refused"
        "\nwhole; values read that the edited document does not print; subjects it does not name so; crashes.",
        "\n".join(_tallied("documents", whole)[0]),
        "\n".join(_tallied("source", ((trial.source, trial) for trial in done))[0]),
        "\n".join(_tallied("kind of edit", ((trial.edit.kind, trial) for trial in done))[0]),
    ]
    wrong = [
        f"{trial.source} {trial.document} {trial.edit.place}: {trial.edit.kind}: {each.key.subject}"
        f"{' at ' + each.key.host if each.key.host else ''} {each.key.attribute} [{each.key.condition}] {each.key.unit}"
        f": was {each.was or 'nothing'}, is {each.now[:40]}"
        for trial in done
        for each in trial.verdict.changed
    ]
    blocks.append("\n".join([f"{len(wrong)} values changed", *wrong]))
    crashes = [
        f"{trial.source} {trial.document} {trial.edit.place}: {trial.edit.kind}: {trial.verdict.refused}"
        for trial in done
        if trial.verdict.crashed
    ]
    if crashes:
        blocks.append("\n".join([f"{len(crashes)} crashes", *crashes]))
    return "\n\n".join(blocks)


def as_json(done: list[Trial]) -> str:
    """Every trial, a line each."""
    return "\n".join(
        json.dumps(
            {
                "source": trial.source,
                "recorded": trial.recorded,
                "document": trial.document,
                "kind": trial.edit.kind,
                "place": trial.edit.place,
                **asdict(trial.verdict),
            },
            ensure_ascii=False,
        )
        for trial in done
    )


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.drift", description=__doc__)
    arguments.add_argument("--source", action="append", default=[], help="only this source (may be repeated)")
    arguments.add_argument("--of-kind", default="", help="only sources of this kind, such as pricing_doc")
    arguments.add_argument("--kind", action="append", default=[], help="only kinds of edits whose name has these words")
    arguments.add_argument("--fixtures-only", action="store_true", help="leave the recorded documents out")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--each", type=int, default=1, help="places in each document that are edited every way")
    arguments.add_argument("--json", type=Path, help="write every trial to this file, a line each")
    arguments.add_argument("--show-refused", action="store_true", help="print each refusal")
    given = arguments.parse_args()
    chosen = [registry.source(each) for each in given.source] or [
        each for each in registry.all_sources().values() if not given.of_kind or each.kind == given.of_kind
    ]
    done = []
    for source in chosen:
        for trial in trials(
            source, seed=given.seed, each=given.each, fixtures_only=given.fixtures_only, kinds=given.kind
        ):
            done.append(trial)
            if given.show_refused and trial.verdict.refused:
                print(f"{source.id} {trial.document} {trial.edit.place}: {trial.edit.kind}: {trial.verdict.refused}")
    print(report(done))
    if given.json:
        given.json.write_text(as_json(done) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
