"""``almanac add-source``: records a page and drafts its source: module, fixture folder, expected rows.

What is written fails the promises of every source until the parser reads the page, and says nothing that nobody has
checked. The recorded page stays among the snapshots and never enters the project. What a page holds is
`page_places`'s; the words of the command line are `pipelines.cli`'s.
"""

import csv
import io
import json
import keyword
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import click

from pipelines.answers.asking import Unclear, one_of
from pipelines.answers.page_places import media_of_address, media_of_answer, media_of_type, places
from pipelines.night.night import Night
from pipelines.night.progress import Told
from pipelines.terminal.night import attempt_line
from pipelines.wording.amounts import counted
from pipelines.wording.phrases import inert
from sources.contract import Document, Kind, Media, Observation, Refused, Source
from sources.readers.offers import whole
from sources.registry import all_sources
from sources.transport.addresses import NotAllowed, checked
from sources.transport.fetch import CONFIRMING, Attempt
from warehouse.home import PROJECT, Home, Unusable, refuse_unwritable

FOLDERS: dict[Kind, str] = {
    "pricing_doc": "pricing_docs",
    "catalogue": "catalogues",
    "model_card": "model_cards",
    "model_list": "model_lists",
    "benchmark": "benchmarks",
}
"""Kind of source → the package its module lies in. What we curate ourselves is never fetched and has no place here."""

SUFFIXES: dict[Kind, str] = {"pricing_doc": "_pricing", "model_list": "_models", "model_card": "_cards"}

KIND_WORDS: tuple[tuple[str, Kind], ...] = (
    ("pric", "pricing_doc"),
    ("bench", "benchmark"),
    ("leaderboard", "benchmark"),
    ("readme", "model_card"),
    ("card", "model_card"),
    ("/api", "catalogue"),
    (".json", "catalogue"),
    ("model", "model_list"),
)
"""Words of an address and the kind of source they speak of; the first that is there decides."""

LISTED = 150
"""Places named in a module; of a page that has more, a person looks at the page."""

ITEM = 400
"""Characters of one place; a table's header can be longer than anybody reads."""

READERS: dict[Media, str] = {
    "json": "document.json()",
    "yaml": "structured.exact_yaml(document.text)",
    "markdown": "documents.markdown_sections(document.text)",
    "html": "documents.html_sections(documents.soup(document.text))",
    "csv": "documents.csv_table(document.text)",
}
OFFERS: dict[Media, str] = {
    "json": "offers.keys",
    "yaml": "offers.whole",
    "markdown": "offers.table_lines",
    "html": "offers.table_lines",
    "csv": "offers.whole",
}
"""What a page of a media is likely to repeat; a person looks for a better one."""

FILE_NAMES: dict[Media, str] = {
    "json": "page.json",
    "yaml": "page.yaml",
    "markdown": "page.md",
    "html": "page.html",
    "csv": "page.csv",
}

EXPECTED = "file,subject,host,attribute,condition,value,unit,printed,locator,reviewed_on,url\n"

MODULE = Template('''\
"""$publisher: not written yet. Say here what the page is, what is odd about it and what is out of scope."""

from collections.abc import Iterator

from sources.contract import Document, Observation, Refused, Source
from sources.readers import offers, structured

IGNORES: dict[str, str] = {}


def parse(document: Document) -> Iterator[Observation]:
    """Not written yet. Begin with ``$reader``.

    Each of these is to be read, or to stand in IGNORES with the reason; then this list goes:

$places
    """
    raise Refused("not written yet", place=document.url)


SOURCE = Source(
    id=$id,
    publisher=$publisher_literal,
    kind=$kind,
    authority="community",  # the least; maker, host or gateway where the page speaks of its own models
    media=$media,
    urls=($url,),
    terms_url="",  # where the publisher says what may be done with the page
    licence="",
    rows=(0, 0),  # the fewest and the most subjects a whole page can name
    parse=parse,
    offers=$offers,  # the place of every row, found without parse(); see sources/readers/offers.py
    ignores=IGNORES,
)
''')

