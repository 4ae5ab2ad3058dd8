"""What an offer asks, as the price files of tools can say it: per token, by class of service and length of the prompt.

Belongs here: which confirmed prices of an offer make one whole tariff, and why the others are left out. Does not: the
keys and units of any tool. A price is taken as it stands or left out; none is averaged, halved, guessed or carried on.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import duckdb

from pipelines.answers.asking import rows
from pipelines.publishing.making import Making

STANDARD = "standard"

Steps: TypeAlias = tuple[tuple[int, Decimal], ...]
"""A rate by the length of the prompt: (more than so many tokens, US dollars per million tokens); the first from 0."""

Rated: TypeAlias = tuple[str, str, str]
"""Class of service, meter, and for how long what is cached lives."""

LEFT_OUT = {
    "free": "free of charge under a quota",
    "plan": "part of a subscription",
    "dynamic": "priced anew for every request",
    "non_token": "not priced by the token",
    "unpriced": "no price is known",
    "through_gateway": "a host behind a gateway, which a name cannot ask for",
    "unconfirmed": "no confirmed price: the seller does not say it, and no two independent sources agree",
    "no_output_price": "the price of output is not confirmed in the same voice as that of input",
    "zero": "a price of 0 beside prices",
    "by_hour": "priced by the hour",
    "by_answer": "priced by the length of the answer",
    "by_place": "priced by region or kind of deployment, which a name cannot ask for",
    "marginal": "tokens beyond an edge are priced apart, the rest of the prompt as before",
    "tier_unconfirmed": "what a longer prompt costs is not confirmed",
    "length_unsaid": "a single price without a word on long prompts, for which the tariff behind it asks another",
    "two_prices": "one name, several prices",
    "not_todays": "holds on other days",
    "other_currency": "not in US dollars",
    "other_voice": "said by another source than the offer's cost rests on",
    "condition": "holds under a condition the tool has no word for",
    "meter": "measured in something the tool has no word for",
    "length": "changes at a length of the prompt the tool has no word for",
    "other_ttl": "stands beside the price of what is cached for five minutes, which the tool's one field holds",
    "alone": "the tool takes it only beside other prices, which are not known",
    "service_tier": "a class of service the tool has no word for",
    "unknown_seller": "the tool has no such seller",
    "missing_fact": "the tool asks for a fact that is not known",
    "no_text": "neither text nor vectors of it come out",
}
"""Reason → in words."""

SAYABLE = {
    "service_tier",
    "context_from",
    "context_to",
    "tier_scope",
    "cache_ttl",
    "effective_from",
    "effective_to",
    "region",
    "mode",
}
BY_HOUR = {"utc_window", "utc_days"}
BY_ANSWER = {"output_from", "output_to"}
FORBIDDING = {"by_hour", "by_answer", "marginal", "tier_unconfirmed"}
"""Reasons that forbid the whole offer where they are an essential price's: the rest would be charged in its place."""
ESSENTIAL = ("input", "output", "cache_read", "cache_write")
"""Meters every request may touch."""

