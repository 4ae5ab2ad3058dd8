"""The grammar's vocabulary of makers and sellers: which printed prefix, organisation or family word speaks of whom.

Belongs here: spellings of organisations, the family words a maker's names begin with, words that only say where a
model is sold. Not here: homepages and display names (`reference/labs.yaml`), and nothing about single models.
"""

from typing import Final

_ORGANISATIONS: Final = {
    "01-ai": "01-ai zero-one-ai",
    "ai21": "ai21 ai21-labs ai21labs",
    "aion-labs": "aion-labs",
    "alibaba": "alibaba qwen alibaba-cloud tongyi alibaba-nlp alibaba-cn dashscope wan-ai wan-video",
    "allenai": "allenai allen-ai ai2",
    "amazon": "amazon amazon-nova aws",
    "anthracite": "anthracite-org",
    "anthropic": "anthropic claude",
    "arcee-ai": "arcee-ai arcee",
    "baai": "baai",
    "baichuan": "baichuan-inc",
    "baidu": "baidu paddlepaddle",
    "black-forest-labs": "black-forest-labs bfl",
    "bytedance": "bytedance bytedance-seed bytedance-research volcengine seed doubao",
    "cognitive-computations": "cognitivecomputations dphn",
    "cohere": "cohere coherelabs cohereforai cohere-labs c4ai",
    "databricks": "databricks",
    "deepcogito": "deepcogito cogito",
    "deepgram": "deepgram",
    "deepseek": "deepseek deepseek-ai",
    "eleutherai": "eleutherai",
    "elevenlabs": "elevenlabs",
    "google": "google google-deepmind gemini palm",
    "gryphe": "gryphe",
    "huggingface": "huggingfacetb huggingfaceh4",
    "ibm": "ibm ibm-granite",
    "inception": "inception inceptionlabs",
    "inclusionai": "inclusionai",
    "inflection": "inflection",
    "internlm": "internlm opengvlab",
    "intfloat": "intfloat",
    "jina": "jinaai",
    "kling": "kwaivgi klingai",
    "krea": "krea",
    "kwaipilot": "kwaipilot kuaishou",
    "lg": "lgai-exaone lg",
    "liquid": "liquid liquidai",
    "mancer": "mancer",
    "meituan": "meituan meituan-longcat longcat",
    "meta": "meta meta-llama meta-ai llama facebook codellama",
    "microsoft": "microsoft microsoft-ai",
    "minimax": "minimax minimaxai",
    "mistral": "mistral mistralai mistral-ai",
    "mixedbread": "mixedbread-ai",
    "moonshotai": "moonshotai moonshot moonshot-ai kimi",
    "morph": "morph",
    "nex-agi": "nex-agi",
    "nomic": "nomic-ai",
    "nous-research": "nousresearch nous-research",
    "nvidia": "nvidia",
    "openai": "openai openai-community",
    "openbmb": "openbmb",
    "perceptron": "perceptron",
    "perplexity": "perplexity perplexity-ai",
    "poolside": "poolside",
    "prime-intellect": "prime-intellect primeintellect",
    "recraft": "recraft",
    "reka": "rekaai reka",
    "relace": "relace",
    "runway": "runway runwayml",
    "sakana": "sakana sakanaai",
    "salesforce": "salesforce",
    "sao10k": "sao10k",
    "sapiens-ai": "sapiens-ai",
    "sarvam": "sarvamai sarvam",
    "servicenow": "servicenow-ai servicenow",
    "skywork": "skywork",
    "snowflake": "snowflake",
    "sourceful": "sourceful",
    "stability": "stabilityai stability-ai stability",
    "stepfun": "stepfun stepfun-ai",
    "swiss-ai": "swiss-ai",
    "tencent": "tencent tencent-hunyuan hunyuan",
    "thedrummer": "thedrummer",
    "thinking-machines": "thinkingmachines",
    "tii": "tiiuae",
    "undi95": "undi95",
    "upstage": "upstage",
    "voyage": "voyage voyageai",
    "writer": "writer",
    "xai": "xai x-ai xai-org grok",
    "xiaomi": "xiaomi xiaomimimo",
    "zai": "zai z-ai zai-org zhipu zhipuai thudm",
}

