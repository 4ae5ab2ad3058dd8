"""``benchmarks/<id>.json``: every result held on one benchmark, with its setting and whose word it is."""

from collections.abc import Iterator, Sequence

from pipelines.answers.asking import rows
from pipelines.publishing.documents import queries
from pipelines.publishing.documents.filling import grouped
from pipelines.publishing.documents.shapes import SCHEMA_VERSION, Benchmark, Result
from pipelines.publishing.documents.shelf import Shelf
from pipelines.wording.phrases import inert

_SCALES = {"percent": "percent", "elo": "Elo rating"}


def benchmarks(shelf: Shelf) -> Iterator[Benchmark]:
    """A document for every benchmark, by id."""
    results = grouped(shelf.results, lambda each: each["benchmark"]["id"])
    for each in rows(shelf.connection, queries.BENCHMARKS):
        held = _ranked(results.get(each["benchmark_id"], []), each["higher_is_better"])
        yield {
            "schema_version": SCHEMA_VERSION,
            "as_of": shelf.as_of,
            "id": each["benchmark_id"],
            "name": inert(each["name"]),
            "unit": each["unit"],
            "unit_text": _SCALES.get(each["unit"], inert(each["unit"])),
            "higher_is_better": each["higher_is_better"],
            "max_score": each["max_score"],
            "models": len({result["model"]["id"] for result in held}),
            "results": held,
            "settings": sorted({result["setting_text"] for result in held} - {""}),
            "reporters": sorted({result["reporter"] for result in held if result["reporter"]}),
            "sources": [shelf.sources[source] for source in sorted({result["source"]["id"] for result in held})],
            "reviewed_on": min((result["reviewed_on"] for result in held), default=None),
        }


def _ranked(results: Sequence[Result], higher_is_better: bool | None) -> list[Result]:
    """Best first where better is established, else by model: an order would be a ranking."""
    if higher_is_better is None:
        return sorted(results, key=lambda each: (each["model"]["id"], each["setting_text"], each["claim_id"]))
    sign = -1 if higher_is_better else 1
    return sorted(results, key=lambda each: (sign * each["score"], each["model"]["id"], each["claim_id"]))
