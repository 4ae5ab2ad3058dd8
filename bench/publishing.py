"""What publishing costs: processor seconds and bytes of every part of an edition, documents and compare pages a second.

``make bench`` measures the edition of its offline night; ``python -m bench.publishing`` that of the home of
``ALMANAC_HOME``, from which it only reads. Processor seconds count every process, and belong to a machine and a day:
compare them within one day, over the same file.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.publishing import tables
from pipelines.publishing.making import Making
from pipelines.publishing.parts import wanted
from pipelines.publishing.site.building import known_of
from pipelines.publishing.site.links import Addresses
from pipelines.publishing.site.pair_pages import PairPages
from pipelines.publishing.site.reading import Documents
from pipelines.publishing.site.rendering import Rendering
from warehouse import database
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home


def costs(home: Home) -> Iterator[str]:
    """A line for every part of an edition of the home's file, made with none before it; then one for compare pages."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        database.opened(home.warehouse, read_only=True) as connection,
    ):
        folder, spent = Path(temporary), 0.0
        as_of = database.as_of(connection)
        making = Making(connection, home.warehouse, "bench", as_of, None, Snapshots(home.snapshots).read)
        made: list[tuple[str, Callable[[], object]]] = [("export", lambda: tables.export(connection, folder))]
        made += [(part.name, lambda part=part: part.make(making, folder)) for part in wanted()]  # type: ignore[misc]
        known: set[int] = set()
        for name, make in made:
            seconds = _seconds(make)
            spent += seconds
            new = {each.st_ino: each.st_size for each in _files(folder) if each.st_ino not in known}
            known |= set(new)
            yield _line(name, len(new), "files", seconds, sum(new.values()))
        yield f"an edition: {spent:.1f} s, {len(known):,} files"
        documents = Documents(folder)
        pages = PairPages(Rendering(Addresses(), known_of(documents)), documents)
        for name in ("compare pages", "compare pages whose sides are made"):
            html: list[str] = []
            seconds = _seconds(lambda html=html: html.extend(pages.page(*pair)[1] for pair in documents.pairs))  # type: ignore[misc]
            yield _line(name, len(html), "pages", seconds, sum(map(len, html)))


def _seconds(work: Callable[[], object]) -> float:
    """Processor seconds, of the processes it starts too."""
    before = os.times()
    work()
    return sum(now - then for now, then in zip(os.times()[:4], before[:4], strict=True))


def _files(folder: Path) -> Iterator[os.stat_result]:
    return (path.stat() for path in folder.rglob("*") if path.is_file())


def _line(name: str, count: int, what: str, seconds: float, size: int) -> str:
    each = f"{count / seconds:,.0f} a second" if seconds else "no time at all"
    return f"{name}: {count:,} {what}, {size / 1e6:.1f} MB in {seconds:.1f} s of processor, {each}"


def main() -> int:
    for line in costs(Home.from_environment()):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
