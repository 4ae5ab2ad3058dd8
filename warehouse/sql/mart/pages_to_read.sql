-- mart.pages_to_read
-- grain: one page that open gaps point to
-- Gaps that no page can close are left out: what does not apply, what the maker does not publish, what is free, bundled,
-- routed or priced by another unit.
with fields as (
    select
        page,
        field,
        count(*) as gaps,
        sum(severity) as cells
    from mart.open_gaps
    where
        page is not null
        and reason not in ('not_applicable', 'not_published', 'free', 'plan', 'dynamic', 'non_token_unit')
    group by page, field
),

subjects as (
    select page, count(distinct (subject_type, subject_id)) as subjects
    from mart.open_gaps
    where reason not in ('not_applicable', 'not_published', 'free', 'plan', 'dynamic', 'non_token_unit')
    group by page
)

select
    fields.page,
    cast(sum(fields.cells) as bigint) as cells,
    cast(sum(fields.gaps) as bigint) as gaps,
    min(subjects.subjects) as subjects,
    list(fields.field order by fields.gaps desc, fields.field asc) as fields
from fields
join subjects using (page)
group by fields.page
