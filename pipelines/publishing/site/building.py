"""The site of one edition, made from its documents: every page, the search, and the edition's files beside them.

Belongs here: in which order it is made, by how many processes, and what is left as it was. Does not: what a page shows.
"""

import json
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

import duckdb

from pipelines.night.progress import Stage, tell
from pipelines.publishing.making import Making
from pipelines.publishing.site import search
from pipelines.publishing.site.links import Addresses, Known, page, placeable
from pipelines.publishing.site.pages import Page, Pages
from pipelines.publishing.site.pair_pages import PairPages
from pipelines.publishing.site.rates import rates
from pipelines.publishing.site.reading import Document, Documents
from pipelines.publishing.site.rendering import HERE, LABELS, Rendering
from pipelines.publishing.site.standing import Standing
from pipelines.publishing.site.writing import Folder, Written, files
from pipelines.publishing.tables import DATABASE

FOLDER = "site"
CHUNK = 40
"""So many pages are one worker's at a time."""

FEW = 500
"""Fewer pages are made sooner than another process is started."""

DOCUMENTS = ("models", "providers", "benchmarks", "compare")
"""Folders of documents: a file each beside its page, too many to list among the downloads."""

GROUPS = (
    ("Tables", "", "One table as Parquet."),
    ("Tables as CSV", "csv/", "One table as CSV."),
    ("Tables", "tables/", "One table."),
    ("Files for tools", "drop-in/", "Confirmed prices in the form another tool reads."),
    ("What changed", "feeds/", "A feed to subscribe to."),
    ("Schemas", "schemas/", "JSON Schema of a kind of document."),
)
ABOUT = {
    DATABASE: "Every table in one DuckDB file, of another size each time it is made.",
    "catalogue.json": "Every model on one line.",
    "changes.json": "What changed since the edition before.",
    "datapackage.json": "The tables' columns, types and meanings (Frictionless data package).",
    "retirements.ics": "Every announced shutdown day, as a calendar.",
    "CHANGES.md": "What changed since the edition before, to read.",
}

Told: TypeAlias = Callable[[int, int], None]


@dataclass
class Made:
    """What came of one batch of work."""

    written: Written
    changes: list[Document] = field(default_factory=list)
    first_seen: list[tuple[str, str]] = field(default_factory=list)


def make_part(making: Making, folder: Path) -> None:
    """The part of an edition, made last: it holds pages about the files of the others."""
    make(making.connection, folder, previous=making.before, alike=making.alike)


def make(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    previous: Path | None = None,
    alike: bool = False,
    addresses: Addresses | None = None,
    processes: int | None = None,
    told: Told | None = None,
) -> Written:
    """Make ``site/`` in an edition's folder, which holds its documents and other files already.

    previous   the folder of the edition before: files that are as they were are shared with its site
    alike      that edition is whole, and of this code and these addresses: what is made from the same is the same
    addresses  where the site will stand and where errors are reported; as the environment says without it
    processes  how many; 1 works in this one
    told       is told how many pages of how many are done; whoever watches the night without it
    """
    addresses = addresses or Addresses.from_environment()
    told = told or (lambda done, total: tell(Stage("site", done, total)))
    documents = Documents(folder)
    known = known_of(documents)
    site = Folder(folder / FOLDER, previous / FOLDER if previous else None)
    shared = _share(site, folder)
    for path in sorted((HERE / "static").iterdir()):
        site.put(f"static/{path.name}", path.read_bytes())
    for workload, text in rates(connection).items():
        site.put(f"costs/{workload}.json", text)
    site.put("compare/published.json", _published(known))
    site.put("compare/models.json", _names(documents, known))

    made, units = Made(site.told), list(_units(known))
    total = len(units) + 1
    if previous and alike:
        before = Documents(previous)
        standing = Standing(documents, before, known, known_of(before))
        units = [unit for unit in units if not _keep(standing, site, made, *unit)]
    work, done = list(_work(units)), total - 1 - len(units)
    told(done, total)
    for batch, size in _done(work, folder, previous, addresses, known, processes or os.cpu_count() or 1):
        made.written += batch.written
        made.changes += batch.changes
        made.first_seen += batch.first_seen
        done += size
        told(done, total)
    rendering = Rendering(addresses, known)
    made.changes.sort(key=lambda each: (each["claim_id"], each["offer_id"]))
    made.changes.sort(key=lambda each: each["changed_on"], reverse=True)
    for place, html in Pages(rendering, documents).lists(made.changes, _newly_seen(made.first_seen), shared):
        site.put(place, html)
    site.put("robots.txt", _robots(addresses))
    if addresses.base:
        for place, xml in _sitemap(site.path, addresses.base):
            site.put(place, xml)
    search.write_index(_records(documents, known), site, alike)
    told(total, total)
    return site.told


