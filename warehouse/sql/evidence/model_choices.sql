-- evidence.model_choices
-- grain: one chosen fact of one model
-- Nearest authority first; among equals what most of them say, then what is not overdue (evidence.overdue).
-- Limits and days that only sellers and catalogues print are pooled, for each prints what its own route gives: after the
-- maker, our reference, a host's own page and the catalogue on the maker's own offer, the most frequent figure is chosen;
-- the window that a catalogue gives an alias or a snapshot of the maker's is one more voice among those.
-- Whether a model is in preview, deprecated or shut down is the maker's to say, of the model and not of one snapshot of it;
-- a host's word is about its own route.
-- A round number of tokens ("256K") is no exact figure, nor is a month of release: where somebody prints one that it may
-- stand for (256,000 or 262,144; a day of that month but its first, which is often a filler; 8,030,261,248 parameters for
-- 8B), the exact one is chosen.
-- Where a catalogue's word on the maker's own offer dates a release or a cutoff, and more publishers agree on another month
-- (or as many, in more than outvoting_ratio times as many outlets), that month is chosen; a catalogue that says of a gateway's
-- offers what the gateway itself says is no voice beside it.
-- The first or last day of a month, as a cutoff by others than the maker, is a month written as a day.
-- What is learnt comes before what is released: a knowledge cutoff in or after the month of release is nobody's fact.
-- A design's printed words are the architecture's name; its kind is derived, from the first that tells of: anybody's
-- words (architecture_of), active parameters beside all of them, experts in the printed name, a design known to be of one
-- kind (architecture_of_design). Nothing is dense for want of a word. A dense model's active parameters are its parameters.
-- A family that our reference or the maker states is chosen; else the one its own name says (evidence.model_families);
-- else a catalogue's, where the model's name begins with it: catalogues find families by looking for their letters.
with releases as (
    select model_id, arg_min(day_of(value), (precedence, value)) as released_on
    from evidence.standing
    where attribute = 'released_on' and day_of(value) is not null
    group by model_id
),

ranked as (
    select
        standing.* replace (
            case
                when standing.attribute = 'knowledge_cutoff_on' and standing.authority not in ('maker', 'curated')
                    then month_where_filled(standing.value)
                else standing.value
            end as value
        ),
        standing.publisher || '/' || coalesce(standing.provider_id, '') as outlet,
        case
            when standing.attribute not in ('context_tokens', 'max_output_tokens', 'released_on', 'knowledge_cutoff_on')
                then floor(standing.precedence)
            when standing.authority = 'community on maker' and (standing.precedence = 5 or standing.attribute != 'context_tokens')
                then 4
            when standing.precedence >= 4 then 5
            else floor(standing.precedence)
        end as rank
    from evidence.standing as standing
    left join releases
        on releases.model_id = standing.model_id
    where
        standing.condition = ''
        and standing.attribute in (
            'name', 'family', 'product_type', 'status', 'released_on', 'knowledge_cutoff_on', 'shutdown_on',
            'context_tokens', 'max_output_tokens', 'parameters', 'active_parameters', 'architecture', 'license_id',
            'open_weights', 'input_modalities', 'output_modalities'
        )
        and (standing.attribute != 'status' or standing.authority in ('maker', 'curated', 'community on maker'))
        and (
            standing.attribute != 'shutdown_on'
            or (standing.authority in ('maker', 'curated') and not contains(standing.variant, 'dated:'))
        )
        and (standing.attribute not in ('released_on', 'shutdown_on') or left(standing.value, 4) between '2017' and '2097')
        and (
            standing.attribute != 'knowledge_cutoff_on'
            or coalesce(day_of(standing.value) < date_trunc('month', releases.released_on), true)
        )
        and (standing.attribute not in ('context_tokens', 'max_output_tokens') or try_cast(standing.value as bigint) > 0)
        and (
            standing.attribute != 'family'
            or standing.authority in ('maker', 'curated')
            or (
                starts_with(standing.model_id, standing.value)
                and regexp_matches(substr(standing.model_id, length(standing.value) + 1), '^([-.0-9]|$)')
            )
        )
),

months as (
    -- who names which month of those who are no maker, no reference and no host's own page
    select
        ranked.model_id,
        ranked.attribute,
        left(ranked.value, 7) as month,
        count(distinct ranked.publisher) filter (where own.publisher is null) as publishers,
        count(distinct ranked.outlet) as outlets,
        count(distinct ranked.outlet) filter (where ranked.rank = 4) as outlets_of_the_maker
    from ranked
    left join (select distinct publisher, model_id, attribute, left(value, 7) as month from ranked) as own
        on own.publisher = ranked.provider_id
        and own.publisher != ranked.publisher
        and own.model_id = ranked.model_id
        and own.attribute = ranked.attribute
        and own.month = left(ranked.value, 7)
    where ranked.attribute in ('released_on', 'knowledge_cutoff_on') and ranked.rank >= 4 and length(ranked.value) >= 7
    group by ranked.model_id, ranked.attribute, left(ranked.value, 7)
),

