"""Pictures of the Dagster UI for the docs, as a headless Chromium paints it; needs Chromium and a home with nights.

Four views, each small: the flow, where a column comes from, how one source is, and what a check found.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from pipelines.graph.instance import prepare
from warehouse.home import PROJECT, Home

CHROMIUM = "/usr/bin/chromium"
STARTED_WITH = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
PICTURES = PROJECT / "docs" / "pictures"
LARGEST = 200_000
BEGINS_WITHIN = 600
"""Seconds in which the web server must answer, and a page must show what it is for."""


SETTLES = 10
"""Seconds a page is left alone before it is taken: nothing else waits for what a worker draws, or what loads last."""

COLLAPSED = "Hide navigation"


@dataclass(frozen=True)
class Picture:
    """One page. `until` is what must be there, `opens` what is pressed then."""

    name: str
    path: str
    until: str
    opens: str = ""
    height: int = 900


CHOSEN = (
    Picture("ui-flow", "asset-groups", until="text=10_publish", height=820),
    Picture(
        "ui-columns",
        "assets/mart/comparisons?view=events",
        until="text=columns followed to a source",
        opens="tr:has-text('columns followed to a source') >> text=Show Markdown",
        height=600,
    ),
    Picture("ui-source", "assets/observations/openai_pricing?view=events", until="text=stored page"),
    Picture(
        "ui-check",
        "assets/quality/sources?view=checks&checkDetail=sources_not_fresh",
        until="text=failing rows",
        opens="tr:has-text('failing rows') >> text=Show Markdown",
    ),
)


def main() -> int:
    home = Home.from_environment()
    if not home.dagster.is_dir():
        print(f"{home.dagster} holds no runs; `almanac refresh` makes one", file=sys.stderr)
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served(home) as address, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(STARTED_WITH))
        wanted = [each for each in CHOSEN if not sys.argv[1:] or each.name in sys.argv[1:]]
        too_large = [each.name for each in wanted if taken(browser, each, address) > LARGEST]
        browser.close()
    print(*(f"larger than {LARGEST:,} bytes: {name}\n" for name in too_large), sep="", end="", file=sys.stderr)
    return 1 if too_large else 0


@contextmanager
def served(home: Home) -> Iterator[str]:
    """The UI over a home, on a port of its own, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = f"-m dagster_webserver -m pipelines.definitions -h 127.0.0.1 -p {port} --log-level warning"
    with subprocess.Popen([sys.executable, *command.split()], env={**os.environ, **prepare(home)}) as server:  # noqa: S603  (words of our own)
        try:
            answers_at(port, server)
            yield address
        finally:
            server.terminate()


def answers_at(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server takes a connection. TimeoutError where it never does."""
    until = time.monotonic() + BEGINS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise TimeoutError(f"the UI did not answer within {BEGINS_WITHIN} seconds")


def taken(browser: Browser, picture: Picture, address: str) -> int:
    """Take one picture, of the page alone, the navigation folded away; how many bytes it has."""
    path = PICTURES / f"{picture.name}.png"
    context = browser.new_context(viewport={"width": 1400, "height": picture.height}, timezone_id="UTC")
    page = context.new_page()
    page.set_default_timeout(1000 * BEGINS_WITHIN)
    page.goto(f"{address}/{picture.path}")
    page.click(f"text={COLLAPSED}")
    page.reload()
    page.wait_for_selector(picture.until)
    if picture.opens:
        page.locator(picture.opens).first.click()
    page.wait_for_timeout(1000 * SETTLES)
    page.screenshot(path=path, animations="disabled", caret="hide")
    context.close()
    return Path(path).stat().st_size


if __name__ == "__main__":
    sys.exit(main())