def known_of(documents: Documents) -> Known:
    """The pages there will be."""
    listed = {
        "labs": [each["id"] for each in documents.rows("labs.json", "labs")],
        "families": [each["id"] for each in documents.rows("families.json", "families")],
    }
    by_document = {kind: documents.ids(kind) for kind in ("models", "providers", "benchmarks")}
    ids = {kind: placeable(kind, found) for kind, found in {**by_document, **listed}.items()}
    pairs = frozenset(pair for pair in documents.pairs if all(each in ids["models"] for each in pair))
    return Known(ids, pairs)


# -------------------------------------------------------------------- workers

Batch: TypeAlias = tuple[str, list[Any]]
Begun: TypeAlias = tuple[Path, Path | None, Addresses, Known]


def _units(known: Known) -> Iterator[tuple[str, Any]]:
    """Whatever has pages of its own, by kind and id; pairs by their first model, whose side is then made once."""
    for kind in ("models", "providers", "benchmarks", "labs", "families"):
        yield from ((kind, each) for each in sorted(known.ids[kind]))
    yield from (("pairs", each) for each in sorted(known.pairs))


def _keep(standing: Standing, site: Folder, made: Made, kind: str, identifier: Any) -> bool:
    """Let the pages of the edition before serve where they still hold; whether they do."""
    paths = standing.pages(kind, identifier)
    if paths is None or not site.keep(paths):
        return False
    if kind == "models":
        _remember(made, identifier, *standing.told_of(identifier))
    return True


def _remember(made: Made, model_id: str, changes: Iterable[Document], first_seen_on: str) -> None:
    made.changes += changes
    made.first_seen.append((first_seen_on, model_id))


def _work(units: Iterable[tuple[str, Any]]) -> Iterator[Batch]:
    """What is to be rendered, in batches of one kind."""
    for kind, of_kind in groupby(units, key=lambda unit: unit[0]):
        ids = [identifier for _, identifier in of_kind]
        size = CHUNK * 5 if kind == "pairs" else CHUNK
        yield from ((kind, ids[start : start + size]) for start in range(0, len(ids), size))


def _done(
    work: Sequence[Batch], folder: Path, previous: Path | None, addresses: Addresses, known: Known, processes: int
) -> Iterator[tuple[Made, int]]:
    begun, left = (folder, previous, addresses, known), list(work)
    if processes > 1 and sum(len(ids) for _, ids in work) >= FEW:
        try:
            yield from _done_by_processes(left, begun, processes)
        except (BrokenProcessPool, OSError) as error:
            warnings.warn(f"one process makes the site: {error}", RuntimeWarning, stacklevel=2)
    if left:
        worker = Worker(*begun)
        yield from ((worker.make(batch), len(batch[1])) for batch in left)


def _done_by_processes(left: list[Batch], begun: Begun, processes: int) -> Iterator[tuple[Made, int]]:
    """What comes of the batches `left`, from which each goes when it is done. No process outlives this."""
    # A started process, not a forked one: whoever publishes has threads and an open database.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, begun)
    try:
        waiting = {pool.submit(_make, batch): batch for batch in list(left)}
        for each in as_completed(waiting):
            made, batch = each.result(), waiting[each]
            left.remove(batch)
            yield made, len(batch[1])
    finally:
        pool.shutdown(cancel_futures=True)


class Worker:
    """Renders batches and puts them in the site's folder."""

    def __init__(self, folder: Path, previous: Path | None, addresses: Addresses, known: Known) -> None:
        self.documents = Documents(folder)
        self.rendering = Rendering(addresses, known)
        self.pages = Pages(self.rendering, self.documents)
        self.pairs = PairPages(self.rendering, self.documents)
        self.folder, self.previous = folder / FOLDER, previous / FOLDER if previous else None
        self.named: dict[str, dict[str, Document]] = {}

    def make(self, batch: Batch) -> Made:
        kind, ids = batch
        site = Folder(self.folder, self.previous)
        made = Made(site.told)
        for identifier in ids:
            for path, html in self._pages(kind, identifier, made):
                site.put(path, html)
        return made

    def _pages(self, kind: str, identifier: Any, made: Made) -> Iterator[Page]:
        match kind:
            case "pairs":
                yield self.pairs.page(*identifier)
            case "models":
                model = self.documents.one(f"models/{identifier}.json")
                _remember(made, identifier, model["changes"], model["dates"]["first_seen_on"])
                yield from self.pages.model(model)
            case "providers":
                yield from self.pages.provider(self.documents.one(f"providers/{identifier}.json"))
            case "benchmarks":
                yield from self.pages.benchmark(self.documents.one(f"benchmarks/{identifier}.json"))
            case "labs":
                yield from self.pages.lab(self._named("labs")[identifier])
            case _:
                yield from self.pages.family(self._named("families")[identifier])

    def _named(self, kind: str) -> dict[str, Document]:
        if kind not in self.named:
            self.named[kind] = {each["id"]: each for each in self.documents.rows(f"{kind}.json", kind)}
        return self.named[kind]


_workers: list[Worker] = []


