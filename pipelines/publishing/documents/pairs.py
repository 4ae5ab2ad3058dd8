"""``compare/<a>/<b>.json``: two models beside each other, what may be said of the pair, and on what it rests.

Belongs here: which rows of the file a comparison shows. Does not: a judgement or a sentence; both are rows of the
warehouse (``mart.comparisons``, ``mart.comparison_statements``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

import duckdb

from pipelines.answers.asking import Row, row, rows
from pipelines.publishing.documents import queries
from pipelines.publishing.documents.filling import Claim, by_first, statement_of
from pipelines.publishing.documents.models import dates_of, family_of
from pipelines.publishing.documents.shapes import (
    SCHEMA_VERSION,
    CapabilityPair,
    CostPair,
    Neighbour,
    Pair,
    PairRow,
    Pairs,
    PairSide,
    Ref,
    SharedResult,
    SharedSide,
    SideCost,
    Statement,
    Verdict,
    Workload,
)
from pipelines.publishing.documents.shelf import Shelf
from pipelines.wording.amounts import monthly
from pipelines.wording.facts import BASES, reporter_words, score_words, setting_words
from pipelines.wording.phrases import inert

OFFERS_TOLD = 6
"""So many offers of a side are told at most, beside those a cost rests on; the rest are in the model's document."""

CONTINUED = 8
"""So many models are named to compare next."""


def pairs(shelf: Shelf, wanted: Collection[tuple[str, str]] | None = None) -> Iterator[Pair]:
    """A document for every published pair, or for those wanted of them, the most sought first."""
    ids = set(shelf.published) if wanted is None else set(wanted)
    asked = "true"
    if len(ids) < len(shelf.published):
        asked = f"pairs.rank in ({', '.join(str(shelf.published[each]['rank']) for each in sorted(ids))})"

    def held(query: str) -> list[Row]:
        return rows(shelf.connection, query.format(asked=asked))

    compared = {_ids(each): each for each in held(queries.COMPARISONS)}
    said = by_first((_ids(each), each) for each in held(queries.STATEMENTS))
    shared = by_first((_ids(each), each) for each in held(queries.SHARED_RESULTS))
    claims = _claims_of(shelf, [each for found in shared.values() for each in found])
    sides = _Sides(shelf)
    for each in shelf.published:
        if each in ids and each in compared:
            yield _pair(shelf, sides, compared[each], said.get(each, []), shared.get(each, []), claims)


def pair(connection: duckdb.DuckDBPyConnection, model_a_id: str, model_b_id: str) -> Pair | None:
    """The document of any two listed models by their ids, in whatever order; None where they are not compared.

    The same as the published one where the pair is published.
    """
    a, b = sorted((model_a_id, model_b_id))
    stored = row(connection, queries.COMPARISON, a, b)
    compared = stored or row(connection, queries.COMPARISON_ON_DEMAND, a, b)
    if compared is None:
        return None
    shelf = Shelf(connection, [a, b])
    said = rows(connection, queries.STATEMENTS_OF, a=a, b=b)
    shared = rows(connection, queries.SHARED_RESULTS_OF if stored else queries.SHARED_RESULTS_ON_DEMAND, a=a, b=b)
    return _pair(shelf, _Sides(shelf), compared, said, shared, _claims_of(shelf, shared))


def pair_index(shelf: Shelf, made: list[PairRow]) -> Pairs:
    """``compare/index.json``: which pairs an edition holds, the most sought first."""
    return {"schema_version": SCHEMA_VERSION, "as_of": shelf.as_of, "pairs": made}


def index_row(a: str, b: str, published: Row, verdict: Verdict) -> PairRow:
    return {
        "a": a,
        "b": b,
        "rank": published["rank"],
        "why": published["why"],
        "verdict_kind": verdict["kind"],
        "verdict_model_id": verdict["model_id"],
        "sentence": verdict["statements"][0]["sentence"] if verdict["statements"] else None,
    }


def _claims_of(shelf: Shelf, shared: Sequence[Row]) -> Mapping[str, Claim]:
    return shelf.claims_of(each[f"claim_id_{letter}"] for each in shared for letter in "ab")


def _ids(each: Row) -> tuple[str, str]:
    return each["model_a_id"], each["model_b_id"]