STEPS = Template("""\
$id: $kind, read as $media, $holds. The recorded page:
  gzip -dc $snapshot

Written:
$written

Next, in this order:
  1. Look at the recorded page. It is somebody else's and stays where it is.
  2. Complete SOURCE in $module: authority, terms, licence, rows, and `seller` where one sells all of it.
  3. Write $fixture: a small page of your own in the structure of the recorded one, with real facts.
  4. Write parse(): read each place its docstring lists, or name it in IGNORES with the reason. Say what the rows of the
     page are with `offers`; parse() yields a LeftOut for each that it reads past.
  5. .venv/bin/python -m tests.expected $id
     and compare every row of expected.csv with the page by eye.
  6. .venv/bin/python -m pytest -q tests/sources/test_every_source.py -k $id
     It fails until all of this is done.
  7. make sources-page, and add the seller to warehouse/reference/providers.yaml if it is new.
""")


class NotAdded(click.ClickException):
    """The page could not be fetched or does not read as text; nothing was written."""

    exit_code = 1


@dataclass(frozen=True)
class Plan:
    """What is going to be written, and where."""

    url: str
    id: str
    kind: Kind
    publisher: str
    project: Path

    @property
    def module(self) -> Path:
        return self.project / "sources" / FOLDERS[self.kind] / f"{self.id}.py"

    @property
    def fixture(self) -> Path:
        return self.project / "tests" / "fixtures" / self.kind / self.id


