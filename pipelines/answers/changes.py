"""What changed between two editions, and why: their tables side by side.

Belongs here: the two editions compared, and the cause of each change, decided from the evidence both of them hold. Does
not: how a change is told (`wording`, `publishing`, `terminal`).

A changed value has one cause. ``price`` or ``fact``: the source it rests on says something else now. ``source``:
another source is chosen now. ``mapping``: the name the source prints stands for something else now. ``correction``: the
document was held before, and it is our reading of it or our rule that changed. ``derived``: the words are the same as
before, and what follows from them together with others is not. ``day``: a day that was announced before has come.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.answers import bringing
from pipelines.answers.asking import Row, Unclear, rows
from warehouse.home import Home
from warehouse.schemas import all_tables

TABLES = (
    "core.models",
    "core.offers",
    "core.prices",
    "core.providers",
    "core.model_redirects",
    "evidence.claims",
    "evidence.choices",
    "quality.gaps",
    "quality.conflicts",
)

_DATED = {"released_on": "released_precision", "knowledge_cutoff_on": "knowledge_cutoff_precision"}

FACTS = (
    "lab_id",
    "product_type",
    "status",
    "released_on",
    "knowledge_cutoff_on",
    "shutdown_on",
    "context_tokens",
    "max_output_tokens",
    "parameters",
    "active_parameters",
    "license_id",
    "open_weights",
)
"""Facts of a model whose change is told."""

MACROS = """
create or replace temp macro at_any_time(conditions) as
    array_to_string(
        list_filter(string_split(conditions, '; '), lambda part: not regexp_matches(part, '^effective_(from|to)=')),
        '; '
    );

create or replace temp macro cause(
    own, id, was_held, held_as, old_source, new_source, first_seen, withdrawn, seen_until
) as
    case
        when was_held and held_as is distinct from id then 'mapping'
        when old_source is distinct from new_source then 'source'
        when not was_held and first_seen > seen_until then own
        when withdrawn > seen_until then own
        else 'correction'
    end
"""

PRICES = """
with came as (
    -- said before for days that had not come, and in force now in place of another amount
    select
        news.offer_id,
        news.meter,
        news.unit,
        news.currency,
        news.condition,
        was.amount as old_amount,
        news.amount as new_amount,
        was.claim_id as old_claim_id,
        news.claim_id as new_claim_id,
        was.source_id as old_source_id,
        news.source_id as new_source_id,
        news.is_confirmed
    from new.prices as news
    join old.prices as announced using (offer_id, meter, unit, currency, condition, amount)
    join old.prices as was
        on was.offer_id = announced.offer_id
        and was.meter = announced.meter
        and was.unit = announced.unit
        and was.currency = announced.currency
        and at_any_time(was.condition) = at_any_time(announced.condition)
        and was.amount != announced.amount
    left join new.prices as still
        on still.offer_id = was.offer_id
        and still.meter = was.meter
        and still.unit = was.unit
        and still.currency = was.currency
        and still.condition = was.condition
        and still.is_in_force
    where news.is_in_force and not announced.is_in_force and was.is_in_force and still.offer_id is null
    qualify row_number() over (
        partition by news.offer_id, news.meter, news.unit, news.currency, news.condition
        order by was.condition desc
    ) = 1
),

said as (
    select
        offer_id,
        meter,
        unit,
        currency,
        condition,
        olds.amount as old_amount,
        news.amount as new_amount,
        olds.claim_id as old_claim_id,
        news.claim_id as new_claim_id,
        olds.source_id as old_source_id,
        news.source_id as new_source_id,
        news.is_confirmed
    from old.prices as olds
    full join new.prices as news using (offer_id, meter, unit, currency, condition)
    where offer_id in (select offer_id from old.offers) and offer_id in (select offer_id from new.offers)
        and olds.amount is distinct from news.amount
),

pairs as (
    select *, false as is_day from said
    union all by name
    select *, true as is_day from came
)

select
    pairs.* exclude (is_day),
    offers.model_id,
    offers.provider_id,
    offers.via,
    models.name as model_name,
    providers.name as provider_name,
    case when old_amount > 0 then cast(new_amount / old_amount as decimal(18, 6)) end as ratio,
    case
        when is_day then 'day'
        when new_claim_id is null and fate.superseded_at is null and fate.offer_id is distinct from offer_id
            then 'mapping'
        when new_claim_id is null then 'source'
        else cause(
            'price',
            offer_id,
            held.claim_id is not null,
            held.offer_id,
            old_source_id,
            new_source_id,
            claims.first_seen_at,
            fate.superseded_at,
            (select as_of from old.build)
        )
    end as cause,
    olds.printed_text as old_printed,
    claims.printed_text as printed,
    coalesce(nullif(claims.cited_url, ''), claims.scope, nullif(olds.cited_url, ''), olds.scope) as page,
    claims.snapshot_sha256
