"""The weekly digest as a job of its own: what changed in seven days and what is still not known, sent to the webhook.

Belongs here: when it is sent. Does not: what it says (`pipelines.answers.digest`). It is no night: where nobody takes
it, its own run fails, and no alert is made of that.
"""

import os
from datetime import UTC

import dagster as dg

from pipelines.alerts import webhook
from pipelines.alerts.slack import digest_message
from pipelines.answers.asking import Unclear
from pipelines.answers.digest import digest
from warehouse.home import Home


@dg.op(description="Lays the newest edition beside that of a week before and sends what changed to the webhook.")
def send_digest(context: dg.OpExecutionContext) -> None:
    try:
        found = digest(Home.from_environment())
        webhook.send(digest_message(found))
    except (Unclear, webhook.Unsent) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    context.log.info(f"the digest of edition {found['edition_id']} was taken")


@dg.job(description="What changed in a week and what is still not known, to the webhook.")
def weekly_digest() -> None:
    send_digest()


@dg.schedule(
    name="digest_on_monday",
    job=weekly_digest,
    cron_schedule="0 7 * * 1",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every Monday at 07:00 UTC, where a webhook is configured.",
)
def digest_on_monday(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    if not os.environ.get(webhook.VARIABLE, "").strip():
        return dg.SkipReason(f"{webhook.VARIABLE} is not set")
    return dg.RunRequest(run_key=f"{context.scheduled_execution_time.astimezone(UTC):%Y-%m-%d}")
