"""What all documents are filled from: the rows of the finished file, asked once and grouped, each with its evidence.

Belongs here: when a query is asked, and what several documents share (facts, prices, offers, costs, results, gaps).
Does not: which of it a document holds (a builder each), or what a value means (the warehouse).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import duckdb

from pipelines.answers.asking import Row, rows
from pipelines.publishing.documents import queries
from pipelines.publishing.documents.filling import (
    COLUMNS,
    FACT_FIELDS,
    STATED_AS,
    Claim,
    by_first,
    change_of,
    claim_of,
    conflict_of,
    contested_of,
    cost_line,
    gap_of,
    grouped,
    known,
    model_ref_of,
    named,
    offer_line_of,
    offer_of,
    price_of,
    redirect_of,
    rest_on,
    result_of,
    seller_of,
    series_of,
    source_of,
    source_state_of,
    spelling_of,
    unknown,
    why_of,
    workload_of,
)
from pipelines.publishing.documents.shapes import (
    Capability,
    Conflict,
    Contested,
    Cost,
    CostAt,
    CostLine,
    Derived,
    Fact,
    Facts,
    Gap,
    ModelRef,
    Neighbour,
    Offer,
    OfferRow,
    Price,
    PriceChange,
    Redirect,
    Ref,
    Result,
    Series,
    SideCost,
    Source,
    SourceState,
    Spelling,
    Uncosted,
    Why,
    Workload,
)
from pipelines.wording.amounts import monthly
from pipelines.wording.facts import fact_words
from pipelines.wording.phrases import UNCOSTED, capability_words, inert, listed, no_cost_words
from sources.vocabulary import CAPABILITIES


class Shelf:
    """Everything documents are filled from, of all models or of some, each part asked when first needed.

    `models` narrows every part to those models, in the same words: a pair made on demand is the one that is published.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, models: Sequence[str] | None = None) -> None:
        self.connection = connection
        self.asked = models

    def rows(self, query: str, column: str) -> list[Row]:
        """The rows of a query of this file whose `column` is a model asked for."""
        if self.asked is None:
            return rows(self.connection, query.format(asked="true"))
        # Ids are written out as constants, by which alone DuckDB skips rows.
        return rows(self.connection, query.format(asked=f"{column} in ({constants(self.asked)})"))

    # ------------------------------------------------------------ names

    @cached_property
    def as_of(self) -> str:
        ((moment,),) = self.connection.sql(
            "select strftime(timezone('UTC', as_of), '%Y-%m-%dT%H:%M:%SZ') from quality.build"
        ).fetchall()
        return str(moment)

    @cached_property
    def models(self) -> list[Row]:
        return self.rows(queries.MODELS, "models.model_id")

    @cached_property
    def refs(self) -> dict[str, ModelRef]:
        """Every model of the file, by id; of some models, those they lead to."""
        of = "true"
        if self.asked is not None:
            named = {*self.asked, *(each["neighbour_id"] for each in self._neighbour_rows)}
            of = f"model_id in ({constants(sorted(named))})"
        found = rows(self.connection, queries.REFS.format(of=of))
        return {each["model_id"]: model_ref_of(each, self.labs.get(each["lab_id"])) for each in found}

    @cached_property
    def labs(self) -> dict[str, Ref]:
        found = rows(self.connection, "select lab_id, name from core.labs order by lab_id")
        return {each["lab_id"]: {"id": each["lab_id"], "name": inert(each["name"])} for each in found}

    @cached_property
    def provider_rows(self) -> list[Row]:
        return rows(self.connection, queries.PROVIDERS)

    @cached_property
    def providers(self) -> dict[str, Ref]:
        return {
            each["provider_id"]: {"id": each["provider_id"], "name": inert(each["name"])} for each in self.provider_rows
        }

    def provider(self, provider_id: str) -> Ref:
        """A seller; one the directory does not know goes by its id."""
        return self.providers.get(provider_id) or {"id": provider_id, "name": inert(provider_id)}

    @cached_property
    def workloads(self) -> list[Workload]:
        return [workload_of(each) for each in rows(self.connection, queries.WORKLOADS)]

    @cached_property
    def sources(self) -> dict[str, SourceState]:
        return {each["source_id"]: source_state_of(each) for each in rows(self.connection, queries.SOURCES)}

    # ------------------------------------------------------------ evidence

    @cached_property
    def _cell_rows(self) -> list[Row]:
        return self.rows(queries.CELLS, "row_id")

    @cached_property
    def _capability_rows(self) -> list[Row]:
        return self.rows(queries.CAPABILITY_ROWS, "model_id")

    @cached_property
    def _model_conflict_rows(self) -> list[Row]:
        return self.rows(queries.MODEL_CONFLICTS, "subject_id")

    @cached_property
    def _offer_conflict_rows(self) -> list[Row]:
        return self.rows(queries.OFFER_CONFLICTS, "offers.model_id")

    @cached_property
    def _offer_rows(self) -> list[Row]:
        """Offers as they are to be read: confirmed and cheapest for the default workload first, subscriptions last."""
        kinds = {each["provider_id"]: each["kind"] for each in self.provider_rows}
        found = self.rows(queries.OFFERS, "offers.model_id")
        for each in found:
            each["provider_ref"] = self.provider(each["provider_id"])
            each["provider_kind"] = kinds.get(each["provider_id"], "unknown")
            each["via_ref"] = self.provider(each["via"]) if each["via"] else None
        return sorted(found, key=self._place)

    def _place(self, offer: Row) -> tuple[object, ...]:
        cost = self.offer_costs.get(offer["offer_id"], {}).get("default")
        price = offer["input_usd_per_mtok"]
        return (
            offer["price_status"] == "plan",
            not (cost["is_confirmed"] if cost else offer["is_confirmed"]),
            (cost is None, cost["usd"] if cost else 0),
            (price is None, price or 0),
            offer["offer_id"],
        )

    @cached_property
    def _listings(self) -> dict[str, str]:
        """Offer → the claim that lists it."""
        found = self.rows(queries.LISTINGS, "offers.model_id")
        return {each["offer_id"]: each["claim_id"] for each in found}

    @cached_property
    def _price_rows(self) -> list[Row]:
        return self.rows(queries.PRICES, "offers.model_id")

    @cached_property
    def _series_rows(self) -> list[Row]:
        return self.rows(queries.SERIES, "offers.model_id")

    @cached_property
    def _change_rows(self) -> list[Row]:
        return self.rows(queries.CHANGES, "offers.model_id")

    @cached_property
    def _result_rows(self) -> list[Row]:
        return self.rows(queries.RESULTS, "results.model_id")

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Where facts and capabilities come from."""
        return self.claims_of(each["claim_id"] for each in (*self._cell_rows, *self._capability_rows))

    @cached_property
    def _price_claims(self) -> dict[str, Claim]:
        wanted = [claim_id for each in self._price_rows for claim_id in (each["claim_id"], *each["confirming_claims"])]
        wanted += [each["claim_id"] for each in self._series_rows]
        wanted += self._listings.values()
        return self.claims_of(wanted)

    @cached_property
    def _result_claims(self) -> dict[str, Claim]:
        return self.claims_of(each["claim_id"] for each in self._result_rows)

    def claims_of(self, claim_ids: Iterable[str | None]) -> dict[str, Claim]:
        """Claims by their ids; what is no id of a claim is left out."""
        wanted = sorted({each for each in claim_ids if each})
        sources: dict[tuple[str, str | None], Source] = {}
        found = {}
        for each in self._claim_rows(wanted):
            source = source_of(each)
            found[each["claim_id"]] = claim_of(each, sources.setdefault((source["id"], source["url"]), source))
        return found

    def _claim_rows(self, claim_ids: list[str]) -> list[Row]:
        # A few ids as constants let DuckDB skip most rows; many are quicker joined.
        if len(claim_ids) > 1000:
            many = queries.CLAIMS.format(claim_ids="select unnest($claim_ids::varchar[])")
            return rows(self.connection, many, claim_ids=claim_ids)
        return rows(self.connection, queries.CLAIMS.format(claim_ids=constants(claim_ids))) if claim_ids else []

    # ------------------------------------------------------------ gaps and conflicts

    @cached_property
    def model_gaps(self) -> dict[str, list[Gap]]:
        """Gaps of models by their ids."""
        found = self.rows(queries.MODEL_GAPS, "subject_id")
        return by_first((each["subject_id"], gap_of(each)) for each in found)

    @cached_property
    def offer_gaps(self) -> dict[str, list[Gap]]:
        """Gaps of offers by their ids."""
        found = self.rows(queries.OFFER_GAPS, "offers.model_id")
        return by_first((each["subject_id"], gap_of(each)) for each in found)

    def why(self, model_id: str, field: str) -> Why | None:
        return self._whys.get((model_id, field))

    @cached_property
    def _whys(self) -> dict[tuple[str, str], Why]:
        return {(model_id, gap["field"]): why_of(gap) for model_id, gaps in self.model_gaps.items() for gap in gaps}

    @cached_property
    def conflicts(self) -> dict[str, list[Conflict]]:
        """Cells sources disagree about by model, its offers' after its own."""
        disputed = [*self._model_conflict_rows, *self._offer_conflict_rows]
        return by_first((each["model_id"], each) for each in self.cells_of(disputed))

    def cells_of(self, disputed: Sequence[Row]) -> list[Conflict]:
        """The cells of some rows of ``quality.conflicts``, in their order."""
        claims = self.claims_of(each[side] for each in disputed for side in ("chosen_claim_id", "rival_claim_id"))
        cells = grouped(disputed, lambda each: (each["subject_type"], each["subject_id"], each["field"]))
        return [conflict_of(each, claims) for each in cells.values()]

    @cached_property
    def contested(self) -> dict[str, list[Contested]]:
        """The same of models' own cells, in short."""
        cells = grouped(self._model_conflict_rows, lambda each: (each["subject_id"], each["field"]))
        return by_first((each[0]["subject_id"], contested_of(each)) for each in cells.values())

    @cached_property
    def _model_disputes(self) -> Counter[tuple[str, str]]:
        """(model, field) → how many claims say something else."""
        return Counter((each["subject_id"], each["field"]) for each in self._model_conflict_rows)

    @cached_property
    def _offer_disputes(self) -> Counter[tuple[str, str]]:
        """(offer, meter with its unit and condition) → how many claims say something else."""
        return Counter((each["subject_id"], each["field"]) for each in self._offer_conflict_rows)

    # ------------------------------------------------------------ facts and capabilities

    @cached_property
    def facts(self) -> dict[str, Facts]:
        cells = grouped(self._cell_rows, lambda each: (each["model_id"], each["field"]))
        return {
            model["model_id"]: {field: self._fact(model, field, cells) for field in FACT_FIELDS}  # type: ignore[misc]
            for model in self.models
        }

    def _fact(self, model: Row, field: str, cells: dict[tuple[str, str], list[Row]]) -> Fact[Any]:
        model_id = model["model_id"]
        column = COLUMNS.get(field, field)
        value = model[column]
        if value is None or (field == "status" and value == "unknown"):
            why = self.why(model_id, column)
            return unknown("no day announced that we know of" if field == "shutdown_on" else "unknown", why)
        precision = model.get(f"{column.removesuffix('_on')}_precision")
        text = {"lab": model["lab_name"], "license": model["license_name"]}.get(field)
        said = str(value) if field.endswith("_on") else inert(value) if isinstance(value, str) else value
        words = inert(text) if text else fact_words(field, value, precision)
        fact = known(said, words, precision, self._model_disputes[model_id, column])
        if chosen := self._chosen(cells.get((model_id, column), []), field):
            rest_on(fact, field, *chosen)
        return fact

    def _chosen(self, cells: list[Row], field: str) -> tuple[str, Claim] | None:
        """The rule and claim a cell rests on first: one about the field itself where there is one."""
        stated = STATED_AS.get(field, (field,))
        found = [
            (str(each["rule"]), self.claims[each["claim_id"]]) for each in cells if each["claim_id"] in self.claims
        ]
        return next((each for each in found if each[1].attribute in stated), found[0] if found else None)

    @cached_property
    def tags(self) -> dict[tuple[str, str], Derived]:
        """(model, ``best_for`` or ``decision_fit``) → the words with what they rest on."""
        cells = grouped(self._cell_rows, lambda each: (each["model_id"], each["field"]))
        made: dict[tuple[str, str], Derived] = {}
        for model in self.models:
            for field in ("best_for", "decision_fit"):
                rests_on = cells.get((model["model_id"], field), []) if model[field] else []
                made[model["model_id"], field] = {
                    "values": model[field],
                    "text": listed(model[field]),
                    "rule": "derived: product type, context and capabilities",
                    "claim_ids": [each["claim_id"] for each in rests_on],
                }
        return made

    @cached_property
    def capabilities(self) -> dict[str, list[Capability]]:
        """The ten of every model, in their order."""
        order = {name: place for place, name in enumerate(CAPABILITIES)}
        found = sorted(self._capability_rows, key=lambda each: (each["model_id"], order[each["capability"]]))
        return by_first(map(self._capability, found))

    @cached_property
    def statuses(self) -> dict[str, list[tuple[str, str]]]:
        """Model → each capability held of it with its status."""
        return by_first((each["model_id"], (each["capability"], each["status"])) for each in self._capability_rows)

    def _capability(self, held: Row) -> tuple[str, Capability]:
        model_id, name, status = held["model_id"], held["capability"], held["status"]
        field = f"capability/{name}"
        claim = self.claims.get(held["claim_id"])
        fact: Fact[bool]
        if status == "unknown" or claim is None:
            fact = unknown("Unknown", self.why(model_id, field))
        else:
            fact = known(status == "yes", status.capitalize(), None, self._model_disputes[model_id, field])
            rest_on(fact, field, held["rule"], claim)
        return model_id, {"id": name, "name": capability_words(name), "status": status, "fact": fact}

    # ------------------------------------------------------------ offers, prices, costs

    @cached_property
    def offers(self) -> dict[str, list[Offer]]:
        """Offers of every model with all their prices, as they are to be read."""
        return by_first(
            (
                each["model_id"],
                offer_of(
                    each,
                    self._prices.get(each["offer_id"], []),
                    self.offer_costs.get(each["offer_id"], {}),
                    self.uncosted.get(each["offer_id"], {}),
                    self.offer_gaps.get(each["offer_id"], []),
                    self._price_claims.get(self._listings.get(each["offer_id"], "")),
                ),
            )
            for each in self._offer_rows
        )

    @cached_property
    def offer_lines(self) -> dict[str, list[OfferRow]]:
        """Offers of every model on one line each, as they are to be read."""
        return by_first(
            (
                each["model_id"],
                offer_line_of(
                    each, self.offer_costs.get(each["offer_id"], {}), self.uncosted.get(each["offer_id"], {})
                ),
            )
            for each in self._offer_rows
        )

    @cached_property
    def sellers(self) -> dict[str, str]:
        """Offer → who sells it, in words."""
        return {each["offer_id"]: seller_of(each) for each in self._offer_rows}

    @cached_property
    def _prices(self) -> dict[str, list[Price]]:
        return by_first(
            (each["offer_id"], price_of(each, self._price_claims, self._offer_disputes)) for each in self._price_rows
        )

    @cached_property
    def _offer_cost_rows(self) -> dict[tuple[str, str], Row]:
        found = self.rows(queries.OFFER_COSTS, "model_id")
        return {(each["offer_id"], each["workload_id"]): each for each in found}

    @cached_property
    def offer_costs(self) -> dict[str, dict[str, Cost]]:
        """Offer → workload → cost, in the order of `workloads`."""
        order = {each["id"]: place for place, each in enumerate(self.workloads)}
        costs: dict[str, dict[str, Cost]] = defaultdict(dict)
        for each in sorted(self._offer_cost_rows.values(), key=lambda each: order[each["workload_id"]]):
            costs[each["offer_id"]][each["workload_id"]] = {
                "usd": each["monthly_cost_usd"],
                "text": monthly(each["monthly_cost_usd"]),
                "is_confirmed": each["is_confirmed"],
            }
        return costs

    @cached_property
    def uncosted(self) -> dict[str, dict[str, Uncosted]]:
        """Offer → workload → why it has no cost, where that can be said, in the order of `workloads`."""
        order = {each["id"]: place for place, each in enumerate(self.workloads)}
        found = self.rows(queries.UNCOSTED_OFFERS, "model_id")
        said: dict[str, dict[str, Uncosted]] = defaultdict(dict)
        for each in sorted(found, key=lambda each: order[each["workload_id"]]):
            said[each["offer_id"]][each["workload_id"]] = {
                "reason": each["reason"],
                "reason_text": UNCOSTED[each["reason"]],
                "text": inert(each["detail"]),
            }
        return said

    @cached_property
    def costs(self) -> dict[str, list[SideCost]]:
        """What every workload costs each model, known or not, in the order of `workloads`."""
        held = {(each["model_id"], each["workload_id"]): each for each in self.rows(queries.MONTHLY_COSTS, "model_id")}
        return {
            model["model_id"]: [
                self._cost(model["model_id"], workload["id"], held.get((model["model_id"], workload["id"]), {}))
                for workload in self.workloads
            ]
            for model in self.models
        }

    def _cost(self, model_id: str, workload_id: str, held: Row) -> SideCost:
        def at(offer_id: str | None) -> CostAt | None:
            if offer_id is None:
                return None
            cost = self._offer_cost_rows[offer_id, workload_id]
            return {
                "offer_id": offer_id,
                "seller_text": self.sellers[offer_id],
                "usd": cost["monthly_cost_usd"],
                "text": monthly(cost["monthly_cost_usd"]),
                "reviewed_on": cost["reviewed_on"],
            }

        confirmed = at(held.get("offer_id"))
        why = self.why(model_id, "monthly_cost") if workload_id == "default" else None
        nearest = self.uncosted.get(held.get("uncosted_offer_id") or "", {}).get(workload_id)
        detail = nearest["text"] if nearest else None
        unsaid = f"unknown ({no_cost_words(detail, why['reason_text'] if why else '')})"
        return {
            "confirmed": confirmed,
            "unconfirmed": at(held.get("unconfirmed_offer_id")),
            "text": confirmed["text"] if confirmed else unsaid,
        }

    @cached_property
    def cost_lines(self) -> dict[tuple[str, str], list[CostLine]]:
        """(offer, workload) → the arithmetic behind every cost of `costs`."""
        found = self.rows(queries.COST_LINES, "lines.model_id")
        return by_first(((each["offer_id"], each["workload_id"]), cost_line(each)) for each in found)

    # ------------------------------------------------------------ over time

    @cached_property
    def series(self) -> dict[str, list[Series]]:
        """Offer → its prices that moved."""
        stretches = grouped(
            self._series_rows,
            lambda each: tuple(
                each[part] for part in ("offer_id", "meter", "unit", "currency", "terms", "source_id", "subject")
            ),
        )
        return by_first(
            (
                each[0]["offer_id"],
                series_of(each, self.sellers[each[0]["offer_id"]], self._price_claims[each[-1]["claim_id"]].source),
            )
            for each in stretches.values()
        )

    @cached_property
    def changes(self) -> list[PriceChange]:
        """Every change of a price, the newest first."""
        claims = self.claims_of(each["claim_id"] for each in self._change_rows)
        return [
            change_of(
                each,
                named(self.refs[each["model_id"]]),
                self.sellers[each["offer_id"]],
                claims[each["claim_id"]],
            )
            for each in self._change_rows
        ]

    # ------------------------------------------------------------ results

    @cached_property
    def results(self) -> list[Result]:
        """Every result, by benchmark and setting."""
        return [result_of(each, self._result_claims[each["claim_id"]]) for each in self._result_rows]

    # ------------------------------------------------------------ other names, other models

    @cached_property
    def spellings(self) -> dict[str, list[Spelling]]:
        return by_first((each["model_id"], spelling_of(each)) for each in self.rows(queries.SPELLINGS, "model_id"))

    @cached_property
    def redirects(self) -> dict[str, list[Redirect]]:
        return by_first((each["model_id"], redirect_of(each)) for each in self.rows(queries.REDIRECTS, "redirects_to"))

    @cached_property
    def published(self) -> dict[tuple[str, str], Row]:
        """The pairs that are published ready-made, the most sought first."""
        found = rows(self.connection, queries.PUBLISHED_PAIRS)
        return {(each["model_a_id"], each["model_b_id"]): each for each in found}

    @cached_property
    def _neighbour_rows(self) -> list[Row]:
        return self.rows(queries.NEIGHBOURS, "neighbours.model_id")

    @cached_property
    def neighbours(self) -> dict[str, list[Neighbour]]:
        """Models worth comparing with each, nearest first."""
        return by_first((each["model_id"], self._neighbour(each)) for each in self._neighbour_rows)

    def _neighbour(self, each: Row) -> Neighbour:
        a, b = sorted((each["model_id"], each["neighbour_id"]))
        return {
            "model": self.refs[each["neighbour_id"]],
            "rank": each["rank"],
            "reasons": each["reasons"],
            "is_published": (a, b) in self.published,
        }


def constants(ids: Iterable[str]) -> str:
    """Ids as the constants of an IN."""
    return ", ".join("'" + each.replace("'", "''") + "'" for each in ids)
