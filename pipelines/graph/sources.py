"""The source assets: ``snapshots/<source>``, what was answered, and ``observations/<source>``, what its pages say.

Belongs here: how a night's fetching and reading is shown. Does not: how it is done (`night`), or any table (`tables`).
Nothing a source does fails a step here: a dead source is a red check on itself, and the build goes on without it.
"""

from collections import ChainMap, Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import chain
from typing import Any, TypeVar

import dagster as dg

from pipelines.graph import shown
from pipelines.graph.checks import SEVERITIES
from pipelines.graph.documents import SHOWN, Pages, Read, pages, reads
from pipelines.graph.resource import Refresh
from pipelines.graph.sending import evidence_sent
from pipelines.night.progress import Stage, tell, watcher
from pipelines.wording.amounts import moment
from pipelines.wording.phrases import inert
from sources.contract import Source
from sources.registry import all_sources, parser_version
from sources.transport.fetch import Attempt
from warehouse.checking import watched
from warehouse.evidence.readings import OBSERVATION_COLUMNS
from warehouse.evidence.snapshots import Snapshots
from warehouse.schemas import table

FETCH, READ, FOLLOW = "01_fetch", "02_read", "03_follow"
"""Stages of the flow. Pages whose addresses other pages name are fetched and read in a stage of their own."""

Done = TypeVar("Done")

OWNERS = ["team:catalogue"]

NO_ADDRESS = "no address of it is known yet"

LOGGED = 5
"""Addresses of one source and one outcome that the log of a run names; the rest are counted."""

