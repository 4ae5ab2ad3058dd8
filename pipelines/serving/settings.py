"""What a server allows: every limit is a setting with a safe default, read once from the environment.

Belongs here: names, defaults, which values are refused. Does not: how a limit is kept (`guarding`, `pool`, `desk`).
"""

import os
import re
from dataclasses import dataclass, field, fields
from typing import Any, Self

PREFIX = "ALMANAC_SERVE_"
SHORTEST_TOKEN = 16
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    """Each by the environment variable ``ALMANAC_SERVE_`` and its name. 0 of `rate` and `sql_rate` is no limit.

    token          what whoever asks must show, as ``Authorization: Bearer``; needed on every address but loopback
    proxies        addresses and networks whose ``X-Forwarded-For`` says who asks, separated by commas
    connections    at once; whoever comes beyond is told 503
    rate           requests a second of one client, in the long run
    burst          requests at once after a while without any
    sql_rate       the same of queries
    sql_burst      the same of queries
    sql_seconds    of one query, from when a process takes it up
    sql_memory_mb  DuckDB's of one query; the process that answers it may hold `MEMORY_BEYOND` more
    sql_rows       of one answer; one that has more is refused, not cut off
    sql_answer_mb  of one answer, as it is sent before compression
    sql_processes  that answer, one query each at a time; 0 answers no SQL
    sql_queue      queries that wait for one of them; whoever comes beyond is told 503
    """

    token: str = field(default="", repr=False)
    proxies: str = ""
    connections: int = 256
    rate: int = 100
    burst: int = 500
    sql_rate: int = 20
    sql_burst: int = 100
    sql_seconds: int = 10
    sql_memory_mb: int = 500
    sql_rows: int = 100_000
    sql_answer_mb: int = 32
    sql_processes: int = 2
    sql_queue: int = 16

    @classmethod
    def from_environment(cls) -> Self:
        """As the environment says. ValueError names a variable whose value is none, never the token itself."""
        said: dict[str, Any] = {}
        for each in fields(cls):
            name = variable(each.name)
            words = os.environ.get(name, "").strip()
            if not words:
                continue
            if each.type is str:
                said[each.name] = words
                continue
            least = 0 if each.name in ("rate", "sql_rate", "sql_processes", "sql_queue") else 1
            if not re.fullmatch("[0-9]{1,9}", words) or int(words) < least:
                raise ValueError(f"{name} is {words!r}; it is a whole number from {least} up")
            said[each.name] = int(words)
        made = cls(**said)
        if made.token and not re.fullmatch(f"[!-~]{{{SHORTEST_TOKEN},}}", made.token):
            raise ValueError(
                f"{variable('token')} is at least {SHORTEST_TOKEN} letters, digits and signs without a blank"
            )
        return made


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()
