-- quality.gaps
-- grain: one thing not known
-- Null never stands alone: every fact of a model that a reader could ask for and nobody states, every offer without a
-- price, every source that did not answer, every name we would not guess at. Its page is where to look next: the card no
-- source has read, else the maker's own pages; the seller's prices; the source itself.
with listed as (
    select
        models.*,
        (select count(*) - 1 from core.models where is_listed) * models.is_listed::int as touched
    from core.models as models
),

cards as (
    select
        model_id,
        'https://huggingface.co/' || arg_min(value, (variant, source_id, value)) as url
    from evidence.standing
    where attribute = 'hugging_face_id' and model_id is not null
    group by model_id
),

read_cards as (
    select distinct model_id
    from evidence.standing
    where kind = 'model_card' and model_id is not null
),

model_pages as (
    select
        listed.model_id,
        coalesce(case when read_cards.model_id is null then cards.url end, labs.homepage_url) as page
    from listed
    left join cards
        on cards.model_id = listed.model_id
    left join read_cards
        on read_cards.model_id = listed.model_id
    left join core.labs as labs
        on labs.lab_id = listed.lab_id
),

seller_pages as (
    select provider_id, coalesce(pricing_url, homepage_url) as page
    from core.providers
),

model_facts as (
    select
        listed.model_id,
        listed.touched,
        listed.first_seen_at,
        listed.open_weights,
        listed.product_type,
        listed.parameters,
        unnest([
            {'kind': 'missing_lab', 'field': 'lab_id', 'known': listed.lab_id is not null},
            {'kind': 'missing_family', 'field': 'family', 'known': listed.family is not null},
            {'kind': 'missing_product_type', 'field': 'product_type', 'known': listed.product_type is not null},
            {'kind': 'missing_release', 'field': 'released_on', 'known': listed.released_on is not null},
            {'kind': 'missing_cutoff', 'field': 'knowledge_cutoff_on', 'known': listed.knowledge_cutoff_on is not null},
            {'kind': 'missing_context', 'field': 'context_tokens', 'known': listed.context_tokens is not null},
            {'kind': 'missing_max_output', 'field': 'max_output_tokens', 'known': listed.max_output_tokens is not null},
            {'kind': 'missing_parameters', 'field': 'parameters', 'known': listed.parameters is not null},
            {'kind': 'missing_parameters', 'field': 'active_parameters', 'known': listed.active_parameters is not null},
            {'kind': 'missing_architecture', 'field': 'architecture', 'known': listed.architecture is not null},
            {'kind': 'missing_license', 'field': 'license_id', 'known': listed.license_id is not null},
            {'kind': 'missing_open_weights', 'field': 'open_weights', 'known': listed.open_weights is not null},
            {'kind': 'missing_modalities', 'field': 'input_modalities', 'known': listed.input_modalities is not null},
            {'kind': 'missing_modalities', 'field': 'output_modalities', 'known': listed.output_modalities is not null}
        ]) as fact
    from listed
),

model_gaps as (
    select
        fact.kind as kind,
        case
            when not is_askable(product_type, fact.field) then 'not_applicable'
            when fact.field = 'max_output_tokens' and printed.claim_id is not null then 'ambiguous'
            when fact.field = 'architecture' and printed_design.claim_id is not null then 'ambiguous'
            when fact.field = 'active_parameters' and parameters is not null then 'not_published'
            when not open_weights and fact.field in ('parameters', 'active_parameters', 'architecture') then 'not_published'
            else 'no_source'
        end as reason,
        touched as severity,
        'model' as subject_type,
        model_facts.model_id as subject_id,
        fact.field as field,
        case
            when not is_askable(product_type, fact.field) then 'not a property of ' || product_type || ' models'
            when fact.field = 'max_output_tokens' and printed.claim_id is not null
                then printed.value || ' is printed, more than the context window'
            when fact.field = 'architecture' and printed_design.claim_id is not null
                then 'its design is called "' || printed_design.value || '", which says no kind'
            when fact.field = 'active_parameters' and parameters is not null then 'only the total is stated'
            when not open_weights and fact.field in ('parameters', 'active_parameters', 'architecture')
                then 'weights are closed and no source we read states it'
            else 'no source we read states it'
        end as detail,
        'read the maker''s card or documentation for ' || model_facts.model_id as next_step,
        model_pages.page,
        model_facts.first_seen_at
    from model_facts
    join model_pages using (model_id)
    left join evidence.model_choices as printed
        on printed.model_id = model_facts.model_id
        and printed.field = 'max_output_tokens'
    left join evidence.model_choices as printed_design
        on printed_design.model_id = model_facts.model_id
        and printed_design.field = 'architecture_name'
    where not fact.known
),

