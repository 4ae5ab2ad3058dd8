-- evidence.terms
-- grain: one condition that a price is said under
-- Read once, for all prices said under it; what it says of the day is all that the day changes about a price.
select
    conditions.condition,
    holds_on(conditions.condition, build.as_of) as is_in_force
from (
    select distinct condition
    from evidence.folded_claims
    where starts_with(attribute, 'price/')
) as conditions
cross join quality.build as build