outvoted as (
    select
        others.model_id,
        others.attribute,
        others.month
    from months as others
    join (
        select *
        from months
        where outlets_of_the_maker > 0
        qualify row_number() over (partition by model_id, attribute order by outlets_of_the_maker desc, outlets desc, month desc) = 1
    ) as named using (model_id, attribute)
    where
        others.month != named.month
        and (
            others.publishers > named.publishers
            or (others.publishers = named.publishers and others.outlets > threshold('outvoting_ratio') * named.outlets)
        )
    qualify row_number() over (
        partition by others.model_id, others.attribute
        order by others.publishers desc, others.outlets desc, others.month
    ) = 1
),

heard as (
    select
        ranked.* replace (case when outvoted.month is not null and ranked.rank >= 4 then 4 else ranked.rank end as rank),
        ranked.rank >= 4 and starts_with(ranked.value, outvoted.month) as outvotes
    from ranked
    left join outvoted using (model_id, attribute)
),

facts as (
    select
        heard.*,
        try_cast(heard.value as bigint) as figure,
        count(distinct heard.outlet) over (
            partition by heard.model_id, heard.attribute, heard.rank, heard.value
        ) as votes,
        count(distinct heard.outlet) over (
            partition by heard.model_id, heard.attribute, heard.rank
        ) as voices
    from heard
),

nearest as (
    select *
    from facts
    qualify row_number() over (
        partition by model_id, attribute
        order by
            rank, outvotes desc nulls last, votes desc, precedence, is_overdue, coalesce(reviewed_on, 'infinity') desc,
            figure desc, value, claim_id
    ) = 1
),

