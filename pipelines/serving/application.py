"""What is answered under which path.

    /                       the newest edition: its site, documents, tables, files for tools
    /editions               which editions there are; /editions/ID/… is one of them
    /sql, /editions/ID/sql  a query over the edition's DuckDB file
    /status.json            how the last night went; /freshness.json when everything was last confirmed
    /health                 whether there is an edition to serve

Belongs here: paths, and how a question is read off a request. Does not: who may ask (`guarding`), which file a path
means (`editions`), what is sent of it (`files`), how a query is answered (`pool`).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.serving import editions, files
from pipelines.serving.desk import Asked, Outcome, Told
from pipelines.serving.editions import Edition, File
from pipelines.serving.guarding import Guard, refusal
from pipelines.serving.pool import Full, Pool
from pipelines.serving.settings import Settings
from pipelines.status.keeping import FILE as STATUS
from warehouse.home import Home

MOST_ASKED = 64_000
"""Bytes of a query."""

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}

SECONDS_TO_TAKE = 60
"""In which an answer has to be taken, lest others wait for its place."""

STATUSES: dict[Outcome, int] = {
    "answered": 200,
    "refused": 400,
    "failed": 400,
    "too_late": 422,
    "too_much": 422,
    "out_of_memory": 422,
    "crashed": 422,
    "unavailable": 503,
    "left": 499,
    "ending": 503,
}
"""A query that goes beyond a limit is understood and will not be answered, however often it is asked."""

_MOVED = re.compile(rb'<meta http-equiv="refresh" content="0; url=([\w.-]+)\.html">')
_PAIR = re.compile(r"compare/([^/]+)/([^/]+)\.(html|json)")
_LONGEST_MOVED = 16_000
"""Bytes of a page that leads elsewhere, at most: it says little else."""


def application(home: Home, settings: Settings, *, hosts: frozenset[str] | None, log: Callable[[str], None]) -> ASGIApp:
    """The server of one data folder; see `Guard` for `hosts` and `log`."""
    served = _Served(home, settings)
    routes = [
        Route("/health", served.health),
        Route(f"/{STATUS}", served.report),
        Route("/freshness.json", served.report),
        Route("/editions", served.editions),
        Route("/editions/", served.editions),
        Route("/editions/{edition_id}", served.folder),
        Route("/sql", served.sql, methods=["GET", "POST"]),
        Route("/editions/{edition_id}/sql", served.sql, methods=["GET", "POST"]),
        Route("/editions/{edition_id}/{place:path}", served.file),
        Route("/{place:path}", served.file),
    ]
    made = Starlette(routes=routes, lifespan=served.lifespan, exception_handlers={HTTPException: _told})
    # Which path leads to the one with a slash hangs on what the edition holds.
    made.router.redirect_slashes = False
    return Guard(made, settings, hosts, log)


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    word = HTTPStatus(error.status_code).name.lower()
    return refusal(error.status_code, word, error.detail, **(error.headers or {}))


class _Served:
    def __init__(self, home: Home, settings: Settings) -> None:
        self.home, self.settings = home, settings
        self.compressor = files.Compressor()
        self.pool: Pool | None = None

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self.pool = Pool(self.settings) if self.settings.sql_processes else None
        try:
            yield
        finally:
            if self.pool:
                await self.pool.close()

    # ------------------------------------------------------------------------------------------------------------ files

    async def health(self, request: Request) -> Response:
        if editions.newest(self.home) is None:
            return refusal(503, "no_edition", "there is no edition yet", Retry_After="60")
        return JSONResponse({"is_ready": True}, headers={"Cache-Control": "no-store"})

    async def report(self, request: Request) -> Response:
        found = editions.beside(self.home, request.scope["path"].removeprefix("/"))
        if found is None:
            return refusal(404, "not_found", "no night has written that report yet")
        return await files.answer(request, found, self.compressor, files.ASK_AGAIN)

    async def editions(self, request: Request) -> Response:
        told = {"editions": editions.listing(self.home)}
        return JSONResponse(told, headers={"Cache-Control": files.ASK_AGAIN})

    async def folder(self, request: Request) -> Response:
        return RedirectResponse(f"{quote(request.scope['path'])}/{_query(request)}", 308)

    async def file(self, request: Request) -> Response:
        edition, place = self._edition(request), request.path_params["place"]
        if edition is None or editions.NEVER_IN_A_PATH.search(request.scope["raw_path"]):
            return refusal(404, "not_found", "there is nothing here")
        found = edition.file(place)
        with suppress(FileNotFoundError):  # an old edition may go while it is read
            if target := _moved(found):
                return self._elsewhere(request, f"{target}.html")
            if found:
                # Whoever may see it only with a token may keep it for himself alone.
                whose = "private" if self.settings.token else "public"
                caching = f"{whose}, {files.FOR_EVER}" if "edition_id" in request.path_params else files.ASK_AGAIN
                response = await files.answer(request, found, self.compressor, caching)
                response.headers["almanac-edition"] = edition.edition_id
                return response
            page = edition.file(f"{place.removesuffix('.json')}.html") if place.endswith(".json") else None
            if target := _moved(page):
                return self._elsewhere(request, f"{target}.json")
        if edition.is_folder(place):
            return await self.folder(request)
        if compared := _compared(edition, place):
            above = request.scope["path"].removesuffix(place)
            return RedirectResponse(f"{quote(above)}{compared}", 307)
        return self._nothing(request, edition)

    def _edition(self, request: Request) -> Edition | None:
        edition_id = request.path_params.get("edition_id")
        return editions.newest(self.home) if edition_id is None else editions.named(self.home, edition_id)

    def _elsewhere(self, request: Request, name: str) -> Response:
        """To a file in the same folder: another edition may say otherwise, so it is not for ever."""
        folder = request.scope["path"].rpartition("/")[0]
        return RedirectResponse(f"{quote(folder)}/{name}{_query(request)}", 307)

    def _nothing(self, request: Request, edition: Edition) -> Response:
        """The site's own page for that to whoever looks for one, else a sentence."""
        page = edition.file("404.html")
        names_page = PurePosixPath(request.scope["path"]).suffix in ("", ".html")
        if page is None or not (names_page or "text/html" in request.headers.get("accept", "")):
            missing = "" if page else "; the edition was published without its site"
            return refusal(404, "not_found", f"there is nothing here{missing}")
        base = f"/editions/{edition.edition_id}/" if "edition_id" in request.path_params else "/"
        with open(page.path, "rb") as opened:
            # Its links are relative to the first folder, so it is shown where they hold.
            whole = (
                opened.read()
                .replace(b"<head>", f'<head>\n<base href="{base}">'.encode(), 1)
                .replace(b"base-uri 'none'", b"base-uri 'self'", 1)
            )
        headers = {"content-type": files.TYPES[".html"], "cache-control": "no-store"}
        return Response(whole, 404, headers)

    # -------------------------------------------------------------------------------------------------------------- SQL

    async def sql(self, request: Request) -> Response:
        """A query's rows; the query ends when whoever asks hangs up."""
        edition = self._edition(request)
        if edition is None:
            return refusal(404, "not_found", "there is no such edition")
        if self.pool is None:
            return refusal(404, "not_found", "this server answers no SQL")
        if _is_from_elsewhere(request):
            return refusal(403, "another_site", "a page of another site may not ask")
        sql, wanted = await _question(request)
        with ExitStack() as place:
            try:
                place.enter_context(self.pool.place())
            except Full:
                wait = str(self.settings.sql_seconds)
                return refusal(503, "full", "too many queries wait already; ask again a little later", Retry_After=wait)
            asked = Asked(edition.database, sql, wanted)
            told, whole = await _unless_left(request, self.pool.ask(asked))
            if told.outcome != "answered":
                return refusal(STATUSES[told.outcome], told.outcome, told.words)
            headers = {
                "content-type": MEDIA[wanted],
                "cache-control": "no-store",
                "vary": "Accept, Accept-Encoding",
                "almanac-edition": edition.edition_id,
            }
            if wanted != "parquet" and len(whole) >= files.LEAST_COMPRESSED and files.accepts_gzip(request.headers):
                whole = await self.compressor.text(whole)
                headers["content-encoding"] = "gzip"
            if len(whole) <= files.SENT_AT_ONCE:
                return Response(whole, headers=headers)
            return _Placed(whole, headers, place.pop_all())


