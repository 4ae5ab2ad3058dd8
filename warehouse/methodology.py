"""The page of methodology: every threshold, verdict, tag and rule in words, from ``reference/rules.yaml``.

``make methodology`` writes it. Belongs here: how the page is laid out. Does not: any rule.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from warehouse import rules


def methodology() -> str:
    """The whole page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    told = rules.read()
    yield "# What comparisons say, and when"
    yield ""
    yield "Made from `warehouse/reference/rules.yaml` by `make methodology`; SQL reads the same file."
    yield "How costs and columns are computed is in [comparison.md](comparison.md)."
    yield ""
    yield "Every statement is a row before it is a sentence: `mart.comparison_statements` holds those of published"
    yield "pairs, and `comparison_statements(a, b)` tells those of any two listed models. A row names its rule, the"
    yield "model it speaks for, its numbers and the claims they come from. Known against known only: what is unknown is"
    yield "named, never counted. `make contradictions` proves over every pair that no two statements contradict each"
    yield "other."
    yield ""
    yield "## Thresholds"
    yield ""
    yield from _table_of("thresholds")
    yield "## The verdict"
    yield ""
    yield "The first of these that holds. The release date decides nothing."
    yield ""
    yield "| verdict | when |"
    yield "|---|---|"
    for each in told["verdicts"]:
        yield f"| `{each['kind']}` | {each['rule']} |"
    yield ""
    yield "## Tags"
    yield ""
    yield "A tag needs a known yes, so it cannot contradict a capability. At most `tags_told` are told, in this order."
    yield ""
    yield "| tag | column | when |"
    yield "|---|---|---|"
    for each in told["tags"]:
        yield f"| {each['tag']} | `{each['column']}` | {each['rule']} |"
    yield ""
    yield "## Statements"
    yield ""
    yield "x is the model a statement is about or speaks for, y the other. A place in `{braces}` is a fact in its"
    yield "words; what stands in `[brackets]` is said where its place is known, else what stands behind the `|`."
    yield ""
    for section, grouped in groupby(rules.rules(), key=attrgetter("section")):
        yield f"### {section.replace('_', ' ')}"
        yield ""
        yield "| rule | when | for whom | sentence |"
        yield "|---|---|---|---|"
        for rule in grouped:
            question = f"*{rule.question}* " if rule.question else ""
            sentence = f"{question}{rule.sentence}".replace("|", "\\|")
            yield f"| `{rule.rule_id}` | {rule.needs} | {rule.for_whom or ''} | {sentence} |"
        yield ""
    yield "## What is never said together"
    yield ""
    yield "At most one of each group is told of a pair, of a direction or of an item (a workload, a result):"
    yield ""
    for group in told["contradictions"]["at_most_one"]:
        yield f"* of {'an' if group['per'] == 'item' else 'a'} {group['per']}: {_codes(group['rules'])}"
    yield ""
    yield "The rules of each of these groups speak for the same model:"
    yield ""
    for group in told["contradictions"]["same_model"]:
        yield f"* {_codes(group)}"
    yield ""
    yield f"Never of a model that is leaving: {_codes(told['contradictions']['praises'])}."
    yield ""
    yield "## When a price is doubted"
    yield ""
    yield "No comparison shows a price beyond these: it is kept in `evidence.rejects` with its rule, and is a gap. How"
    yield "they work together is in [decision 4](decisions/0004-precedence-and-confirmation.md)."
    yield ""
    yield from _table_of("price_gate")


def _table_of(group: str) -> Iterator[str]:
    yield "| threshold | value | unit | meaning |"
    yield "|---|---|---|---|"
    for each in rules.declared_thresholds(group):
        yield f"| `{each.name}` | {each.value:,} | {each.unit} | {each.meaning} |"
    yield ""


def _codes(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(methodology(), end="")
