-- Macros for analysts' first questions, over the finished tables.

-- US dollars a month at the cheapest single confirmed offer, for millions of input and output tokens of short prompts.
create or replace macro monthly_cost(model, input_million_tokens, output_million_tokens) as (
    select min(input_million_tokens * offers.input_usd_per_mtok + output_million_tokens * offers.output_usd_per_mtok)
    from core.offers as offers
    where
        offers.model_id = model
        and offers.price_status = 'priced'
        and offers.is_confirmed
        and offers.input_usd_per_mtok > 0
        and offers.output_usd_per_mtok > 0
        and not list_contains(string_split(offers.variant, ';'), 'free')
);

-- Every price that held on a day, as far as was known at the end of that day (UTC).
create or replace macro prices_as_of(day) as table
    select *
    from core.price_history
    where
        observed_from < cast(day as timestamptz) + interval 1 day
        and (observed_to is null or observed_to >= cast(day as timestamptz) + interval 1 day)
        and coalesce(effective_from <= cast(day as date), true)
        and coalesce(effective_to >= cast(day as date), true);

-- Every price that held on a day, as far as is known today: dated prices by the days their source names, whenever it was
-- read; prices without days for as long as they were observed. A dated price that its source has taken back is left out.
create or replace macro prices_effective_on(day) as table
    select *
    from core.price_history
    where
        case
            when effective_from is null and effective_to is null
                then
                    observed_from < cast(day as timestamptz) + interval 1 day
                    and (observed_to is null or observed_to >= cast(day as timestamptz) + interval 1 day)
            else
                coalesce(effective_from <= cast(day as date), true)
                and coalesce(effective_to >= cast(day as date), true)
                and (observed_to is null or coalesce(effective_to < cast(observed_to as date), false))
        end;
