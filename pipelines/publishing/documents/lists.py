"""The lists over all things: the catalogue search and calculator read, labs, families, sources, gaps, conflicts, rules.

Belongs here: what a list holds and in which order. Does not: a thing's own document (`models`, `providers`, …).
"""

from collections import defaultdict
from datetime import date

from pipelines.answers.asking import Row, rows
from pipelines.publishing.documents import queries
from pipelines.publishing.documents.filling import capability_names, gap_of, grouped, named, web
from pipelines.publishing.documents.models import family_of
from pipelines.publishing.documents.shapes import (
    SCHEMA_VERSION,
    Catalogue,
    CatalogueRow,
    Conflicts,
    Families,
    Gaps,
    Lab,
    Labs,
    Methodology,
    Ref,
    Retirements,
    Sources,
)
from pipelines.publishing.documents.shelf import Shelf
from pipelines.publishing.paths import is_placeable
from pipelines.wording.phrases import inert, reason_words

GAPS_TOLD = 1500
"""So many gaps are listed, those that would mend most first; the rest are in the documents of their models."""

CONFLICTS_TOLD = 1500
"""So many contested cells are listed, the most contested first; the rest are in the documents of their models."""


def catalogue(shelf: Shelf) -> Catalogue:
    """``catalogue.json``: every model on one line, by id."""
    sums: dict[str, dict[str, object]] = defaultdict(dict)
    for each in rows(shelf.connection, queries.MONTHLY_SUMS):
        sums[each["model_id"]][each["workload_id"]] = each["monthly_cost_usd"]
    cheapest = {each["model_id"]: each for each in rows(shelf.connection, queries.CHEAPEST)}
    results = {each["model_id"]: each["results"] for each in rows(shelf.connection, queries.RESULT_COUNTS)}
    benchmarks: list[Ref] = [
        {"id": each["benchmark_id"], "name": inert(each["name"])} for each in rows(shelf.connection, queries.BENCHMARKS)
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "workloads": shelf.workloads,
        "capabilities": capability_names(),
        "labs": list(shelf.labs.values()),
        "models": [
            _row(shelf, each, cheapest.get(each["model_id"], {}), sums[each["model_id"]], results)
            for each in shelf.models
        ],
        "providers": list(shelf.providers.values()),
        "benchmarks": benchmarks,
        "left_out": [
            f"{kind}/{inert(identifier)}"
            for kind, ids in (
                ("models", [each["model_id"] for each in shelf.models]),
                ("providers", list(shelf.providers)),
                ("benchmarks", [each["id"] for each in benchmarks]),
            )
            for identifier in ids
            if not is_placeable(kind, identifier)
        ],
    }


def _row(shelf: Shelf, model: Row, cheapest: Row, sums: dict[str, object], results: dict[str, int]) -> CatalogueRow:
    model_id = model["model_id"]
    bits = {each["id"]: each["bit"] for each in capability_names()}
    held = shelf.statuses.get(model_id, [])
    return {
        "id": model_id,
        "name": inert(model["name"]),
        "lab_id": model["lab_id"],
        "family": family["id"] if (family := family_of(model)) else None,
        "product_type": model["product_type"],
        "status": model["status"],
        "is_listed": model["is_listed"],
        "released_on": _day(model["released_on"]),
        "shutdown_on": _day(model["shutdown_on"]),
        "context_tokens": model["context_tokens"],
        "max_output_tokens": model["max_output_tokens"],
        "parameters": model["parameters"],
        "license_id": model["license_id"],
        "open_weights": model["open_weights"],
        "input_usd": cheapest.get("input_usd_per_mtok"),
        "output_usd": cheapest.get("output_usd_per_mtok"),
        "costs": sums,  # type: ignore[typeddict-item]
        "yes_mask": sum(bits[name] for name, status in held if status == "yes"),
        "no_mask": sum(bits[name] for name, status in held if status == "no"),
        "offers": len(shelf.offer_lines.get(model_id, [])),
        "results": results.get(model_id, 0),
        "completeness": model["completeness"],
        "last_reviewed_on": model["last_reviewed_on"],
    }


def labs(shelf: Shelf) -> Labs:
    """``labs.json``, by id."""
    made = _newest_first(shelf.models)
    by_lab = grouped(made, lambda each: each["lab_id"])
    outlets = grouped(rows(shelf.connection, queries.OUTLETS), lambda each: each["lab_id"])
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "labs": [
            _lab(each, by_lab.get(each["lab_id"], []), outlets.get(each["lab_id"], []))
            for each in rows(shelf.connection, queries.LABS)
        ],
    }


