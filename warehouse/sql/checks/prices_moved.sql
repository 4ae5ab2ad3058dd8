-- checks.prices_moved
-- grain: one price that is in both files
select
    offer_id,
    meter,
    condition,
    old.amount as amount_before,
    new.amount as amount_now,
    currency,
    new.source_id,
    new.amount != old.amount as fails
from core.prices as new
join before.core.prices as old using (offer_id, meter, unit, currency, condition)