GRACE_DAYS = 1
"""A source is asked at night: so much later than it is meant to be read, it is late (as ``quality.sources`` has it)."""


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
    @dg.multi_asset(
        name=f"ask_round_{number}",
        specs=[_snapshots_spec(source) for source in sources],
        check_specs=[
            dg.AssetCheckSpec("answers", asset=snapshots(source.id), description="Its documents came.")
            for source in sources
        ],
        can_subset=True,
    )
    def ask(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[dg.MaterializeResult[Any]]:
        chosen = [source for source in sources if snapshots(source.id) in context.selected_asset_keys]
        night = refresh.night
        tell(Stage("fetch" if number == 1 else "follow"))
        _apart(night.unpack, chosen, refresh.stopped)
        attempts = list(chain(*_apart(partial(night.ask, told=watcher.get()), chosen, refresh.stopped)))
        evidence_sent(night.home, context.log.warning)
        with night.ledger.opened() as ledger:
            known = pages(ledger)
        for source in chosen:
            tried = [attempt for attempt in attempts if attempt.source_id == source.id]
            held = known.get(source.id, Pages())
            for line in _log(source, tried):
                context.log.info(line)
            yield dg.MaterializeResult(
                asset_key=snapshots(source.id),
                data_version=dg.DataVersion(held.data_version),
                metadata={
                    **_last_response(held, night.snapshots),
                    "attempts": len(tried),
                    "outcomes": _counted(attempt.outcome for attempt in tried) or "nothing to ask",
                    "bytes": sum(attempt.bytes or 0 for attempt in tried),
                    "seconds": sum((each.finished_at - each.started_at).total_seconds() for each in tried),
                    "documents held": held.held,
                    **({"responses": _responses(held)} if held.asked > 1 else {}),
                },
                check_results=[_answers(source, held, refresh.stopped.get(source.id, ""), night.settings.clock())],
            )

    return ask


def _reading(number: int, sources: Sequence[Source]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"read_round_{number}",
        specs=[_observations_spec(source) for source in sources],
        check_specs=[
            dg.AssetCheckSpec(check, asset=observations(source.id), description=description)
            for source in sources
            for check, description in (
                ("reads", "It answered, and the answer could be read."),
                ("envelope", f"A document of it names {source.rows[0]:,} to {source.rows[1]:,} subjects."),
            )
        ],
        can_subset=True,
    )
    def read(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[dg.MaterializeResult[Any]]:
        chosen = [source for source in sources if observations(source.id) in context.selected_asset_keys]
        night = refresh.night
        tell(Stage("read" if number == 1 else "follow"))
        new = ChainMap(*_apart(night.read, chosen, refresh.stopped))
        refresh.has_read.update(source.id for source in chosen)
        refused = [each for source in chosen if source.id in new for each in new[source.id].refused]
        with night.ledger.opened() as ledger:
            known = pages(ledger)
            found = reads(ledger, night.readings, [(source, night.version(source.id)) for source in chosen], refused)
        for reading in refused:
            context.log.warning(inert(f"{reading.source_id}: {reading.scope} was refused: {reading.reason}"))
        for source in chosen:
            held, told = known.get(source.id, Pages()), found[source.id]
            yield dg.MaterializeResult(
                asset_key=observations(source.id),
                data_version=dg.DataVersion(f"{held.data_version}-{night.version(source.id)[:6]}"),
                metadata={
                    **_last_response(held, night.snapshots),
                    "documents read": told.read,
                    "documents refused": told.refused,
                    "parts in doubt": told.doubts,
                    "subjects": told.subjects,
                    "dagster/row_count": told.observations,
                    "rows offered": told.offered,
                    "rows left out": told.left_out.total(),
                    **(
                        {"left out for": shown.rows(("why", "rows"), told.left_out.most_common())}
                        if told.left_out
                        else {}
                    ),
                    "new readings": new[source.id].documents if source.id in new else 0,
                },
                check_results=[
                    _reads(source, held, told, refresh.stopped.get(source.id, "")),
                    _envelope(source, told),
                ],
            )

    return read


def read_the_rest(context: dg.AssetExecutionContext, refresh: Refresh) -> None:
    """Read what a run that was asked for some sources has not: the fold takes every source's newest parser at its word.

    dg.Failure where nothing was ever asked, so that nothing is held.
    """
    night = refresh.night
    if not night.ledger.runs():
        raise dg.Failure("nothing has been asked yet, so there is nothing to build from", allow_retries=False)
    rest = [source for source in night.sources.values() if source.id not in refresh.has_read]
    if not rest:
        return
    for source_id, new in ChainMap(*_apart(night.read, rest, refresh.stopped)).items():
        if new.documents:
            context.log.info(f"{source_id}: {new.documents} stored documents read anew by today's parser")


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


def _told(came: int, known: Pages, *more: str) -> str:
    return "; ".join((f"{came} of {known.asked} documents", *filter(None, more)))


def _answers(source: Source, known: Pages, stopped: str, now: datetime) -> dg.AssetCheckResult:
    """Whether its documents came when it was last asked, and not too long ago."""
    came = known.asked - known.missed
    age = now - datetime.fromisoformat(known.came_at) if known.came_at else None
    is_overdue = age is not None and age > timedelta(days=source.review_every_days + GRACE_DAYS)
    is_dead = bool(stopped) or came == 0 or known.missed > came
    state = _state(known, stopped, is_dead, bool(known.missed)) or ("overdue" if is_overdue else "")
    first = stopped or (known.responses[0].missed if known.responses else NO_ADDRESS)
    return dg.AssetCheckResult(
        check_name="answers",
        asset_key=snapshots(source.id),
        passed=not state,
        severity=_severity("answers", state),
        description=_told(came, known, first, f"none came for {age.days} days" if age and is_overdue else ""),
        metadata={
            "documents asked": known.asked,
            "documents missed": known.missed,
            **({"days since one came": round(age / timedelta(days=1), 2)} if age is not None else {}),
        },
    )


def _reads(source: Source, known: Pages, told: Read, stopped: str) -> dg.AssetCheckResult:
    """Red when most of its documents did not come or were refused, amber when some did not or parts are in doubt."""
    came = known.asked - told.missed
    is_dead = bool(stopped) or came == 0 or told.missed > came
    state = _state(known, stopped, is_dead, bool(told.missed or told.doubts))
    first = stopped or next((why for _, why in told.first_missed), "" if known.asked else NO_ADDRESS)
    missed = shown.rows(("address", "why"), told.first_missed, told.missed - SHOWN)
    doubts = shown.rows(("part", "place", "reason", "saw", "address"), told.first_doubts, told.doubts - SHOWN)
    return dg.AssetCheckResult(
        check_name="reads",
        asset_key=observations(source.id),
        passed=not state,
        severity=_severity("reads", state),
        description=_told(came, known, first, f"{told.doubts} parts in doubt" if told.doubts else ""),
        metadata={
            "documents asked": known.asked,
            "documents missed": told.missed,
            "parts in doubt": told.doubts,
            **({"missed": missed} if told.missed else {}),
            **({"in doubt": doubts} if told.doubts else {}),
        },
    )


def _envelope(source: Source, told: Read) -> dg.AssetCheckResult:
    """Whether every document that was read names as many subjects as its source declares."""
    floor, ceiling = source.rows
    outside = shown.rows(("address", "subjects"), told.first_outside)
    return dg.AssetCheckResult(
        check_name="envelope",
        asset_key=observations(source.id),
        passed=not told.outside,
        severity=_severity("envelope", "outside"),
        description=f"{told.outside} of {told.read} documents outside {floor:,}–{ceiling:,} subjects",
        metadata={
            "documents": told.read,
            "outside": told.outside,
            "fewest subjects": told.fewest,
            "most subjects": told.most,
            "floor": floor,
            "ceiling": ceiling,
            **({"documents outside": outside} if told.outside else {}),
        },
    )


def _state(known: Pages, stopped: str, is_dead: bool, is_partial: bool) -> str:
    """Which of the states of ``reference/checks.yaml`` a source is in; empty where there is nothing to say."""
    if is_dead:
        return "unasked" if known.nobody_asked and not stopped else "dead"
    return "partial" if is_partial else ""


def _severity(check: str, state: str) -> dg.AssetCheckSeverity:
    return SEVERITIES[watched.severity(check, state)] if state else dg.AssetCheckSeverity.WARN


def _last_response(known: Pages, kept: Snapshots) -> dict[str, Any]:
    """What an inspector asks first: what its host last answered, and where the page lies that we hold of it."""
    told: dict[str, Any] = {}
    if row := known.answered:
        status = f"{row['status']} " if row["status"] else ""
        trouble = f" ({inert(row['error'])})" if row["error"] else ""
        when = moment(datetime.fromisoformat(str(row["started_at"])))
        others = f", the last of {known.asked:,} documents" if known.asked > 1 else ""
        told["last response"] = f"{status}{row['outcome'].replace('_', ' ')}, {when}{trouble}{others}"
    if known.held:
        told["snapshot"] = known.sha256 if known.held == 1 else f"{known.data_version}, of {known.held:,} documents"
        told["stored page"] = dg.MetadataValue.path(str(kept.path(known.sha256)))
        if known.held > 1:
            told["which page"] = known.scope
    return told


def _responses(known: Pages) -> dg.MarkdownMetadataValue:
    """Its documents as they last answered, those that did not come first."""
    return shown.rows(
        ("address", "status", "outcome", "snapshot"),
        [(each.scope, each.status, each.outcome, each.sha256[:12]) for each in known.responses],
        known.asked - SHOWN,
    )


def _log(source: Source, tried: Sequence[Attempt]) -> Iterator[str]:
    """For the log of the run: what every address of a source answered; of many of one kind the first few."""
    if not tried:
        yield f"{source.id}: {'its data ships in a package' if source.packaged else NO_ADDRESS}"
    for outcome, count in sorted(Counter(each.outcome for each in tried).items()):
        of_kind = [each for each in tried if each.outcome == outcome]
        for each in of_kind[:LOGGED]:
            status = f" {each.status}" if each.status else ""
            trouble = f" ({each.error})" if each.error else ""
            yield inert(f"{source.id}: {outcome}{status} {each.url}{trouble}")
        if count > LOGGED:
            yield f"{source.id}: {outcome} {count - LOGGED:,} more addresses"


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
        freshness_policy=_cadence(source),
        metadata={
            "publisher": source.publisher,
            **({"address": dg.MetadataValue.url(source.urls[0])} if source.urls else {}),
            "terms": dg.MetadataValue.url(source.terms_url),
            "licence": source.licence,
            "review every (days)": source.review_every_days,
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(each.name, each.kind, each.meaning) for each in table("raw.fetches").columns]
            ),
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
        freshness_policy=_cadence(source),
        metadata={
            **({"address": dg.MetadataValue.url(source.urls[0])} if source.urls else {}),
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(name, kind, _MEANINGS[name]) for name, kind in OBSERVATION_COLUMNS.items()]
            ),
            "subjects in one document": f"{source.rows[0]}–{source.rows[1]}",
            **({"left out on purpose": dg.MetadataValue.md(left_out)} if left_out else {}),
        },
    )


def _cadence(source: Source) -> dg.FreshnessPolicy:
    """Runs are to deal with a source within its own cadence. Whether it answered them is its checks' to say."""
    due = timedelta(days=source.review_every_days)
    return dg.FreshnessPolicy.time_window(fail_window=due + timedelta(days=GRACE_DAYS), warn_window=due)


_MEANINGS = {
    column.name: column.meaning
    for name in ("raw.documents", "evidence.folded_claims")
    for column in table(name).columns
}
"""What an observation's columns mean: they become those of documents and claims."""
