-- Macros every table's SQL shares: the readers of conditions, days and spellings. They live in the file, for analysts too.

create macro condition_part(conditions, part) as
    nullif(regexp_extract(conditions, '(?:^|; )' || part || '=([^;]+)', 1), '');

create macro day_of(printed) as
    try_cast(case length(printed) when 4 then printed || '-01-01' when 7 then printed || '-01' else printed end as date);

create macro precision_of(printed) as
    case length(printed) when 4 then 'year' when 7 then 'month' when 10 then 'day' end;

create macro provider_slug(printed) as
    coalesce(nullif(trim(regexp_replace(lower(printed), '[^a-z0-9.]+', '-', 'g'), '-'), ''), 'unnamed');

create macro applies_to_a_short_prompt_today(conditions, moment) as
    coalesce(day_of(condition_part(conditions, 'effective_from')) <= cast(moment as date), true)
    and coalesce(day_of(condition_part(conditions, 'effective_to')) >= cast(moment as date), true)
    and list_filter(
        string_split(conditions, '; '),
        lambda part: part != '' and not regexp_matches(part, '^(context_to|tier_scope|effective_from|effective_to)=')
    ) = [];
