"""Which pages there are, and what each of them shows: documents in, pairs of path and HTML out.

Belongs here: choosing and ordering what a page holds. Does not: a fact, an amount or a sentence of its own; every
figure is a document's, in its words.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from pipelines.answers.changes import accounts
from pipelines.publishing.site import charts, linked_data
from pipelines.publishing.site.links import page, root_of
from pipelines.publishing.site.reading import Document, Documents
from pipelines.publishing.site.rendering import LABELS, SEARCHING, Rendering, capitalised
from pipelines.wording.amounts import counted
from pipelines.wording.changes import KINDS, count_words

Page: TypeAlias = tuple[str, str]
"""Where a page lies, and its HTML."""

OFFERS, RESULTS, GAPS, CONFLICTS = 15, 15, 20, 10
"""So many rows of each stand on a model's own page, so that it stays light; the rest have pages of their own."""

ROWS = 100
"""Rows of a long table on one page."""

CHANGES_SHOWN, OF_A_KIND, PRICES_SHOWN = 120, 20, 60
"""So many changes from edition to edition stand on their page, so many of one kind, and so many rows of prices that
moved; all are in ``changes.json`` of their edition and in ``mart.price_changes``."""


class Pages:
    """Makes the pages of one edition from its documents."""

    def __init__(self, rendering: Rendering, documents: Documents) -> None:
        self.rendering, self.documents = rendering, documents
        catalogue = documents.catalogue
        self.workloads = catalogue["workloads"]
        self.rows = {each["id"]: each for each in catalogue["models"]}
        self.names = {each["id"]: each["name"] for each in catalogue["models"]}
        self.labs = {each["id"]: each["name"] for each in catalogue["labs"]}
        self.as_of = catalogue["as_of"][:10]

    # ---------------------------------------------------------------- one thing each

    def model(self, m: Document) -> Iterator[Page]:
        """A model's page, and pages for what does not fit on it."""
        path = page("models", m["id"])
        costs = m["costs"]
        cheapest = costs[0]["confirmed"] if costs else None
        offer = next((each for each in m["offers"] if cheapest and each["offer_id"] == cheapest["offer_id"]), None)
        crumbs: list[tuple[str, str | None]] = [("Models", "a-z/index.html")]
        if m["lab"] and self.rendering.by_depth[0].known.has("labs", m["lab"]["id"]):
            crumbs.append((m["lab"]["name"], page("labs", m["lab"]["id"])))
        crumbs.append((m["name"], None))
        history = _price_charts(m, self.as_of)
        conflicts = sorted(m["conflicts"], key=lambda each: each["subject_type"] != "model")
        sections = [
            ("facts", "Facts", True),
            ("capabilities", "Capabilities", True),
            ("costs", "Cost", costs),
            ("offers", "Offers", True),
            ("history", "History", history),
            ("benchmarks", "Benchmarks", m["results"]),
            ("alternatives", "Compare with", m["alternatives"]),
            ("unknown", "Unknown", m["gaps"]),
            ("conflicts", "Disagreements", conflicts),
        ]
        described = _described(m, offer)
        base, document = self.rendering.addresses.base, path.removesuffix("html") + "json"
        yield (
            path,
            self.rendering.page(
                "model.html",
                path,
                title=m["name"],
                description=described,
                room="a-z/index.html",
                crumbs=crumbs,
                document=document,
                linked_data=[
                    linked_data.breadcrumbs(crumbs, base, path),
                    linked_data.dataset(m["name"], described, m["dates"]["last_changed_on"], base, path, document),
                ],
                m=m,
                sections=[(anchor, words) for anchor, words, held in sections if held],
                cheapest=cheapest,
                plain_prices=_plain_prices(offer),
                fact_halves=_halves(),
                workloads=self.workloads,
                offers=m["offers"][:OFFERS],
                results=m["results"][:RESULTS],
                gaps=m["gaps"][:GAPS],
                conflicts=conflicts[:CONFLICTS],
                charts=history,
                spellings=m["spellings"][:60],
                names=self.names,
            ),
        )
        for kind, rows, shown, words in (
            ("offers", m["offers"], OFFERS, "Offers"),
            ("results", m["results"], RESULTS, "Results"),
            ("gaps", m["gaps"], GAPS, "What we do not know"),
            ("conflicts", conflicts, CONFLICTS, "Where sources disagree"),
        ):
            if len(rows) > shown:
                yield from self._more(m, path, kind, rows, f"{words}: {m['name']}")
        for old in m["redirects"]:
            yield from self.moved(old, {"id": m["id"], "name": m["name"]})

    def moved(self, old: Document, target: Document | None) -> Iterator[Page]:
        """The page at an id that was published before."""
        path = page("models", old["id"])
        yield (
            path,
            self.rendering.page(
                "moved.html",
                path,
                title=f"{old['id']} has another name now",
                description=old["reason"],
                noindex=True,
                canonical=f"{self.rendering.addresses.base}{page('models', target['id'])}"
                if target and self.rendering.addresses.base
                else "",
                refresh=f"{target['id']}.html" if target else "",
                old=old,
                target=target,
            ),
        )

    def _more(self, m: Document, own: str, kind: str, rows: Sequence[Document], heading: str) -> Iterator[Page]:
        folder = own.removesuffix(".html")
        per_page = {"offers": 45, "results": 80, "conflicts": 90, "gaps": ROWS}[kind]
        yield from self._paged(
            "rows.html",
            f"{folder}/{kind}",
            rows,
            per_page,
            title=heading,
            heading=heading,
            description=heading,
            room="a-z/index.html",
            crumbs=(("Models", "a-z/index.html"), (m["name"], own), (capitalised(kind), None)),
            kind=kind,
            by="benchmark",
            workloads=self.workloads,
            names=self.names,
        )

    def _paged(
        self, template: str, stem: str, rows: Sequence[Document], per_page: int, *, begin: int = 1, **context: Any
    ) -> Iterator[Page]:
        """Rows over as many pages as they need: ``stem.html``, ``stem-2.html``, …"""
        pages = _pages(len(rows), per_page)

        def path_of(number: int) -> str:
            return _paged_path(stem, number)

        for number in range(begin, pages + 1):
            path = path_of(number)
            shown = rows[(number - 1) * per_page : number * per_page]
            more = {"page": number, "pages": pages, "page_path": path_of, "rows": shown}
            yield path, self.rendering.page(template, path, **{**context, **more})

    def provider(self, p: Document) -> Iterator[Page]:
        path = page("providers", p["id"])
        yield from self._long(
            "provider.html",
            path,
            p["offers"],
            "sold",
            f"Offers of {p['name']}",
            ("Sellers", "providers/index.html"),
            p,
            description=f"{p['name']}: {counted(p['models'], 'model')} with prices, and who says so.",
            p=p,
        )

    def benchmark(self, b: Document) -> Iterator[Page]:
        path = page("benchmarks", b["id"])
        yield from self._long(
            "benchmark.html",
            path,
            b["results"],
            "results",
            f"Results on {b['name']}",
            ("Benchmarks", "benchmarks/index.html"),
            b,
            description=f"{b['name']}: {counted(len(b['results']), 'result')} with setting, reporter and day.",
            m=b,
            by="model",
            charts=self._scatter(b),
        )

    def _long(
        self,
        template: str,
        path: str,
        rows: Sequence[Document],
        kind: str,
        heading: str,
        room: tuple[str, str],
        document: Document,
        **context: Any,
    ) -> Iterator[Page]:
        """A page whose table goes on over further pages, ``<id>/2.html`` and so on."""
        per_page = 80
        pages, stem = _pages(len(rows), per_page), path.removesuffix(".html")

        def path_of(number: int) -> str:
            return path if number == 1 else f"{stem}/{number}.html"

        shared = {
            "room": room[1],
            "workloads": self.workloads,
            "names": self.names,
            "pages": pages,
            "page_path": path_of,
            **context,
        }
        crumbs = (room, (document["name"], None))
        own = f"{stem}.json"
        linked = [linked_data.breadcrumbs(crumbs, self.rendering.addresses.base, path)]
        yield (
            path,
            self.rendering.page(
                template,
                path,
                **shared,
                title=document["name"],
                crumbs=crumbs,
                document=own,
                linked_data=linked,
                rows=rows[:per_page],
                page=1,
            ),
        )
        for number in range(2, pages + 1):
            yield (
                path_of(number),
                self.rendering.page(
                    "rows.html",
                    path_of(number),
                    **{"by": "model", **shared},
                    title=f"{heading}, page {number}",
                    heading=heading,
                    kind=kind,
                    crumbs=(room, (document["name"], path), (f"Page {number}", None)),
                    rows=rows[(number - 1) * per_page : number * per_page],
                    page=number,
                ),
            )

    def lab(self, lab: Document) -> Iterator[Page]:
        yield from self._models_of(
            "labs",
            lab,
            ("Labs", "labs/index.html"),
            lab=None,
            families=lab["families"],
            outlets=lab["providers"],
            homepage=lab["homepage_url"],
            pricing=lab["pricing_url"],
        )

    def family(self, family: Document) -> Iterator[Page]:
        more = {"families": (), "outlets": (), "homepage": None, "pricing": None}
        yield from self._models_of("families", family, ("Families", "families/index.html"), lab=family["lab"], **more)

    def _models_of(self, kind: str, group: Document, room: tuple[str, str], **context: Any) -> Iterator[Page]:
        path = page(kind, group["id"])
        models = [self.rows[each] for each in group["models"] if each in self.rows]
        crumbs = (room, (group["name"], None))
        yield from self._paged(
            "models_of.html",
            path.removesuffix(".html"),
            models,
            ROWS,
            title=group["name"],
            description=f"{group['name']}: {counted(len(models), 'model')} with prices, context and status.",
            room=room[1],
            crumbs=crumbs,
            linked_data=[linked_data.breadcrumbs(crumbs, self.rendering.addresses.base, path)],
            group=group,
            workloads=self.workloads,
            **context,
        )

    # ---------------------------------------------------------------- lists

    def lists(
        self, changes: Sequence[Document], seen: Sequence[tuple[str, str]], files: Sequence[Document]
    ) -> Iterator[Page]:
        """Every page that is not about one thing.

        changes  price changes of all models, the newest first
        seen     days and ids of models first seen since the first night held, the newest first
        files    what can be downloaded
        """
        held = frozenset(each["name"] for each in files)
        yield from self._home(changes)
        yield from self._from_a_to_z()
        yield from self._indexes()
        yield from self._compare()
        yield from self._costs()
        yield from self._retiring(held)
        yield from self._unknown()
        yield from self._conflicts()
        yield self._single(
            "changes.html",
            "What changed",
            "What is new since the edition before and why, prices that moved, and models first seen.",
            accounts=list(self._accounts()),
            changes=changes[:PRICES_SHOWN],
            total=len(changes),
            seen=[(day, self.rows[each]) for day, each in seen[:150] if each in self.rows],
            files=held,
        )
        methodology = self.documents.held("methodology.json") or {}
        yield self._single(
            "methodology.html",
            "How it is made",
            "One value a cell, confirmed prices, unknowns with reasons, honest dates, and sentences that are rows.",
            thresholds=methodology.get("thresholds", []),
            rules=methodology.get("rules", []),
            workloads=self.workloads,
        )
        sources = self.documents.rows("sources.json", "sources")
        states = Counter(each["state_text"] for each in sources)
        yield self._single(
            "sources.html", "Sources", "Every source, and how it is.", sources=sources, states=sorted(states.items())
        )
        groups: dict[str, list[Document]] = {}
        for each in files:
            groups.setdefault(each["group"], []).append(each)
        yield self._single(
            "downloads.html",
            "Downloads",
            "Tables, documents and files for tools.",
            groups=list(groups.items()),
            as_of=self.as_of,
            linked_data=[
                linked_data.dataset(
                    "Almanac",
                    "An evidence-backed catalogue of language models: facts, prices, results, and who says so.",
                    self.as_of,
                    self.rendering.addresses.base,
                    "downloads.html",
                    "catalogue.json",
                )
            ],
        )
        yield self._single(
            "search.html",
            "Search",
            "Find a model, a seller or a benchmark.",
            csp=SEARCHING,
            scripts=("search.js",),
            noindex=True,
        )
        yield self._single("404.html", "No such page", "Nothing is published at this address.", noindex=True)

    def _accounts(self) -> Iterator[Document]:
        """What changed from edition to edition, the newest first, as far back as a page has room for."""
        room = CHANGES_SHOWN
        for account in accounts(self.documents.folder):
            if room <= 0 or account["before"] is None:
                return
            kinds: list[Document] = [
                {
                    "title": kind.title,
                    "total": len(account[kind.name]),
                    "changes": [
                        {
                            "text": kind.words(each),
                            "why": kind.why(each),
                            "model_id": _whose(each),
                            "page": each.get("page"),
                        }
                        for each in account[kind.name][:OF_A_KIND]
                    ],
                }
                for kind in KINDS
                if account[kind.name]
            ]
            room -= sum(len(each["changes"]) for each in kinds)
            yield {**account, "text": count_words(account["counts"]), "kinds": kinds}

    def _single(self, path: str, title: str, description: str, template: str = "", **context: Any) -> Page:
        more = {"names": self.names, "names_of_labs": self.labs}
        return path, self.rendering.page(
            template or path, path, title=title, description=description, **{**more, **context}
        )

    def _home(self, changes: Sequence[Document]) -> Iterator[Page]:
        catalogue = self.documents.catalogue
        newest = [
            each
            for each in self.rows.values()
            if each["is_listed"] and each["released_on"] and each["released_on"] <= self.as_of
        ]
        newest.sort(key=lambda each: (each["released_on"], each["offers"], each["id"]), reverse=True)
        pairs = self.documents.rows("compare/index.json", "pairs")
        coming = [each for each in self.documents.rows("retirements.json", "retirements") if each["days_left"] > 0]
        yield self._single(
            "index.html",
            "Almanac",
            "Every language model: what it can do, who sells it, at which price, and who says so.",
            "home.html",
            csp=SEARCHING,
            scripts=("search.js",),
            counts=[
                ("Models", len(self.rows), "a-z/index.html"),
                ("Sellers", len(catalogue["providers"]), "providers/index.html"),
                ("Offers", sum(each["offers"] for each in self.rows.values()), "costs/index.html"),
                ("Results", sum(each["results"] for each in self.rows.values()), "benchmarks/index.html"),
                ("Sources", len(self.documents.rows("sources.json", "sources")), "sources.html"),
            ],
            pairs=[each for each in pairs if self._is_pair(each)][:6],
            newest=newest[:10],
            retirements=coming[:8],
            changes=changes[:8],
            as_of=self.as_of,
        )

    def _is_pair(self, row: Document) -> bool:
        return (row["a"], row["b"]) in self.rendering.by_depth[0].known.pairs

    def _from_a_to_z(self) -> Iterator[Page]:
        by_letter: dict[str, list[Document]] = {}
        for each in sorted(self.rows.values(), key=_by_name):
            first = each["name"][:1].upper()
            by_letter.setdefault(first if first.isascii() and first.isalpha() else "0–9", []).append(each)
        letters = [
            (letter, "a-z/index.html" if place == 0 else f"a-z/{'0-9' if letter == '0–9' else letter.lower()}.html")
            for place, letter in enumerate(sorted(by_letter))
        ]
        for letter, path in letters:
            yield (
                path,
                self.rendering.page(
                    "az.html",
                    path,
                    title=f"Models from A to Z: {letter}",
                    description=f"Models whose names begin with {letter}.",
                    room="a-z/index.html",
                    letters=letters,
                    letter=letter,
                    models=by_letter[letter],
                    total=len(self.rows),
                ),
            )

    def _indexes(self) -> Iterator[Page]:
        providers = [(None, self.documents.catalogue["providers"])]
        benchmarks = [(None, self.documents.catalogue["benchmarks"])]
        labs = self.documents.rows("labs.json", "labs")
        families = self.documents.rows("families.json", "families")
        for each in (*labs, *families):
            each["note"] = f"{len(each['models']):,}" if each["models"] else ""
        many = [each for each in families if len(each["models"]) > 1]
        for kind, heading, intro, groups in (
            ("providers", "Sellers", "Makers, hosts, clouds, gateways, resellers and plans.", providers),
            ("benchmarks", "Benchmarks", "Results are compared in one setting only.", benchmarks),
            ("labs", "Labs", "Who trains models, and how many of theirs are here.", [(None, labs)]),
            (
                "families",
                "Families",
                "Lines of a maker's products.",
                [(None, many), ("With one model", [each for each in families if len(each["models"]) <= 1])],
            ),
        ):
            path = f"{kind}/index.html"
            yield (
                path,
                self.rendering.page(
                    "index_of.html",
                    path,
                    title=heading,
                    description=intro,
                    room=path,
                    kind=kind,
                    heading=heading,
                    intro=intro,
                    groups=[
                        (
                            words,
                            sorted(
                                ({"note": "", **each} for each in rows),
                                key=_by_name,
                            ),
                        )
                        for words, rows in groups
                        if rows
                    ],
                ),
            )

    def _compare(self) -> Iterator[Page]:
        pairs = [each for each in self.documents.rows("compare/index.json", "pairs") if self._is_pair(each)]
        path = "compare/index.html"
        yield (
            path,
            self.rendering.page(
                "compare.html",
                path,
                title="Compare any two or three models",
                description="Any two or three models side by side, every figure with its source.",
                room=path,
                scripts=("compare.js",),
                pairs=pairs[:120],
                total=len(pairs),
                names=self.names,
            ),
        )

    def _costs(self) -> Iterator[Page]:
        for place, workload in enumerate(self.workloads):
            known = [each for each in self.rows.values() if workload["id"] in each["costs"]]
            known.sort(key=lambda each: (Decimal(str(each["costs"][workload["id"]])), each["id"]))
            paths = [f"costs/{workload['id']}.html"] + (["costs/index.html"] if place == 0 else [])
            for path in paths:
                yield (
                    path,
                    self.rendering.page(
                        "costs.html",
                        path,
                        title=f"What a month costs: {workload['name'].partition(' (')[0]}",
                        description=f"Models by the cost of {workload['text']}.",
                        room="costs/index.html",
                        scripts=("costs.js",),
                        workload=workload,
                        workloads=self.workloads,
                        rows=known[:150],
                        total=len(known),
                        names_of_labs=self.labs,
                    ),
                )

    def _retiring(self, files: frozenset[str]) -> Iterator[Page]:
        rows = self.documents.rows("retirements.json", "retirements")
        coming = [each for each in rows if each["days_left"] > 0]
        over = [each for each in rows if each["days_left"] <= 0]
        yield self._single(
            "retiring.html",
            "Retiring soon",
            "Days on which makers say their APIs stop serving a model.",
            groups=[("To come", coming[:80]), ("Over", over[:60])],
            as_of=self.as_of,
            files=files,
        )

    def _unknown(self) -> Iterator[Page]:
        held = self.documents.held("gaps.json") or {"counts": [], "gaps": [], "pages": []}
        yield self._single(
            "unknown.html",
            "What we do not know",
            "Gaps by what they would mend, each with a reason and a next step.",
            counts=held["counts"],
            gaps=held["gaps"][:100],
            pages=held["pages"][:50],
            total=sum(each["gaps"] for each in held["counts"]),
        )

    def _conflicts(self) -> Iterator[Page]:
        held = self.documents.held("conflicts.json") or {"counts": {}, "conflicts": []}
        yield self._single(
            "conflicts.html",
            "Where sources disagree",
            "The value we hold, and what the others say.",
            counts=sorted(held["counts"].items(), key=lambda each: -each[1]),
            rows=held["conflicts"][:80],
        )

    def _scatter(self, b: Document) -> list[Document]:
        """Cost against score on one basis: one source's results that stand under one key, each model at its best."""
        if b["higher_is_better"] is None or not self.workloads:
            return []
        default = self.workloads[0]
        sign = 1 if b["higher_is_better"] else -1
        best: dict[tuple[str, str], dict[str, Document]] = {}
        for each in b["results"]:
            row = self.rows.get(each["model"]["id"])
            if each["comparability"] != "comparable" or not row or not float(row["costs"].get(default["id"], 0)):
                continue
            beside = best.setdefault((each["source"]["id"], each["comparable_key"]), {})
            held = beside.get(row["id"])
            if held is None or sign * Decimal(str(each["score"])) > sign * Decimal(str(held["score"])):
                beside[row["id"]] = each
        if not best:
            return []
        results = max(best.items(), key=lambda each: (len(each[1]), each[0]))[1]
        if len(results) < 5:
            return []
        points = [
            charts.Point(
                float(self.rows[model_id]["costs"][default["id"]]),
                float(each["score"]),
                each["model"]["name"],
                f"{each['model']['name']}: {each['text']}, {each['setting_text'] or 'setting not said'}",
                f"{root_of(page('benchmarks', b['id']))}{page('models', model_id)}",
            )
            for model_id, each in sorted(results.items())
        ]
        one = next(iter(results.values()))
        told = f"Scores as {one['source']['publisher']} reports them"
        if one["reporter"] and one["reported_by"] == "third_party":
            told = f"Scores by {one['reporter']}, read at {one['source']['publisher']}"
        name = f"{b['name']}: score against cost a month"
        svg = charts.scatter(
            points,
            name,
            f"cost a month, {default['text']}, log scale",
            f"score, {b['unit_text']}",
            lower_is_better=not b["higher_is_better"],
        )
        caption = (
            f"{told}, each model at its best setting of one version and harness, against the cost of "
            f"{default['text']} at the cheapest confirmed offer. Marked: nothing is both cheaper and better. "
            "Each point leads to its model."
        )
        return [{"svg": svg, "caption": caption, "name": name}]


