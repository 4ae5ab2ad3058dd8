"""How a night looks from the command line: while it runs, on a terminal and in a pipe, and what stands at its end."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.night.progress import Asked, Asking, Published, Stage, StageName, Told
from pipelines.terminal.layout import heading, state, table
from pipelines.wording.amounts import counted, moment
from pipelines.wording.phrases import inert
from warehouse.evidence.attempts import CONFIRMING
from warehouse.home import Home

if TYPE_CHECKING:
    from sources.transport.fetch import Attempt  # the transport takes a third of a second to import


@contextmanager
def shown(out: Console, verbose: bool) -> Iterator[Callable[[Told], None]]:
    """Takes what a night tells of itself: a moving line on a terminal, a line a source in a pipe.

    verbose  a line for every attempt as well
    """
    with Bar(out) if out.is_terminal else nullcontext() as bar:

        def tell(news: Told) -> None:
            match news:
                case Asked() if not bar and (line := asked_line(news)):
                    out.print(line)
                case Stage() | Asking() | Asked() | Published():
                    pass
                case attempt if verbose and attempt.outcome != "offline":
                    out.print(attempt_line(attempt))
            if bar:
                bar.tell(news)

        yield tell


class Bar:
    """The moving line of a night: which stage it is in, how far that has come, and for how long it has been at work."""

    def __init__(self, out: Console) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(20),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=out, transient=True)
        self.task = self.progress.add_task("start", total=None, told="")
        self.asked = self.unread = self.documents = 0

    def __enter__(self) -> "Bar":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def tell(self, news: Told) -> None:
        """Move the line."""
        match news:
            case Stage(name, done, total):
                noun = "page" if name == "site" else "table"
                told = f"{done:,} of {counted(total, noun)}" if total else STAGES[name]
                self.progress.update(self.task, description=name)
                self._show(done, total, told)
            case Asking(documents):
                self.asked, self.unread, self.documents = 0, 0, documents
                self._documents()
            case Asked(attempts=attempts):
                self.asked += len(attempts)
                self.unread += sum(each.outcome not in CONFIRMING for each in attempts)
                self._documents()

    def _documents(self) -> None:
        without = f", {self.unread:,} without an answer" if self.unread else ""
        self._show(self.asked, self.documents, f"{self.asked:,} of {counted(self.documents, 'document')}{without}")

    def _show(self, done: int, total: int, told: str) -> None:
        # An update cannot say that nobody knows how much is left.
        self.progress.tasks[0].total = total or None
        self.progress.update(self.task, completed=done, told=told)


STAGES: Mapping[StageName, str] = {
    "fetch": "asking the sources",
    "read": "reading what is new",
    "follow": "asking and reading what the sources name",
    "fold": "folding what was read into claims",
    "tables": "building the tables",
    "checks": "checking the promises",
    "publish": "writing the edition",
    "site": "rendering the site",
}


def asked_line(asked: Asked) -> str:
    """``source: 3 documents, 2 ok, 1 timeout (why)``; empty where nobody was to ask it."""
    outcomes = Counter(each.outcome for each in asked.attempts)
    if set(outcomes) <= {"offline"}:
        return ""
    told = ", ".join(f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in sorted(outcomes.items()))
    why = next((each.error for each in asked.attempts if each.error), "")
    trouble = f" ({why})" if why else ""
    return inert(f"{asked.source_id}: {counted(len(asked.attempts), 'document')}, {told}{trouble}")


def attempt_line(attempt: "Attempt") -> str:
    """``source outcome status address (trouble)``."""
    status = f" {attempt.status}" if attempt.status else ""
    trouble = f" ({attempt.error})" if attempt.error else ""
    return inert(f"{attempt.source_id} {attempt.outcome}{status} {attempt.url}{trouble}")


def summary(found: Row, home: Home, now: str, before: str, seconds: float) -> Iterator[RenderableType]:
    """What stands now: the edition, what it holds, what is missing, and which sources did not answer."""
    yield Text(_headline(now, before, seconds), style="bold green")
    yield Text(f"warehouse  {home.warehouse}")
    yield Text(f"as of      {moment(found['as_of'])}")
    yield heading("Held")
    held = table("what", "rows", right=("rows",))
    for what, count in found["counts"].items():
        held.add_row(what.replace("_", " "), f"{count:,}")
    yield held
    yield heading(f"Not known: {counted(sum(each['gaps'] for each in found['gaps']), 'gap')}")
    missing = table("kind", "gaps", right=("gaps",))
    for each in found["gaps"]:
        missing.add_row(each["kind"].replace("_", " "), f"{each['gaps']:,}")
    yield missing
    yield from _sources(found["sources"])


def _headline(now: str, before: str, seconds: float) -> str:
    took = f"in {seconds / 60:.1f} minutes" if seconds >= 120 else f"in {seconds:.1f} seconds"
    if not now:
        return f"Refreshed {took}"
    if now == before:
        return f"Nothing changed: edition {now} stands, checked {took}"
    return f"Published edition {now} {took}"


def _sources(found: Sequence[Row]) -> Iterator[RenderableType]:
    trouble = [each for each in found if each["state"] != "fresh"]
    yield heading(f"Sources: {len(found) - len(trouble):,} of {len(found):,} fresh")
    if not trouble:
        return
    yield Text("These were not read, or in part; what they said before stands, with the dates it had.", style="yellow")
    shown = table("source", "state", "last read", "why", whole=("source", "state", "last read"))
    for each in trouble:
        shown.add_row(
            each["source_id"],
            state(each["state"]),
            moment(each["last_ok_at"]) if each["last_ok_at"] else "never",
            inert(each["last_error"] or "not read lately"),
        )
    yield shown
