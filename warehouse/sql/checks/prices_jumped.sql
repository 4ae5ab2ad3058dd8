-- checks.prices_jumped
-- grain: one price that is in both files
-- To or from nothing is a jump of no size that can be named.
select
    offer_id,
    meter,
    condition,
    old.amount as amount_before,
    new.amount as amount_now,
    currency,
    new.source_id,
    case
        when new.amount = old.amount then false
        when least(new.amount, old.amount) = 0 then true
        else greatest(new.amount, old.amount) > $limit * least(new.amount, old.amount)
    end as fails
from core.prices as new
join before.core.prices as old using (offer_id, meter, unit, currency, condition)
