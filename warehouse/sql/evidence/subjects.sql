-- evidence.subjects
-- grain: one spelling in one source
-- A spelling becomes an offer when its source sells something (a catalogue or a pricing page) and identity knows the model.
-- What a community catalogue says of a model without naming a host is no offer: it sells nothing itself.
-- A name that moves becomes none: its prices would be those of two models, and what it points to is listed beside it.
-- A source speaks for the seller where it declares to sell, under whatever name it is published: Workers AI is Cloudflare's.
-- A community's list of what one seller asks declares that seller too, and is not it.
-- Whatever may change the price tells offers apart: what the name says of serving, and the traits a gateway prints behind
-- its host (`deepinfra/turbo`). A host spelled `huggingface_novita` is Novita bought through Hugging Face.
with spellings as (
    select
        source_id,
        subject,
        arg_max(host, (superseded_at is null, first_seen_at, claim_id)) as host,
        arg_max(value, (first_seen_at, claim_id)) filter (where attribute = 'quantization' and superseded_at is null) as said_quantization,
        arg_max(value, (first_seen_at, claim_id)) filter (where attribute = 'region' and superseded_at is null) as said_region
    from evidence.folded_claims
    where not starts_with(attribute, 'lab/') and not starts_with(attribute, 'provider/')
    group by source_id, subject
),

parts as (
    select
        spellings.source_id,
        spellings.subject,
        spellings.host,
        case
            when spellings.host != '' and starts_with(spellings.subject, spellings.host || '/')
                then substr(spellings.subject, length(spellings.host) + 2)
            else spellings.subject
        end as route_id,
        spellings.said_quantization,
        spellings.said_region,
        aliases.model_id,
        aliases.lab_id,
        aliases.variant as full_variant,
        aliases.rule as identity_rule,
        list_filter(string_split(coalesce(aliases.variant, ''), ';'), lambda part: part != '') as variant_parts,
        sources.kind,
        sources.authority,
        sources.publisher,
        sources.seller,
        sources.gateway,
        case when starts_with(spellings.host, 'huggingface_') then 'huggingface' else nullif(sources.gateway, '') end as via,
        case when starts_with(spellings.host, 'huggingface_') then substr(spellings.host, 13) else spellings.host end as seller_name,
        case
            when sources.gateway != '' then list_filter(
                string_split(spellings.host, '/')[2:],
                lambda trait: trait not in ('flex', 'priority', 'fast', 'default', 'global')
                    and trait is distinct from spellings.said_quantization
                    and trait is distinct from spellings.said_region
            )
            else []
        end as host_traits
    from spellings
    join raw.sources as sources using (source_id)
    left join core.model_aliases as aliases
        on aliases.source_id = spellings.source_id
        and aliases.subject = spellings.subject
        and aliases.is_latest
),

served as (
    select
        parts.*,
        list_filter(variant_parts, lambda part: part in ('batch', 'flex', 'priority'))[1] as service_tier,
        coalesce(
            said_region,
            nullif(replace(list_filter(variant_parts, lambda part: starts_with(part, 'region:'))[1], 'region:', ''), '')
        ) as region,
        lower(coalesce(
            said_quantization,
            list_filter(variant_parts, lambda part: regexp_matches(part, '^(fp|int|bf|nvfp|mxfp|q|w)\d'))[1]
        )) as quantization,
        array_to_string(
            list_filter(
                list_concat(variant_parts, host_traits),
                lambda part: part not in ('batch', 'flex', 'priority', 'alias', 'latest-alias', 'maas')
                    and not starts_with(part, 'region:')
                    and not regexp_matches(part, '^(fp|int|bf|nvfp|mxfp|q|w)\d')
            ),
            ';'
        ) as variant,
        case
            when kind not in ('catalogue', 'pricing_doc') then null
            when host != '' then coalesce(whole.provider_id, stem.provider_id, provider_slug(split_part(seller_name, '/', 1)))
            when seller != '' then seller
            when authority != 'community' then publisher
        end as provider_id
    from parts
    left join core.provider_aliases as whole
        on whole.alias = lower(parts.seller_name)
    left join core.provider_aliases as stem
        on stem.alias = lower(split_part(parts.seller_name, '/', 1))
)

select
    source_id,
    subject,
    host,
    route_id,
    model_id,
    lab_id,
    coalesce(variant, '') as variant,
    service_tier,
    region,
    quantization,
    provider_id,
    via,
    case
        when model_id is not null and provider_id is not null and identity_rule != 'points' then
            provider_id || coalesce('@' || via, '') || '/' || model_id
            || coalesce(':' || nullif(variant, ''), '')
            || coalesce(':' || quantization, '')
            || coalesce(':' || region, '')
    end as offer_id,
    authority != 'community' and coalesce(provider_id in (publisher, seller) or via in (publisher, gateway), false) as is_seller,
    coalesce(full_variant, '') = '' as is_plain
from served