LAB_OF_ORGANISATION: Final = {org: lab for lab, orgs in _ORGANISATIONS.items() for org in orgs.split()}
"""An organisation as sources spell it, lower case → lab_id."""

_SELLS_ITS_OWN: Final = {"dashscope": "alibaba", "gemini": "google", "vertex": "google"}
"""Sellers that are a maker's own, under another name than the maker's → lab_id."""


def lab_of_host(host: str) -> str:
    """The maker whose own host this is (``xiaomi-token-plan-cn``), "" of a host that only sells."""
    host = host.replace("_", "-")
    first = host.partition("-")[0]
    return LAB_OF_ORGANISATION.get(host, "") or LAB_OF_ORGANISATION.get(first, "") or _SELLS_ITS_OWN.get(first, "")


_FAMILIES: Final = {
    "ai21": "jamba",
    "aion-labs": "aion",
    "alibaba": "qwen qwq qvq qwen-image qwen-audio wan tongyi",
    "allenai": "olmo molmo olmocr",
    "amazon": "nova titan titan-text titan-embed-text titan-embed-image titan-image-generator",
    "anthropic": "claude",
    "arcee-ai": "trinity virtuoso maestro coder-large",
    "baidu": "ernie qianfan paddleocr",
    "black-forest-labs": "flux",
    "bytedance": "seed doubao doubao-seed seed-oss seedream seedance ui-tars",
    "cohere": "command command-a command-r command-r-plus embed rerank aya aya-expanse aya-vision"
    " north north-mini-code",
    "databricks": "dbrx",
    "deepcogito": "cogito",
    "deepseek": "deepseek deepseek-coder deepseek-ocr deepseek-math deepseek-prover deepseek-vl deepseek-llm",
    "google": "gemini gemma codegemma medgemma translategemma imagen veo lyria palm gemini-embedding embeddinggemma",
    "huggingface": "smollm",
    "ibm": "granite granite-embedding granite-guardian granite-speech granite-vision",
    "inception": "mercury mercury-coder",
    "inclusionai": "ling ring ming llada",
    "kwaipilot": "kat kat-coder kat-coder-pro kat-coder-air kat-dev",
    "lg": "exaone k-exaone",
    "liquid": "lfm",
    "meituan": "longcat longcat-flash",
    "meta": "llama llama-guard llama-prompt-guard code-llama codellama muse muse-spark",
    "microsoft": "phi mai mai-ds mai-code mai-image mai-voice wizardlm",
    "minimax": "minimax hailuo",
    "mistral": "mistral mixtral ministral codestral devstral magistral pixtral voxtral mistral-small mistral-medium"
    " mistral-large mistral-nemo mistral-saba mistral-embed mistral-tiny mistral-ocr open-mistral open-mixtral"
    " devstral-small devstral-medium magistral-small magistral-medium pixtral-large voxtral-small voxtral-mini"
    " codestral-embed codestral-mamba mistral-moderation",
    "moonshotai": "kimi moonshot kimi-dev kimi-vl kimi-linear",
    "nous-research": "hermes deephermes",
    "nvidia": "nemotron nemotron-nano nemotron-cascade cosmos",
    "openai": "gpt gpt-oss gpt-oss-safeguard gpt-image gpt-audio gpt-realtime chatgpt o1 o3 o4 codex dall-e whisper"
    " sora text-embedding-3 text-embedding-ada davinci babbage omni-moderation tts",
    "perplexity": "sonar r1-1776",
    "poolside": "laguna laguna-xs laguna-s laguna-m",
    "prime-intellect": "intellect",
    "reka": "reka reka-flash reka-core reka-edge",
    "sarvam": "sarvam",
    "snowflake": "arctic",
    "stability": "stable-diffusion",
    "stepfun": "step",
    "swiss-ai": "apertus",
    "tencent": "hunyuan hy",
    "thinking-machines": "inkling",
    "tii": "falcon",
    "upstage": "solar solar-pro solar-mini",
    "writer": "palmyra",
    "xai": "grok grok-build grok-code-fast grok-imagine grok-imagine-image grok-imagine-video",
    "xiaomi": "mimo",
    "zai": "glm glm-z1 cogview codegeex",
}

LAB_OF_FAMILY: Final = {tuple(family.split("-")): lab for lab, names in _FAMILIES.items() for family in names.split()}
"""The words a family's names begin with → lab_id; the longest match wins."""

