"""``models/<id>.json``: everything held of one model."""

from collections.abc import Iterator

from pipelines.answers.asking import Row
from pipelines.publishing.documents.filling import grouped
from pipelines.publishing.documents.shapes import (
    SCHEMA_VERSION,
    CostAt,
    CostMade,
    Dates,
    Model,
    ModelCost,
    PriceChange,
    Ref,
    Result,
    SideCost,
    Workload,
)
from pipelines.publishing.documents.shelf import Shelf
from pipelines.wording.facts import share_words
from pipelines.wording.phrases import inert


def models(shelf: Shelf) -> Iterator[Model]:
    """A document for every model, listed or not, by id."""
    changes: dict[str, list[PriceChange]] = grouped(shelf.changes, lambda each: each["model"]["id"])
    results: dict[str, list[Result]] = grouped(shelf.results, lambda each: each["model"]["id"])
    for model in shelf.models:
        model_id = model["model_id"]
        offers = shelf.offers.get(model_id, [])
        yield {
            "schema_version": SCHEMA_VERSION,
            "as_of": shelf.as_of,
            "id": model_id,
            "name": inert(model["name"]),
            "lab": shelf.labs.get(model["lab_id"]),
            "family": family_of(model),
            "is_listed": model["is_listed"],
            "completeness": model["completeness"],
            "completeness_text": f"{share_words(model['completeness'])} of what could be asked",
            "best_for": shelf.tags[model_id, "best_for"],
            "decision_fit": shelf.tags[model_id, "decision_fit"],
            "facts": shelf.facts[model_id],
            "capabilities": shelf.capabilities.get(model_id, []),
            "offers": offers,
            "costs": [_cost(shelf, *each) for each in zip(shelf.workloads, shelf.costs[model_id], strict=True)],
            "history": [series for offer in offers for series in shelf.series.get(offer["offer_id"], [])],
            "changes": changes.get(model_id, []),
            "results": results.get(model_id, []),
            "alternatives": shelf.neighbours.get(model_id, []),
            "gaps": shelf.model_gaps.get(model_id, []),
            "conflicts": shelf.conflicts.get(model_id, []),
            "spellings": shelf.spellings.get(model_id, []),
            "redirects": shelf.redirects.get(model_id, []),
            "dates": dates_of(model),
        }


def family_of(model: Row) -> Ref | None:
    """A family by an id of its own: makers may use one word for lines of theirs that have nothing in common."""
    if model["family"] is None:
        return None
    family = inert(model["family"])
    return {"id": f"{model['lab_id']}.{family}" if model["lab_id"] else family, "name": family}


def dates_of(model: Row) -> Dates:
    return {
        "first_seen_on": model["first_seen_on"],
        "last_changed_on": model["last_changed_on"],
        "last_reviewed_on": model["last_reviewed_on"],
    }


def _cost(shelf: Shelf, workload: Workload, cost: SideCost) -> ModelCost:
    def made(at: CostAt | None) -> CostMade | None:
        return None if at is None else {**at, "lines": shelf.cost_lines.get((at["offer_id"], workload["id"]), [])}

    return {
        "workload_id": workload["id"],
        "workload_text": workload["text"],
        "confirmed": made(cost["confirmed"]),
        "unconfirmed": made(cost["unconfirmed"]),
        "text": cost["text"],
    }