def add_source(
    home: Home, url: str, source_id: str, kind: str, *, tell: Callable[[str], None], project: Path = PROJECT
) -> str:
    """Fetch a page, write its source, and say what to do next.

    source_id and kind may be empty: they are then made of the address. `tell` takes a line for every attempt.
    `Unclear` when the words are off, `NotAdded` when the page could not be had; neither leaves a file in the project.
    """
    plan = _planned(url, source_id, kind, project)
    attempt, media, body = _recorded(home, plan, tell)
    document = Document(plan.url, body)
    try:
        media = media_of_answer(document, media, attempt.content_type)
        found = places(document.text, media)
    except (Refused, ValueError) as error:
        raise NotAdded(f"{plan.url} answered what does not read as {media}: {error}") from None
    files = {
        plan.module: _module(plan, media, found),
        plan.fixture / FILE_NAMES[media]: "",
        plan.fixture / "documents.csv": _documents(FILE_NAMES[media], plan.url),
        plan.fixture / "expected.csv": EXPECTED,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8") as handle:
            handle.write(text)
    assert attempt.sha256
    return STEPS.substitute(
        id=plan.id,
        kind=plan.kind,
        media=media,
        holds=f"{counted(len(found), 'place')} that may hold facts" if found else _EMPTY,
        snapshot=home.snapshots / attempt.sha256[:2] / f"{attempt.sha256}.gz",
        written="\n".join(f"  {path.relative_to(project)}" for path in files),
        module=plan.module.relative_to(project),
        fixture=(plan.fixture / FILE_NAMES[media]).relative_to(project),
    )


_EMPTY = "no table, no amount and no field in what a program gets (a script may draw the page)"


def _planned(url: str, source_id: str, kind: str, project: Path) -> Plan:
    """The plan behind the command's words. `Unclear` where it cannot be carried out."""
    try:
        address = checked(url)
    except NotAllowed as refusal:
        raise Unclear(f"{inert(url)[:200]!r} is not asked: {refusal}") from None
    kinds: dict[str, Kind] = {each: each for each in FOLDERS}
    if kind:
        meant = kinds[one_of(kind, list(kinds), "kind of source")]
    else:
        meant = next((found for word, found in KIND_WORDS if word in address.lower()), "catalogue")
    publisher = _publisher(address)
    made = source_id or f"{publisher}{SUFFIXES.get(meant, '')}"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", made) or keyword.iskeyword(made):
        raise Unclear(f"{inert(made)[:80]!r} is no id; say one with --id, in lower case, digits and underscores")
    plan = Plan(address, made, meant, publisher, project)
    if not plan.module.with_name("__init__.py").exists() or not plan.fixture.parents[1].is_dir():
        raise Unclear(f"{project} is no checkout of the project: a source is a module and its fixture")
    taken = [place for place in (plan.module, plan.fixture) if place.exists()]
    # The ledger keeps what robots.txt answered under that name.
    if made in all_sources() or made == "robots" or taken:
        where = f" at {taken[0].relative_to(project)}" if taken else ""
        raise Unclear(f"the id {made} is taken{where}; say another with --id")
    return plan


def _publisher(address: str) -> str:
    """The name a host goes by; of a file on a code host, that of its repository."""
    parts = urlsplit(address)
    labels = (parts.hostname or "").split(".")
    path = [each for each in parts.path.split("/") if each]
    if labels[-2:] in (["github", "com"], ["githubusercontent", "com"]) and len(path) > 1:
        name = path[1]
    else:
        second_level = len(labels) > 2 and labels[-2] in ("ac", "co", "com", "edu", "gov", "net", "org")
        name = labels[-3 if second_level else -2]
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _recorded(home: Home, plan: Plan, tell: Callable[[str], None]) -> tuple[Attempt, Media, bytes]:
    """The page as the ledger and the snapshots now hold it, and the media it was asked for as."""
    try:
        night = Night.begin(home)
        refuse_unwritable(home)
    except ValueError as error:
        raise Unclear(str(error)) from None
    except Unusable as unusable:
        raise NotAdded(str(unusable)) from None
    media = media_of_address(plan.url)
    attempt = _asked(night, plan, media, tell)
    if attempt.outcome == "wrong_type" and media_of_type(attempt.content_type) != media:
        media = media_of_type(attempt.content_type)
        attempt = _asked(night, plan, media, tell)
    if attempt.outcome not in CONFIRMING or not attempt.sha256:
        raise NotAdded(f"{plan.url} could not be fetched: {inert(attempt.error) or attempt.outcome}")
    return attempt, media, night.snapshots.read(attempt.sha256)


def _asked(night: Night, plan: Plan, media: Media, tell: Callable[[str], None]) -> Attempt:
    draft = Source(
        id=plan.id,
        publisher=plan.publisher,
        kind=plan.kind,
        authority="community",
        media=media,
        urls=(plan.url,),
        terms_url="",
        licence="",
        rows=(0, 0),
        parse=_unread,
        offers=whole,
    )

    def told(news: Told) -> None:
        if isinstance(news, Attempt):
            tell(attempt_line(news))

    [attempt] = night.ask([draft], told)
    return attempt


def _unread(document: Document) -> Iterator[Observation]:
    raise Refused("not written yet", place=document.url)


def _module(plan: Plan, media: Media, found: list[str]) -> str:
    listed = found[:LISTED] or [_EMPTY]
    if len(found) > LISTED:
        listed.append(f"and {len(found) - LISTED:,} more")
    return MODULE.substitute(
        publisher=plan.publisher,
        reader=READERS[media],
        offers=OFFERS[media],
        places="\n".join(map(_item, listed)),
        id=json.dumps(plan.id),
        publisher_literal=json.dumps(plan.publisher),
        kind=json.dumps(plan.kind),
        media=json.dumps(media),
        url=json.dumps(plan.url),
    )


def _item(words: str) -> str:
    """A page's words as an item of a docstring: one that cannot end the docstring or hide what follows it."""
    shown = inert(words)
    if len(shown) > ITEM:
        shown = f"{shown[:ITEM]} …"
    # Wrapped before it is escaped: a line must not end in half an escape. Other scripts are up to twice as wide.
    width = 110 if shown.isascii() else 60
    wrapped = textwrap.fill(shown, width, initial_indent="    * ", subsequent_indent="      ", break_on_hyphens=False)
    return wrapped.replace("\\", "\\\\").replace('"', '\\"')


def _documents(file: str, url: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("file", "url"), (file, url)])
    return out.getvalue()
