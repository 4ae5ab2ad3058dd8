"""What an agent is told: the tools of the protocol, asked by the SDK's own client.

Questions are put to the server in this process; that a pipe and a port answer as it does is a test of its own.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import TextContent

from pipelines.mcp import server
from tests.pipelines.conftest import CODEX, QWEN, SONNET
from warehouse import database
from warehouse.home import Home

TOOLS = {"find_model", "compare", "explain", "cost", "cheapest", "gaps", "changes"}


def asked(home: Home, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool answers."""

    async def ask(client: Client) -> dict[str, Any]:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        told = result.structured_content
        assert isinstance(told, dict)
        return told

    return with_client(server(home), ask)


def refused(home: Home, tool: str, **arguments: Any) -> str:
    async def ask(client: Client) -> str:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        (said,) = result.content
        assert isinstance(said, TextContent)
        return said.text

    return with_client(server(home), ask)


def program(home: Home) -> Any:
    """The server as a client starts it: a program of its own, answering over a pipe."""
    environment = {**os.environ, "ALMANAC_HOME": str(home.root)}
    return stdio_client(
        StdioServerParameters(command=sys.executable, args=["-m", "pipelines.cli", "mcp"], env=environment)
    )


def with_client(reached: Any, ask: Callable[[Client], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with Client(reached) as client:
            return await ask(client)

    return anyio.run(main)


async def told(client: Client) -> tuple[set[str], Any]:
    """The tools there are, and what one of them answers."""
    listed = {tool.name for tool in (await client.list_tools()).tools}
    return listed, (await client.call_tool("cost", {"models": [CODEX]})).structured_content


def claims_in(told: object) -> set[str]:
    """Every id of a claim anywhere in an answer."""
    if isinstance(told, dict):
        own = {told["claim_id"]} if isinstance(told.get("claim_id"), str) else set()
        return own | set(told.get("claim_ids") or ()) | {each for value in told.values() for each in claims_in(value)}
    return {each for value in told for each in claims_in(value)} if isinstance(told, list) else set()


def test_every_tool_is_listed_as_reading_only(published: Home) -> None:
    async def ask(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == TOOLS
        for tool in listed:
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert tool.description

    with_client(server(published), ask)


def test_a_model_is_found_by_any_words_of_its_name(published: Home) -> None:
    for words in (CODEX, "GPT-5.1 Codex", "codex 5.1"):
        first, *_ = asked(published, "find_model", words=words)["models"]
        assert first["model_id"] == CODEX
        assert first["monthly_cost_usd"] == 3500
        assert first["claim_ids"]


def test_what_nothing_holds_is_answered_by_what_looks_like_it(published: Home) -> None:
    assert [each["model_id"] for each in asked(published, "find_model", words="gpt-5.1-codexx")["models"]][:1] == [
        CODEX
    ]
    assert asked(published, "find_model", words="zzzzzz")["models"] == []


def test_a_cost_is_the_arithmetic_of_the_offer_it_names(published: Home) -> None:
    told = asked(published, "cost", models=[SONNET, CODEX], input_tokens="1B", output_tokens="100M")
    sonnet, codex = (each["offer"] for each in told["costs"])
    assert (sonnet["model_id"], sonnet["monthly_cost_usd"]) == (SONNET, 1000 * 3 + 100 * 15)
    assert (codex["model_id"], codex["monthly_cost_usd"]) == (CODEX, 1000 * 1.25 + 100 * 10)
    assert told["costs"][1]["unconfirmed_offer"]["provider_id"] == "opencode"


def test_a_cost_nobody_confirms_is_none_and_says_why(published: Home) -> None:
    (told,) = asked(published, "cost", models=[QWEN])["costs"]
    assert told["offer"] is None
    assert told["unconfirmed_offer"]["monthly_cost_usd"] == 800 * 0.04 + 250 * 0.07
    assert [gap["reason"] for gap in told["gaps"]]


def test_the_cheapest_are_those_known_to_fit(published: Home) -> None:
    told = asked(published, "cheapest", context_tokens=300_000, capabilities=["vision"])
    assert [each["model_id"] for each in told["cheapest"]] == [CODEX]
    assert asked(published, "cheapest", capabilities=["computer_use"])["considered"] == 0


def test_every_answer_carries_evidence_that_stands_in_the_file(published: Home) -> None:
    answers = [
        asked(published, "find_model", words="codex"),
        asked(published, "compare", first=CODEX, second=SONNET),
        asked(published, "explain", model=CODEX, field="context_tokens"),
        asked(published, "cost", models=[CODEX]),
        asked(published, "cheapest"),
        asked(published, "changes", since=date(2000, 1, 1).isoformat()),
    ]
    with database.locked(published.warehouse) as connection:
        known = {claim_id for (claim_id,) in connection.sql("select claim_id from evidence.claims").fetchall()}
    for told in answers:
        assert claims_in(told)
        assert claims_in(told) <= known
    gaps = asked(published, "gaps", model=QWEN)["gaps"]
    assert gaps
    assert {gap["subject_id"] for gap in gaps} == {QWEN}
    assert all(gap["gap_id"] for gap in gaps)


def test_words_that_mean_nothing_are_one_sentence(published: Home) -> None:
    assert "no model is called 'gpt-nonsense'" in refused(published, "compare", first="gpt-nonsense", second=CODEX)
    assert "'a lot' is no amount of tokens" in refused(published, "cost", models=[CODEX], input_tokens="a lot")
    assert "there is no kind of gap" in refused(published, "gaps", kind="missing_everything")


def test_no_warehouse_is_one_sentence(tmp_path: Path) -> None:
    assert "run: almanac refresh" in refused(Home(tmp_path), "find_model", words="gpt")


def test_a_pipe_and_a_port_answer_alike(published: Home) -> None:
    environment = {**os.environ, "ALMANAC_HOME": str(published.root)}
    command = [sys.executable, "-m", "pipelines.cli", "mcp"]
    here = with_client(server(published), told)
    assert here[0] == TOOLS
    assert here[1]["costs"]
    assert with_client(program(published), told) == here
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--http", "--port", str(port)], env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        wait_for(port, process)
        assert with_client(f"http://127.0.0.1:{port}/mcp", told) == here
    finally:
        process.kill()
        process.communicate()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert process.poll() is None, process.communicate()
        with socket.socket() as reached:
            if reached.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server never listened")


def test_an_answer_is_text_that_reads_as_the_structured_one(published: Home) -> None:
    async def ask(client: Client) -> None:
        result = await client.call_tool("cost", {"models": [CODEX]})
        (said,) = result.content
        assert isinstance(said, TextContent)
        assert json.loads(said.text) == result.structured_content

    with_client(server(published), ask)
