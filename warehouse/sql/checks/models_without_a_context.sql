-- checks.models_without_a_context
-- grain: one listed model that takes tokens in
select
    model_id,
    product_type,
    context_tokens is null as fails
from core.models
where is_listed
    and coalesce(product_type not in ('image', 'video', 'speech', 'music'), true)