class _Placed(files.Piecewise):
    """An answer that keeps its query's place until it is taken, or nobody takes it."""

    def __init__(self, whole: bytes, headers: Mapping[str, str], place: ExitStack) -> None:
        super().__init__(whole, headers)
        self.place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.place, suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_TAKE):
                await super().__call__(scope, receive, send)


async def _unless_left(request: Request, answering: Coroutine[Any, Any, tuple[Told, bytes]]) -> tuple[Told, bytes]:
    """What is answered, unless whoever asks hangs up before, or the server ends."""
    asking, leaving = asyncio.create_task(answering), asyncio.create_task(_left(request.receive))
    try:
        await asyncio.wait((asking, leaving), return_when=asyncio.FIRST_COMPLETED)
        return asking.result() if asking.done() else (Told("left", "nobody waits for the answer"), b"")
    except asyncio.CancelledError:
        return Told("ending", "the server is being ended"), b""
    finally:
        asking.cancel()
        leaving.cancel()
        await asyncio.wait((asking, leaving))


async def _question(request: Request) -> tuple[str, str]:
    """The query of a request, and the format its rows are wanted in. HTTPException says in a sentence what is off.

    A query is `query` of the address, of a form or of a JSON object, or the whole body; so is `format`.
    """
    said: dict[str, Any] = dict(request.query_params)
    if request.method == "POST":
        body = await _body(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            if kind == "application/json":
                said |= msgspec.json.decode(body, type=dict[str, Any])
            elif kind == "application/x-www-form-urlencoded" and body.startswith((b"query=", b"format=")):
                said |= {name: values[-1] for name, values in parse_qs(body.decode()).items()}
            else:
                said["query"] = body.decode()
        except (UnicodeDecodeError, msgspec.DecodeError):
            raise HTTPException(400, "the body is neither SQL in UTF-8 nor an object with a query") from None
    sql, wanted = said.get("query"), said.get("format") or _accepted(request.headers.get("accept", ""))
    if not isinstance(sql, str) or not sql.strip():
        raise HTTPException(400, "ask with ?query=select … or with a query in the body")
    if len(sql.encode("utf-8", "replace")) > MOST_ASKED:
        raise HTTPException(413, f"a query has at most {MOST_ASKED:,} bytes")
    if not isinstance(wanted, str) or wanted not in MEDIA:
        raise HTTPException(406 if "format" not in said else 400, f"the formats are {', '.join(MEDIA)}")
    return sql, wanted


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_ASKED:
            raise HTTPException(413, f"a query has at most {MOST_ASKED:,} bytes")
    return body


def _accepted(accept: str) -> str:
    """The format an Accept header names first; JSON where it takes anything."""
    for each in accept.split(",") if accept.strip() else ["*/*"]:
        media = each.partition(";")[0].strip().lower()
        for name, known in MEDIA.items():
            kind = known.partition(";")[0]
            if media in (kind, "*/*", f"{kind.partition('/')[0]}/*"):
                return name
    return ""


def _is_from_elsewhere(request: Request) -> bool:
    """Whether a browser says that a page of another origin asks: it could not read the answer, but have it made."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and origin.partition("://")[2].lower() != request.headers.get("host", "").lower()


async def _left(receive: Receive) -> None:
    """Until whoever asks hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _compared(edition: Edition, place: str) -> str:
    """Where two models are compared whose page has the other order, or is none of its own; else empty."""
    found = _PAIR.fullmatch(place)
    if not found:
        return ""
    one, other, suffix = found.groups()
    if edition.file(turned := f"compare/{other}/{one}.{suffix}"):
        return turned
    pages = ("compare/index.html", f"models/{one}.html", f"models/{other}.html")
    if suffix == "html" and one != other and all(map(edition.file, pages)):
        return f"compare/?{urlencode([('m', one), ('m', other)])}"
    return ""


def _moved(page: File | None) -> str:
    """The name a page leads to at once, as that of an id that is another one now; empty for any other page."""
    if page is None or not page.path.endswith(".html") or page.about.st_size > _LONGEST_MOVED:
        return ""
    with open(page.path, "rb") as opened:
        found = _MOVED.search(opened.read())
    return found[1].decode() if found else ""


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""
