"""A small edition and its site for tests: four models, one published pair, hostile words where a source could print them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.publishing import documents
from pipelines.publishing.site.building import make
from pipelines.publishing.site.links import Addresses
from tests.warehouse.world import Warehouse, World, can, cannot, fact, night, price, priced

CODEX, CLAUDE, GROK, MINI = "gpt-5.1-codex", "claude-sonnet-4.5", "grok-4", "gpt-5-mini"
SCRIPT = "<script>document.title='taken'</script>"
FORMULA = '=HYPERLINK("https://evil.example","x")'
TURNED = "\u202egpj.exe"
ADDRESSES = Addresses("https://almanac.example/", "https://almanac.example/report?fact={id}")


def world(folder: Path) -> World:
    made = World(folder)
    made.curated().says(
        night(1),
        fact(CODEX, "name", "GPT-5.1 Codex"),
        fact(CLAUDE, "name", "Claude Sonnet 4.5"),
        fact(MINI, "name", "GPT-5 mini"),
        fact(CODEX, "product_type", "coding"),
        fact(CODEX, "family", "gpt-5.1"),
        fact(CODEX, "shutdown_on", "2027-07-23"),
        fact(CLAUDE, "product_type", "chat"),
        fact(GROK, "product_type", "chat"),
        fact(MINI, "product_type", "chat"),
        fact(GROK, "architecture", SCRIPT, printed=f"{SCRIPT} ../../etc {FORMULA} {TURNED}", url="javascript:alert(1)"),
    )
    made.cards("openai").says(
        night(2),
        fact(CODEX, "context_tokens", 400000, printed="400,000 tokens"),
        fact(MINI, "context_tokens", 128000),
        can(CODEX, "vision", "tool_use"),
        fact(CODEX, "benchmark/gpqa", Decimal("80.5"), unit="percent", condition="effort=high"),
    )
    made.cards("anthropic").says(
        night(2),
        fact(CLAUDE, "context_tokens", 200000, printed="200K"),
        can(CLAUDE, "vision"),
        cannot(CLAUDE, "computer_use"),
        fact(CLAUDE, "benchmark/gpqa", Decimal("83.4"), unit="percent", condition="effort=high"),
    )
    openai = made.seller("openai", "maker")
    cached = price(CODEX, "cache_read", "0.125")
    openai.says(night(3), priced(CODEX, "1.5", "12"), cached, priced(MINI, "0.25", "2"))
    openai.says(night(4), priced(CODEX, "1.25", "10"), cached, priced(MINI, "0.25", "2"))
    made.seller("anthropic", "maker").says(night(4), priced(CLAUDE, "3", "15"))
    made.catalogue("atlas").says(
        night(4),
        priced(CODEX, "1.25", "10", host="openai"),
        priced(CODEX, "1", "8", host="vercel"),
        priced(GROK, "3", "15", host="vercel"),
        fact(CODEX, "context_tokens", 128000, host="openai"),
    )
    return made


def publish_one_pair(connection: duckdb.DuckDBPyConnection) -> None:
    """Claude and Codex as a published pair about which a few things are said."""
    tables = {
        "mart.published_pairs": f"select '{CLAUDE}' as model_a_id, '{CODEX}' as model_b_id, 1 as rank, 'type' as why",
        "mart.neighbours": f"""
            select '{CODEX}' as model_id, 1 as rank, '{CLAUDE}' as neighbour_id, ['type'] as reasons
            union all select '{CODEX}', 2, '{MINI}', ['family']""",
        "mart.comparison_statements": f"""
            select
                '{CLAUDE}' as model_a_id, '{CODEX}' as model_b_id, section, 1 as position, section || '_rule' as rule_id,
                'b' as side, '{{}}' as numbers, ['c1'] as claim_ids, question, sentence
            from (values
                ('intro', null, 'The first sentence of the pair.'),
                ('verdict', null, 'GPT-5.1 Codex costs $3,500 a month.'),
                ('tradeoffs', null, 'One of the two reads more.'),
                ('switch_a_to_b', null, 'Towards Codex.'),
                ('switch_b_to_a', null, 'Towards Claude.'),
                ('faq', 'Which is cheaper?', 'The answer </script> & more.')
            ) as said (section, question, sentence)""",
    }
    views = {
        name for (name,) in connection.sql("select schema_name || '.' || view_name from duckdb_views()").fetchall()
    }
    for name, query in tables.items():
        connection.execute(f"create or replace {'view' if name in views else 'table'} {name} as {query}")


@contextmanager
def built(folder: Path) -> Iterator[Warehouse]:
    with world(folder).built() as warehouse:
        publish_one_pair(warehouse.connection)
        yield warehouse


def edition(
    warehouse: Warehouse,
    folder: Path,
    *,
    previous: Path | None = None,
    alike: bool = False,
    addresses: Addresses = ADDRESSES,
    processes: int = 1,
    written: Path | None = None,
) -> Path:
    """An edition's folder with its documents and its site; `written` is one of the same tables, whose documents these are."""
    if written:
        shutil.copytree(written, folder, ignore=shutil.ignore_patterns("site"), dirs_exist_ok=True)
    else:
        documents.write(warehouse.connection, folder)
    for name in ("core.models.parquet", "almanac.duckdb"):
        (folder / name).write_bytes(b"PAR1")
    make(
        warehouse.connection,
        folder,
        previous=previous,
        alike=alike,
        addresses=addresses,
        processes=processes,
        told=lambda done, total: None,
    )
    return folder
