"""The printed samples of the README, as the recorded nights of 2026-08-20 and 2026-08-21 print them.

``python -m tests.readme_samples`` replays both nights and writes the samples anew; with a data folder in which they have
passed (``python -m tests.readme_samples HOME``) it asks that. A sample of a command keeps the lines it has, found again by
their first words, and says ``…`` where lines are left out; an answer of SQL is kept whole.
"""

import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from unittest import mock

from pipelines import cli
from warehouse.home import Home

PROJECT = Path(__file__).resolve().parents[1]
README = PROJECT / "README.md"
WIDTH = "120"
LEFT_OUT = "…"

_COMMAND = re.compile(r"(?<=^```\n)\$ almanac (?P<words>[^\n]+)\n(?P<printed>.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_QUERY = re.compile(r"^```sql\n(?P<query>.*?)^```\n```\n(?P<printed>.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_FOOTER = re.compile(r"\n\n[\d,]+ rows?\n$")


def rewritten(page: str, home: Home) -> str:
    """The page with every sample as `home` prints it. ValueError names a line that is printed no longer."""

    def command(sample: re.Match[str]) -> str:
        lines = abridged(sample["printed"].splitlines(), printed(home, *shlex.split(sample["words"])).splitlines())
        return f"$ almanac {sample['words']}\n" + "".join(f"{line}\n" for line in lines)

    def query(sample: re.Match[str]) -> str:
        answer = _FOOTER.sub("\n", printed(home, "sql", sample["query"]))
        return f"```sql\n{sample['query']}```\n```\n{answer}"

    return _QUERY.sub(query, _COMMAND.sub(command, page))


def abridged(kept: list[str], printed: list[str]) -> Iterator[str]:
    """Of the lines printed now those that the sample keeps, with a mark wherever others are left out."""
    following = 0
    for line in kept:
        if line == LEFT_OUT:
            continue
        found = next((at for at in range(following, len(printed)) if _label(printed[at]) == _label(line)), None)
        if found is None:
            raise ValueError(f"no longer printed, to be mended by hand: {line!r}")
        if found > following:
            yield LEFT_OUT
        yield printed[found]
        following = found + 1
    if following < len(printed):
        yield LEFT_OUT


def _label(line: str) -> str:
    """What tells a line from others whatever its numbers: its first two words, if one space parts them."""
    found = re.match(r"\s*(\S+(?: \S+)?)", line)
    return "─" if line.startswith("─") else found[1] if found else ""


def printed(home: Home, *words: str) -> str:
    """What a command says on stdout; SystemExit where it does not succeed."""
    told = {"ALMANAC_HOME": str(home.root), "COLUMNS": WIDTH}
    with mock.patch.dict(os.environ, told), redirect_stdout(io.StringIO()) as printed:
        try:
            cli.main([*words])
        except SystemExit as ended:
            if ended.code:
                raise
    return printed.getvalue()


def main(asked: list[str]) -> None:
    from tests.end_to_end.recorded_world import both_nights  # it makes the whole graph

    with (
        tempfile.TemporaryDirectory() as scratch,
        nullcontext(Home(Path(asked[0]))) if asked else both_nights(Home(Path(scratch))) as home,
    ):
        README.write_text(rewritten(README.read_text("utf-8"), home), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