capability_gaps as (
    select
        'missing_capability',
        case
            when not is_askable(listed.product_type, 'capability/' || capabilities.capability) then 'not_applicable'
            when contains(capabilities.rule, 'disagree') then 'ambiguous'
            else 'no_source'
        end,
        listed.touched,
        'model',
        listed.model_id,
        'capability/' || capabilities.capability,
        capabilities.rule,
        'read the maker''s documentation for ' || listed.model_id,
        model_pages.page,
        listed.first_seen_at
    from core.capabilities as capabilities
    join listed using (model_id)
    join model_pages using (model_id)
    where capabilities.status = 'unknown'
),

statuses as (
    select
        model_id,
        count(*) as offers,
        count(*) filter (where price_status = 'priced') as priced,
        count(*) filter (
            where price_status = 'priced' and not is_confirmed and input_usd_per_mtok > 0 and output_usd_per_mtok > 0
        ) as unconfirmed,
        count(*) filter (where price_status = 'free') as free,
        count(*) filter (where price_status = 'plan') as plan,
        count(*) filter (where price_status = 'dynamic') as dynamic,
        count(*) filter (where price_status = 'non_token') as non_token
    from core.offers
    group by model_id
),

currencies as (
    select offers.model_id, string_agg(distinct prices.currency, ', ' order by prices.currency) as other
    from core.prices as prices
    join core.offers as offers using (offer_id)
    where prices.currency != 'USD'
    group by offers.model_id
),

cost_gaps as (
    select
        'missing_price',
        case
            when not is_askable(listed.product_type, 'monthly_cost') then 'not_applicable'
            when statuses.offers is null then 'no_source'
            when costs.unconfirmed_offer_id is null and uncosted.reason != 'long_prompts_unsaid' then 'not_applicable'
            when costs.unconfirmed_offer_id is null and uncosted.reason = 'long_prompts_unsaid' then 'not_published'
            when costs.unconfirmed_offer_id is not null or statuses.unconfirmed > 0 then 'unconfirmed'
            when statuses.priced = 0 and statuses.free > 0 then 'free'
            when statuses.priced = 0 and statuses.non_token > 0 then 'non_token_unit'
            when statuses.priced = 0 and statuses.dynamic > 0 then 'dynamic'
            when statuses.priced = 0 and statuses.plan > 0 then 'plan'
            when currencies.other is not null then 'other_currency'
            else 'no_source'
        end,
        listed.touched,
        'model',
        listed.model_id,
        'monthly_cost',
        case
            when not is_askable(listed.product_type, 'monthly_cost') then 'a workload of text tokens says nothing of ' || listed.product_type || ' models'
            when statuses.offers is null then 'nobody we read sells it'
            when costs.unconfirmed_offer_id is not null then 'the cheapest price, of ' || costs.unconfirmed_offer_id || ', is nobody''s but a catalogue''s'
            when uncosted.reason is not null then uncosted.detail
            when currencies.other is not null then 'priced in ' || currencies.other || ', and no dated rate is held'
            else 'offers: ' || statuses.priced || ' priced, ' || statuses.free || ' free, ' || statuses.plan
                || ' in plans, ' || statuses.dynamic || ' dynamic, ' || statuses.non_token || ' in other units; none carries the default workload'
        end,
        'find a seller''s own price page for ' || listed.model_id,
        coalesce(seller_pages.page, model_pages.page),
        listed.first_seen_at
    from listed
    join model_pages using (model_id)
    join mart.monthly_costs as costs
        on costs.model_id = listed.model_id
        and costs.workload_id = 'default'
    left join mart.uncosted_offers as uncosted
        on uncosted.offer_id = costs.uncosted_offer_id
        and uncosted.workload_id = costs.workload_id
    left join statuses
        on statuses.model_id = listed.model_id
    left join currencies
        on currencies.model_id = listed.model_id
    left join core.offers as unconfirmed
        on unconfirmed.offer_id = costs.unconfirmed_offer_id
    left join seller_pages
        on seller_pages.provider_id = unconfirmed.provider_id
    where costs.monthly_cost_usd is null
),

provider_gaps as (
    select
        'missing_provider',
        'no_source',
        listed.touched,
        'model',
        listed.model_id,
        'offers',
        'nobody we read sells it',
        'look for ' || listed.model_id || ' at hosts and gateways',
        model_pages.page,
        listed.first_seen_at
    from listed
    join model_pages using (model_id)
    left join statuses
        on statuses.model_id = listed.model_id
    where statuses.offers is null
),

results_held as (
    select model_id, count(distinct benchmark_id) as benchmarks
    from core.benchmark_results
    group by model_id
),

results_paired as (
    select count(*) as models
    from listed
    semi join results_held using (model_id)
    semi join evidence.paired_models using (model_id)
    where listed.is_listed
),

