-- evidence.quotes
-- grain: one standing price claim of one offer
select
    standing.claim_id,
    standing.source_id,
    standing.publisher,
    standing.authority,
    standing.precedence,
    standing.is_seller,
    standing.copies,
    standing.offer_id,
    standing.model_id,
    standing.variant,
    coalesce(providers.kind, 'unknown') as provider_kind,
    substr(standing.attribute, 7) as meter,
    substr(standing.unit, 5) as unit,
    upper(left(standing.unit, 3)) as currency,
    cast(standing.value as decimal(24, 12)) as amount,
    case
        when standing.service_tier is null or contains(standing.condition, 'service_tier=') then standing.condition
        else array_to_string(
            list_sort(list_filter(
                list_append(string_split(standing.condition, '; '), 'service_tier=' || standing.service_tier),
                lambda part: part != ''
            )),
            '; '
        )
    end as condition,
    standing.last_reviewed_at
from evidence.standing as standing
left join core.providers as providers
    on providers.provider_id = standing.provider_id
where starts_with(standing.attribute, 'price/') and standing.offer_id is not null
