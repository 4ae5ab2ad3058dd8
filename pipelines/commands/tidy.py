"""``almanac tidy``: what the settings no longer keep, removed or only listed."""

from contextlib import nullcontext

import click

from pipelines.answers import bringing
from pipelines.answers.asking import Row, Unclear
from warehouse.home import Busy, Home, Unusable, alone


class Untidy(click.ClickException):
    """Something that was due is still there."""

    exit_code = 1


def tidy(home: Home, *, dry_run: bool) -> list[Row]:
    """Remove what is due; what went, or would go: kind, name, bytes.

    `Unclear` where a setting is no number, `Untidy` where a refresh is at work or something could not be removed.
    """
    from pipelines import retention  # it needs every parser

    try:
        keep = retention.Keep.from_environment()
    except ValueError as error:
        raise Unclear(str(error)) from None
    if not home.root.exists():
        return []
    if dry_run:
        bringing.newest(home)
    failed: list[str] = []
    try:
        with nullcontext() if dry_run else alone(home):
            from pipelines.graph.history import everything_due
            from pipelines.graph.instance import instance

            with instance(home) as kept:
                found = list(everything_due(home, keep, kept))
                if not dry_run:
                    found, failed = retention.remove(found)
    except Busy as busy:
        raise Untidy(f"{busy}; it tidies when it ends") from None
    except Unusable as unusable:
        raise Untidy(str(unusable)) from None
    if failed:
        raise Untidy("; ".join(failed))
    return [{"kind": each.kind, "name": each.name, "bytes": each.bytes} for each in found]
