"""What a host's robots.txt lets us ask: the outcome of fetching it, read as rules.

Pure. The fetch itself is one more request of `fetch`; which sources obey is their own declaration.
"""

from urllib.robotparser import RobotFileParser

MAX_BYTES = 512_000
"""What the standard (RFC 9309) asks a reader to take at least; a longer one counts as not readable."""


def rules(body: bytes | None, outcome: str, status: int | None, content_type: str) -> RobotFileParser | None:
    """The rules behind one fetch of ``/robots.txt``.

    No file (a 4xx, nothing in it, a page in its place) closes nothing. None where the host could not say (429, 5xx,
    no answer, a line that cannot be read): then nothing else is asked there in this run.
    """
    no_file = status in range(400, 500) and status != 429
    page_instead = outcome == "wrong_type" and content_type.startswith("text/html")
    if body is None and not (no_file or page_instead or outcome == "empty"):
        return None
    parser = RobotFileParser()
    try:
        parser.parse((body or b"").decode("utf-8-sig", "replace").splitlines())
    except ValueError:
        return None
    return parser