def _begin(folder: Path, previous: Path | None, addresses: Addresses, known: Known) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # a terminal tells every process of Ctrl-C; the one that waits ends all
    _workers[:] = [Worker(folder, previous, addresses, known)]


def _make(batch: Batch) -> Made:
    return _workers[0].make(batch)


# -------------------------------------------------------------------- files beside the pages


def _share(site: Folder, folder: Path) -> list[Document]:
    """The edition's other files under the site's roof; returns those a reader would download, in groups."""
    found = []
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        if name.startswith(f"{FOLDER}/"):
            continue
        site.share(name, path)
        if name.partition("/")[0] not in DOCUMENTS:
            # DuckDB does not write the same bytes twice, and a page says the same of the same tables
            found.append(_download(name, None if name == DATABASE else path.stat().st_size))
    return sorted(found, key=lambda each: (each["group"] != "Tables", each["group"], each["name"]))


def _download(name: str, size: int | None) -> Document:
    in_folder, _, _ = name.rpartition("/")
    group, about = "Lists and notes", ABOUT.get(name, "")
    for words, beginning, meaning in GROUPS:
        if (beginning and name.startswith(beginning)) or (not beginning and name.endswith((".parquet", ".duckdb"))):
            group, about = words, about or meaning
            break
    return {"name": name, "path": name, "bytes": size, "about": about, "group": group, "folder": in_folder}


def _published(known: Known) -> str:
    """Which pairs are ready-made, for the page that compares any two: first id → second ids."""
    by_first: dict[str, list[str]] = {}
    for a, b in sorted(known.pairs):
        by_first.setdefault(a, []).append(b)
    return json.dumps(by_first, separators=(",", ":")) + "\n"


def _names(documents: Documents, known: Known) -> str:
    """What the scripts call models and facts: ``[id, name, maker, context]``, and the labels pages use."""
    labs = {each["id"]: each["name"] for each in documents.catalogue["labs"]}
    models = [
        [each["id"], each["name"], labs.get(each["lab_id"], ""), each["context_tokens"]]
        for each in documents.catalogue["models"]
        if known.has("models", each["id"])
    ]
    labels = [[field, label] for field, label in LABELS.items() if field != "name"]
    return json.dumps({"labels": labels, "models": models}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _newly_seen(first_seen: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Models first seen after the first day held, the newest first: before it, nobody looked."""
    days = sorted({day for day, _ in first_seen})
    return sorted((each for each in first_seen if each[0] > days[0]), reverse=True) if days else []


def _robots(addresses: Addresses) -> str:
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {addresses.base}sitemap.xml\n" if addresses.base else "")


def _sitemap(folder: Path, base: str) -> Iterator[tuple[str, str]]:
    """Every page a searcher should land on; over several files where one may not hold them."""
    paths = [path.relative_to(folder).as_posix() for path in files(folder) if path.suffix == ".html"]
    paths = [path for path in paths if path not in ("404.html", "search.html") and not _is_moved(folder / path)]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

    def urls(part: Sequence[str]) -> str:
        addresses = (escape(base + ("" if each == "index.html" else each)) for each in part)
        inside = "".join(f"<url><loc>{each}</loc></url>\n" for each in addresses)
        return f"{head}<urlset {space}>\n{inside}</urlset>\n"

    parts = [paths[start : start + 40_000] for start in range(0, len(paths), 40_000)]
    if len(parts) == 1:
        yield "sitemap.xml", urls(parts[0])
        return
    for number, part in enumerate(parts, start=1):
        yield f"sitemap-{number}.xml", urls(part)
    maps = "".join(
        f"<sitemap><loc>{escape(base)}sitemap-{number}.xml</loc></sitemap>\n" for number in range(1, len(parts) + 1)
    )
    yield "sitemap.xml", f"{head}<sitemapindex {space}>\n{maps}</sitemapindex>\n"


def _is_moved(path: Path) -> bool:
    with path.open("rb") as page_file:
        return b'http-equiv="refresh"' in page_file.read(1500)


def _records(documents: Documents, known: Known) -> Iterator[search.Record]:
    """What can be found: models, sellers, labs, benchmarks, families, published pairs by their models' pages."""
    catalogue = documents.catalogue
    labs = {each["id"]: each["name"] for each in catalogue["labs"]}
    for each in catalogue["models"]:
        if known.has("models", each["id"]):
            kind = " · ".join(filter(None, (each["product_type"] or "model", labs.get(each["lab_id"]), each["status"])))
            words = f"{each['id']} {each['id'].replace('-', ' ')} {each['family'] or ''}"
            yield search.Record(page("models", each["id"]), each["name"], kind, words)
    for kind, words, rows in (
        ("providers", "seller", catalogue["providers"]),
        ("benchmarks", "benchmark", catalogue["benchmarks"]),
        ("labs", "lab", documents.rows("labs.json", "labs")),
        ("families", "family", documents.rows("families.json", "families")),
    ):
        for each in rows:
            if known.has(kind, each["id"]):
                yield search.Record(page(kind, each["id"]), each["name"], words, each["id"])
