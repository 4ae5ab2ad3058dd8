"""The source assets: ``snapshots/<source>``, what was answered, and ``observations/<source>``, what its pages say.

Belongs here: how a night's fetching and reading is shown. Does not: how it is done (`night`), or any table (`tables`).
Nothing a source does fails a step here: a dead source is a red check on itself, and the build goes on without it.
"""

from collections import ChainMap, Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from itertools import chain
from typing import Any, TypeVar

import dagster as dg

from pipelines.graph.resource import Refresh
from pipelines.night.progress import NOBODY_ASKED, Stage, tell, watcher
from sources.contract import Doubt, Source
from sources.registry import all_sources, parser_version
from warehouse.evidence.ledger import CONFIRMING, Ledger
from warehouse.evidence.readings import OBSERVATION_COLUMNS, Reading

FETCH, READ, FOLLOW = "01_fetch", "02_read", "03_follow"
"""Stages of the flow. Pages whose addresses other pages name are fetched and read in a stage of their own."""

Done = TypeVar("Done")

OWNERS = ["team:catalogue"]

SHOWN = 20
"""Documents listed in a check that has something to say; the rest are counted."""


@dataclass
class Pages:
    """The documents of one source, as the ledger tells.

    asked   each document's last attempt, of the newest run that asked the source
    held    each document's newest body, by SHA-256
    """

    run_id: str = ""
    asked: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)

    @property
    def data_version(self) -> str:
        """The page's own SHA-256, shortened; of several pages the digest of theirs; ``none`` before the first."""
        if len(self.held) == 1:
            return next(iter(self.held.values()))[:12]
        together = "\n".join(f"{scope} {sha}" for scope, sha in sorted(self.held.items()))
        return sha256(together.encode()).hexdigest()[:12] if self.held else "none"


def pages(ledger: Ledger) -> dict[str, Pages]:
    """Source id → its documents; sources that were never asked are absent."""
    found: dict[str, Pages] = {}
    for row in ledger.rows():
        of_source = found.setdefault(row["source_id"], Pages())
        if row["run_id"] != of_source.run_id:
            of_source.run_id, of_source.asked = row["run_id"], {}
        of_source.asked[row["scope"]] = row
        if row["outcome"] in CONFIRMING:
            of_source.held[row["scope"]] = row["sha256"]
    return found


@cache
def rounds() -> tuple[tuple[Source, ...], ...]:
    """The sources in the order they can be asked: those with addresses of their own, then those they name."""
    sources = all_sources()

    def turn(source: Source) -> int:
        named_by = [sources[each] for each in source.discovers_from if each in sources] if source.discovers else []
        return 1 + max((turn(each) for each in named_by), default=0) if source.discovers else 0

    turns = {source.id: turn(source) for source in sources.values()}
    return tuple(
        tuple(source for source in sources.values() if turns[source.id] == each) for each in sorted(set(turns.values()))
    )


def snapshots(source_id: str) -> dg.AssetKey:
    """The asset of what a source's addresses answered."""
    return dg.AssetKey(["snapshots", source_id])


def observations(source_id: str) -> dg.AssetKey:
    """The asset of what a source's pages say."""
    return dg.AssetKey(["observations", source_id])


def assets() -> list[dg.AssetsDefinition]:
    """Two steps a round: ask, then read."""
    numbered = list(enumerate(rounds(), start=1))
    return [step(number, sources) for number, sources in numbered for step in (_asking, _reading)]


