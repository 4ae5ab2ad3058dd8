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

-- Every price as it was observed to stand at the end of a day (UTC).
create or replace macro prices_as_of(day) as table
    select *
    from core.price_history
    where
        observed_from < cast(day as timestamptz) + interval 1 day
        and (observed_to is null or observed_to >= cast(day as timestamptz) + interval 1 day);