OFFERS = """
with voices as (
    -- whose word the offer's cost rests on (mart.cost_lines); where it carries none, the first confirmed input price
    select
        lines.offer_id,
        max(prices.source_id) filter (where lines.workload_id = 'default') as source_id,
        max(prices.source_id) filter (where prices.service_tier = 'batch') as batch_source_id
    from mart.cost_lines as lines
    join core.prices as prices
        on prices.offer_id = lines.offer_id
        and prices.claim_id = lines.claim_ids[1]
    where lines.workload_id in ('default', 'batch') and lines.line = 'input'
    group by lines.offer_id
),

first_words as (
    select
        offer_id,
        any_value(source_id order by voice, source_id) as source_id
    from core.prices
    where meter = 'input' and unit = 'mtok' and is_confirmed and condition = ''
    group by offer_id
)

select
    offers.offer_id,
    offers.model_id,
    offers.provider_id,
    providers.name as provider_name,
    offers.via,
    offers.route_id,
    offers.price_status,
    coalesce(voices.source_id, first_words.source_id) as source_id,
    coalesce(voices.batch_source_id, voices.source_id, first_words.source_id) as batch_source_id,
    models.name,
    models.family,
    models.product_type,
    writes_text(models.product_type, models.output_modalities) as writes_text,
    coalesce(offers.context_tokens, models.context_tokens) as context_tokens,
    coalesce(offers.max_output_tokens, models.max_output_tokens) as max_output_tokens,
    coalesce(
        unsaid.said_to_tokens < coalesce(offers.context_tokens, models.context_tokens),
        unsaid.offer_id is not null
    ) as is_length_unsaid,
    models.input_modalities,
    models.output_modalities,
    models.open_weights,
    models.released_on,
    models.released_precision,
    models.knowledge_cutoff_on,
    models.knowledge_cutoff_precision,
    models.status,
    cast(models.last_changed_at as date) as changed_on
from core.offers as offers
join core.providers as providers using (provider_id)
join core.models as models using (model_id)
left join voices using (offer_id)
left join first_words using (offer_id)
left join evidence.unsaid_lengths as unsaid
    on unsaid.offer_id = offers.offer_id
    and unsaid.source_id = coalesce(voices.source_id, first_words.source_id)
order by offers.offer_id
"""

PRICES = """
select
    offer_id,
    meter,
    unit,
    condition,
    currency,
    usd,
    is_confirmed,
    source_id,
    holds_on(condition, (select as_of from quality.build)) as holds
from core.prices
order by offer_id, meter, unit, condition, claim_id
"""

CAPABILITIES = """
select model_id, capability, status = 'yes'
from core.capabilities
where status != 'unknown'
"""

NAMES = """
select offer_id, subject, any_value(host order by host) as host
from evidence.claims
where source_id = ? and offer_id is not null and superseded_at is null
group by offer_id, subject
order by offer_id, subject
"""

OWN_DOCUMENT = """
select snapshot_sha256
from evidence.claims
where source_id = ? and superseded_at is null
order by last_confirmed_at desc, snapshot_sha256
limit 1
"""


class Unsaid(NamedTuple):
    """A price that is left out, and why: a key of `LEFT_OUT`."""

    meter: str
    condition: str
    reason: str


@dataclass
class Written:
    """A tool's file: what it holds, and what it does not, with the reason: offers, and single prices of those held."""

    content: Any = None
    offers: dict[str, str] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    prices: dict[str, list[Unsaid]] = field(default_factory=dict)

    def leaves_out(self, tariff: "Tariff", rated: Rated, reason: str) -> None:
        """Note one of an offer's sayable rates that this tool has no word for."""
        service, meter, ttl = rated
        terms = {"cache_ttl": ttl, "service_tier": service.replace(STANDARD, "")}
        condition = "; ".join(f"{name}={term}" for name, term in terms.items() if term)
        self.prices.setdefault(tariff.offer_id, []).append(Unsaid(meter, condition, reason))


class Unsayable(Exception):
    """An offer that no price file can hold as it is; the reason is a key of `LEFT_OUT`."""


@dataclass(frozen=True)
class Tariff:
    """One offer's confirmed prices in one voice.

    rates   what is rated → steps; a meter is input, output, cache_read, input_audio, …
    facts   what is known of the model and the offer, by column name; `capabilities` holds those known as yes or no
    unsaid  its prices that are left out whatever the tool
    """

    offer_id: str
    provider_id: str
    route_id: str
    rates: Mapping[Rated, Steps]
    facts: Mapping[str, Any]
    capabilities: Mapping[str, bool]
    unsaid: tuple[Unsaid, ...] = ()

    def steps(self, meter: str, service: str = STANDARD, ttl: str = "") -> Steps:
        return self.rates.get((service, meter, ttl), ())

    def starts(self) -> list[int]:
        """Every length of a prompt at which a price changes."""
        return sorted({start for steps in self.rates.values() for start, _ in steps if start})


