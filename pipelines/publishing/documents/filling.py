"""One row of the file, or the few rows of one cell, as one shape of a document. Pure: rows in, dicts out.

Belongs here: which column fills which key, and in whose words. Does not: queries (`queries`), or who asks (`shelf`).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from pipelines.answers.asking import Row
from pipelines.publishing.documents.shapes import (
    CapabilityName,
    Conflict,
    Contested,
    Cost,
    CostLine,
    Fact,
    Facts,
    Gap,
    ModelRef,
    Offer,
    OfferRow,
    Point,
    Price,
    PriceChange,
    Redirect,
    Ref,
    Result,
    Rival,
    Series,
    Setting,
    Source,
    SourceState,
    Spelling,
    Statement,
    Terms,
    Uncosted,
    Why,
    Workload,
)
from pipelines.wording.amounts import number, rate
from pipelines.wording.facts import (
    COMPARABILITY,
    condition_words,
    conflict_field_words,
    gap_reason_words,
    meter_words,
    price_status_words,
    reporter_words,
    said_words,
    score_words,
    setting_parts,
    setting_words,
    unit_words,
)
from pipelines.wording.phrases import capability_words, field_words, inert, seller, workload_words
from sources.vocabulary import CAPABILITIES

Key = TypeVar("Key")
Item = TypeVar("Item")

FACT_FIELDS = tuple(name for name in Facts.__annotations__)
COLUMNS = {"lab": "lab_id", "license": "license_id"}
"""Facts that go by another word in ``core.models``."""
STATED_AS = {"lab": ("lab",), "license": ("license_id",), "architecture_name": ("architecture",)}
"""Facts whose claims go by another attribute than the fact's name."""
_ANCHORED = ("derived: identity", "derived: the slug", "derived: its own name")
"""Rules of cells that rest on a name as printed, whatever else the claim is about."""


