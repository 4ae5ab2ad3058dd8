-- evidence.refusals
-- grain: one value refused, by one rule
-- The sanity gate. A value here stays out of core until a second source or a person confirms it, its source mends it, its
-- page stands by it, or our reading of it changes. A second source is one that copies neither and prices the same thing of
-- the same model alike, and does not repeat what the seller has since replaced; the seller's or maker's own word for that
-- amount confirms it too; a person confirms it in reference/accepted_values.yaml. A seller is judged by every rule that
-- does not say otherwise.
--   zero_unsaid             0 from someone who neither sells it nor says it is free: it may mean unknown
--   range                   beyond any token price a seller has ever printed, by far, or below the smallest
--   unit_of_the_maker       a hundred, a thousand, … a million times what the maker itself asks for the model, wherever:
--                           cents, per thousand, per token. Whoever repeats such a price confirms nothing
--   unit                    so many times what others ask: of two voices the seller's stands, else the one nearer to its
--                           family, else neither; a seller yields to two publishers, a maker to two who agree
--   sibling_ratio           far above or below all in the middle who price this model and meter, where no seller says it;
--                           nearer counts as far where all others ask the same
--   family_ratio            of a model few others price: far outside everything its family is sold at; not of a seller
--   page_siblings           a seller's price far outside what it asks for the other models of the family
--   page_ratio              a ratio of two prices of one offer on one page that no seller ever printed (output to input,
--                           cache read or write to input, batch to standard, other terms to plain): the price with more
--                           against it on that page, elsewhere and in its own past, or both
--   cache_read_above_input  reading from cache dearer than not caching, in the words of one source
--   output_below_input      writing cheaper than reading, in the words of one source, where the seller does not say so
--   not_the_sellers         a plain price that the seller itself, who prices by region and deployment, asks nowhere
--   batch_above_standard    a batch dearer than the same requests at once, in the words of one source that is no seller
--   tier_below_base         a long prompt's token cheaper than a short one's, in the words of one source that is no seller
--   jump                    ten times more or less than the last value accepted in the same place, and neither news nor
--                           seconded nor repeated for some nights, see evidence.price_moves
--   currency                US dollars from a catalogue, of a seller whose own prices are in another currency
--   zero_score              0 in a list that repeats others' results, of a benchmark on which others there score more
with other_currencies as (
    -- what is no slip of digits: dollars where the seller asks euros
    select
        quotes.claim_id,
        'currency' as rule,
        'printed in ' || quotes.currency || ', where the seller asks ' || sells.currency as detail
    from evidence.quotes as quotes
    join (
        select distinct subjects.offer_id, sells.currency
        from evidence.subjects as subjects
        join core.provider_currencies as sells using (provider_id)
        where subjects.via is null
    ) as sells
        on sells.offer_id = quotes.offer_id
        and sells.currency != quotes.currency
    where not quotes.is_seller and starts_with(quotes.authority, 'community')
),

broken as (
    select doubts.claim_id, doubts.rule, doubts.detail
    from evidence.price_doubts as doubts
    semi join evidence.quotes as quotes using (claim_id)

    union all

    select moves.claim_id, 'jump', plain_number(moves.amount) || ' after ' || plain_number(moves.accepted_before)
    from evidence.price_moves as moves
    semi join evidence.quotes as quotes using (claim_id)
    where moves.verdict = 'held'

    union all

    select claim_id, rule, detail
    from other_currencies

    union all

    select claim_id, rule, detail
    from evidence.score_doubts
),

confirmed as (
    -- a second source that prices this model alike, or the word of whoever sells or makes it
    select broken.claim_id, broken.rule
    from broken
    join evidence.quotes as doubted using (claim_id)
    join evidence.quotes as others
        on others.model_id = doubted.model_id
        and others.meter = doubted.meter
        and others.unit = doubted.unit
        and others.currency = doubted.currency
        and others.condition = doubted.condition
        and others.amount = doubted.amount
        and others.publisher != doubted.publisher
        and not list_contains(others.copies, doubted.source_id)
        and not list_contains(doubted.copies, others.source_id)
    where
        broken.rule not in ('zero_unsaid', 'not_the_sellers', 'unit_of_the_maker', 'currency')
        and not others.is_outdated

    union

    select broken.claim_id, broken.rule
    from broken
    semi join evidence.accepted_claims as accepted using (claim_id)
)

select claim_id, rule, detail
from broken
anti join confirmed using (claim_id, rule)
