"""What is heard of a night while it runs: how long each stage takes, and how each source answers.

Belongs here: counting what the night tells of itself (`pipelines.night.progress`). Does not: what stands afterwards
(`keeping`). Time is measured by a clock that nobody sets, whatever instant stamps the night.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import get_args

from pipelines.night.progress import NOBODY_ASKED, Asked, Published, Stage, StageName, Told
from pipelines.status.shapes import Documents, FailedSource
from warehouse.evidence.attempts import CONFIRMING

_PART_OF = {"site": "publish"}
"""Stages that are told on their own and counted with another."""


@dataclass
class Heard:
    """One night so far. `outcomes` and `failures` are by source, a failure with the address that failed."""

    edition_before: str | None
    published: Published | None = None
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    failures: dict[str, tuple[str, str]] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)
    _spent: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = 0.0

    def hear(self, news: Told) -> None:
        match news:
            case Stage(name):
                self._turn_to(_PART_OF.get(name, name))
            case Asked(source_id, attempts):
                self.outcomes.setdefault(source_id, Counter()).update(each.outcome for each in attempts)
                failed = [each for each in attempts if each.outcome not in CONFIRMING]
                if failed:
                    self.failures.setdefault(source_id, (failed[0].error, failed[0].url))
            case Published():
                self.published = news

    def _turn_to(self, stage: str) -> None:
        now = time.monotonic()
        if self._stage:
            self._spent[self._stage] = self._spent.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now

    @property
    def seconds(self) -> Decimal:
        """How long the night has taken."""
        return _rounded(time.monotonic() - self._began)

    def stages(self) -> dict[str, Decimal]:
        """Seconds by stage; the one that is under way ends now."""
        self._turn_to(self._stage)
        return {name: _rounded(self._spent[name]) for name in get_args(StageName) if name in self._spent}

    def was_asked(self, source_id: str) -> bool:
        """Whether this night asked the source itself, and not only its copy in a package."""
        return bool(set(self.outcomes.get(source_id, ())) - NOBODY_ASKED)

    def documents(self) -> Documents:
        whole = sum(self.outcomes.values(), Counter[str]())
        failed = [
            FailedSource(
                source_id=source_id,
                asked=outcomes.total(),
                outcomes=dict(sorted(outcomes.items())),
                error=self.failures[source_id][0],
                url=self.failures[source_id][1],
            )
            for source_id, outcomes in sorted(self.outcomes.items())
            if set(outcomes) - CONFIRMING - NOBODY_ASKED
        ]
        return Documents(asked=whole.total(), outcomes=dict(sorted(whole.items())), failed=failed)


def _rounded(seconds: float) -> Decimal:
    return Decimal(seconds).quantize(Decimal("0.1"))