def at(steps: Steps, start: int) -> Decimal | None:
    """The rate of prompts of more than `start` tokens."""
    return next((rate for begins, rate in reversed(steps) if begins <= start), None)


def tariffs(connection: duckdb.DuckDBPyConnection) -> tuple[list[Tariff], dict[str, str]]:
    """Every offer that can be said, and offer → the reason of every one that cannot."""
    prices: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(connection, PRICES):
        prices[row["offer_id"]].append(row)
    capabilities: dict[str, dict[str, bool]] = defaultdict(dict)
    for model_id, capability, has in connection.execute(CAPABILITIES).fetchall():
        capabilities[model_id][capability] = has
    sold, not_sold = [], {}
    for offer in rows(connection, OFFERS):
        try:
            sold.append(_tariff(offer, prices[offer["offer_id"]], capabilities[offer["model_id"]]))
        except Unsayable as unsayable:
            not_sold[offer["offer_id"]] = str(unsayable)
    return sold, not_sold


def _tariff(offer: dict[str, Any], prices: Sequence[dict[str, Any]], capabilities: Mapping[str, bool]) -> Tariff:
    if offer["price_status"] != "priced":
        raise Unsayable(offer["price_status"])
    if offer["via"]:
        raise Unsayable("through_gateway")
    unsaid: list[Unsaid] = []
    forbidding: list[str] = []
    steps: dict[Rated, dict[int, set[Decimal]]] = defaultdict(lambda: defaultdict(set))
    ends: dict[Rated, set[int]] = defaultdict(set)
    for price in prices:
        terms = dict(part.partition("=")[::2] for part in price["condition"].split("; ") if part)
        voice = offer["batch_source_id" if terms.get("service_tier") == "batch" else "source_id"]
        reason = _unsaid(voice, price, terms)
        if not reason:
            key = terms.get("service_tier", STANDARD), price["meter"], terms.get("cache_ttl", "")
            steps[key][max(int(terms.get("context_from", 1)) - 1, 0)].add(price["usd"])
            if "context_to" in terms:
                ends[key].add(int(terms["context_to"]))
            continue
        unsaid.append(Unsaid(price["meter"], price["condition"], reason))
        if reason in FORBIDDING and price["meter"] in ESSENTIAL and "service_tier" not in terms:
            forbidding.append(reason)
    if (STANDARD, "input", "") not in steps:
        raise Unsayable(forbidding[0] if forbidding and forbidding[0] != "tier_unconfirmed" else "unconfirmed")
    if forbidding:
        raise Unsayable(forbidding[0])
    if offer["is_length_unsaid"]:
        raise Unsayable("length_unsaid")
    if any(len(amounts) > 1 for rates in steps.values() for amounts in rates.values()):
        raise Unsayable("by_place")
    rates: dict[Rated, Steps] = {}
    for key, found in sorted(steps.items()):
        each = tuple((start, rate) for start, (rate,) in sorted(found.items()))
        longest = max(ends[key], default=0)
        if each[0][0] == 0 and not each[-1][0] < longest < (offer["context_tokens"] or longest + 1):
            rates[key] = each
        elif key[0] == STANDARD and key[1] in ESSENTIAL:
            # What ends where nothing begins says nothing of longer prompts; what only begins, nothing of shorter ones.
            raise Unsayable("tier_unconfirmed")
        else:
            unsaid.append(Unsaid(key[1], f"service_tier={key[0]}", "tier_unconfirmed"))
    _expect_whole(offer, rates)
    facts = {name: value for name, value in offer.items() if name not in ("offer_id", "provider_id", "route_id")}
    return Tariff(
        offer["offer_id"],
        offer["provider_id"],
        offer["route_id"],
        rates,
        facts,
        dict(capabilities),
        tuple(sorted(unsaid)),
    )