class _Sides:
    """The sides of pairs, each made once however many pairs it stands in."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.models = {each["model_id"]: each for each in shelf.models}
        self.made: dict[str, PairSide] = {}

    def side(self, model_id: str) -> PairSide:
        if model_id not in self.made:
            self.made[model_id] = self._side(self.models[model_id])
        return self.made[model_id]

    def _side(self, model: Row) -> PairSide:
        model_id, shelf = model["model_id"], self.shelf
        offers = shelf.offer_lines.get(model_id, [])
        needed = {
            cost["offer_id"]
            for of_workload in shelf.costs[model_id]
            for cost in (of_workload["confirmed"], of_workload["unconfirmed"])
            if cost
        }
        return {
            "id": model_id,
            "name": inert(model["name"]),
            "lab": shelf.labs.get(model["lab_id"]),
            "family": family_of(model),
            "is_listed": model["is_listed"],
            "completeness": model["completeness"],
            "best_for": shelf.tags[model_id, "best_for"],
            "decision_fit": shelf.tags[model_id, "decision_fit"],
            "facts": shelf.facts[model_id],
            "capabilities": shelf.capabilities.get(model_id, []),
            "offers": [each for place, each in enumerate(offers) if place < OFFERS_TOLD or each["offer_id"] in needed],
            "offers_total": len(offers),
            "providers_total": len({each["provider"]["id"] for each in offers}),
            "gaps": shelf.model_gaps.get(model_id, []),
            "conflicts": shelf.contested.get(model_id, []),
            "dates": dates_of(model),
        }


def _pair(
    shelf: Shelf,
    sides: _Sides,
    compared: Row,
    said: Sequence[Row],
    shared: Sequence[Row],
    claims: Mapping[str, Claim],
) -> Pair:
    a, b = _ids(compared)
    sections: dict[str, list[Statement]] = by_first((each["section"], statement_of(each)) for each in said)
    verdict, faq = sections.pop("verdict", []), sections.pop("faq", [])
    published = shelf.published.get((a, b))
    continued = _continued(shelf, a, b)
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "a": sides.side(a),
        "b": sides.side(b),
        "verdict": {
            "kind": compared["verdict_kind"],
            "model_id": compared["verdict_model_id"],
            "statements": verdict,
        },
        "statements": sections,
        "faq": faq,
        "costs": [_costs(*each) for each in zip(shelf.workloads, shelf.costs[a], shelf.costs[b], strict=True)],
        "capabilities": _capabilities(sides.side(a), sides.side(b)),
        "only_a": compared["only_a_capabilities"],
        "only_b": compared["only_b_capabilities"],
        "unknown_capabilities": compared["unknown_capabilities"],
        "shared_providers": [shelf.provider(each) for each in compared["shared_providers"]],
        "shared_results": _shared_results(shared, claims),
        "continue_comparing": [neighbour for _, neighbour in continued],
        "continue_from": [model_id for model_id, _ in continued],
        "gap_count": compared["gap_count"],
        "is_published": published is not None,
        "rank": published["rank"] if published else None,
        "why": published["why"] if published else None,
        "last_reviewed_on": f"{compared['last_reviewed_at']:%Y-%m-%d}",
    }


def _costs(workload: Workload, a: SideCost, b: SideCost) -> CostPair:
    gap: Decimal | None = None
    lower: Literal["a", "b", "equal"] | None = None
    if a["confirmed"] and b["confirmed"]:
        of_a, of_b = a["confirmed"]["usd"], b["confirmed"]["usd"]
        gap = abs(of_a - of_b)
        lower = "a" if of_a < of_b else "b" if of_b < of_a else "equal"
    return {
        "workload_id": workload["id"],
        "workload_text": workload["text"],
        "a": a,
        "b": b,
        "gap_usd": gap,
        "gap_text": "unknown until both costs are known" if gap is None else monthly(gap),
        "lower": lower,
    }


def _capabilities(a: PairSide, b: PairSide) -> list[CapabilityPair]:
    return [
        {"id": of_a["id"], "name": of_a["name"], "a": of_a["status"], "b": of_b["status"]}
        for of_a, of_b in zip(a["capabilities"], b["capabilities"], strict=True)
    ]


def _shared_results(shared: Sequence[Row], claims: Mapping[str, Claim]) -> list[SharedResult]:
    """Those with a gap first, by name; then those that only stand side by side."""
    order = list(BASES)
    shown = sorted(shared, key=lambda each: (order.index(each["basis"]), each["benchmark_name"], each["benchmark_id"]))
    return [_shared_result(each, claims) for each in shown]


def _shared_result(each: Row, claims: Mapping[str, Claim]) -> SharedResult:
    benchmark: Ref = {"id": each["benchmark_id"], "name": inert(each["benchmark_name"])}
    leader = {each["model_a_id"]: "a", each["model_b_id"]: "b", "equal": "equal"}.get(each["leader"])
    return {
        "benchmark": benchmark,
        "basis": each["basis"],
        "basis_text": BASES[each["basis"]],
        "unit": each["unit"],
        "higher_is_better": each["higher_is_better"],
        "a": _shared_side(each, "a", claims),
        "b": _shared_side(each, "b", claims),
        "gap": each["gap"],
        "gap_text": "not compared" if each["gap"] is None else score_words(abs(each["gap"]), each["unit"]),
        "leader": leader,
        "reviewed_on": f"{each['last_reviewed_at']:%Y-%m-%d}",
    }


def _shared_side(each: Row, letter: str, claims: Mapping[str, Claim]) -> SharedSide:
    claim = claims[each[f"claim_id_{letter}"]]
    note, evaluated_on = each[f"note_{letter}"], each[f"evaluated_on_{letter}"]
    return {
        "score": each[f"score_{letter}"],
        "text": score_words(each[f"score_{letter}"], each["unit"]),
        "setting_text": setting_words(each[f"setting_{letter}"]),
        "note": inert(note) if note else None,
        "reporter_text": reporter_words(each[f"reported_by_{letter}"], each[f"reporter_{letter}"]),
        "evaluated_on": evaluated_on.isoformat() if evaluated_on else None,
        "source": claim.source,
        "printed": claim.printed,
        "claim_id": claim.claim_id,
    }


def _continued(shelf: Shelf, a: str, b: str) -> list[tuple[str, Neighbour]]:
    """Neighbours of either side in turn, each once, without the two themselves."""
    found: dict[str, tuple[str, Neighbour]] = {}
    both = [(model_id, each) for model_id in (a, b) for each in shelf.neighbours.get(model_id, [])]
    for model_id, each in sorted(both, key=lambda one: (one[1]["rank"], one[0])):
        if each["model"]["id"] not in (a, b):
            found.setdefault(each["model"]["id"], (model_id, each))
    return list(found.values())[:CONTINUED]
