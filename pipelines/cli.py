"""The command line, ``almanac``: its words, options and exit status. What a command does is in `pipelines.commands`.

Exit status: 0 done; 1 the refresh could not be published and the last edition stands, or a new source's page could not
be fetched; 2 the command's words or the environment's are off; 130 interrupted. What is not done is said in one line on
stderr. Answers go to stdout, progress and complaints to stderr.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import RenderableType

from pipelines.alerts import webhook
from pipelines.alerts.slack import digest_message
from pipelines.answers import bringing, listings
from pipelines.answers import changes as changed
from pipelines.answers import compare as comparing
from pipelines.answers import costs as costing
from pipelines.answers import digest as digests
from pipelines.answers import explain as explaining
from pipelines.answers import status as nights
from pipelines.answers.asking import Unclear, one_of, reading
from pipelines.commands import refresh as refreshing
from pipelines.commands import tidy as tidying
from pipelines.terminal import compare as compare_sheet
from pipelines.terminal import costs as cost_sheet
from pipelines.terminal import diff as diff_sheet
from pipelines.terminal import digest as digest_sheet
from pipelines.terminal import explain as explain_sheet
from pipelines.terminal import layout
from pipelines.terminal import listings as lists
from pipelines.terminal import status as status_sheet
from pipelines.wording.json_text import json_text
from pipelines.wording.phrases import inert
from warehouse import rules
from warehouse.home import Home, Unusable, refuse_unwritable
from warehouse.schemas.quality import GAP_KINDS

if TYPE_CHECKING:
    from pipelines.serving.settings import Settings

as_json = click.option(
    "--json", "as_json", is_flag=True, help="JSON on stdout and nothing else; keys are column names."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="almanac", message="%(prog)s %(version)s")
def almanac() -> None:
    """A nightly, evidence-backed catalogue of language models.

    Data is kept under $ALMANAC_HOME, a folder or an object store (s3://bucket/prefix), or data/ in the checkout.
    """


@almanac.command()
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="S",
    help="Ask this source only, not those it names; may be repeated. The build covers everything.",
)
@click.option("--as-of", metavar="T", help="The instant that stamps the run, like 2026-08-21T23:00:00Z.")
@click.option("--offline", is_flag=True, help="Open no socket: build from what is held and packaged.")
@click.option("--verbose", is_flag=True, help="A line for every attempt; without it, in a pipe, a line a source.")
def refresh(sources: tuple[str, ...], as_of: str | None, offline: bool, verbose: bool) -> None:
    """Ask the sources, build, publish."""
    home, instant = _home(), _instant(as_of) if as_of else None
    _environment()
    from sources import registry  # finding every source imports every parser

    known = list(registry.all_sources()) if sources else []
    chosen = [one_of(each, known, "source") for each in sources]
    refreshing.refresh(home, as_of=instant, offline=offline, sources=chosen, verbose=verbose)


@almanac.command()
@click.option("--dry-run", is_flag=True, help="Remove nothing; list what would go.")
@as_json
def tidy(dry_run: bool, as_json: bool) -> None:
    """Remove what is no longer to be kept.

    Old editions, stored bodies that nothing cites, readings of parsers that are gone, old runs of Dagster's, and what
    nights that died left half written. How much is kept say ALMANAC_KEEP_EDITIONS (10), ALMANAC_KEEP_SNAPSHOTS (all),
    ALMANAC_KEEP_OBSERVATIONS (30 days) and ALMANAC_KEEP_RUNS (90 days). Every night ends with it.
    """
    found = tidying.tidy(_home(), dry_run=dry_run)
    _answer(found if as_json else None, lists.lay_out_tidied(found, dry_run=dry_run))


@almanac.command()
def reparse() -> None:
    """Read what is stored with today's parsers, build, publish; ask nobody.

    Only documents that this version of their parser has not read are read. No line is added to the ledger, so nothing
    becomes fresher.
    """
    home = _home()
    _environment()
    refreshing.reparse(home)


@almanac.command()
@click.argument("first", metavar="DAY")
@click.argument("last", metavar="[LAST]", default="")
def backfill(first: str, last: str) -> None:
    """What the file would have said on a day gone by, or on each day of a range.

    Everything that had been asked by the end of the day (UTC) is folded in order with today's parsers and rules, into
    backfill/DAY of the data folder. With that folder as ALMANAC_HOME every question is answered as on that day. What is
    published is not touched.
    """
    home, begin = _home(), _day(first)
    end = _day(last) if last else begin
    if end < begin:
        raise Unclear(f"{end} is before {begin}; the first day comes first")
    _environment()
    for line in refreshing.backfill(home, begin, end):
        click.echo(line)


@almanac.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option(
    "--workload", default="default", show_default=True, metavar="W", help="The monthly workload costs are for."
)
@as_json
def compare(first: str, second: str, workload: str, as_json: bool) -> None:
    """Two models side by side.

    Prints the verdict, facts, prices, cost, capabilities, shared benchmark results, offers and gaps. A and B are model
    ids, or any name a source prints that means one model.

    In the JSON, "models" keeps the order you gave; "model_a" and "model_b" are in the order of the comparison's own row
    (ids sorted), so that everything that ends in _a speaks of the same model. Costs inside the models are those of
    --workload, costs inside "comparison" those of the default workload. "comparison" is null where a model is not
    listed.
    """
    with reading(_home_to_read()) as connection:
        found = comparing.comparison(connection, first, second, workload)
    _answer(found if as_json else None, compare_sheet.lay_out(found))


@almanac.command()
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
@click.option(
    "--input", "input_tokens", metavar="N", help="Input tokens a month, like 800M; the workload's own without it."
)
@click.option("--output", "output_tokens", metavar="N", help="Output tokens a month, like 250M or 1.2B.")
@click.option(
    "--workload", default="default", show_default=True, metavar="W", help="The kind of traffic the amounts are of."
)
@as_json
def cost(
    models: tuple[str, ...], input_tokens: str | None, output_tokens: str | None, workload: str, as_json: bool
) -> None:
    """What a traffic costs a month at each model's cheapest confirmed offer.

    Other amounts are the workload's traffic at another size: prompts and answers as long, as large a share of the input
    read from cache. A cheaper offer that nobody confirms stands beside the confirmed one, never in its place.
    """
    amounts = [costing.million_tokens(each) if each else None for each in (input_tokens, output_tokens)]
    with reading(_home_to_read()) as connection:
        found = costing.costs(connection, models, amounts[0], amounts[1], workload)
    _answer(found if as_json else None, cost_sheet.lay_out(found))


@almanac.command()
@click.argument("model", metavar="MODEL")
@click.argument("field", metavar="FIELD")
@click.option(
    "--provider",
    default="",
    metavar="P",
    help="Explain the prices of this provider; without it the cheapest confirmed offer's.",
)
@click.option("--workload", default="default", show_default=True, metavar="W", help="The workload of a monthly_cost.")
@as_json
def explain(model: str, field: str, provider: str, workload: str, as_json: bool) -> None:
    """Who says so, and who disagrees.

    Prints the chain from the value through its rule, claim and printed words to the snapshot and its address.

    FIELD is a column of core.models, a capability, a meter (input, output, cache_read, ...), monthly_cost or
    benchmark/ID. Where a word is both, the column wins; price/METER and capability/NAME are always clear.
    """
    with reading(_home_to_read()) as connection:
        found = explaining.explanation(connection, model, field, provider, workload)
    _answer(found if as_json else None, explain_sheet.lay_out(found))


@almanac.command()
@click.option("--kind", metavar="K", help="Only gaps of this kind.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"At most N gaps; {listings.LISTED_BY_DEFAULT} with --kind on a terminal.",
)
@as_json
def gaps(kind: str | None, limit: int | None, as_json: bool) -> None:
    """What is not known, why, and what to source next.

    Most severe first: by kind and by the page to read, or one by one with --kind or --limit. The JSON always lists them
    one by one, all of them unless --limit says otherwise.
    """
    kind = one_of(kind, GAP_KINDS, "kind of gap") if kind else None
    with reading(_home_to_read()) as connection:
        if as_json:
            _answer(listings.gaps(connection, kind, limit), ())
        elif kind or limit:
            found = listings.gaps(connection, kind, limit or listings.LISTED_BY_DEFAULT)
            _answer(None, lists.lay_out_gaps(kind, found, listings.gap_count(connection, kind)))
        else:
            _answer(None, lists.lay_out_gap_kinds(listings.gap_kinds(connection)))
            _answer(None, lists.lay_out_pages_to_read(listings.pages_to_read(connection)))
            _answer(None, lists.lay_out_lapsed_acknowledgements(listings.lapsed_acknowledgements(connection)))


@almanac.command()
@as_json
def sources(as_json: bool) -> None:
    """How every source is, those in trouble first."""
    with reading(_home_to_read()) as connection:
        found, doubts = listings.sources(connection), listings.doubts(connection)
    _answer(listings.with_doubts(found, doubts) if as_json else None, lists.lay_out_sources(found, doubts))


@almanac.command()
@click.option(
    "--since",
    metavar="D",
    help="From this day on, like 2026-08-21; by default the last seven days the file knows of.",
)
@as_json
def changes(since: str | None, as_json: bool) -> None:
    """Prices that changed and models first seen."""
    with reading(_home_to_read()) as connection:
        found = listings.changes(connection, _day(since) if since else None)
    _answer(found if as_json else None, lists.lay_out_changes(found))


@almanac.command()
@click.argument("old", metavar="EDITION")
@click.argument("new", metavar="EDITION")
@as_json
def diff(old: str, new: str, as_json: bool) -> None:
    """What changed from one edition to another, and why.

    Prints prices old and new with their cause, facts, models and offers that appeared or are gone, gaps opened and
    closed, conflicts settled. An EDITION is its id, the beginning of one, or "latest".
    """
    home = _home_to_read()
    try:
        found = changed.between(changed.edition_named(home, old), changed.edition_named(home, new))
    except changed.Incomparable as incomparable:
        raise Unclear(str(incomparable)) from None
    _answer(found if as_json else None, diff_sheet.lay_out(found))


@almanac.command()
@as_json
def status(as_json: bool) -> None:
    """How the last night went, and what stands.

    Prints its stages, documents and figures, the sources that are failing and since when, and the alerts. Exit status 0
    where the last night has an edition and none is missing since, else 1.
    """
    found = nights.status(_home_to_read(), datetime.now(UTC))
    _answer(found if as_json else None, status_sheet.lay_out(found))
    if not found["is_well"]:
        sys.exit(1)


@almanac.command()
@click.option("--since", metavar="D", help="Compare with the edition of this day; by default of a week before.")
@click.option("--send", is_flag=True, help="Send it to the webhook in $ALMANAC_WEBHOOK as well.")
@as_json
def digest(since: str | None, send: bool, as_json: bool) -> None:
    """What changed in a week, and what is still not known."""
    found = digests.digest(_home_to_read(), _day(since) if since else None)
    _answer(found if as_json else None, digest_sheet.lay_out(found))
    if send:
        _send(digest_message(found))


@almanac.command()
@click.argument("query")
@as_json
def sql(query: str, as_json: bool) -> None:
    """Rows of the warehouse, read-only."""
    with reading(_home_to_read()) as connection:
        columns, found = listings.answer(connection, query)
    _answer(found if as_json else None, lists.lay_out_rows(columns, found))


@almanac.group()
def lake() -> None:
    """Editions as a DuckLake, for any number of analysts.

    $ALMANAC_LAKE says where its catalogue is: the path of a file, or postgres://user@host/database. docs/lake.md
    """


@lake.command("add")
@click.argument("editions", metavar="[EDITION]...", nargs=-1)
def lake_add(editions: tuple[str, ...]) -> None:
    """Add the editions the lake lacks, in order; or those named, each an id, the beginning of one, or "latest".

    A night does this by itself where $ALMANAC_LAKE is set.
    """
    from pipelines.commands import lake as lakes  # only for who has one

    lakes.add(_home(), editions, click.echo)


@lake.command("editions")
@as_json
def lake_editions(as_json: bool) -> None:
    """The editions of the lake, and which snapshot each is."""
    from pipelines.commands import lake as lakes  # only for who has one

    found = lakes.editions(_home())
    _answer(found if as_json else None, lists.lay_out_rows(list(found[0]) if found else [], found))


@lake.command("sql")
@click.argument("query")
@click.option(
    "--edition", default="latest", show_default=True, metavar="E", help="The edition that is asked, or how it begins."
)
@as_json
def lake_sql(query: str, edition: str, as_json: bool) -> None:
    """Rows of an edition in the lake, read-only."""
    from pipelines.commands import lake as lakes  # only for who has one

    columns, found = lakes.answer(_home(), query, edition)
    _answer(found if as_json else None, lists.lay_out_rows(columns, found))


@almanac.command()
@click.argument("url", metavar="URL")
@click.option("--id", "source_id", default="", metavar="ID", help="The new source's id; made of the host without it.")
@click.option(
    "--kind",
    default="",
    metavar="K",
    help="pricing_doc, catalogue, model_card, model_list or benchmark; guessed from the address without it.",
)
def add_source(url: str, source_id: str, kind: str) -> None:
    """Begin a new source from its page.

    Records the page and writes a module, a fixture folder and an empty expected.csv, which fail the tests until a
    person completes them; then prints the steps. It works in a checkout and overwrites nothing.
    """
    from pipelines.commands.add_source import add_source as begin  # it needs every parser and the transport

    click.echo(begin(_home(), url, source_id, kind, tell=lambda line: click.echo(line, err=True)), nl=False)


@almanac.command()
@click.option(
    "--http", "over_http", is_flag=True, help="Streamable HTTP on 127.0.0.1 instead of standard input and output."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Port of --http.")
def mcp(over_http: bool, port: int) -> None:
    """Answer agents that speak the Model Context Protocol, until they hang up.

    Tools: find_model, compare, explain, cheapest, cost, gaps, changes. They read the published warehouse and nothing
    else, and every answer carries the ids of the evidence behind it.
    """
    from pipelines.mcp import serve  # the protocol takes a second to import

    serve(_home_to_read(), port=port if over_http else None)


@almanac.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port on 127.0.0.1.")
def ui(port: int) -> None:
    """The Dagster UI, until interrupted."""
    home = _home()
    try:
        refuse_unwritable(home)
    except Unusable as unusable:
        raise Unclear(str(unusable)) from None
    from pipelines.graph.instance import prepare

    environment = {**os.environ, **prepare(home)}
    dagster = f"-m dagster dev -m pipelines.definitions -h 127.0.0.1 -p {port}"
    os.execve(sys.executable, [sys.executable, *dagster.split()], environment)  # noqa: S606 (there is no shell to quote for)


@almanac.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port on 127.0.0.1.")
def site(port: int) -> None:
    """The newest edition's site on this machine, until interrupted."""
    from pipelines.publishing.site.building import FOLDER
    from pipelines.serving.settings import LOOPBACK, Settings

    home = _home_to_read()
    bringing.named(home, "latest")
    if not (home.latest / FOLDER / "index.html").is_file():
        raise Unclear(f"{home.latest.resolve() / FOLDER} holds no site; `almanac refresh` makes one")
    _serve(home, LOOPBACK, port, Settings(rate=0, sql_processes=0), log=lambda line: None)


@almanac.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="H",
    help="Address to listen on; any but loopback needs a token in $ALMANAC_SERVE_TOKEN.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """The published editions over HTTP, for a team, until interrupted.

    The newest edition's site, documents, tables and files under /, older ones under /editions, and one read-only query
    at a time under /sql, within limits of time, memory and size. A new edition is served as soon as it is there. The
    limits are ALMANAC_SERVE_…; docs/serving.md lists them.
    """
    from pipelines.serving.keeping_up import keep_up
    from pipelines.serving.settings import Settings

    try:
        settings = Settings.from_environment()
    except ValueError as error:
        raise Unclear(str(error)) from None
    home = _home_to_read()
    bringing.named(home, "latest")
    end = keep_up(home, _complain)
    try:
        _serve(home, host, port, settings, log=lambda line: click.echo(line, err=True))
    finally:
        end()


def _home() -> Home:
    try:
        return Home.from_environment()
    except Unusable as unusable:
        raise Unclear(str(unusable)) from None


def _serve(home: Home, host: str, port: int, settings: "Settings", log: Callable[[str], None]) -> None:
    from pipelines.serving.running import Unservable
    from pipelines.serving.running import serve as answer

    try:
        answer(home, host, port, settings, tell=lambda address: click.echo(f"{address}  (Ctrl-C ends it)"), log=log)
    except Unservable as unservable:
        raise Unclear(str(unservable)) from None


def _home_to_read() -> Home:
    """The data folder, with what an object store has published since; one line on stderr where that does not answer."""
    home = _home()
    if trouble := bringing.newest(home):
        _complain(trouble)
    return home


def _environment() -> None:
    """`Unclear` where the environment names a mirror that is no address, or a number that is none."""
    from pipelines.retention import Keep
    from sources.transport.fetch import Settings  # the transport takes a third of a second to import

    try:
        Settings.from_environment(lambda: datetime.now(UTC))
        rules.thresholds()
        Keep.from_environment()
    except ValueError as error:
        raise Unclear(str(error)) from None


def _send(message: Mapping[str, Any]) -> None:
    """To the webhook; one line on stderr and status 1 where it is not taken."""
    from sources.transport.fetch import Settings  # the transport takes a third of a second to import

    if Settings.from_environment(lambda: datetime.now(UTC)).offline:
        raise Unclear("ALMANAC_OFFLINE opens no socket: nothing is sent")
    try:
        webhook.send(message)
    except webhook.Unsent as unsent:
        raise click.ClickException(str(unsent)) from None


def _answer(given: object, laid_out: Iterable[RenderableType]) -> None:
    if given is not None:
        click.echo(json_text(given))
    else:
        layout.show(layout.console(), *laid_out)


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise Unclear(f"{words!r} is not a day; write it like 2026-08-21") from None


def _instant(words: str) -> datetime:
    """An ISO instant, in UTC where it names no zone."""
    try:
        read = datetime.fromisoformat(words)
    except ValueError:
        raise Unclear(f"{words!r} is not an instant; write it like 2026-08-21T23:00:00Z") from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its status; whatever is wrong with its words is one line on stderr."""
    try:
        sys.exit(almanac.main(args=arguments, prog_name="almanac", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except Unclear as unclear:
        _complain(str(unclear))
        sys.exit(2)
    except click.ClickException as error:
        _complain(error.format_message())
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("almanac: interrupted", err=True)
        sys.exit(130)


def _complain(words: str) -> None:
    click.echo(f"almanac: {inert(words)}", err=True)


if __name__ == "__main__":
    main()
