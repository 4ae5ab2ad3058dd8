"""Models a person may mean, and what is held of one: facts with the claims behind them, unknowns with their reasons."""

import re
from collections.abc import Sequence

import duckdb

from pipelines.answers.asking import SPELLINGS, Row, near_models, row, rows
from sources.vocabulary import MODEL_FIELDS
from warehouse.schemas import table

FACTS = tuple(each.name for each in table("core.models").columns if each.name in MODEL_FIELDS | {"lab_id"})
"""The columns of ``core.models`` that say what a model is."""

MODEL = "select * from core.models where model_id = ?"

CHOICES = "select field, claim_id, rule from evidence.choices where table_name = 'core.models' and row_id = ?"

CAPABILITIES = "select capability, status, claim_id, rule from core.capabilities where model_id = ? order by capability"

GAPS = """
select field, reason, detail, next_step, gap_id
from quality.gaps
where subject_type = 'model' and subject_id = ?
order by field, reason, gap_id
"""

CARDS = """
select
    models.model_id,
    models.name,
    models.lab_id,
    models.product_type,
    models.status,
    models.released_on,
    models.context_tokens,
    models.last_reviewed_at,
    costs.monthly_cost_usd,
    costs.offer_id as cheapest_offer_id,
    (
        select list(distinct choices.claim_id order by choices.claim_id)
        from evidence.choices as choices
        where
            choices.table_name = 'core.models'
            and choices.row_id = models.model_id
            and choices.field in ('name', 'product_type', 'status', 'released_on', 'context_tokens')
            and choices.claim_id is not null
    ) as claim_ids
from core.models as models
left join mart.monthly_costs as costs
    on costs.model_id = models.model_id
    and costs.workload_id = 'default'
where list_contains(?, models.model_id)
"""


def find(connection: duckdb.DuckDBPyConnection, words: str, limit: int = 10) -> list[Row]:
    """The models whose id, name or a printed spelling holds every word, nearest first; else those that look like them.

    ``monthly_cost_usd`` is that of the default workload at the cheapest confirmed offer, null where none is known.
    """
    spellings = [(str(each["spelling"]), str(each["model_id"])) for each in rows(connection, SPELLINGS)]
    wanted, parts = _plain(words), [plain for each in re.split(r"[\s/_-]+", words) if (plain := _plain(each))]
    held: dict[str, tuple[int, int]] = {}
    for spelling, model_id in spellings:
        plain = _plain(spelling)
        if parts and all(part in plain for part in parts):
            far = (0 if plain == wanted else 1 if plain.startswith(wanted) else 2 if wanted in plain else 3, len(plain))
            held[model_id] = min(held.get(model_id, far), far)
    order = sorted(held, key=lambda each: (held[each], each)) or near_models(words, spellings)
    return _cards(connection, order[:limit])


def facts(connection: duckdb.DuckDBPyConnection, model_id: str) -> Row:
    """What a model is: each fact with its claim and rule, or null with the gap that says why. KeyError of no model."""
    model = row(connection, MODEL, model_id)
    if model is None:
        raise KeyError(model_id)
    chosen = {each["field"]: each for each in rows(connection, CHOICES, model_id)}
    gaps = {each["field"]: each for each in rows(connection, GAPS, model_id)}
    told: Row = {}
    for field in FACTS:
        choice = chosen.get(field, {})
        if model[field] is None:
            told[field] = {"value": None, "gap": gaps.get(field)}
        else:
            told[field] = {"value": model[field], "claim_id": choice.get("claim_id"), "rule": choice.get("rule")}
    return {
        "model_id": model_id,
        "facts": told,
        "capabilities": {
            each["capability"]: {"status": each["status"], "claim_id": each["claim_id"], "rule": each["rule"]}
            for each in rows(connection, CAPABILITIES, model_id)
        },
        "last_reviewed_at": model["last_reviewed_at"],
    }


def _cards(connection: duckdb.DuckDBPyConnection, order: Sequence[str]) -> list[Row]:
    found = {each["model_id"]: each for each in rows(connection, CARDS, list(order))}
    return [found[each] for each in order if each in found]


def _plain(words: str) -> str:
    return "".join(each for each in words.casefold() if each.isalnum() or each == ".")
