"""A night's end, told: its figures are put beside ``latest``, and who waits for it hears what began and what is over.

Belongs here: the order of things. The figures come first, as they need nobody's answer; what is to be told is
remembered before it is sent, so that what nobody took is sent by the next night, and marked as told afterwards.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from pipelines.alerts import memory, webhook
from pipelines.alerts.finding import found
from pipelines.alerts.slack import alerts_message
from pipelines.status import keeping
from pipelines.status.hearing import Heard
from pipelines.status.shapes import Status
from warehouse.home import Home


def after_night(
    home: Home, run: keeping.Run, heard: Heard | None, *, may_send: bool, log: Callable[[str], object]
) -> None:
    """Leave the figures of a night that has ended, and tell what somebody should hear; never an error, never for long.

    may_send  no message leaves a night that opens no socket
    """
    try:
        status = keeping.made(home, run, heard, keeping.read(home))
        _kept(lambda: keeping.write(home, status), log)
        tell(home, status, may_send=may_send, log=log)
    except Exception as error:
        # The words of an error may quote the address.
        log(f"nobody was told of the night: {type(error).__name__}")


def _kept(write: Callable[[], None], log: Callable[[str], object]) -> None:
    """A full disk keeps nothing, and is told of all the same; where nothing is remembered, again the next night."""
    try:
        write()
    except OSError as error:
        log(f"how the night went could not be kept: {type(error).__name__}")


def tell(home: Home, status: Status, *, may_send: bool, log: Callable[[str], object]) -> None:
    """Settle what stands after a night and send what is news, in one message. Says in the log what nobody took."""
    with memory.held(home):
        now = datetime.now(UTC)
        remembered = memory.still_news(memory.read(home), now)
        of_night = found(home, status, remembered)
        stands = memory.settled(
            remembered, of_night.alerts, now, looked_at=of_night.looked_at, not_over=of_night.not_over
        )
        _kept(lambda: memory.write(home, stands), log)
        news = memory.untold(stands)
        if not news or not may_send:
            return
        try:
            if not webhook.address():
                return
            webhook.send(alerts_message(news))
        except webhook.Unsent as unsent:
            log(f"alerts wait for the next night: {unsent}")
            return
        _kept(lambda: memory.write(home, memory.told(stands, now)), log)
        log(f"told: {', '.join(each.key + (' is over' if each.over_at else '') for each in news)}")