def _whose(change: Document) -> str:
    """The model a change is of; empty where it is of something else."""
    of_subject = change["subject_id"] if change.get("subject_type") == "model" else ""
    return str(change.get("model_id") or of_subject)


def _by_name(each: Document) -> tuple[str, str]:
    return each["name"].casefold(), each["id"]


def pages_of_group(kind: str, identifier: str, models: int) -> list[str]:
    """Where the pages of a lab or a family lie that has so many models."""
    stem = page(kind, identifier).removesuffix(".html")
    return [_paged_path(stem, number) for number in range(1, _pages(models, ROWS) + 1)]


def _paged_path(stem: str, number: int) -> str:
    return f"{stem}{'' if number == 1 else f'-{number}'}.html"


def _pages(rows: int, per_page: int) -> int:
    return max(1, math.ceil(rows / per_page))


def _halves() -> list[Document]:
    fields = [each for each in LABELS if each != "name"]
    middle = (len(fields) + 1) // 2
    return [{"caption": "Facts", "fields": fields[:middle]}, {"caption": "More facts", "fields": fields[middle:]}]


def _plain_prices(offer: Document | None) -> list[Document]:
    """The plain input and output price of an offer, as its components tell them."""
    found: dict[str, Document] = {}
    for each in offer["prices"] if offer else ():
        if each["is_plain"] and each["meter"] in ("input", "output"):
            found.setdefault(each["meter"], each)
    return [found[meter] for meter in ("input", "output") if meter in found]