from pairs
join new.offers as offers using (offer_id)
join new.models as models
    on models.model_id = offers.model_id
join new.providers as providers
    on providers.provider_id = offers.provider_id
left join new.claims as claims
    on claims.claim_id = pairs.new_claim_id
left join old.claims as held
    on held.claim_id = pairs.new_claim_id
left join old.claims as olds
    on olds.claim_id = pairs.old_claim_id
left join new.claims as fate
    on fate.claim_id = pairs.old_claim_id
order by models.name, offers.model_id, offer_id, meter, unit, currency, condition
"""

OFFERS = """
with moved as (
    -- what stands for another offer, or for none, in the other edition
    select
        news.offer_id as new_offer_id,
        olds.offer_id as old_offer_id
    from new.claims as news
    join old.claims as olds using (claim_id)
    where news.offer_id is distinct from olds.offer_id
),

first_seen as (
    select
        offer_id,
        max(first_seen_at) as first_seen_at
    from new.claims
    where superseded_at is null and offer_id is not null
    group by offer_id
)

select
    'appeared' as change,
    offers.offer_id,
    offers.model_id,
    offers.provider_id,
    offers.via,
    models.name as model_name,
    providers.name as provider_name,
    case
        when offers.offer_id in (select new_offer_id from moved) then 'mapping'
        when first_seen.first_seen_at <= (select as_of from old.build) then 'correction'
        else 'source'
    end as cause
from new.offers as offers
join new.models as models using (model_id)
join new.providers as providers
    on providers.provider_id = offers.provider_id
left join first_seen using (offer_id)
where offers.offer_id not in (select offer_id from old.offers)
union all
select
    'gone',
    offers.offer_id,
    offers.model_id,
    offers.provider_id,
    offers.via,
    models.name,
    providers.name,
    case when offers.offer_id in (select old_offer_id from moved) then 'mapping' else 'source' end
from old.offers as offers
join old.models as models using (model_id)
join old.providers as providers
    on providers.provider_id = offers.provider_id
where offers.offer_id not in (select offer_id from new.offers)
order by change, offer_id
"""

MODELS = """
select
    'appeared' as change,
    models.model_id,
    models.name,
    models.lab_id,
    models.product_type,
    models.is_listed,
    cast(null as varchar) as redirects_to,
    case
        when models.model_id in (
            select news.model_id
            from new.claims as news
            join old.claims as olds using (claim_id)
            where news.model_id is distinct from olds.model_id
        ) then 'mapping'
        when models.first_seen_at <= (select as_of from old.build) then 'correction'
        else 'source'
    end as cause
from new.models as models
where models.model_id not in (select model_id from old.models)
union all
select
    'gone',
    models.model_id,
    models.name,
    models.lab_id,
    models.product_type,
    models.is_listed,
    redirects.redirects_to,
    case
        when models.model_id in (
            select olds.model_id
            from old.claims as olds
            join new.claims as news using (claim_id)
            where news.model_id is distinct from olds.model_id
        ) then 'mapping'
        else 'source'
    end
from old.models as models
left join new.model_redirects as redirects using (model_id)
where models.model_id not in (select model_id from new.models)
order by change, model_id
"""

CHANGED_FACTS = """
with olds as (
    unpivot (select model_id, {columns} from old.models) on {names} into name field value value
),

news as (
    unpivot (select model_id, name as model_name, {columns} from new.models) on {names} into name field value value
),

pairs as (
    select
        coalesce(olds.model_id, news.model_id) as model_id,
        coalesce(olds.field, news.field) as field,
        olds.value as old_value,
        news.value as new_value
    from olds
    full join news
        on news.model_id = olds.model_id
        and news.field = olds.field
    where olds.value is distinct from news.value
),

chosen as (
    select
        pairs.*,
        old_choices.claim_id as old_claim_id,
        new_choices.claim_id as new_claim_id
    from pairs
    left join old.choices as old_choices
        on old_choices.table_name = 'core.models'
        and old_choices.row_id = pairs.model_id
        and old_choices.field = pairs.field
    left join new.choices as new_choices
        on new_choices.table_name = 'core.models'
        and new_choices.row_id = pairs.model_id
        and new_choices.field = pairs.field
    qualify row_number() over (
        partition by pairs.model_id, pairs.field
        order by old_choices.claim_id, new_choices.claim_id
    ) = 1
)