results_met as (
    -- with how many others a gap can be taken, not only a score shown beside theirs
    select met.model_id, count(*) as others
    from (
        select unnest([model_a_id, model_b_id]) as model_id
        from evidence.pair_results
        where shared_same_setting + shared_best_of_each > 0
    ) as met
    group by met.model_id
),

benchmark_gaps as (
    -- a model without results is the gap of every comparison; one with results, of those with models measured elsewhere
    select
        'missing_benchmark',
        'no_source',
        case
            when held.model_id is null then listed.touched
            else missed.others
        end,
        'model',
        listed.model_id,
        'benchmark_results',
        case
            when held.model_id is null then 'no result we hold'
            else 'results on ' || counted(held.benchmarks, 'benchmark') || ', none to compare with those of '
                || counted(missed.others, 'model') || ' measured elsewhere'
        end,
        'look for published results of ' || listed.model_id,
        model_pages.page,
        listed.first_seen_at
    from listed
    join model_pages using (model_id)
    left join results_held as held
        on held.model_id = listed.model_id
    left join results_met as met
        on met.model_id = listed.model_id
    cross join lateral (
        select
            (select models from results_paired)
            - 1
            - coalesce(met.others, 0) as others
    ) as missed
    where held.model_id is null
        or (
            listed.is_listed
            and missed.others > 0
            and listed.model_id in (select model_id from evidence.paired_models)
        )
),

setting_gaps as (
    -- what is missing beside a score, so that it is shown and no gap is taken from it
    select
        'missing_setting',
        case when results.comparability in ('several_scores', 'setting_in_prose') then 'ambiguous' else 'not_published' end,
        0,
        'model',
        results.model_id,
        'benchmark_results/' || results.comparability,
        case results.comparability
            when 'reporter_unknown' then counted(count(*), 'result') || ' of which nobody says who measured it'
            when 'setting_in_prose' then counted(count(*), 'result') || ' whose setting is told in prose'
            when 'version_unknown' then counted(count(*), 'result') || ' without the version of the benchmark'
            else counted(count(*), 'result') || ' beside another score in the same setting'
        end || ': ' || array_to_string(list_sort(list(distinct results.benchmark_id))[:5], ', ')
            || case when count(distinct results.benchmark_id) > 5 then ', …' else '' end,
        'look where these results of ' || results.model_id || ' were first published',
        any_value(model_pages.page),
        any_value(listed.first_seen_at)
    from core.benchmark_results as results
    join listed using (model_id)
    join model_pages using (model_id)
    where results.comparability in ('reporter_unknown', 'setting_in_prose', 'version_unknown', 'several_scores')
    group by results.model_id, results.comparability
),

offer_gaps as (
    select
        'missing_price',
        case offers.price_status
            when 'free' then 'free'
            when 'plan' then 'plan'
            when 'dynamic' then 'dynamic'
            when 'non_token' then 'non_token_unit'
            else case when rejected.offer_id is not null then 'quarantined' else 'not_published' end
        end,
        0,
        'offer',
        offers.offer_id,
        'price/' || unnest(['input', 'output']),
        case offers.price_status
            when 'free' then 'a source says it is free'
            when 'plan' then 'part of a subscription'
            when 'dynamic' then 'the gateway prices it by what it routes to'
            when 'non_token' then 'priced by another unit than tokens'
            else case when rejected.offer_id is not null then 'a price is printed and held back, see evidence.rejects' else 'listed without a price' end
        end,
        'read the pricing page of ' || offers.provider_id,
        seller_pages.page,
        offers.first_seen_at
    from core.offers as offers
    join seller_pages using (provider_id)
    left join (
        select distinct subjects.offer_id
        from evidence.rejects as rejects
        join evidence.subjects as subjects
            on subjects.source_id = rejects.source_id
            and subjects.subject = rejects.subject
        where subjects.offer_id is not null and starts_with(rejects.attribute, 'price/')
    ) as rejected
        on rejected.offer_id = offers.offer_id
    where offers.price_status != 'priced'
),

half_priced_offers as (
    select
        'missing_price',
        case
            when by_terms.offer_id is null and is_askable(models.product_type, 'monthly_cost') then 'not_published'
            else 'not_applicable'
        end,
        0,
        'offer',
        offers.offer_id,
        'price/' || side.meter,
        case
            when by_terms.offer_id is not null then 'no single price: it depends on the hour, the region or other terms'
            when is_askable(models.product_type, 'monthly_cost') then 'other prices of this offer are printed, this one is not'
            else models.product_type || ' models are not priced by it'
        end,
        'read the pricing page of ' || offers.provider_id,
        seller_pages.page,
        offers.first_seen_at
    from core.offers as offers
    join core.models as models using (model_id)
    join seller_pages using (provider_id)
    cross join (select unnest(['input', 'output']) as meter) as side
    left join (select distinct offer_id, meter from core.prices where unit = 'mtok' and currency = 'USD' and condition != '') as by_terms
        on by_terms.offer_id = offers.offer_id
        and by_terms.meter = side.meter
    where
        offers.price_status = 'priced'
        and case side.meter when 'input' then offers.input_usd_per_mtok else offers.output_usd_per_mtok end is null
),