rough as (
    -- the chosen words where they are round, with every exact value they may stand for
    select
        model_id,
        attribute,
        claim_id,
        authority,
        figure,
        list_filter([1000000000, 100000000, 10000000, 1000000], lambda unit: figure % unit = 0)[1] / 2 as half_a_digit,
        case
            when attribute = 'released_on' then [value || '-__']
            when regexp_matches(printed_text, '(^|[^0-9.,])' || figure // 1000 || '\s?[kK]($|[^a-zA-Z])')
                then [cast(figure as varchar), cast(figure // 1000 * 1024 as varchar)]
            else [cast(figure as varchar), cast(figure // 1000000 * 1048576 as varchar)]
        end as exact_values
    from nearest
    where
        (attribute = 'released_on' and length(value) = 7)
        or (attribute in ('parameters', 'active_parameters') and figure % 1000000 = 0)
        or (
            attribute in ('context_tokens', 'max_output_tokens')
            and figure % 1000 = 0
            and regexp_matches(printed_text, '[0-9]\s?[kKmM]($|[^a-zA-Z])')
        )
),

exact as (
    select
        facts.model_id,
        facts.attribute,
        facts.claim_id,
        facts.value,
        facts.source_id,
        facts.first_seen_at,
        rough.authority || ' in round figures, exactly by ' || facts.authority as rule
    from facts
    join rough using (model_id, attribute)
    where
        case
            when facts.attribute in ('parameters', 'active_parameters')
                then facts.figure % 1000000 != 0 and abs(facts.figure - rough.figure) <= rough.half_a_digit
            else list_filter(rough.exact_values, lambda exact_value: facts.value like exact_value) != []
        end
        and not (facts.attribute = 'released_on' and facts.value like '%-01')
        and not regexp_matches(facts.printed_text, '[0-9]\s?[kKmM]($|[^a-zA-Z])')
    qualify row_number() over (
        partition by facts.model_id, facts.attribute
        order by facts.rank, facts.votes desc, facts.precedence, facts.is_overdue, coalesce(facts.reviewed_on, 'infinity') desc, facts.value desc, facts.claim_id
    ) = 1
),

chosen as (
    select
        nearest.model_id,
        case nearest.attribute when 'architecture' then 'architecture_name' else nearest.attribute end as field,
        coalesce(exact.claim_id, nearest.claim_id) as claim_id,
        coalesce(exact.value, nearest.value) as value,
        coalesce(exact.source_id, nearest.source_id) as source_id,
        coalesce(
            exact.rule,
            nearest.authority
            || case when nearest.voices > 1 then ', said by ' || nearest.votes || ' of ' || nearest.voices else '' end
            || case when nearest.outvotes then ', of its month more publishers' else '' end
        ) as rule,
        coalesce(exact.first_seen_at, nearest.first_seen_at) as first_seen_at
    from nearest
    left join exact
        on exact.model_id = nearest.model_id
        and exact.attribute = nearest.attribute
        and exact.value != nearest.value
    left join evidence.model_families as families
        on families.model_id = nearest.model_id
        and nearest.attribute = 'family'
        and nearest.authority not in ('maker', 'curated')
    where families.model_id is null
),

families as (
    select
        families.model_id,
        'family' as field,
        standing.claim_id,
        families.family as value,
        standing.source_id,
        'derived: its own name, in ' || families.rule as rule,
        standing.first_seen_at
    from evidence.model_families as families
    join evidence.standing as standing
        on standing.model_id = families.model_id
    anti join chosen as stated
        on stated.model_id = families.model_id
        and stated.field = 'family'
    qualify row_number() over (
        partition by families.model_id
        order by standing.precedence, standing.first_seen_at, standing.claim_id
    ) = 1
),

designs as (
    -- all that is said of a design, the voice heard first in front
    select
        facts.model_id,
        facts.value as printed,
        facts.claim_id,
        facts.authority,
        row_number() over (
            partition by facts.model_id
            order by facts.rank, facts.votes desc, facts.precedence, facts.is_overdue, coalesce(facts.reviewed_on, 'infinity') desc, facts.value, facts.claim_id
        ) as turn
    from facts
    where facts.attribute = 'architecture'
),

kinds as (
    select
        designs.model_id,
        architecture_of(designs.printed) as value,
        1 as rank,
        designs.turn,
        designs.claim_id,
        'derived: the words of its design, by ' || designs.authority as rule
    from designs
    union all
    select
        active.model_id,
        case
            when cast(active.value as bigint) = cast(total.value as bigint) then 'dense'
            when cast(active.value as bigint) * 4 <= cast(total.value as bigint) * 3 then 'mixture_of_experts'
        end,
        2,
        1,
        active.claim_id,
        'derived: its active parameters beside all of them'
    from chosen as active
    join chosen as total
        on total.model_id = active.model_id
        and total.field = 'parameters'
    where active.field = 'active_parameters'
    union all
    select
        standing.model_id,
        'mixture_of_experts',
        3,
        1,
        arg_min(standing.claim_id, (standing.precedence, standing.claim_id)),
        'derived: its name says experts'
    from evidence.standing as standing
    where says_experts(standing.model_id) and says_experts(standing.subject)
    group by standing.model_id
    union all
    select
        designs.model_id,
        architecture_of_design(designs.printed),
        4,
        designs.turn,
        designs.claim_id,
        'derived: a design known to be of one kind, named by ' || designs.authority
    from designs
),

architectures as (
    select
        kinds.model_id,
        'architecture' as field,
        kinds.claim_id,
        kinds.value,
        standing.source_id,
        kinds.rule,
        standing.first_seen_at
    from kinds
    join evidence.standing as standing using (claim_id)
    where kinds.value is not null
    qualify row_number() over (partition by kinds.model_id order by kinds.rank, kinds.turn) = 1
),

dense_parameters as (
    select
        parameters.model_id,
        'active_parameters' as field,
        parameters.claim_id,
        parameters.value,
        parameters.source_id,
        'derived: a dense model uses all of its parameters' as rule,
        parameters.first_seen_at
    from chosen as parameters
    join architectures
        on architectures.model_id = parameters.model_id
        and architectures.value = 'dense'
    anti join chosen as stated
        on stated.model_id = parameters.model_id
        and stated.field = 'active_parameters'
    where parameters.field = 'parameters'
)

select
    chosen.model_id,
    chosen.field,
    chosen.claim_id,
    chosen.value,
    chosen.source_id,
    chosen.rule,
    chosen.first_seen_at
from chosen
union all
select
    families.model_id,
    families.field,
    families.claim_id,
    families.value,
    families.source_id,
    families.rule,
    families.first_seen_at
from families
union all
select
    architectures.model_id,
    architectures.field,
    architectures.claim_id,
    architectures.value,
    architectures.source_id,
    architectures.rule,
    architectures.first_seen_at
from architectures
union all
select
    dense_parameters.model_id,
    dense_parameters.field,
    dense_parameters.claim_id,
    dense_parameters.value,
    dense_parameters.source_id,
    dense_parameters.rule,
    dense_parameters.first_seen_at
from dense_parameters