@dataclass(frozen=True)
class Claim:
    """What one claim says of where a cell comes from."""

    claim_id: str
    source: Source
    attribute: str
    subject: str
    printed: str
    first_seen_on: str
    reviewed_on: str


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Items by their key, in the order they come."""
    return by_first((key(each), each) for each in items)


def by_first(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """The second of each pair by the first, in the order they come."""
    made: dict[Key, list[Item]] = {}
    for key, item in pairs:
        made.setdefault(key, []).append(item)
    return made


def unknown(text: str, why: Why | None) -> Fact[Any]:
    """A cell that is not known, with the reason in its words where there is one."""
    return {
        "value": None,
        "text": f"{text} ({why['reason_text']})" if why else text,
        "precision": None,
        "rule": None,
        "source": None,
        "printed": None,
        "printed_of": None,
        "reviewed_on": None,
        "first_seen_on": None,
        "claim_id": None,
        "conflicts": 0,
        "gap": why,
    }


def gap_of(each: Row) -> Gap:
    return {
        "gap_id": each["gap_id"],
        "kind": each["kind"],
        "reason": each["reason"],
        "reason_text": gap_reason_words(each["field"], each["reason"]),
        "field": each["field"],
        "field_text": field_words(each["field"]),
        "detail": inert(each["detail"]),
        "next_step": inert(each["next_step"]),
        "page": web(each["page"]),
        "severity": each["severity"],
        "first_seen_on": each["first_seen_on"],
        "acknowledged_until": each["acknowledged_until"],
    }


def cost_line(each: Row) -> CostLine:
    told = f"{number(each['mtok'])}M {each['line'].replace('_', ' ')} at {rate(each['usd_per_mtok'])} per million"
    return {
        "line": each["line"],
        "meter": each["meter"],
        "mtok": each["mtok"],
        "usd_per_mtok": each["usd_per_mtok"],
        "usd": each["usd"],
        "text": told if each["meter"] == each["line"] else f"{told} (as {each['meter']})",
        "condition": inert(each["condition"]),
        "is_confirmed": each["is_confirmed"],
        "claim_ids": each["claim_ids"],
    }


def seller_of(offer: Row) -> str:
    via: Ref | None = offer["via_ref"]
    terms = (offer["variant"], offer["quantization"], offer["region"])
    return seller(offer["provider_ref"]["name"], via["name"] if via else None, *terms)


def named(ref: ModelRef) -> Ref:
    return {"id": ref["id"], "name": ref["name"]}


def web(url: str | None) -> str | None:
    """An address a page may link; anything that is not http(s), or hides something, is none."""
    found = url or ""
    is_plain = found.isascii() and found.isprintable() and " " not in found and '"' not in found
    return found if is_plain and found.lower().startswith(("https://", "http://")) else None


def capability_names() -> list[CapabilityName]:
    return [{"id": name, "name": capability_words(name), "bit": 1 << place} for place, name in enumerate(CAPABILITIES)]


def _instant(moment: Any) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _state_words(source: Row) -> str:
    match source["state"]:
        case "fresh":
            return "read as it should be"
        case "partial":
            return "answered, but for some documents or parts"
        case "stale":
            return f"not read for more than {source['review_every_days']} days"
        case "failing":
            return "the last night that asked got nothing readable"
        case _:
            return "not read yet"


def workload_of(each: Row) -> Workload:
    return {
        "id": each["workload_id"],
        "name": each["name"],
        "text": workload_words(each),
        "input_mtok": each["input_mtok"],
        "cached_share": each["cached_share"],
        "written_share": each["written_share"],
        "output_mtok": each["output_mtok"],
        "prompt_tokens": each["prompt_tokens"],
        "completion_tokens": each["completion_tokens"],
        "service_tier": each["service_tier"],
    }


def source_state_of(each: Row) -> SourceState:
    return {
        "id": each["source_id"],
        "publisher": each["publisher"],
        "kind": each["kind"],
        "authority": each["authority"],
        "url": web(each["url"]),
        "terms_url": web(each["terms_url"]),
        "licence": inert(each["licence"]),
        "state": each["state"],
        "state_text": _state_words(each),
        "review_every_days": each["review_every_days"],
        "last_ok_at": _instant(each["last_ok_at"]),
        "last_attempt_at": _instant(each["last_attempt_at"]),
        "last_error": inert(each["last_error"]) if each["last_error"] else None,
        "documents": each["documents"],
        "documents_missed": each["documents_missed"],
        "subjects": each["rows"],
        "claims": each["claims"],
        "rows_offered": each["rows_offered"],
        "rows_read": each["rows_read"],
        "rows_left_out": each["rows_left_out"],
        "rows_in_doubt": each["rows_in_doubt"],
        "ignored": inert(each["ignored"]),
        "is_unproven": each["is_unproven"],
    }


def model_ref_of(each: Row, lab: Ref | None) -> ModelRef:
    return {
        "id": each["model_id"],
        "name": inert(each["name"]),
        "lab": lab,
        "product_type": each["product_type"],
        "status": each["status"],
        "is_listed": each["is_listed"],
    }


def source_of(claim: Row) -> Source:
    return {
        "id": claim["source_id"],
        "publisher": claim["publisher"],
        "authority": claim["authority"],
        "url": web(claim["url"]),
    }


def claim_of(each: Row, source: Source) -> Claim:
    return Claim(
        each["claim_id"],
        source,
        each["attribute"],
        inert(each["subject"]),
        inert(each["printed_text"]),
        each["first_seen_on"],
        each["reviewed_on"],
    )


def why_of(gap: Gap) -> Why:
    return {
        "gap_id": gap["gap_id"],
        "kind": gap["kind"],
        "reason": gap["reason"],
        "reason_text": gap["reason_text"],
        "detail": gap["detail"],
        "next_step": gap["next_step"],
    }


def spelling_of(each: Row) -> Spelling:
    return {"printed": inert(each["subject"]), "variant": inert(each["variant"]), "sources": each["sources"]}


def redirect_of(each: Row) -> Redirect:
    return {
        "id": each["id"],
        "renamed_on": each["renamed_on"],
        "reason": inert(each["reason"]),
        "url": web(each["url"]),
    }


def known(value: Any, text: str, precision: Any, conflicts: int) -> Fact[Any]:
    """A cell that is known, before it is put on its claim (`rest_on`)."""
    return {
        "value": value,
        "text": text,
        "precision": precision,
        "rule": None,
        "source": None,
        "printed": None,
        "printed_of": None,
        "reviewed_on": None,
        "first_seen_on": None,
        "claim_id": None,
        "conflicts": conflicts,
        "gap": None,
    }


def conflict_of(rivals: list[Row], claims: Mapping[str, Claim]) -> Conflict:
    """One cell sources disagree about, from its rows of ``quality.conflicts``."""
    first = rivals[0]
    field = first["field"]
    chosen = claims[first["chosen_claim_id"]]
    return {
        "subject_type": first["subject_type"],
        "subject_id": first["subject_id"],
        "model_id": first["model_id"],
        "field": field,
        "field_text": conflict_field_words(field),
        "value": inert(first["chosen_value"]),
        "text": said_words(field, first["chosen_value"]),
        "rule": first["rule"],
        "source": chosen.source,
        "claim_id": chosen.claim_id,
        "printed": chosen.printed,
        "reviewed_on": chosen.reviewed_on,
        "rivals": [_rival(field, each, claims) for each in grouped(rivals, lambda each: each["rival_value"]).values()],
    }


def _rival(field: str, said: list[Row], claims: Mapping[str, Claim]) -> Rival:
    saying = [claims[each["rival_claim_id"]] for each in said]
    return {
        "value": inert(said[0]["rival_value"]),
        "text": said_words(field, said[0]["rival_value"]),
        "ratio": said[0]["ratio"],
        "kind": said[0]["class"],
        "kind_text": said[0]["class"].replace("_", " "),
        "sources": list({each.source["id"]: each.source for each in saying}.values()),
        "claim_ids": [each.claim_id for each in saying],
        "printed": saying[0].printed,
        "reviewed_on": max(each.reviewed_on for each in saying),
    }


def contested_of(rivals: list[Row]) -> Contested:
    """The same in short."""
    first = rivals[0]
    return {
        "field": first["field"],
        "field_text": conflict_field_words(first["field"]),
        "text": said_words(first["field"], first["chosen_value"]),
        "rival_texts": list(dict.fromkeys(said_words(first["field"], each["rival_value"]) for each in rivals)),
        "claims": len(rivals),
    }


def rest_on(fact: Fact[Any], field: str, rule: str, claim: Claim) -> None:
    """Put a cell on the claim it rests on."""
    is_named = claim.attribute not in STATED_AS.get(field, (field,)) and (
        rule.startswith(_ANCHORED) or (field == "status" and claim.attribute != "shutdown_on")
    )
    fact["rule"] = rule
    fact["source"] = claim.source
    fact["printed"] = claim.subject if is_named else claim.printed
    if is_named:
        fact["printed_of"] = "name"
    elif claim.attribute not in STATED_AS.get(field, (field,)):
        fact["printed_of"] = claim.attribute
    fact["reviewed_on"] = claim.reviewed_on
    fact["first_seen_on"] = claim.first_seen_on
    fact["claim_id"] = claim.claim_id


def offer_line_of(each: Row, costs: dict[str, Cost], uncosted: dict[str, Uncosted]) -> OfferRow:
    status = each["price_status"]
    unsaid = "unknown" if status == "priced" else price_status_words(status)

    def words(amount: Any) -> str:
        return unsaid if amount is None else rate(amount)

    return {
        "offer_id": each["offer_id"],
        "model": {"id": each["model_id"], "name": inert(each["model_name"])},
        "provider": each["provider_ref"],
        "via": each["via_ref"],
        "seller_text": seller_of(each),
        "route_id": inert(each["route_id"]),
        "variant": inert(each["variant"]),
        "region": each["region"],
        "quantization": each["quantization"],
        "context_tokens": each["context_tokens"],
        "max_output_tokens": each["max_output_tokens"],
        "price_status": status,
        "price_status_text": price_status_words(status),
        "is_confirmed": each["is_confirmed"],
        "input_usd": each["input_usd_per_mtok"],
        "input_text": words(each["input_usd_per_mtok"]),
        "cache_read_usd": each["cache_read_usd"],
        "cache_read_text": words(each["cache_read_usd"]),
        "output_usd": each["output_usd_per_mtok"],
        "output_text": words(each["output_usd_per_mtok"]),
        "prices": each["prices"],
        "costs": costs,
        "uncosted": uncosted,
        "reviewed_on": each["reviewed_on"],
    }


def price_of(each: Row, claims: Mapping[str, Claim], disputes: Mapping[tuple[str, str], int]) -> Price:
    claim = claims[each["claim_id"]]
    said_by = [claim, *(claims[claim_id] for claim_id in each["confirming_claims"])]
    terms: Terms = {  # type: ignore[assignment]
        name: each[name] for name in Terms.__annotations__ if each[name] is not None
    }
    field = f"{each['meter']}/{each['unit']}" + (f" [{each['condition']}]" if each["condition"] else "")
    return {
        "meter": each["meter"],
        "meter_text": meter_words(each["meter"]),
        "unit": each["unit"],
        "unit_text": unit_words(each["unit"]),
        "amount": each["amount"],
        "currency": each["currency"],
        "usd": each["usd"],
        "text": rate(each["amount"], each["currency"]),
        "condition": inert(each["condition"]),
        "condition_text": condition_words(each["condition"]),
        "terms": terms,
        "is_plain": each["is_plain"],
        "is_confirmed": each["is_confirmed"],
        "confirmed_by": list(dict.fromkeys(each.source["id"] for each in said_by)),
        "source": claim.source,
        "printed": claim.printed,
        "reviewed_on": claim.reviewed_on,
        "first_seen_on": claim.first_seen_on,
        "claim_id": claim.claim_id,
        "conflicts": disputes.get((each["offer_id"], field), 0),
    }


def series_of(stretch: list[Row], seller_text: str, source: Source) -> Series:
    """One price that moved, from its intervals."""
    first = stretch[0]
    points: list[Point] = [
        {
            "amount": each["amount"],
            "text": rate(each["amount"], each["currency"]),
            "observed_from": each["observed_from"],
            "observed_to": each["observed_to"],
            "effective_from": each["effective_from"],
            "effective_to": each["effective_to"],
            "claim_id": each["claim_id"],
        }
        for each in stretch
    ]
    return {
        "offer_id": first["offer_id"],
        "seller_text": seller_text,
        "meter": first["meter"],
        "meter_text": meter_words(first["meter"]),
        "unit": first["unit"],
        "unit_text": unit_words(first["unit"]),
        "currency": first["currency"],
        "condition": inert(first["terms"]),
        "condition_text": condition_words(first["terms"]),
        "source": source,
        "points": points,
    }


def change_of(each: Row, model: Ref, seller_text: str, claim: Claim) -> PriceChange:
    old, new = (rate(each[f"{age}_amount"], each["currency"]) for age in ("old", "new"))
    what = f"{meter_words(each['meter'])}, {unit_words(each['unit'])}"
    terms = condition_words(each["condition"])
    return {
        "changed_on": each["changed_on"],
        "model": model,
        "offer_id": each["offer_id"],
        "seller_text": seller_text,
        "meter": each["meter"],
        "meter_text": meter_words(each["meter"]),
        "unit_text": unit_words(each["unit"]),
        "condition": inert(each["condition"]),
        "condition_text": terms,
        "currency": each["currency"],
        "old_amount": each["old_amount"],
        "old_text": old,
        "new_amount": each["new_amount"],
        "new_text": new,
        "ratio": each["ratio"],
        "text": f"{what}{f' ({terms})' if terms else ''}: {old} → {new}",
        "source": claim.source,
        "printed": claim.printed,
        "claim_id": claim.claim_id,
    }


def result_of(each: Row, claim: Claim) -> Result:
    reporter, note, comparability = each.get("reporter"), each.get("note"), each.get("comparability")
    setting: list[Setting] = [{"name": name, "value": value} for name, value in setting_parts(each["setting"])]
    return {
        "model": {"id": each["model_id"], "name": inert(each["model_name"])},
        "benchmark": {"id": each["benchmark_id"], "name": inert(each["benchmark_name"])},
        "score": each["score"],
        "text": score_words(each["score"], each["unit"]),
        "unit": each["unit"],
        "setting": setting,
        "setting_text": setting_words(each["setting"]),
        "note": inert(note) if note else None,
        "reported_by": each["reported_by"],
        "reporter": inert(reporter) if reporter else None,
        "reporter_text": reporter_words(each["reported_by"], reporter),
        "evaluated_on": each["evaluated_on"],
        "comparability": comparability,
        "comparability_text": COMPARABILITY.get(comparability, "") if comparability else "",
        "comparable_key": inert(each["comparable_key"]) if each.get("comparable_key") else None,
        "source": claim.source,
        "printed": claim.printed,
        "reviewed_on": claim.reviewed_on,
        "claim_id": claim.claim_id,
    }


def offer_of(
    each: Row,
    prices: list[Price],
    costs: dict[str, Cost],
    uncosted: dict[str, Uncosted],
    gaps: list[Gap],
    listing: Claim | None,
) -> Offer:
    return {
        "offer_id": each["offer_id"],
        "provider": each["provider_ref"],
        "provider_kind": each["provider_kind"],
        "via": each["via_ref"],
        "seller_text": seller_of(each),
        "route_id": inert(each["route_id"]),
        "variant": inert(each["variant"]),
        "region": each["region"],
        "quantization": each["quantization"],
        "context_tokens": each["context_tokens"],
        "max_output_tokens": each["max_output_tokens"],
        "price_status": each["price_status"],
        "price_status_text": price_status_words(each["price_status"]),
        "is_confirmed": each["is_confirmed"],
        "prices": prices,
        "costs": costs,
        "uncosted": uncosted,
        "gaps": gaps,
        "source": listing.source if listing else None,
        "first_seen_on": each["first_seen_on"],
        "reviewed_on": each["reviewed_on"],
    }


def statement_of(each: Row) -> Statement:
    return {
        "rule_id": each["rule_id"],
        "side": each["side"],
        "sentence": inert(each["sentence"]),
        "question": inert(each["question"]) if each["question"] else None,
        "numbers": json.loads(each["numbers"], parse_float=Decimal) if each["numbers"] else {},
        "claim_ids": each["claim_ids"],
    }
