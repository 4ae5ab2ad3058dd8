-- evidence.price_moves
-- grain: one price claim that followed others in the same place
-- A place is one price as one document prints it. Each value is compared with the last one accepted there, never with one
-- that was refused itself. The verdict says how the value came to be accepted, or `held`:
--   step      no jump: within ten times of the last one accepted, or nothing was accepted before it
--   news      a jump, and at the same moment the same offer's other prices in the same document moved, not all of them
--             by a power of ten; beyond a hundred times no company excuses it
--   stood     a jump that its page repeated for some nights; not where most of the page moved by powers of ten at that
--             moment, for then its unit changed
--   seconded  a jump to what another source, no copy, says of the same model on the same terms; or a person has read it
--   held      a jump that none of these excuses, or not yet
with recursive places as (
    select source_id, scope, subject, meter, unit, currency, condition
    from evidence.prices_said
    group by source_id, scope, subject, meter, unit, currency, condition
    having count(*) > 1
),

steps as (
    select
        said.*,
        doubts.claim_id is null and said.amount > 0 as is_sound,
        row_number() over place as turn,
        case
            when said.amount > 0 and lag(said.amount) over place > 0 and lag(said.superseded_at) over place <= said.first_seen_at
                then said.amount / lag(said.amount) over place
        end as ratio
    from evidence.prices_said as said
    join places using (source_id, scope, subject, meter, unit, currency, condition)
    left join (select distinct claim_id from evidence.price_doubts) as doubts using (claim_id)
    window place as (
        partition by said.source_id, said.scope, said.subject, said.meter, said.unit, said.currency, said.condition
        order by said.first_seen_at, said.claim_id
    )
),

accompanied as (
    select distinct steps.claim_id
    from steps
    join steps as others
        on others.source_id = steps.source_id
        and others.scope = steps.scope
        and others.subject = steps.subject
        and others.first_seen_at = steps.first_seen_at
        and others.claim_id != steps.claim_id
    where others.ratio != 1 and not (is_by_ten(others.ratio) and is_by_ten(steps.ratio))
),

shifted as (
    -- documents in which most subjects moved by powers of ten at one moment
    select moved.source_id, moved.scope, moved.first_seen_at
    from (
        select source_id, scope, first_seen_at, count(distinct subject) as subjects
        from steps
        where is_by_ten(ratio)
        group by source_id, scope, first_seen_at
    ) as moved
    join evidence.prices_said as said
        on said.source_id = moved.source_id
        and said.scope = moved.scope
        and said.first_seen_at <= moved.first_seen_at
        and coalesce(said.superseded_at > moved.first_seen_at, true)
    group by moved.source_id, moved.scope, moved.first_seen_at, moved.subjects
    having moved.subjects > 1 and moved.subjects * 2 > count(distinct said.subject)
),

stood as (
    select steps.claim_id
    from steps
    anti join shifted using (source_id, scope, first_seen_at)
    join evidence.folded_claims as claims
        on claims.claim_id = steps.claim_id
    where
        date_diff('day', timezone('UTC', steps.first_seen_at), timezone('UTC', claims.last_confirmed_at)) >= threshold('nights_of_standing')
),

seconded as (
    select distinct steps.claim_id
    from steps
    join evidence.prices_said as others
        on others.model_id = steps.model_id
        and others.meter = steps.meter
        and others.unit = steps.unit
        and others.currency = steps.currency
        and others.condition = steps.condition
        and others.amount = steps.amount
        and others.publisher != steps.publisher
        and not list_contains(others.copies, steps.source_id)
        and not list_contains(steps.copies, others.source_id)
        and others.first_seen_at < coalesce(steps.superseded_at, 'infinity')
        and steps.first_seen_at < coalesce(others.superseded_at, 'infinity')

    union

    select steps.claim_id
    from steps
    semi join evidence.accepted_claims as accepted using (claim_id)
),

told as (
    select
        steps.*,
        accompanied.claim_id is not null as is_accompanied,
        stood.claim_id is not null as has_stood,
        seconded.claim_id is not null as is_seconded
    from steps
    left join accompanied using (claim_id)
    left join stood using (claim_id)
    left join seconded using (claim_id)
),

walk as (
    select
        told.*,
        cast(null as decimal(24, 12)) as base,
        'step' as verdict
    from told
    where turn = 1

    union all

    select
        following.*,
        case
            when coalesce(not is_jump(following.amount, following.base) or following.amount = 0, true) then 'step'
            when following.is_accompanied and not is_beyond_company(following.amount, following.base) then 'news'
            when following.is_seconded then 'seconded'
            when following.has_stood then 'stood'
            else 'held'
        end as verdict
    from (
        select
            told.*,
            case
                when walk.verdict != 'held' and walk.is_sound and walk.superseded_at <= told.first_seen_at then walk.amount
                else walk.base
            end as base
        from walk
        join told
            on told.source_id = walk.source_id
            and told.scope = walk.scope
            and told.subject = walk.subject
            and told.meter = walk.meter
            and told.unit = walk.unit
            and told.currency = walk.currency
            and told.condition = walk.condition
            and told.turn = walk.turn + 1
    ) as following
)

select
    claim_id,
    base as accepted_before,
    amount,
    verdict
from walk
where turn > 1
