"""What publishing costs: processor seconds and bytes of every part of an edition, with none before it and after one in
which ten prices were others; compare pages a second.

``make bench`` measures the edition of its offline night; ``python -m bench.publishing`` that of the home of
``ALMANAC_HOME``, from which it only reads. Processor seconds count every process, and belong to a machine and a day:
compare them within one day, over the same file.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
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
from warehouse.home import Home, put


def costs(home: Home) -> Iterator[str]:
    """A line for every part of an edition of the home's file, made with none before it; for every part of the next one,
    in which ten prices have changed; and for compare pages."""
    with tempfile.TemporaryDirectory() as temporary:
        first, second, changed = (Path(temporary) / name for name in ("first", "second", "changed.duckdb"))
        spent = yield from _edition(home, home.warehouse, first, None)
        shutil.copyfile(home.warehouse, changed)
        _change_prices(changed)
        again = yield from _edition(home, changed, second, first)
        yield f"after ten changed prices: {again / spent:.0%} of an edition with none before it"
        documents = Documents(first)
        pages = PairPages(Rendering(Addresses(), known_of(documents)), documents)
        for name in ("compare pages", "compare pages whose sides are made"):
            html: list[str] = []
            seconds = _seconds(lambda html=html: html.extend(pages.page(*pair)[1] for pair in documents.pairs))  # type: ignore[misc]
            yield _line(name, len(html), "pages", seconds, sum(map(len, html)))
            yield f"{name}, two processors at once: {2 * len(html) / max(seconds, 0.001):,.0f} a second"


def _edition(home: Home, file: Path, folder: Path, before: Path | None) -> Generator[str, None, float]:
    """Lines of the parts of one edition; the processor seconds of all of them."""
    folder.mkdir()
    spent = 0.0
    with database.opened(file, read_only=True) as connection:
        as_of = database.as_of(connection)
        making = Making(
            connection, file, folder.name, as_of, before, Snapshots(home.snapshots).read, before is not None
        )
        made: list[tuple[str, Callable[[], object]]] = [("export", lambda: tables.export(connection, folder))]
        made += [(part.name, lambda part=part: part.make(making, folder)) for part in wanted()]  # type: ignore[misc]
        known = {each.st_ino for each in _files(before)} if before else set()
        for name, make in made:
            seconds = _seconds(make)
            spent += seconds
            new = {each.st_ino: each.st_size for each in _files(folder) if each.st_ino not in known}
            known |= set(new)
            yield _line(name, len(new), "files", seconds, sum(new.values()))
    # what the next one needs of it, to tell what changed
    put(folder / "manifest.json", json.dumps({"edition_id": folder.name, "as_of": as_of.isoformat()}).encode())
    yield f"an edition{' after it' if before else ''}: {spent:.1f} s"
    return spent


def _change_prices(file: Path) -> None:
    """Ten prices a tenth lower, and what they come to a month: as far as a night would carry them in these tables."""
    with database.opened(file) as connection:
        ten = connection.sql(
            "select distinct offer_id from mart.offer_costs where workload_id = 'default' order by offer_id limit 10"
        ).fetchall()
        for (offer_id,) in ten:
            for change in (
                "core.prices set amount = amount * 0.9",
                "mart.offer_costs set monthly_cost_usd = monthly_cost_usd * 0.9",
            ):
                connection.execute(f"update {change} where offer_id = ?", [offer_id])


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
