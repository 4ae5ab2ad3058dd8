"""The Celery application that workers serve: ``celery -A pipelines.graph.queue worker --queues almanac-ask``.

Belongs here: the broker, and that no step is lost with the worker that had it. Does not: what the steps do.
A worker says that it has done a step after it has: one that is killed leaves it to another. Redis hands out again what
nobody has said that of for ``ALMANAC_REDELIVER_SECONDS``; RabbitMQ does at once.
"""

import os
from collections.abc import Mapping
from typing import Any

from dagster_celery.defaults import broker_transport_options
from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from warehouse.home import Unusable

REDELIVER_SECONDS = 1800
"""Longer than a shard or a build takes: who is only slow is not doubled. Where it is, nothing is lost but time."""


def settings() -> Mapping[str, Any]:
    """What executor and workers have to agree on. `Unusable` where the environment names no broker."""
    broker = os.environ.get("ALMANAC_BROKER", "").strip()
    if not broker:
        raise Unusable("ALMANAC_BROKER names no broker; it is written like redis://broker:6379/0")
    seconds = os.environ.get("ALMANAC_REDELIVER_SECONDS", "").strip() or str(REDELIVER_SECONDS)
    if not seconds.isdecimal() or not int(seconds):
        raise Unusable("ALMANAC_REDELIVER_SECONDS is a whole number from 1 up")
    results = os.environ.get("ALMANAC_RESULTS", "").strip()
    return {
        "broker": broker,
        "backend": results or (broker if broker.startswith("redis") else "rpc://"),
        "config_source": {
            "broker_connection_retry_on_startup": True,
            "broker_transport_options": {
                **broker_transport_options,
                **({"visibility_timeout": int(seconds)} if broker.startswith("redis") else {}),
            },
            "worker_prefetch_multiplier": 1,
            "worker_cancel_long_running_tasks_on_connection_loss": False,
        },
    }


def __getattr__(name: str) -> Any:
    """The application, made when a worker asks for it: who only reads the settings is none."""
    if name not in ("app", "celery"):
        raise AttributeError(name)
    found = settings()
    app = make_app(CeleryExecutor.for_cli(**found).app_args())  # type: ignore[no-untyped-call]
    create_task(app, acks_late=True, reject_on_worker_lost=True)  # type: ignore[no-untyped-call]
    app.conf.imports = ("pipelines.workers",)  # once, before the processes that do the steps are forked
    globals()["app"] = app
    return app
