-- mart.cheapest_offers
-- grain: one model with a price for the default workload
select
    costs.model_id,
    costs.offer_id,
    offers.provider_id,
    offers.via,
    offers.route_id,
    rates.input_usd as input_usd_per_mtok,
    rates.output_usd as output_usd_per_mtok,
    costs.monthly_cost_usd,
    costs.unconfirmed_offer_id,
    costs.unconfirmed_cost_usd,
    rates.last_reviewed_at
from mart.monthly_costs as costs
left join core.offers as offers
    on offers.offer_id = costs.offer_id
left join mart.offer_costs as rates
    on rates.offer_id = costs.offer_id
    and rates.workload_id = costs.workload_id
where
    costs.workload_id = 'default'
    and (costs.offer_id is not null or costs.unconfirmed_offer_id is not null)
