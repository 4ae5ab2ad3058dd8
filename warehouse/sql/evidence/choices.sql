-- evidence.choices
-- grain: one claim one cell of core rests on
-- Chosen cells have one row. A derived cell has a row for each claim it rests on, under a rule that starts with `derived`.
select table_name, row_id, field, claim_id, rule
from evidence.cells

union all

select table_name, row_id, field, claim_id, rule
from evidence.shared_cells
