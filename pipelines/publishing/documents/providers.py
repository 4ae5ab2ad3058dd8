"""``providers/<id>.json``: what one seller sells or passes on, and who says so."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from pipelines.answers.asking import Row, rows
from pipelines.publishing.documents import queries
from pipelines.publishing.documents.filling import grouped, web
from pipelines.publishing.documents.shapes import SCHEMA_VERSION, OfferRow, PriceChange, Provider, SourceState
from pipelines.publishing.documents.shelf import Shelf
from pipelines.wording.phrases import inert


def providers(shelf: Shelf) -> Iterator[Provider]:
    """A document for every seller, by id."""
    told = rows(shelf.connection, queries.SAID_OF_OFFERS)
    sources: dict[str, Counter[str]] = defaultdict(Counter)
    for each in told:
        for provider_id in {each["provider_id"], each["via"]} - {None}:
            sources[provider_id][each["source_id"]] += each["offers"]
    offers = _by_seller(shelf)
    changes = grouped(shelf.changes, lambda each: each["offer_id"])
    spellings = grouped(rows(shelf.connection, queries.PROVIDER_SPELLINGS), lambda each: str(each["provider_id"]))
    gaps = _counts(shelf, queries.GAPS_OF_OFFERS, "gaps")
    conflicts = _counts(shelf, queries.CONFLICTS_OF_OFFERS, "conflicts")
    for each in shelf.provider_rows:
        provider_id = each["provider_id"]
        sold = offers.get(provider_id, [])
        ids = [offer["offer_id"] for offer in sold]
        moved: list[PriceChange] = [change for offer_id in ids for change in changes.get(offer_id, [])]
        yield {
            "schema_version": SCHEMA_VERSION,
            "as_of": shelf.as_of,
            "id": provider_id,
            "name": inert(each["name"]),
            "kind": each["kind"],
            "kind_text": _kind_words(each),
            "lab": shelf.labs.get(each["lab_id"]),
            "homepage_url": web(each["homepage_url"]),
            "pricing_url": web(each["pricing_url"]),
            "currency": each["currency"],
            "models": len({offer["model"]["id"] for offer in sold}),
            "offers": sold,
            "changes": sorted(moved, key=lambda change: change["changed_on"], reverse=True),
            "spellings": [inert(spelling["alias"]) for spelling in spellings.get(provider_id, [])],
            "sources": _speaking(each, sources.get(provider_id, Counter()), shelf.sources),
            "gaps": sum(gaps.get(offer_id, 0) for offer_id in ids),
            "conflicts": sum(conflicts.get(offer_id, 0) for offer_id in ids),
            "reviewed_on": min((offer["reviewed_on"] for offer in sold), default=None),
        }


def _counts(shelf: Shelf, query: str, what: str) -> dict[str, int]:
    return {each["offer_id"]: each[what] for each in rows(shelf.connection, query)}


def _by_seller(shelf: Shelf) -> dict[str, list[OfferRow]]:
    """Seller → its own offers by model, then those bought through it."""
    own: dict[str, list[OfferRow]] = defaultdict(list)
    passed_on: dict[str, list[OfferRow]] = defaultdict(list)
    for model_id in sorted(shelf.offer_lines):
        for offer in shelf.offer_lines[model_id]:
            own[offer["provider"]["id"]].append(offer)
            if offer["via"] and offer["via"]["id"] != offer["provider"]["id"]:
                passed_on[offer["via"]["id"]].append(offer)
    return {provider_id: own[provider_id] + passed_on[provider_id] for provider_id in {*own, *passed_on}}


def _speaking(provider: Row, told: Counter[str], sources: dict[str, SourceState]) -> list[SourceState]:
    """Who speaks of a seller: what it publishes itself first, then whoever lists most of its offers."""
    names = {provider["provider_id"], provider["lab_id"]}
    own = [each["id"] for each in sources.values() if each["publisher"] in names]
    others = sorted((each for each in told if each in sources), key=lambda each: (-told[each], each))
    return [sources[each] for each in dict.fromkeys([*own, *others])]


def _kind_words(provider: Row) -> str:
    return {
        "maker": "sells its own models",
        "host": "hosts others' models",
        "cloud": "a cloud",
        "gateway": "a gateway to other sellers",
        "reseller": "resells",
        "plan": "sells by subscription",
        "local": "runs on the reader's machine",
    }.get(provider["kind"], "known by name only")