select
    chosen.*,
    models.name as model_name,
    case
        when field = 'status' and new_value = 'retired' and models.shutdown_on = before.shutdown_on
            and models.shutdown_on > (select cast(timezone('UTC', as_of) as date) from old.build)
            then 'day'
        when new_claim_id is not distinct from old_claim_id then 'derived'
        when new_claim_id is null and fate.superseded_at is null and fate.model_id is distinct from chosen.model_id
            then 'mapping'
        when new_claim_id is null then 'source'
        else cause(
            'fact',
            chosen.model_id,
            held.claim_id is not null,
            held.model_id,
            coalesce(olds.source_id, claims.source_id),
            claims.source_id,
            claims.first_seen_at,
            fate.superseded_at,
            (select as_of from old.build)
        )
    end as cause,
    claims.source_id,
    claims.printed_text as printed,
    coalesce(nullif(claims.cited_url, ''), claims.scope, nullif(olds.cited_url, ''), olds.scope) as page
from chosen
join new.models as models using (model_id)
join old.models as before using (model_id)
left join new.claims as claims
    on claims.claim_id = chosen.new_claim_id
left join old.claims as held
    on held.claim_id = chosen.new_claim_id
left join old.claims as olds
    on olds.claim_id = chosen.old_claim_id
left join new.claims as fate
    on fate.claim_id = chosen.old_claim_id
order by models.name, chosen.model_id, chosen.field
"""

GAPS = """
with changed as (
    select
        'opened' as change,
        gaps.*
    from new.gaps as gaps
    anti join old.gaps using (gap_id)
    union all by name
    select
        'closed' as change,
        gaps.*
    from old.gaps as gaps
    anti join new.gaps using (gap_id)
)

select
    change,
    gap_id,
    kind,
    reason,
    severity,
    subject_type,
    subject_id,
    field,
    detail,
    page
from changed
order by change, severity desc, kind, subject_id, field, gap_id
"""

CONFLICTS = """
with settled as (
    select
        'settled' as change,
        conflicts.*
    from old.conflicts as conflicts
    anti join new.conflicts using (subject_type, subject_id, field, rival_claim_id)
),

arisen as (
    select
        'arisen' as change,
        conflicts.*
    from new.conflicts as conflicts
    anti join old.conflicts using (subject_type, subject_id, field, rival_claim_id)
)

select
    changed.change,
    changed.subject_type,
    changed.subject_id,
    changed.field,
    changed.chosen_value,
    changed.chosen_source_id,
    changed.rival_value,
    changed.rival_source_id,
    changed.class,
    case
        when changed.change = 'arisen' then 'disagrees'
        when rivals.claim_id is null or rivals.superseded_at is not null then 'rival_withdrew'
        when chosen.claim_id is null or chosen.superseded_at is not null then 'chosen_changed'
        else 'read_otherwise'
    end as how,
    changed.chosen_claim_id,
    changed.rival_claim_id
from (select * from settled union all by name select * from arisen) as changed
left join new.claims as rivals
    on rivals.claim_id = changed.rival_claim_id
left join new.claims as chosen
    on chosen.claim_id = changed.chosen_claim_id
order by changed.change, changed.subject_id, changed.field, changed.rival_claim_id
"""


PARTS = (
    "prices",
    "prices_appeared",
    "prices_gone",
    "facts",
    "models_appeared",
    "models_gone",
    "offers_appeared",
    "offers_gone",
    "gaps_opened",
    "gaps_closed",
    "conflicts_settled",
    "conflicts_arisen",
)
"""The lists of an account of changes."""


class Incomparable(Exception):
    """One of two editions is damaged, or of a shape that cannot be laid beside the other."""


def between(old: Path, new: Path, *, new_as_of: str = "", new_id: str = "") -> Row:
    """Everything that changed from the edition in folder `old` to the one in `new`; prices with their cause.

    new_as_of, new_id  of an edition whose manifest is not written yet

    `Incomparable` where a table or a column that both need is missing, or one of them cannot be read.
    """
    olds = manifest_of(old)
    news = {"as_of": new_as_of, "edition_id": new_id} if new_id else manifest_of(new)
    with duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": 2}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            for schema, folder, manifest in (("old", old, olds), ("new", new, news)):
                _laid_out(connection, schema, folder, manifest)
            connection.execute(MACROS)
            columns = ", ".join(f"{_as_meant(name)} as {name}" for name in FACTS)
            facts = CHANGED_FACTS.format(columns=columns, names=", ".join(FACTS))
            prices = rows(connection, PRICES)
            found = {
                "prices": [each for each in prices if None not in (each["old_amount"], each["new_amount"])],
                "prices_appeared": [each for each in prices if each["old_amount"] is None],
                "prices_gone": [each for each in prices if each["new_amount"] is None],
                "facts": rows(connection, facts),
                **_by_change("models", rows(connection, MODELS)),
                **_by_change("offers", rows(connection, OFFERS)),
                **_by_change("gaps", rows(connection, GAPS), ("opened", "closed")),
                **_by_change("conflicts", rows(connection, CONFLICTS), ("settled", "arisen")),
            }
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error as error:
            raise Incomparable(f"{old.name} and {new.name} cannot be laid side by side: {error}") from None
    return _told(news, olds, found)


def jump(change: Mapping[str, Any]) -> float:
    """How many times the lower of a price's two amounts the higher is; endless from and to 0."""
    low, high = sorted(float(change[f"{when}_amount"]) for when in ("old", "new"))
    return high / low if low else float("inf")


