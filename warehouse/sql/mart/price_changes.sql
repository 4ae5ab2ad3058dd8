-- mart.price_changes
-- grain: one change of one price in one source
select
    new.observed_from as changed_at,
    utc_day(new.observed_from) as changed_on,
    new.source_id,
    new.subject,
    new.offer_id,
    new.meter,
    new.unit,
    new.condition,
    new.currency,
    old.amount as old_amount,
    new.amount as new_amount,
    cast(cast(new.amount as double) / nullif(cast(old.amount as double), 0) as decimal(18, 6)) as ratio,
    new.claim_id
from core.price_history as new
join core.price_history as old
    on old.source_id = new.source_id
    and old.subject = new.subject
    and old.meter = new.meter
    and old.unit = new.unit
    and old.currency = new.currency
    and old.condition = new.condition
    and old.observed_to = new.observed_from
    and old.amount != new.amount