def _lab(lab: Row, made: list[Row], outlets: list[Row]) -> Lab:
    families = {family["id"]: family for each in made if (family := family_of(each))}
    return {
        "id": lab["lab_id"],
        "name": inert(lab["name"]),
        "kind": lab["kind"],
        "homepage_url": web(lab["homepage_url"]),
        "pricing_url": web(lab["pricing_url"]),
        "providers": [{"id": each["provider_id"], "name": inert(each["name"])} for each in outlets],
        "families": [families[each] for each in sorted(families)],
        "models": [each["model_id"] for each in made],
    }


def families(shelf: Shelf) -> Families:
    """``families.json``, by id."""
    told = [(family, each) for each in _newest_first(shelf.models) if (family := family_of(each))]
    members = grouped(told, lambda each: each[0]["id"])
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "families": [
            {
                "id": family_id,
                "name": members[family_id][0][0]["name"],
                "lab": shelf.labs.get(members[family_id][0][1]["lab_id"]),
                "models": [each["model_id"] for _, each in members[family_id]],
            }
            for family_id in sorted(members)
        ],
    }


def sources(shelf: Shelf) -> Sources:
    """``sources.json``, by id."""
    return {"schema_version": SCHEMA_VERSION, "as_of": shelf.as_of, "sources": list(shelf.sources.values())}


def gaps(shelf: Shelf) -> Gaps:
    """``gaps.json``: what is not known, by how many comparisons it would mend."""
    first = rows(shelf.connection, queries.FIRST_GAPS.format(most=GAPS_TOLD))
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "counts": [
            {**each, "reason_text": reason_words(each["reason"])}  # type: ignore[typeddict-item]
            for each in rows(shelf.connection, queries.GAP_COUNTS)
        ],
        "gaps": [{"model": named(shelf.refs[each["subject_id"]]), "gap": gap_of(each)} for each in first],
        "pages": [
            {
                "page": inert(each["page"]),
                "cells": each["cells"],
                "gaps": each["gaps"],
                "subjects": each["subjects"],
                "fields": each["fields"],
            }
            for each in rows(shelf.connection, queries.PAGES_TO_READ)
        ],
    }


def conflicts(shelf: Shelf) -> Conflicts:
    """``conflicts.json``: who disagrees, the most contested cell first."""
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "counts": {each["class"]: each["claims"] for each in rows(shelf.connection, queries.CONFLICT_COUNTS)},
        "conflicts": shelf.cells_of(rows(shelf.connection, queries.FIRST_CONFLICTS.format(most=CONFLICTS_TOLD))),
    }


def retirements(shelf: Shelf) -> Retirements:
    """``retirements.json``: announced shutdown days, the next one first; past ones last."""
    night = date.fromisoformat(shelf.as_of[:10])
    told = [(each, (each["shutdown_on"] - night).days) for each in shelf.models if each["shutdown_on"]]
    retired = Shelf(shelf.connection, [each["model_id"] for each, _ in told])
    told.sort(key=lambda each: (each[1] <= 0, abs(each[1]), each[0]["model_id"]))
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "retirements": [
            {
                "model": shelf.refs[each["model_id"]],
                "shutdown_on": retired.facts[each["model_id"]]["shutdown_on"],
                "days_left": days_left,
                "offers": len(shelf.offer_lines.get(each["model_id"], [])),
                "alternatives": retired.neighbours.get(each["model_id"], []),
            }
            for each, days_left in told
        ],
    }


def methodology(shelf: Shelf) -> Methodology:
    """``methodology.json``: the rules and thresholds comparisons are made by."""
    rules = rows(shelf.connection, queries.RULES)
    thresholds = rows(shelf.connection, queries.THRESHOLDS)
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": shelf.as_of,
        "workloads": shelf.workloads,
        "capabilities": capability_names(),
        "thresholds": [
            {"name": each["name"], "value": each["value"], "unit": each["unit"], "meaning": each["meaning"]}
            for each in thresholds
        ],
        "rules": [
            {
                "id": each["rule_id"],
                "section": each["section"],
                "position": each["position"],
                "about": each["about"],
                "needs": each["needs"],
                "for_whom": each["for_whom"],
                "question": each["question"],
                "sentence": each["sentence"],
            }
            for each in rules
        ],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


def _newest_first(models: list[Row]) -> list[Row]:
    by_id = sorted(models, key=lambda each: each["model_id"])
    return sorted(by_id, key=lambda each: each["released_on"] or date.min, reverse=True)
