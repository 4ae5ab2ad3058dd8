"""Pages of published pairs: what is printed of a model is made once, and joined into every page the model is on.

Belongs here: the tables of a pair. Does not: a sentence; those are the warehouse's, and printed as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from markupsafe import Markup

from pipelines.publishing.site import linked_data
from pipelines.publishing.site.escaping import told, told_each
from pipelines.publishing.site.evidence import brief, who
from pipelines.publishing.site.links import Links, page, pair_page, reporting
from pipelines.publishing.site.reading import Document, Documents, Pair, Said
from pipelines.publishing.site.rendering import LABELS, Form, Rendering, capitalised, opening
from pipelines.wording.amounts import counted

SPECS = tuple(field for field in LABELS if field not in ("name", "product_type", "status"))
SHARED_SHOWN = 10
"""So many shared results stand on a page; all are in its data."""

SECTIONS = (
    "tradeoffs",
    "cost",
    "switch_a_to_b",
    "switch_b_to_a",
    "offers",
    "capabilities",
    "benchmarks",
    "deep_dive",
    "gaps",
)
"""Whose sentences stand in a list. Those of the scorecard and the specs say the cells of these tables one by one, and
are in the data alone."""

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
    """Renders pairs of one edition; keeps the sides and the forms it has made."""

    def __init__(self, rendering: Rendering, documents: Documents) -> None:
        self.rendering, self.documents = rendering, documents
        self.macros = rendering.macros("side.html", DEPTH)
        self.sides: dict[str, Side] = {}
        self.forms: dict[frozenset[str], Form] = {}
        self.neighbours: dict[tuple[str, str], str] = {}

    def page(self, a_id: str, b_id: str) -> tuple[str, str]:
        """Where the page of a pair lies, and its HTML."""
        pair = self.documents.pair(a_id, b_id)
        if a_id not in self.sides:
            self.sides[a_id] = self._side(self.documents.sides(a_id, b_id)["a"], pair["costs"], "a")
        if b_id not in self.sides:
            self.sides[b_id] = self._side(self.documents.sides(a_id, b_id)["b"], pair["costs"], "b")
        path = pair_page(a_id, b_id)
        places = self._places(pair, self.sides[a_id], self.sides[b_id], path)
        filled = frozenset(name for name, html in places.items() if html)
        if filled not in self.forms:
            self.forms[filled] = self._form({name: opening(name) if name in filled else Markup() for name in places})
        return path, self.forms[filled].filled(places)

    def _form(self, places: Mapping[str, Markup]) -> Form:
        """The page of all pairs that fill the same places."""
        sides = {
            letter: {part: places[f"{letter}_{part}"] for part in ("name", "offers", "gaps", "conflicts")}
            for letter in ("a", "b")
        }
        crumbs = (
            ("Compare", "compare/index.html"),
            (places["a_name"], places["a_page"]),
            (Markup("and ") + places["b_name"], None),
        )
        return self.rendering.form(
            "pair.html",
            DEPTH,
            **places,
            **sides,
            room="compare/index.html",
            crumbs=crumbs,
            linked_data=[places[each] for each in ("breadcrumbs", "questions") if places[each]],
            statements={section: places[section] for section in SECTIONS},
            shared_shown=SHARED_SHOWN,
        )

    def _places(self, pair: Pair, a: Side, b: Side, path: str) -> dict[str, str]:
        """HTML by the place it fills, empty where a pair has nothing for it."""
        title = f"{a.name} and {b.name} compared"
        links, addresses = self.rendering.links(path), self.rendering.addresses
        faq, shared = pair["faq"], pair["shared_results"]
        verdict = _sentences(pair["verdict"]["statements"])
        said = {section: _sentences(pair["statements"].get(section, ())) for section in ("intro", *SECTIONS)}
        lists = told_each((said[section] for section in SECTIONS), "</li><li>")
        return {
            **{
                section: f'<ul class="said-of"><li>{items}</li></ul>' if said[section] else ""
                for section, items in zip(SECTIONS, lists, strict=True)
            },
            "intro": told_each([said["intro"]], " ")[0],
            "verdict": told_each([verdict], "</p><p>")[0],
            "title": told(title),
            "description": told(verdict[0] if verdict else f"{title}: prices, context, capabilities, benchmarks."),
            "canonical": addresses.base and told(f"{addresses.base}{path}"),
            "document": f"{path.removesuffix('html')}json",
            "breadcrumbs": linked_data.breadcrumbs(
                (("Compare", "compare/index.html"), (title, None)), addresses.base, path
            ),
            "questions": linked_data.questions((each["question"], each["sentence"]) for each in faq) if faq else "",
            "a_name": told(a.name),
            "b_name": told(b.name),
            "a_page": page("models", a.id),
            "a_offers": a.offers,
            "b_offers": b.offers,
            "a_gaps": a.gaps,
            "b_gaps": b.gaps,
            "a_conflicts": a.conflicts,
            "b_conflicts": b.conflicts,
            "head": _head(a, b),
            "scorecard": _scorecard(pair, a, b),
            "costs": _costs(pair, a, b),
            "specs": _rows((LABELS[field], a.facts[field], b.facts[field]) for field in SPECS),
            "each_capability": _rows(
                (told(each["name"]), a.capabilities[each["id"]], b.capabilities[each["id"]])
                for each in pair["capabilities"]
            ),
            "shared": self._shared(shared[:SHARED_SHOWN], links),
            "shared_total": str(len(shared)) if len(shared) > SHARED_SHOWN else "",
            "shared_providers": ", ".join(links.link("providers", each) for each in pair["shared_providers"]),
            "faq": _questions(faq),
            "neighbours": self._neighbours(pair, links),
            "last_reviewed_on": told(pair["last_reviewed_on"]),
            "both_ids": f"m={quote(a.id)}&amp;m={quote(b.id)}",
            "report": addresses.report and told(reporting(addresses.report, f"{a.id}/{b.id}")),
        }

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

    def _neighbours(self, pair: Pair, links: Links) -> str:
        """A model leads on to the same ones from every page it is on."""
        items = []
        for whose, each in zip(pair["continue_from"], pair["continue_comparing"], strict=True):
            key = whose, each["model"]["id"]
            if key not in self.neighbours:
                self.neighbours[key] = (
                    f"<li>{links.compare_link({'id': whose}, each['model'])}"
                    f"<small>{told(', '.join(each['reasons']))}</small></li>"
                )
            items.append(self.neighbours[key])
        return "\n".join(items)

    def _side(self, side: Document, costs: list[Document], letter: str) -> Side:
        macros = self.macros
        return Side(
            id=side["id"],
            name=side["name"],
            facts={field: _fact(side, field) for field in LABELS},
            capabilities={each["id"]: _capability(side, each) for each in side["capabilities"]},
            costs={each["workload_id"]: str(macros.cost(side, each, each[letter])) for each in costs},
            best_for=f"<td>{told(side['best_for']['text'])}</td>",
            decision_fit=f"<td>{told(side['decision_fit']['text'])}</td>",
            sellers=f"<td>{side['providers_total']}, in {counted(side['offers_total'], 'offer')}</td>",
            reviewed=f"<td>{side['dates']['last_reviewed_on']} or later</td>",
            offers=macros.offers(side),
            gaps=macros.gaps(side),
            conflicts=macros.conflicts(side),
        )


def _fact(side: Document, field: str) -> str:
    card = brief(side["facts"][field], f"{side['id']}-{field}", f"{LABELS[field]}, {side['name']}")
    return f"<td>{card}</td>"


def _capability(side: Document, held: Document) -> str:
    card = brief(held["fact"], f"{side['id']}-{held['id']}", f"{held['name']}, {side['name']}")
    return f'<td class="{told(held["status"])}">{card}</td>'


def _sentences(said: Iterable[Said]) -> list[str]:
    return [each["sentence"] for each in said]


def _questions(asked: Iterable[Document]) -> Markup:
    return Markup("\n").join(
        Markup(f"<dt>{told(each['question'])}</dt><dd>{told(each['sentence'])}</dd>") for each in asked
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


def _scorecard(pair: Pair, a: Side, b: Side) -> Markup:
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


def _shared(pair: Pair) -> str:
    """The comparable results the sentences count, a suite once; and of how many scores they are made."""
    shared = len(pair["shared_results"])
    if not shared:
        return "0"
    counts = [each["numbers"] for each in pair["statements"].get("scorecard", ()) if each["rule_id"] == "score_results"]
    told = f"{counted(counts[0]['shared'], 'comparable result')}, a suite counted once; " if counts else ""
    compared = sum(each["gap"] is not None for each in pair["shared_results"])
    return f"{told}{counted(shared, 'benchmark')} or parts of one, {compared} with a gap"


def _costs(pair: Pair, a: Side, b: Side) -> Markup:
    rows = []
    for each in pair["costs"]:
        workload, better = each["workload_id"], {each["lower"]: ' class="better"'}
        of_a = f"<td{better.get('a', '')}>{a.costs[workload]}</td>"
        of_b = f"<td{better.get('b', '')}>{b.costs[workload]}</td>"
        gap = f'<br><small class="soft">gap {told(each["gap_text"])}</small>' if Decimal(each["gap_usd"] or 0) else ""
        rows.append((f"{told(capitalised(each['workload_text']))}{gap}", of_a, of_b))
    return _rows(rows)
