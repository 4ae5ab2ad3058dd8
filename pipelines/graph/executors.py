"""Who does the steps of `spread`: processes of this machine, Celery workers, or pods of Kubernetes.

Belongs here: reading ``ALMANAC_EXECUTOR``, and the little each executor needs. Does not: the steps (`spreading`).
A package is imported only for who chose what needs it.
"""

import os

import dagster as dg

from warehouse.home import Unusable

VARIABLE = "ALMANAC_EXECUTOR"

NEEDS = {"celery": "workers", "kubernetes": "workers,kubernetes"}
"""Executor → the extras that it needs."""


def executor() -> dg.ExecutorDefinition:
    """The executor of the environment. `Unusable` where it is none, or a package is missing."""
    chosen = os.environ.get(VARIABLE, "").strip() or "processes"
    if chosen == "processes":
        return dg.multiprocess_executor.configured({"max_concurrent": _processes()})
    try:
        if chosen == "celery":
            from dagster_celery import celery_executor

            from pipelines.graph.queue import settings

            return celery_executor.configured(dict(settings()))
        if chosen == "kubernetes":
            from dagster_k8s import k8s_job_executor

            kubernetes: dg.ExecutorDefinition = k8s_job_executor
            return kubernetes
    except ModuleNotFoundError as error:
        extras = f"pip install 'almanac[{NEEDS[chosen]}]'"
        raise Unusable(f"{VARIABLE}={chosen} needs a package more ({error.name}): {extras}") from None
    raise Unusable(f"{VARIABLE} is processes, celery or kubernetes, not {chosen!r}")


def _processes() -> int:
    words = os.environ.get("ALMANAC_PROCESSES", "").strip() or str(os.cpu_count() or 1)
    if not words.isdecimal() or not int(words):
        raise Unusable("ALMANAC_PROCESSES is a whole number from 1 up")
    return int(words)
