"""What a seller's sentence about a model says of its size: ``with 13B active parameters out of 284B total``.

Belongs here: the few turns of phrase in which a size is said of the model itself. Does not: guesses. A sentence that
speaks of another model before the number (what this one was distilled from, is a version of, is larger than) says
nothing, nor does a number in a name.
"""

import re
from collections.abc import Iterator

from sources.readers import values

_COUNT = r"\d{1,6}(?:\.\d{1,6})?(?:[BT]|[ -](?:billion|trillion))"
_ALL = rf"(?P<parameters>{_COUNT})"
_ACTIVE = rf"(?P<active_parameters>{_COUNT})"

_TURNS = tuple(
    map(
        re.compile,
        (
            rf"{_ACTIVE} active parameters (?:out of |\(){_ALL}(?: total)?",
            rf"{_ALL} (?:total )?parameters,? (?:and|with) (?:only )?{_ACTIVE}(?: parameters)? activ(?:e|ated)\b",
            rf"{_ALL} total parameter model with {_ACTIVE} active parameters",
            rf"activates only {_ACTIVE} of its {_ALL} parameters",
            rf"\bis an? (?:[\w.,*-]{{1,40}} ){{0,6}}?{_ALL}[ -]parameters?\b(?!-)(?: \({_ACTIVE} active\))?",
            rf"\bmodel with {_ALL} parameters",
        ),
    )
)

_ANOTHER_MODEL = re.compile(
    r"distilled|(?:based|built|derived) (?:on|from) (?!an? )|(?:version|variant|successor|merge) of|\bthan\b|fine-?tun",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z*\[])|\n")


def sizes(text: str) -> Iterator[tuple[str, str, int]]:
    """``parameters`` and ``active_parameters`` of the first sentence that says them: attribute, printed words, number.

    Numbers are rounded as prose rounds them: whoever publishes the weights is more exact.
    """
    for sentence in _END_OF_SENTENCE.split(text):
        for turn in _TURNS:
            match = turn.search(sentence)
            if match and not _ANOTHER_MODEL.search(sentence[: match.start()]):
                for attribute, count in match.groupdict().items():
                    if count:
                        yield attribute, match[0], values.parameters(count.replace("-", " "))
                return