first_attempts as (
    select source_id, min(started_at) as started_at
    from raw.fetches
    group by source_id
),

source_gaps as (
    select
        'source',
        case
            when sources.state = 'stale' then 'stale'
            when starts_with(sources.last_error, 'no key is configured') then 'no_source'
            else 'source_failed'
        end,
        0,
        'source',
        sources.source_id,
        'document',
        -- why is in quality.sources: its words may differ from night to night while nothing else does
        case
            when sources.last_ok_at is null then 'never read'
            when sources.state = 'partial' then 'some of its documents were not read'
            else sources.state || ', last read on ' || utc_day(sources.last_ok_at)
        end,
        'look at the source',
        sources.url,
        coalesce(case when sources.state != 'partial' then sources.last_ok_at end, first_attempts.started_at, (select min(started_at) from raw.fetches), build.as_of)
    from quality.sources as sources
    left join first_attempts using (source_id)
    cross join quality.build as build
    where sources.state != 'fresh' and not (sources.state = 'partial' and sources.documents_missed = 0)
),

doubt_gaps as (
    select
        'part_in_doubt',
        'quarantined',
        0,
        'document',
        scope,
        part || ' at ' || place,
        string_agg(distinct reason || case when words != '' then ': ' || words else '' end, '; ' order by reason || case when words != '' then ': ' || words else '' end)
            || '; ' || counted(cast(max(facts_held) as bigint), 'standing fact') || ' held on it',
        'compare the document with the parser of ' || min(source_id),
        scope,
        min(since_at)
    from quality.doubts
    group by scope, part, place
),

document_gaps as (
    select
        'refused_document',
        'quarantined',
        0,
        'document',
        documents.scope,
        documents.snapshot_sha256,
        documents.reason,
        'compare the page with the parser of ' || documents.source_id,
        max(fetches.url),
        min(fetches.started_at)
    from raw.documents as documents
    join raw.fetches as fetches
        on fetches.source_id = documents.source_id
        and fetches.scope = documents.scope
        and fetches.sha256 = documents.snapshot_sha256
    left join evidence.folds as folds
        on folds.source_id = documents.source_id
        and folds.scope = documents.scope
    where documents.outcome = 'refused'
    group by all
    -- once a later document of this address has been read, nothing is missing any more
    having max(fetches.started_at) > coalesce(max(folds.last_read_at), timestamptz '1970-01-01 00:00:00+00')
),

name_gaps as (
    select
        'unresolved_name',
        case
            when len(aliases.candidates) > 0 then 'ambiguous'
            when regexp_matches(aliases.detail, 'rout|moves|alias that') then 'dynamic'
            else 'no_source'
        end,
        0,
        'name',
        aliases.source_id || ': ' || aliases.subject,
        'model_id',
        aliases.detail || case when len(aliases.candidates) > 0 then ': ' || array_to_string(aliases.candidates, ', ') else '' end,
        'decide in the curated aliases',
        null,
        aliases.valid_from
    from core.model_aliases as aliases
    where aliases.model_id is null and aliases.valid_to is null
),

gaps as (
    select * from model_gaps
    union all select * from capability_gaps
    union all select * from cost_gaps
    union all select * from provider_gaps
    union all select * from benchmark_gaps
    union all select * from setting_gaps
    union all select * from offer_gaps
    union all select * from half_priced_offers
    union all select * from source_gaps
    union all select * from document_gaps
    union all select * from doubt_gaps
    union all select * from name_gaps
)

select
    'g' || left(md5(concat_ws(chr(31), gaps.kind, gaps.subject_type, gaps.subject_id, gaps.field)), 20) as gap_id,
    gaps.kind,
    gaps.reason,
    case gaps.reason when 'not_applicable' then 0 else gaps.severity end as severity,
    gaps.subject_type,
    gaps.subject_id,
    gaps.field,
    gaps.detail,
    case gaps.reason when 'not_applicable' then 'nothing: it does not apply' else gaps.next_step end as next_step,
    case when gaps.reason != 'not_applicable' then gaps.page end as page,
    gaps.first_seen_at,
    acknowledged.until_on as acknowledged_until
from gaps
left join quality.acknowledgements as acknowledged
    on acknowledged.kind = gaps.kind
    and acknowledged.subject_type = gaps.subject_type
    and acknowledged.subject_id = gaps.subject_id
    and acknowledged.field = gaps.field