def _unsaid(source_id: str | None, price: dict[str, Any], terms: Mapping[str, str]) -> str:
    """Why a price is left out, a key of `LEFT_OUT`; "" where it is not."""
    if price["source_id"] != source_id:
        return "other_voice"
    if not price["holds"]:
        return "not_todays"
    if price["currency"] != "USD":
        return "other_currency"
    if price["unit"] != "mtok":
        return "meter"
    if terms.keys() & BY_HOUR:
        return "by_hour"
    if terms.keys() & BY_ANSWER:
        return "by_answer"
    if terms.keys() - SAYABLE:
        return "condition"
    if terms.get("tier_scope") == "marginal":
        return "marginal"
    if not price["is_confirmed"]:
        return "tier_unconfirmed" if "context_from" in terms else "unconfirmed"
    return ""


def _expect_whole(offer: dict[str, Any], rates: Mapping[tuple[str, str, str], Steps]) -> None:
    """`Unsayable` where a request of the standard service could not be priced whole."""
    asked, given = rates.get((STANDARD, "input", "")), rates.get((STANDARD, "output", ""))
    if not asked:
        raise Unsayable("unconfirmed")
    if offer["writes_text"] and not given:
        raise Unsayable("no_output_price")
    if not offer["writes_text"] and not given and offer["product_type"] not in ("embedding", "reranker"):
        raise Unsayable("no_text")
    if any(rate == 0 for steps in (asked, given or ()) for _, rate in steps):
        raise Unsayable("zero")


@dataclass(frozen=True)
class Names:
    """How a tool calls what is sold: by its own list where it has the offer, else as it calls the seller's others.

    known   offer → (name, the tool's word for the seller), every one in its list
    shapes  seller → (what stands before the route's id, the tool's word for the seller), of most of what it lists
    """

    known: Mapping[str, Sequence[tuple[str, str]]]
    shapes: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, source_id: str, sold: Iterable[Tariff]) -> "Names":
        known: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for offer_id, subject, host in connection.execute(NAMES, [source_id]).fetchall():
            known[offer_id].append((subject, host))
        shapes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for tariff in sold:
            for name, host in known.get(tariff.offer_id, ()):
                if name.endswith(tariff.route_id):
                    shapes[tariff.provider_id][name.removesuffix(tariff.route_id), host] += 1
        usual = {provider: max(sorted(found), key=found.__getitem__) for provider, found in shapes.items()}
        return cls(known, usual)

    def called(self, tariff: Tariff) -> list[tuple[str, str]]:
        """Every name of an offer with the tool's word for its seller; none where the tool has no such seller."""
        if found := self.known.get(tariff.offer_id):
            return list(found)
        if shape := self.shapes.get(tariff.provider_id):
            return [(shape[0] + tariff.route_id, shape[1])]
        return []


@dataclass(frozen=True)
class OwnDocument:
    """A tool's own newest document, as we hold it: how it reaches a seller is its own to say, and no fact of ours."""

    content: Any

    @classmethod
    def of(cls, making: Making, source_id: str) -> "OwnDocument":
        found = making.connection.execute(OWN_DOCUMENT, [source_id]).fetchone()
        try:
            return cls(json.loads(making.snapshot(found[0])) if found else None)
        except (FileNotFoundError, ValueError):
            return cls(None)


def unambiguous(claimed: Iterable[tuple[Any, Tariff]], written: Written) -> dict[Any, Tariff]:
    """Name → the offer it stands for, of every name that asks one price; offers left without a name are noted.

    claimed  (name, offer); of several offers that ask the same under one name the first stands for all
    """
    rivals: dict[Any, list[Tariff]] = defaultdict(list)
    for name, tariff in claimed:
        rivals[name].append(tariff)
    clear = {
        name: found[0] for name, found in sorted(rivals.items()) if all(each.rates == found[0].rates for each in found)
    }
    held = {tariff.offer_id for name in clear for tariff in rivals[name]}
    named = {tariff.offer_id for found in rivals.values() for tariff in found}
    written.offers |= dict.fromkeys(sorted(named - held), "two_prices")
    return clear
