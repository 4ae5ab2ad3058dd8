"""The jobs beside the nightly one: what is built again from what is held, with no socket opened and nothing asked.

Belongs here: ``reparse`` and ``backfill``. Does not: when a job runs by itself (`automation`), how a past day is built
(`pipelines.night.past`). One source with what depends on it needs no job: select it, with everything downstream.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg
from pydantic import Field

from pipelines.graph import shown
from pipelines.graph.resource import Refresh
from pipelines.night import past

reparse = dg.define_asset_job(
    "reparse",
    selection=dg.AssetSelection.all() - dg.AssetSelection.key_prefixes("snapshots"),
    description="Ask nobody: read every stored document that today's parsers have not read, rebuild, check, publish.",
)


class Days(dg.Config):
    """Which days."""

    first_day: str = Field(description="The first day, like 2026-08-20 (UTC).")
    last_day: str = Field("", description="The last day; the first alone without it.")


@dg.op(
    description="The file of each day, from what had been asked by its end, into `backfill/<day>` of the data folder."
)
def fold_up_to_each_day(context: dg.OpExecutionContext, refresh: Refresh, config: Days) -> dg.Output[list[str]]:
    """A line for each file made, one a day on which something was asked."""
    try:
        first = date.fromisoformat(config.first_day)
        made = list(_told(context, refresh, first, date.fromisoformat(config.last_day) if config.last_day else first))
    except (ValueError, past.Broken) as trouble:
        raise dg.Failure(str(trouble), allow_retries=False) from None
    return dg.Output(
        [each.told for each in made],
        metadata={
            "files": len(made),
            "days": shown.rows(
                ("day", "as of", "claims", "models", "prices", "file"),
                [(each.day, each.as_of, each.claims, each.models, each.prices, each.home.warehouse) for each in made],
            ),
        },
    )


def _told(context: dg.OpExecutionContext, refresh: Refresh, first: date, last: date) -> Iterator[past.Day]:
    for each in past.rebuild(refresh.night, first, last):
        context.log.info(each.told)
        yield each


@dg.job(description="What the file would have said on a day gone by; beside the newest file, never in its place.")
def backfill() -> None:
    """The file of each of some days."""
    fold_up_to_each_day()
