"""The page of sources: every declaration as Markdown. ``make sources-page`` writes it to ``docs/sources.md``.

Belongs here: the order and the words around declarations, and the count of rows on recorded documents. Does not: any
fact about a source, which its module states, nor the counting.
"""

import csv
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping

from sources.contract import Source
from sources.registry import all_sources

_KINDS = {
    "pricing_doc": "Pricing pages",
    "catalogue": "Catalogues",
    "model_card": "Model cards",
    "model_list": "Lists of models",
    "benchmark": "Benchmarks",
    "reference": "Our own reference data",
}
_AUTHORITIES = {
    "maker": "maker: the words of those who made the models",
    "curated": "curated: our own reading, each fact with the page and the day",
    "host": "host: a host on what it serves",
    "gateway": "gateway: a gateway on what it sells and where it routes",
    "community": "community: a catalogue kept by people who neither make nor sell the models",
}
_ADDRESSES = 3
"""A source with more addresses than this is described by their number and the first of them."""


def page(recorded: Iterable[Mapping[str, str]]) -> str:
    """The whole page; `recorded` are the lines of ``docs/recorded-rows.csv``."""
    return "\n".join(_lines({line["source_id"]: line for line in recorded}))


def _lines(recorded: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    declared = list(all_sources().values())
    yield "# Sources"
    yield ""
    yield "Made from the declarations in `sources/` by `make sources-page`; change a source's module, not this page."
    yield "How each of them is today (last read, state, trouble) is in `quality.sources`; `almanac sources` prints it."
    yield ""
    yield "A document names this many subjects; what is left out on purpose is listed, with reasons, under the source."
    yield ""
    yield "| source | kind | speaks as | address | subjects | left out | licence | terms |"
    yield "|---|---|---|---|---|---|---|---|"
    for source in declared:
        cells = (
            f"[{source.id}](#{source.id})",
            source.kind,
            source.authority,
            _first_address(source),
            "–".join(f"{count:,}" for count in source.rows),
            str(len(source.ignores)),
            source.licence,
            f"<{source.terms_url}>",
        )
        yield f"| {' | '.join(map(_inert, cells))} |"
    yield ""
    yield from _recorded(recorded)
    for kind, title in _KINDS.items():
        of_kind = [source for source in declared if source.kind == kind]
        if of_kind:
            yield f"## {title}"
            yield ""
        for source in of_kind:
            yield from _source(source)


def _recorded(lines: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "## Rows on recorded documents"
    yield ""
    yield "Every source with a recorded document, counted on the newest body of each of its addresses that could be"
    yield "read. A row is what a document repeats: an entry of a list, a line of a table, a card. Rows are listed"
    yield "without the parser; each was read, in doubt, or left out for a reason that stands under the source."
    yield "Bodies are all the recorded ones, older layouts too; one that is refused is refused whole."
    yield ""
    yield "| source | newest | documents | bodies | refused | rows | read | left out | in doubt | left out for |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for source_id, line in lines.items():
        counted = ("documents", "versions", "refused", "rows", "read", "left_out", "in_doubt")
        numbers = (f"{int(line[name]):,}" for name in counted)
        cells = (f"[{source_id}](#{source_id})", line["newest_on"], *numbers, line["left_out_for"])
        yield f"| {' | '.join(map(_inert, cells))} |"
    yield ""
    if silent := sorted(all_sources().keys() - lines.keys()):
        yield f"No document of {_listed(tuple(silent))} has been recorded."
        yield ""


def _source(source: Source) -> Iterator[str]:
    module = inspect.getmodule(inspect.unwrap(source.parse))
    about = inspect.getdoc(module) or ""
    yield f"### {source.id}"
    yield ""
    yield " ".join(about.partition("\n\n")[0].split())
    yield ""
    if source.unproven:
        yield "* **Unproven**: written from documentation; no recorded document has been read yet."
    yield f"* Authority: {_AUTHORITIES[source.authority]}."
    if source.seller or source.gateway:
        yield f"* {_seller(source)}"
    yield f"* Address: {_addresses(source)}"
    yield f"* Read as {source.media}, due every {_days(source.review_every_days)}; {_expected(source)}."
    if source.key_variable:
        yield f"* Takes a key from the environment variable `{source.key_variable}`; without one it is not asked."
    if source.copies:
        yield f"* Repeats {_listed(source.copies)}, and so never confirms what they say."
    yield f"* Licence: {source.licence}. Terms: <{source.terms_url}>."
    if source.ignores:
        yield "* Left out on purpose:"
        yield from (f"  * {_inert(what)}: {_inert(why)}" for what, why in source.ignores.items())
    yield ""


def _seller(source: Source) -> str:
    if source.gateway:
        return f"Every row names a host, bought through `{source.gateway}`."
    return f"Everything in it is sold by `{source.seller}`."


def _first_address(source: Source) -> str:
    if source.urls:
        more = f" and {len(source.urls) - 1} more" if len(source.urls) > 1 else ""
        return f"<{source.urls[0]}>{more}"
    return _named_by_others(source) or "packaged with the project"


def _addresses(source: Source) -> str:
    fixed = [f"<{url}>{_read_as(source, url)}" for url in source.urls]
    if len(fixed) > _ADDRESSES:
        fixed = [f"{len(fixed)} fixed ones, the first of them {fixed[0]}"]
    packaged = ["data that ships in a package, read without a network"] if source.packaged else []
    named = [_named_by_others(source)] if source.discovers else []
    return "; ".join((*fixed, *named, *packaged)) + "."


def _read_as(source: Source, url: str) -> str:
    return f" (as {source.media_of[url]})" if url in source.media_of else ""


def _named_by_others(source: Source) -> str:
    if not source.discovers:
        return ""
    return f"those that {_listed(source.discovers_from)} name, at most {source.max_documents} documents in all"


def _expected(source: Source) -> str:
    floor, ceiling = source.rows
    return f"a document names {floor:,} to {ceiling:,} subjects, and one with fewer is refused whole"


def _days(count: int) -> str:
    return "day" if count == 1 else f"{count} days"


def _inert(words: str) -> str:
    """Words that Markdown shows as they are."""
    return words.replace("*", r"\*").replace("|", r"\|")


def _listed(ids: tuple[str, ...]) -> str:
    marked = [f"`{each}`" for each in ids]
    return " and ".join(filter(None, (", ".join(marked[:-1]), marked[-1])))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="") as counted:
        print(page(csv.DictReader(counted)), end="")
