"""The closed lists every source, table and page speak: kinds, authorities, capabilities, meters, conditions.

Each list is typed here once. Belongs here: words. Does not: what is done with them.
"""

from typing import Literal

Kind = Literal["catalogue", "pricing_doc", "model_card", "model_list", "benchmark", "reference"]
Authority = Literal["maker", "host", "gateway", "community", "curated"]
Media = Literal["json", "yaml", "markdown", "html", "csv", "zip", "gzip"]

CAPABILITIES = (
    "vision",
    "multimodal",
    "reasoning",
    "function_calling",
    "tool_use",
    "structured_outputs",
    "code_execution",
    "ide_integration",
    "computer_use",
    "parallel_agents",
)

PRODUCT_TYPES = (
    "chat",
    "reasoning",
    "coding",
    "embedding",
    "reranker",
    "safety_classifier",
    "reward",
    "base",
    "image",
    "speech",
    "video",
    "router",
    "agent",
    "ocr",
    "search",
    "translation",
    "music",
)
"""What kind of product a model is."""

MODEL_FIELDS = frozenset(
    {
        "name",
        "lab",
        "family",
        "product_type",
        "status",
        "released_on",
        "deprecated_on",
        "shutdown_on",
        "knowledge_cutoff_on",
        "training_cutoff_on",
        "context_tokens",
        "max_output_tokens",
        "parameters",
        "active_parameters",
        "architecture",
        "license_id",
        "open_weights",
        "input_modalities",
        "output_modalities",
        "languages",
    }
)
"""Attributes that are columns of ``core.models``."""

OFFER_FIELDS = frozenset({"price_status", "quantization", "region", "route_id", "max_input_tokens"})
"""Attributes that are columns of ``core.offers`` (which shares ``context_tokens`` and ``max_output_tokens``)."""

CROSS_REFERENCES = frozenset({"canonical_slug", "hugging_face_id", "alias_target", "base_model"})
"""Attributes by which one source names another spelling of the subject; evidence for identity, never an order."""

DIRECTORY_FIELDS = frozenset({"name", "kind", "lab_id", "homepage_url", "pricing_url"})
"""What ``lab/<field>`` and ``provider/<field>`` say: columns of ``core.labs`` and ``core.providers``, by id."""

PRICE_STATUSES = ("priced", "free", "plan", "dynamic", "non_token", "unpriced")

_TEXT_METERS = ("input", "output", "cache_read", "cache_write", "cache_storage", "reasoning_output")
_MODALITIES = ("audio", "image", "video", "text", "pdf")
METERS = frozenset(
    {meter for base in _TEXT_METERS for meter in (base, *(f"{base}_{modality}" for modality in _MODALITIES))}
    | {
        "request",
        "web_search",
        "file_search",
        "image",
        "second",
        "minute",
        "hour",
        "page",
        "character",
        "pixel",
        "training",
        "training_hour",
        "tool_call",
        "code_execution",
        "session",
        "storage",
        "search_unit",
        "song",
        "step",
        "neuron",
        "guardrail_unit",
        "indexing",
        "data_capture",
        "google_maps",
        "citation",
        "instance",
        "video",
    }
)
"""What can be charged for; the unit beside it says per how much."""

CONDITION_KEYS = frozenset(
    {
        "cache_ttl",
        "context_from",
        "context_to",
        "output_from",
        "output_to",
        "tier_scope",
        "region",
        "service_tier",
        "utc_window",
        "utc_days",
        "effective_from",
        "effective_to",
        "quota",
        "resolution",
        "duration",
        "quality",
        "size",
        "mode",
        "variant",
        "effort",
        "thinking_tokens",
        "attempts",
        "tools",
        "harness",
        "shots",
        "dataset",
        "metric",
        "version",
        "label",
        "data_sharing",
        "tuning",
        "audience",
        "memory",
        "search_context",
        "date",
        "reported_by",
        "note",
        "unread",
    }
)
