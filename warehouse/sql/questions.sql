-- Macros for analysts' first questions, over the finished tables.

-- US dollars a month at the cheapest single confirmed offer that carries a workload, for other amounts of the same traffic:
-- millions of input tokens, cached ones included, and of output tokens. Prompts and answers are as long, as large a share of
-- the input is cached and the service is the same as in the workload (core.workloads); without one, the default: standard
-- prices, prompts of 8,000 and answers of 2,500 tokens at any hour, nothing cached. For the workload's own amounts this is
-- mart.monthly_costs. Null where no confirmed offer carries the workload. An offer with a price for each region is bought
-- where the workload's own amounts are cheapest.
create or replace macro monthly_cost(model, input_million_tokens, output_million_tokens, workload := 'default') as (
    -- an alias nobody else uses: what a query calls `costs.model_id` would mean ours if ours were called so
    select min(input_million_tokens * of_monthly_cost.average_input_usd + output_million_tokens * of_monthly_cost.output_usd)
    from mart.offer_costs as of_monthly_cost
    where
        of_monthly_cost.model_id = model
        and of_monthly_cost.workload_id = workload
        and of_monthly_cost.is_confirmed
);

-- Every price that held on a day, as far as was known at the end of that day (UTC).
create or replace macro prices_as_of(day) as table
    select *
    from core.price_history
    where
        observed_from < start_of_utc_day(utc_day(day) + 1)
        and (observed_to is null or observed_to >= start_of_utc_day(utc_day(day) + 1))
        and coalesce(effective_from <= utc_day(day), true)
        and coalesce(effective_to >= utc_day(day), true);

-- Every price that held on a day, as far as is known today: dated prices by the days their source names, whenever it was
-- read; prices without days for as long as they were observed. A dated price that its source has taken back is left out.
create or replace macro prices_effective_on(day) as table
    select *
    from core.price_history
    where
        case
            when effective_from is null and effective_to is null
                then
                    observed_from < start_of_utc_day(utc_day(day) + 1)
                    and (observed_to is null or observed_to >= start_of_utc_day(utc_day(day) + 1))
            else
                coalesce(effective_from <= utc_day(day), true)
                and coalesce(effective_to >= utc_day(day), true)
                and (observed_to is null or coalesce(effective_to < utc_day(observed_to), false))
        end;