_PRODUCT_LINES: Final = {
    "alibaba": "qwen3guard",
    "baai": "bge",
    "cohere": "command-text command-light-text",
    "ibm": "granite-ttm",
    "jina": "jina-embeddings jina-reranker jina-clip jina-code-embeddings",
    "microsoft": "vibevoice",
    "nomic": "nomic-embed",
    "perplexity": "pplx",
    "stability": "stable-audio sd3 sd3.5",
    "stepfun": "stepaudio",
    "voyage": "voyage",
    "xai": "grok-voice",
}

LAB_OF_LINE: Final = {tuple(line.split("-")): lab for lab, names in _PRODUCT_LINES.items() for line in names.split()}
"""Lines whose names everyone prints in their maker's own order, so that nothing needs to be put in place → lab_id."""

BUILT_ON_OTHERS: Final = frozenset({"nemotron", "hermes", "deephermes", "cogito", "sonar", "wizardlm"})
"""Families that print another maker's family beside their own (Llama-3.1-Nemotron) and own the name all the same."""

TUNED_ON: Final = frozenset({"gemma", "llama", "mistral", "mixtral", "qwen"})
"""Families whose weights others tune: in the middle of a name the word and its number say what it was made from."""

API_ONLY_LABS: Final = frozenset(
    {"openai", "anthropic", "google", "xai", "amazon", "inception", "perplexity", "bytedance", "xiaomi", "minimax"}
)
"""Makers whose dated names are snapshots of one product, not weights of their own."""

COMMON_WORDS: Final = frozenset(
    {
        "embed",
        "rerank",
        "text-embedding",
        "tts",
        "nova",
        "seed",
        "step",
        "ring",
        "ling",
        "wan",
        "flux",
        "north",
        "command",
    }
)
"""Words that several makers begin names with: behind another maker's slash, or at its own host, they name no family."""

_SELLERS: Final = """
    abacus aihubmix aiml amazon-bedrock anyscale azure azure-ai azure-cognitive-services azure_ai baseten bedrock
    bedrock_converse bedrock_mantle cerebras chatgpt chutes clarifai cloudflare codestral cortecs crusoe dashscope
    databricks deepinfra digitalocean empiriolabs fal fal-ai fal_ai featherless featherless-ai fireworks fireworks-ai
    fireworks_ai friendli friendliai gateway gemini github github-copilot github-models github_copilot gmi gmicloud
    gradient_ai groq helicone heroku hyperbolic hyperbolic-ai inference-net invoke io-net jiekou kilo lambda
    lambda_ai lemonade libertai llamagate llmgateway moark modelscope nanogpt nearai nebius novita novita-ai nscale
    nvidia_nim oci ollama ollama-cloud opencode openrouter ovhcloud parasail perplexity phala pinstripes poe ps
    publicai qiniu qiniu-ai replicate requesty route sagemaker sambanova scaleway siliconflow siliconflow-cn
    snowflake stealth submodel synthetic targon text-completion-codestral text-completion-openai together together-ai
    together_ai togetherai togethercomputer v0 venice vercel vercel_ai_gateway vertex vertex_ai volcengine wandb
    watsonx workers-ai zenmux
"""

HOSTS: Final = frozenset(_SELLERS.split())
"""Words before a slash that say who serves a model, never who made it."""

SELLER_PREFIXES: Final = {
    "alicloud": "host:alicloud",
    "azure": "host:azure",
    "cerebras": "host:cerebras",
    "coding": "plan:coding",
    "databricks": "host:databricks",
    "duo-chat": "host:gitlab-duo",
    "groq": "host:groq",
    "labs": "host:mistral-labs",
    "parasail": "host:parasail",
    "umans": "host:umans",
}
"""Words before a hyphen that only say who sells the model, or under which plan → the variant."""

SELLER_SUFFIXES: Final = {
    "cs": "host:cerebras",
    "el": "host:empiriolabs",
    "fw": "host:fireworks",
    "sambanova": "host:sambanova",
    "together": "host:together",
}
"""Last words that only say who serves the model → the variant."""

SELLS_NO_BASE: Final = frozenset({"vercel", "vercel_ai_gateway", "groq", "cerebras", "sambanova", "github-models"})
"""Hosts whose every language model is tuned to follow instructions, so that a bare name there is the instruct model."""
