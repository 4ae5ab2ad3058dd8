"""A server of an object store's editions: what other machines publish is brought while it serves.

Belongs here: when to look again. Does not: what is brought (`pipelines.answers.bringing`).
"""

from collections.abc import Callable
from threading import Event, Thread

from pipelines.answers import bringing
from pipelines.answers.asking import Unclear
from warehouse.home import Home

EVERY_SECONDS = 60.0


def keep_up(home: Home, complain: Callable[[str], None], every: float = EVERY_SECONDS) -> Callable[[], None]:
    """Look for a new edition so often, in a thread of its own; what is returned ends that.

    A store that does not answer is complained of once, until it answers again: the edition at hand is served meanwhile.
    """
    ended = Event()

    def look() -> None:
        told = ""
        while not ended.wait(every):
            try:
                trouble = bringing.newest(home)
                if not trouble:
                    bringing.named(home, "latest")
            except Unclear as unclear:
                trouble = str(unclear)
            if trouble and trouble != told:
                complain(trouble)
            told = trouble

    if home.is_copy:
        Thread(target=look, name="keeping up", daemon=True).start()
    return ended.set
