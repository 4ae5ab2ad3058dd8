-- core.benchmark_results
-- grain: one result of one model in one setting, as one source reports it
-- The setting is the printed condition without day and reporter, with what the name itself says of how the model ran
-- (thinking, effort). A snapshot's date is no setting: it says which release of the model ran. A score that the gate
-- holds back is no result.
select
    model_id,
    substr(attribute, 11) as benchmark_id,
    array_to_string(
        list_sort(list_concat(
            list_filter(
                string_split(condition, '; '),
                lambda part: part != '' and not starts_with(part, 'date=') and not starts_with(part, 'reported_by=')
            ),
            list_transform(
                list_filter(
                    string_split(variant, ';'),
                    lambda part: part not in ('', 'original')
                        and not starts_with(part, 'dated:')
                        and not starts_with(part, 'version:')
                        and not starts_with(part, 'host:')
                ),
                lambda part: 'served=' || part
            )
        )),
        '; '
    ) as setting,
    cast(value as decimal(18, 6)) as score,
    unit,
    case
        when authority = 'maker' and coalesce(condition_part(condition, 'reported_by'), 'maker') = 'maker' then 'maker'
        else 'third_party'
    end as reported_by,
    day_of(condition_part(condition, 'date')) as evaluated_on,
    claim_id,
    source_id,
    last_reviewed_at
from evidence.standing
where starts_with(attribute, 'benchmark/') and claim_id not in (select claim_id from evidence.rejects)