def widest_first(prices: Iterable[Row]) -> list[Row]:
    """Prices that changed, those that changed most before the others."""
    return sorted(prices, key=jump, reverse=True)


def accounts(edition: Path | None) -> Iterator[Row]:
    """The account an edition holds and those of the editions before it, the newest first, as far back as are kept and
    can be read.
    """
    while edition is not None:
        try:
            account = json.loads((edition / "changes.json").read_text(encoding="utf-8"), parse_float=Decimal)
            before = account["before"]["edition_id"] if account["before"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return
        yield account
        edition = edition.parent / before if before else None


def edition_named(home: Home, words: str) -> Path:
    """The folder of the edition a person means. `Unclear` where there is none, or more than one begins like this."""
    bringing.named(home, words)
    if words == "latest":
        return home.latest.resolve() if home.latest.exists() else _no_edition(words, [])
    known = sorted(path.parent for path in home.editions.glob("[!.]*/manifest.json"))
    found = [path for path in known if path.name == words] or [path for path in known if path.name.startswith(words)]
    return found[0] if len(found) == 1 else _no_edition(words, found or known)


def _no_edition(words: str, known: list[Path]) -> Path:
    there = f"; there are {', '.join(path.name for path in known)}" if known else "; nothing has been published yet"
    raise Unclear(f"there is no one edition {words!r}{there}")


def nothing(edition_id: str, as_of: str) -> Row:
    """The account of an edition that cannot be compared with one before it."""
    news, olds = {"edition_id": edition_id, "as_of": as_of}, {"edition_id": None, "as_of": None}
    return _told(news, olds, {name: [] for name in PARTS})


def _told(news: Mapping[str, Any], olds: Mapping[str, Any], found: dict[str, list[Row]]) -> Row:
    return {
        "edition_id": news["edition_id"],
        "as_of": news["as_of"],
        "before": {"edition_id": olds["edition_id"], "as_of": olds["as_of"]} if olds["edition_id"] else None,
        "counts": {name: len(each) for name, each in found.items()},
        **found,
    }


def _laid_out(connection: duckdb.DuckDBPyConnection, schema: str, folder: Path, manifest: Mapping[str, Any]) -> None:
    connection.execute(f"create schema {schema}")
    for name in TABLES:
        path = str(folder / f"{name}.parquet").replace("'", "''")
        connection.execute(f"create view {schema}.{all_tables()[name].short} as from read_parquet('{path}')")
    connection.execute(f"create table {schema}.build as select cast(? as timestamptz) as as_of", [manifest["as_of"]])


def _as_meant(name: str) -> str:
    """A column of ``core.models`` as text, a day to the month or year where no more is meant."""
    text = f"cast({name} as varchar)"
    return (
        f"left({text}, case {_DATED[name]} when 'year' then 4 when 'month' then 7 else 10 end)"
        if name in _DATED
        else text
    )


def _by_change(what: str, found: list[Row], changes: tuple[str, str] = ("appeared", "gone")) -> dict[str, list[Row]]:
    return {
        f"{what}_{change}": [
            {name: value for name, value in each.items() if name != "change"}
            for each in found
            if each["change"] == change
        ]
        for change in changes
    }


def manifest_of(folder: Path) -> dict[str, Any]:
    """The id of an edition and the instant it shows. `Incomparable` where its manifest does not say."""
    try:
        told = json.loads((folder / "manifest.json").read_bytes())
        return {"as_of": told["as_of"], "edition_id": told["edition_id"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise Incomparable(f"the manifest of {folder.name} cannot be read") from None
