"""Pages of published pairs: what is printed of a model is made once, and joined into every page the model is on.

Belongs here: the tables of a pair. Does not: a sentence; those are the warehouse's, and printed as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from pipelines.publishing.site import linked_data
from pipelines.publishing.site.escaping import told, told_each
from pipelines.publishing.site.evidence import brief, who
from pipelines.publishing.site.links import Links, page, pair_page
from pipelines.publishing.site.reading import Document, Documents
from pipelines.publishing.site.rendering import LABELS, Rendering, capitalised
from pipelines.wording.amounts import counted

SPECS = tuple(field for field in LABELS if field not in ("name", "product_type", "status"))
SHARED_SHOWN = 10
"""So many shared results stand on a page; all are in its data."""

DEPTH = "compare/a/b.html"


@dataclass(frozen=True)
class Side:
    """One model's cells, ready to be joined."""

    id: str
    name: str
    facts: Mapping[str, str]
    capabilities: Mapping[str, str]
    costs: Mapping[str, str]
    best_for: str
    decision_fit: str
    sellers: str
    reviewed: str
    offers: Markup
    gaps: Markup
    conflicts: Markup


class PairPages:
    """Renders pairs of one edition; keeps the sides it has made."""

    def __init__(self, rendering: Rendering, documents: Documents) -> None:
        self.rendering, self.documents = rendering, documents
        self.template = rendering.environment.get_template("pair.html")
        self.sides: dict[str, Side] = {}

    def page(self, a_id: str, b_id: str) -> tuple[str, str]:
        """Where the page of a pair lies, and its HTML."""
        held = a_id in self.sides and b_id in self.sides
        pair = self.documents.pair(a_id, b_id, with_sides=not held)
        if not held:
            for letter in ("a", "b"):
                self._keep(pair[letter], pair["costs"], letter)
        a, b = self.sides[a_id], self.sides[b_id]
        path = pair_page(a_id, b_id)
        title = f"{a.name} and {b.name} compared"
        verdict = pair["verdict"]["statements"]
        html = self.rendering.page(
            "pair.html",
            path,
            title=title,
            description=verdict[0]["sentence"] if verdict else f"{title}: prices, context, capabilities, benchmarks.",
            room="compare/index.html",
            crumbs=(("Compare", "compare/index.html"), (a.name, page("models", a_id)), (f"and {b.name}", None)),
            document=f"{path.removesuffix('html')}json",
            linked_data=_linked(title, pair, self.rendering.addresses.base, path),
            a=a,
            b=b,
            head=_head(a, b),
            verdict=verdict,
            intro=pair["statements"].get("intro", ()),
            statements=_Sections(pair["statements"]),
            scorecard=_scorecard(pair, a, b),
            costs=_costs(pair, a, b),
            specs=_rows((LABELS[field], a.facts[field], b.facts[field]) for field in SPECS),
            capabilities=_rows(
                (told(each["name"]), a.capabilities[each["id"]], b.capabilities[each["id"]])
                for each in pair["capabilities"]
            ),
            shared=self._shared(pair["shared_results"][:SHARED_SHOWN], self.rendering.links(path)),
            shared_shown=SHARED_SHOWN,
            shared_total=len(pair["shared_results"]),
            shared_providers=pair["shared_providers"],
            faq=_questions(pair["faq"]),
            neighbours=_neighbours(pair, self.rendering.links(path)),
            last_reviewed_on=pair["last_reviewed_on"],
        )
        return path, html

    def _shared(self, results: list[Document], links: Links) -> Markup:
        rows = []
        for each in results:
            better, benchmark = {each["leader"]: " better"}, each["benchmark"]
            of_a, of_b = (
                f'<td class="n{better.get(side, "")}">{self._score(each[side], benchmark, f"s{place}")}</td>'
                for place, side in enumerate("ab", start=1)
            )
            gap = "" if each["gap"] is None else told(each["gap_text"])
            label = links.link("benchmarks", benchmark)
            rows.append((label, of_a, f'{of_b}<td class="n">{gap}</td><td>{told(each["basis_text"])}</td>'))
        return _rows(rows)

    def _score(self, side: Document, benchmark: Document, card: str) -> str:
        card, reporter = f"{card}-{told(benchmark['id'])}", told(side["reporter_text"])
        day = told(side["evaluated_on"] or "")
        measured = f"<dt>Measured</dt><dd>{day}</dd>" if day else ""
        return (
            f'<button class="fact" popovertarget="{card}">{told(side["text"])}</button>'
            f'<div class="said" popover id="{card}"><b>{told(benchmark["name"])}</b>'
            f'<span class="cite">{reporter}{day and ", " + day}</span>'
            f"<p>Printed: <q>{told(side['printed'])}</q></p><dl><dt>Setting</dt>"
            f"<dd>{told(side['setting_text'] or 'not said')}</dd><dt>Reported by</dt><dd>{reporter}</dd>"
            f"{measured}<dt>Who says so</dt><dd>{who(side['source'])}</dd></dl>"
            f"{self.rendering.cards.report(side['claim_id'])}</div>"
        )

    def _keep(self, side: Document, costs: list[Document], letter: str) -> None:
        if side["id"] in self.sides:
            return
        macros = self.rendering.macros("side.html", DEPTH, side=side, key=side["id"])
        self.sides[side["id"]] = Side(
            id=side["id"],
            name=side["name"],
            facts={field: _fact(side, field) for field in LABELS},
            capabilities={each["id"]: _capability(side, each) for each in side["capabilities"]},
            costs={each["workload_id"]: str(macros.cost(each, each[letter])) for each in costs},
            best_for=f"<td>{told(side['best_for']['text'])}</td>",
            decision_fit=f"<td>{told(side['decision_fit']['text'])}</td>",
            sellers=f"<td>{side['providers_total']}, in {counted(side['offers_total'], 'offer')}</td>",
            reviewed=f"<td>{side['dates']['last_reviewed_on']} or later</td>",
            offers=macros.offers(),
            gaps=macros.gaps(),
            conflicts=macros.conflicts(),
        )