def _asking(number: int, sources: Sequence[Source]) -> dg.AssetsDefinition:
    @dg.multi_asset(name=f"ask_round_{number}", specs=[_snapshots_spec(source) for source in sources], can_subset=True)
    def ask(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[dg.MaterializeResult[Any]]:
        chosen = [source for source in sources if snapshots(source.id) in context.selected_asset_keys]
        night = refresh.night
        tell(Stage("fetch" if number == 1 else "follow"))
        _apart(night.unpack, chosen, refresh.stopped)
        asked = [source for source in chosen if refresh.asks(source)]
        attempts = list(chain(*_apart(partial(night.ask, told=watcher.get()), asked, refresh.stopped)))
        context.log.info(f"{len(attempts)} attempts: {_counted(attempt.outcome for attempt in attempts)}")
        known = pages(night.ledger)
        for source in chosen:
            tried = [attempt for attempt in attempts if attempt.source_id == source.id]
            held = known.get(source.id, Pages())
            yield dg.MaterializeResult(
                asset_key=snapshots(source.id),
                data_version=dg.DataVersion(held.data_version),
                metadata={
                    "attempts": len(tried),
                    "outcomes": _counted(attempt.outcome for attempt in tried) or "not asked in this run",
                    "bytes": sum(attempt.bytes or 0 for attempt in tried),
                    "documents held": len(held.held),
                },
            )

    return ask


def _reading(number: int, sources: Sequence[Source]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"read_round_{number}",
        specs=[_observations_spec(source) for source in sources],
        check_specs=[
            dg.AssetCheckSpec(
                "reads", asset=observations(source.id), description="It answered, and the answer could be read."
            )
            for source in sources
        ],
        can_subset=True,
    )
    def read(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[dg.MaterializeResult[Any]]:
        chosen = [source for source in sources if observations(source.id) in context.selected_asset_keys]
        night = refresh.night
        tell(Stage("read" if number == 1 else "follow"))
        new = ChainMap(*_apart(night.read, chosen, refresh.stopped))
        known = pages(night.ledger)
        for source in chosen:
            held = known.get(source.id, Pages())
            index = {
                (reading.scope, reading.snapshot_sha256): reading
                for reading in chain(
                    night.readings.index(source.id, night.version(source.id)).values(), new.get(source.id, ())
                )
            }
            newest = [index[document] for document in held.held.items() if document in index]
            yield dg.MaterializeResult(
                asset_key=observations(source.id),
                data_version=dg.DataVersion(f"{held.data_version}-{night.version(source.id)[:6]}"),
                metadata={
                    "documents read": sum(reading.outcome == "read" for reading in newest),
                    "documents refused": sum(reading.outcome == "refused" for reading in newest),
                    "parts in doubt": sum(len(reading.doubts) for reading in newest),
                    "subjects": sum(reading.subjects for reading in newest),
                    "dagster/row_count": sum(reading.observations for reading in newest),
                    "new readings": len(new.get(source.id, ())),
                },
                check_results=[_reads(source, held, index, refresh.stopped.get(source.id, ""))],
            )

    return read


def _apart(work: Callable[[Sequence[Source]], Done], sources: Sequence[Source], stopped: dict[str, str]) -> list[Done]:
    """What `work` gives for all sources at once, or, where one of them breaks it, for each of the others on its own.

    A page is refused, never an error; what breaks is a full disk, say. Which sources broke, and why, is in `stopped`.
    """
    try:
        return [work(sources)]
    except Exception:
        done = []
        for source in sources:
            try:
                done.append(work([source]))
            except Exception as error:
                stopped[source.id] = f"{type(error).__name__}: {error}"
        return done


def _reads(source: Source, known: Pages, index: Mapping[tuple[str, str], Reading], stopped: str) -> dg.AssetCheckResult:
    """Red when most of its documents did not come or were refused, amber when some did not or parts are in doubt."""
    missed = {scope: reason for scope, row in known.asked.items() if (reason := _missed(scope, row, index))}
    nobody_asked = not known.asked or all(row["outcome"] in NOBODY_ASKED for row in known.asked.values())
    came = len(known.asked) - len(missed)
    held = [index[document] for document in sorted(known.held.items()) if document in index]
    doubts = [(reading.scope, each) for reading in held for each in reading.doubts]
    is_red = bool(stopped) or came == 0 or len(missed) > came
    first = stopped or next(iter(missed.values()), "" if known.asked else "no address of it is known yet")
    return dg.AssetCheckResult(
        check_name="reads",
        asset_key=observations(source.id),
        passed=not is_red and not missed and not doubts,
        severity=dg.AssetCheckSeverity.ERROR
        if is_red and (stopped or not nobody_asked)
        else dg.AssetCheckSeverity.WARN,
        description=f"{came} of {len(known.asked)} documents"
        + (f"; {first}" if first else "")
        + (f"; {len(doubts)} parts in doubt" if doubts else ""),
        metadata={
            "documents asked": len(known.asked),
            "documents missed": len(missed),
            "parts in doubt": len(doubts),
            **({"missed": dg.MetadataValue.md(_listed(missed))} if missed else {}),
            **({"in doubt": dg.MetadataValue.md(_doubts_listed(doubts))} if doubts else {}),
        },
    )


def _missed(scope: str, row: Mapping[str, Any], index: Mapping[tuple[str, str], Reading]) -> str:
    """Why a document that was asked for brought nothing; empty when it was read."""
    if row["outcome"] not in CONFIRMING:
        return str(row["error"] or row["outcome"])
    reading = index.get((scope, row["sha256"]))
    if reading is None:
        return "not read"
    return reading.reason if reading.outcome == "refused" else ""


def _listed(missed: Mapping[str, str]) -> str:
    lines = [f"* `{scope}`: {reason}" for scope, reason in list(missed.items())[:SHOWN]]
    return "\n".join(lines + [f"* and {len(missed) - SHOWN} more"] * (len(missed) > SHOWN))


def _doubts_listed(doubts: Sequence[tuple[str, Doubt]]) -> str:
    lines = [
        f"* {each.part} at {each.place}: {each.reason}; saw `{each.words}` (`{scope}`)"
        for scope, each in doubts[:SHOWN]
    ]
    return "\n".join(lines + [f"* and {len(doubts) - SHOWN} more"] * (len(doubts) > SHOWN))


def _counted(outcomes: Iterator[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(Counter(outcomes).items()))


def _snapshots_spec(source: Source) -> dg.AssetSpec:
    whence = [
        *(f"<{url}>" for url in source.urls[:1]),
        *([f"{len(source.urls) - 1} more addresses"] if len(source.urls) > 1 else []),
        *([f"addresses named by {', '.join(source.discovers_from)}"] if source.discovers else []),
        *(["data that ships in a package"] if source.packaged else []),
    ]
    return dg.AssetSpec(
        snapshots(source.id),
        deps=[observations(each) for each in source.discovers_from] if source.discovers else [],
        description=f"What {source.publisher} answers, kept byte for byte: {', '.join(whence)}.",
        group_name=FOLLOW if source.discovers else FETCH,
        kinds={source.media, "package"} if source.packaged and not source.urls else {source.media, "http"},
        owners=OWNERS,
        tags={"kind": source.kind, "authority": source.authority},
        metadata={
            "publisher": source.publisher,
            **({"address": dg.MetadataValue.url(source.urls[0])} if source.urls else {}),
            "terms": dg.MetadataValue.url(source.terms_url),
            "licence": source.licence,
            "review every (days)": source.review_every_days,
        },
    )


def _observations_spec(source: Source) -> dg.AssetSpec:
    left_out = "\n".join(f"* {what}: {why}" for what, why in source.ignores.items())
    return dg.AssetSpec(
        observations(source.id),
        deps=[snapshots(source.id)],
        description=f"What the {source.kind.replace('_', ' ')} of {source.publisher} says: its words, and our reading.",
        group_name=FOLLOW if source.discovers else READ,
        kinds={"python", "parquet"},
        owners=OWNERS,
        tags={"kind": source.kind, "authority": source.authority},
        code_version=parser_version(source.id),
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(name, kind) for name, kind in OBSERVATION_COLUMNS.items()]
            ),
            "subjects in one document": f"{source.rows[0]}–{source.rows[1]}",
            **({"left out on purpose": dg.MetadataValue.md(left_out)} if left_out else {}),
        },
    )
