"""Pictures of the newest edition's site for the docs, as a headless Chromium paints it; needs Chromium and an edition.

Six pages, each small: what a person sees first on a wide screen, on a phone, in the dark and on paper.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from pipelines.publishing.site.building import FOLDER
from pipelines.serving.running import aside
from pipelines.serving.settings import Settings
from warehouse.home import PROJECT, Home

CHROMIUM = "/usr/bin/chromium"
STARTED_WITH = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
PICTURES = PROJECT / "docs" / "pictures"
LARGEST = 150_000


@dataclass(frozen=True)
class Picture:
    """One page as one reader sees it. `opens` is what is pressed first; `until` what must be there."""

    name: str
    path: str
    width: int = 1000
    height: int = 760
    scheme: str = "light"
    opens: str = ""
    until: str = "main"
    typed: str = ""
    paper: bool = False


CHOSEN = (
    Picture("site-home", "index.html", typed="claude sonnet", until="#results a"),
    Picture(
        "site-model",
        "models/gpt-5.1-codex.html",
        opens='[popovertarget="k-context_tokens"]',
        until=".said:popover-open",
    ),
    Picture("site-compare", "compare/gpt-5.1-codex/qwen3.5-4b.html", height=1000),
    Picture(
        "site-compare-any",
        "compare/index.html?m=gpt-5.1-codex&m=qwen3.5-4b&m=claude-sonnet-4.5",
        360,
        760,
        until="#compared table",
    ),
    Picture("site-costs", "costs/coding_agent.html", scheme="dark"),
    Picture("site-paper", "models/gpt-5.1-codex.html", 794, 900, paper=True),
)


def main() -> int:
    home = Home.from_environment()
    site = home.latest.resolve() / FOLDER
    if not (site / "index.html").is_file():
        print(f"{site} holds no site; `almanac refresh` makes one", file=sys.stderr)
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with aside(home, Settings(rate=0, sql_processes=0)) as address, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(STARTED_WITH))
        too_large = [each.name for each in CHOSEN if taken(browser, each, address) > LARGEST]
        browser.close()
    print(*(f"larger than {LARGEST:,} bytes: {name}" for name in too_large), sep="\n", end="", file=sys.stderr)
    return 1 if too_large else 0


def taken(browser: Browser, picture: Picture, address: str) -> int:
    """Take one picture; how many bytes it has."""
    path = PICTURES / f"{picture.name}.png"
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"{address}{picture.path}")
    if picture.typed:
        page.fill("#q", picture.typed)
    if picture.opens:
        page.click(picture.opens)
    if picture.paper:
        page.emulate_media(media="print")
    page.wait_for_selector(picture.until)
    page.screenshot(path=path, animations="disabled", caret="hide")
    context.close()
    return Path(path).stat().st_size


if __name__ == "__main__":
    sys.exit(main())