def _described(m: Document, offer: Document | None) -> str:
    facts = m["facts"]
    words = [m["name"] + (f" by {m['lab']['name']}" if m["lab"] else "")]
    if facts["context_tokens"]["value"] is not None:
        words.append(f"context {facts['context_tokens']['text']} tokens")
    for each in _plain_prices(offer):
        words.append(f"{each['meter_text']} {each['text']} {each['unit_text']}")
    words.append(counted(len(m["offers"]), "offer"))
    return "; ".join(words) + ". Every figure with its source."


def _price_charts(m: Document, as_of: str) -> list[Document]:
    """Prices over time of the offers whose plain input or output price moves: at most two charts."""
    today = date.fromisoformat(as_of)
    by_offer: dict[tuple[str, str], list[Document]] = {}
    for each in m["history"]:
        if not each["condition"] and each["currency"] == "USD" and each["unit"] == "mtok":
            by_offer.setdefault((each["offer_id"], each["source"]["id"]), []).append(each)
    made = []
    for series in by_offer.values():
        drawn = [(each, price_steps(each["points"], today)) for each in series if each["meter"] in ("input", "output")]
        moving = [(each, steps) for each, steps in drawn if len({step.text for step in steps}) > 1]
        if not moving:
            continue
        seller, publisher = series[0]["seller_text"], series[0]["source"]["publisher"]
        name = f"{m['name']} at {seller}: price over time"
        svg = charts.steps_over_time(
            [charts.Line(capitalised(each["meter_text"]), steps) for each, steps in moving], name, today
        )
        caption = f"{seller}, US dollars per million tokens, as {publisher} says."
        made.append({"svg": svg, "caption": caption, "name": name, "series": series})
    return made[:2]


def price_steps(points: Sequence[Document], today: date) -> list[charts.Step]:
    """One amount at a time: since the day its seller says, else since it was read, until the next one.

    What was announced and withdrawn before its day never held. Where only a last day is said, no more is known than
    that the amount held on it.
    """
    found: dict[date, tuple[date, Document]] = {}
    for each in sorted(points, key=lambda each: (each["observed_from"], each["claim_id"])):
        observed_to = _day(each["observed_to"])
        starts, ends = _day(each["effective_from"]), _day(each["effective_to"])
        if starts and observed_to and starts > observed_to:
            continue
        since = starts or _day(each["observed_from"]) or today
        if ends and ends < since:
            since = ends
        found[since] = (min(filter(None, (ends, observed_to)), default=max(today, since)), each)
    order = sorted(found)
    steps = []
    for place, since in enumerate(order):
        until, each = found[since]
        following = order[place + 1] if place + 1 < len(order) else None
        # The next amount takes over; between a last day and it nothing else is said.
        only_last_day = each["effective_to"] is not None and since == until
        end = since if only_last_day else following or until
        steps.append(charts.Step(since, end, float(each["amount"]), each["text"]))
    return steps


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None
