"""Pages of published pairs: what is printed of a model is made once, and joined into every page the model is on.

Belongs here: the tables of a pair. Does not: a sentence; those are the warehouse's, and printed as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from pipelines.publishing.site import linked_data
from pipelines.publishing.site.links import page, pair_page
from pipelines.publishing.site.reading import Document
from pipelines.publishing.site.rendering import LABELS, Rendering, capitalised
from pipelines.wording.phrases import inert

SPECS = tuple(field for field in LABELS if field not in ("name", "product_type", "status"))
SHARED_SHOWN = 40
"""So many shared results stand on a page; all are in its data."""

DEPTH = "compare/a/b.html"


@dataclass(frozen=True)
class Side:
    """One model's cells, ready to be joined."""

    facts: Mapping[str, str]
    capabilities: Mapping[str, str]
    costs: Mapping[str, str]
    best_for: str
    decision_fit: str
    offers: Markup
    gaps: Markup
    conflicts: Markup


class PairPages:
    """Renders pairs of one edition; keeps the sides it has made."""

    def __init__(self, rendering: Rendering) -> None:
        self.rendering = rendering
        self.template = rendering.environment.get_template("pair.html")
        self.sides: dict[str, Side] = {}

    def render(self, pair: Document) -> tuple[str, str]:
        """Where the page of a pair lies, and its HTML."""
        a, b = pair["a"], pair["b"]
        path = pair_page(a["id"], b["id"])
        side_a, side_b = self._side(a, pair["costs"], "a"), self._side(b, pair["costs"], "b")
        name_a, name_b = inert(a["name"]), inert(b["name"])
        title = f"{name_a} and {name_b} compared"
        verdict = pair["verdict"]["statements"]
        statements = _Sections(pair["statements"])
        neighbours = [
            (a if whose == a["id"] else b, each)
            for whose, each in zip(pair["continue_from"], pair["continue_comparing"], strict=True)
        ]
        base = self.rendering.addresses.base
        html = self.rendering.page(
            "pair.html",
            path,
            title=title,
            description=verdict[0]["sentence"] if verdict else f"{title}: prices, context, capabilities, benchmarks.",
            room="compare/index.html",
            crumbs=(("Compare", "compare/index.html"), (name_a, page("models", a["id"])), (f"and {name_b}", None)),
            document=path.removesuffix("html") + "json",
            linked_data=_linked(title, pair, base, path),
            a=a,
            b=b,
            a_side=side_a,
            b_side=side_b,
            head=_head(a, b),
            verdict=verdict,
            statements=statements,
            said_of=statements.listed,
            scorecard=_scorecard(pair, side_a, side_b),
            costs=_costs(pair, side_a, side_b),
            specs=_rows({LABELS[field]: (side_a.facts[field], side_b.facts[field]) for field in SPECS}),
            capabilities=_rows(
                {
                    escape(each["name"]): (side_a.capabilities[each["id"]], side_b.capabilities[each["id"]])
                    for each in pair["capabilities"]
                }
            ),
            shared=pair["shared_results"][:SHARED_SHOWN],
            shared_total=len(pair["shared_results"]),
            shared_providers=pair["shared_providers"],
            faq=pair["faq"],
            neighbours=neighbours,
            last_reviewed_on=pair["last_reviewed_on"],
        )
        return path, html

    def _side(self, side: Document, costs: list[Document], letter: str) -> Side:
        held = self.sides.get(side["id"])
        if held is None:
            held = self.sides[side["id"]] = self._made(side, costs, letter)
        return held

    def _made(self, side: Document, costs: list[Document], letter: str) -> Side:
        macros = self.rendering.macros("side.html", DEPTH, side=side, key=side["id"])
        return Side(
            facts={field: str(macros.cell(field)) for field in LABELS},
            capabilities={each["id"]: str(macros.capability(each)) for each in side["capabilities"]},
            costs={each["workload_id"]: str(macros.cost(each, each[letter])) for each in costs},
            best_for=f"<td>{escape(inert(side['best_for']['text']))}</td>",
            decision_fit=f"<td>{escape(inert(side['decision_fit']['text']))}</td>",
            offers=macros.offers(),
            gaps=macros.gaps(),
            conflicts=macros.conflicts(),
        )


class _Sections(dict[str, list[Document]]):
    """Statements by section; a section nothing is said in is empty."""

    def __missing__(self, section: str) -> list[Document]:
        return []

    def __getattr__(self, section: str) -> list[Document]:
        return self[section]

    def listed(self, section: str) -> Markup:
        items = "".join(f"<li>{escape(inert(each['sentence']))}</li>" for each in self[section])
        return Markup(f'<ul class="said-of">{items}</ul>' if items else "")  # noqa: S704


def _head(a: Document, b: Document) -> Markup:
    cells = "".join(
        f'<th scope="col"><a href="../../{page("models", each["id"])}"><bdi>{escape(inert(each["name"]))}</bdi></a></th>'
        for each in (a, b)
    )
    return Markup(f"<thead><tr><td></td>{cells}</tr></thead>")  # noqa: S704


def _rows(cells: Mapping[str, tuple[str, str]]) -> Markup:
    return Markup("".join(f'<tr><th scope="row">{label}</th>{a}{b}</tr>' for label, (a, b) in cells.items()))  # noqa: S704


def _scorecard(pair: Document, a: Side, b: Side) -> Markup:
    shared = len(pair["shared_results"])
    compared = sum(each["gap"] is not None for each in pair["shared_results"])
    told = f"<td>{shared}, {compared} with a gap</td>" if shared else "<td>0</td>"
    return _rows(
        {
            LABELS["product_type"]: (a.facts["product_type"], b.facts["product_type"]),
            LABELS["status"]: (a.facts["status"], b.facts["status"]),
            "Best for": (a.best_for, b.best_for),
            "Decision fit": (a.decision_fit, b.decision_fit),
            "Sellers": (_sellers(pair["a"]), _sellers(pair["b"])),
            "Shared benchmarks": (told, told),
            "Reviewed": tuple(f"<td>{pair[each]['dates']['last_reviewed_on']} or later</td>" for each in "ab"),
        }
    )


def _sellers(side: Document) -> str:
    return f"<td>{side['providers_total']}, {side['offers_total']} offers</td>"


def _costs(pair: Document, a: Side, b: Side) -> Markup:
    rows = {}
    for each in pair["costs"]:
        cells = []
        for letter, side in (("a", a), ("b", b)):
            kind = ' class="better"' if each["lower"] == letter else ""
            cells.append(f"<td{kind}>{side.costs[each['workload_id']]}</td>")
        gap = f'<br><small class="soft">gap {escape(each["gap_text"])}</small>' if each["gap_usd"] is not None else ""
        rows[f"{escape(capitalised(each['workload_text']))}{gap}"] = (cells[0], cells[1])
    return _rows(rows)


def _linked(title: str, pair: Document, base: str, path: str) -> list[Any]:
    made = [
        linked_data.breadcrumbs((("Compare", "compare/index.html"), (title, None)), base, path),
        linked_data.dataset(
            title, title, pair["last_reviewed_on"], base, path, path.removesuffix("html") + "json"
        ),
    ]
    if pair["faq"]:
        made.append(linked_data.questions((each["question"], each["sentence"]) for each in pair["faq"]))
    return made