def _fact(side: Document, field: str) -> str:
    card = brief(side["facts"][field], f"{side['id']}-{field}", f"{LABELS[field]}, {side['name']}")
    return f"<td>{card}</td>"


def _capability(side: Document, held: Document) -> str:
    card = brief(held["fact"], f"{side['id']}-{held['id']}", f"{held['name']}, {side['name']}")
    return f'<td class="{told(held["status"])}">{card}</td>'


class _Sections(dict[str, Markup]):
    """The sentences of each section as a list; nothing for a section in which nothing is said."""

    def __init__(self, statements: Mapping[str, list[Document]]) -> None:
        for section, said in statements.items():
            items = told_each((each["sentence"] for each in said), "</li><li>")
            self[section] = Markup(f'<ul class="said-of"><li>{items}</li></ul>')

    def __missing__(self, section: str) -> Markup:
        return Markup()


def _questions(asked: Iterable[Document]) -> Markup:
    return Markup("\n").join(
        Markup(f"<dt>{told(each['question'])}</dt><dd>{told(each['sentence'])}</dd>") for each in asked
    )


def _neighbours(pair: Document, links: Links) -> Markup:
    return Markup("\n").join(
        Markup(
            f"<li>{links.compare_link({'id': whose}, each['model'])}"
            f"<small>{told(', '.join(each['reasons']))}</small></li>"
        )
        for whose, each in zip(pair["continue_from"], pair["continue_comparing"], strict=True)
    )


def _head(a: Side, b: Side) -> Markup:
    cells = "".join(
        f'<th scope="col"><a href="../../models/{each.id}.html"><bdi>{told(each.name)}</bdi></a></th>'
        for each in (a, b)
    )
    return Markup(f"<thead><tr><td></td>{cells}</tr></thead>")


def _rows(rows: Iterable[tuple[str, str, str]]) -> Markup:
    """Rows of a table of two sides, of a label and two cells that are HTML already."""
    return Markup("".join(f'<tr><th scope="row">{label}</th>{a}{b}</tr>\n' for label, a, b in rows))


def _scorecard(pair: Document, a: Side, b: Side) -> Markup:
    results = f"<td>{_shared(pair)}</td>"
    return _rows(
        (
            (LABELS["product_type"], a.facts["product_type"], b.facts["product_type"]),
            (LABELS["status"], a.facts["status"], b.facts["status"]),
            ("Best for", a.best_for, b.best_for),
            ("Decision fit", a.decision_fit, b.decision_fit),
            ("Sellers", a.sellers, b.sellers),
            ("Shared benchmarks", results, results),
            ("Every fact still said on", a.reviewed, b.reviewed),
        )
    )


def _shared(pair: Document) -> str:
    """The comparable results the sentences count, a suite once; and of how many scores they are made."""
    shared = len(pair["shared_results"])
    if not shared:
        return "0"
    counts = [each["numbers"] for each in pair["statements"].get("scorecard", ()) if each["rule_id"] == "score_results"]
    told = f"{counted(counts[0]['shared'], 'comparable result')}, a suite counted once; " if counts else ""
    compared = sum(each["gap"] is not None for each in pair["shared_results"])
    return f"{told}{counted(shared, 'benchmark')} or parts of one, {compared} with a gap"


def _costs(pair: Document, a: Side, b: Side) -> Markup:
    rows = []
    for each in pair["costs"]:
        workload, better = each["workload_id"], {each["lower"]: ' class="better"'}
        of_a = f"<td{better.get('a', '')}>{a.costs[workload]}</td>"
        of_b = f"<td{better.get('b', '')}>{b.costs[workload]}</td>"
        gap = f'<br><small class="soft">gap {told(each["gap_text"])}</small>' if Decimal(each["gap_usd"] or 0) else ""
        rows.append((f"{told(capitalised(each['workload_text']))}{gap}", of_a, of_b))
    return _rows(rows)


def _linked(title: str, pair: Document, base: str, path: str) -> list[Markup]:
    made = [linked_data.breadcrumbs((("Compare", "compare/index.html"), (title, None)), base, path)]
    if pair["faq"]:
        made.append(linked_data.questions((each["question"], each["sentence"]) for each in pair["faq"]))
    return made
