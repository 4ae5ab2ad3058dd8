"""What is said of short texts, kept while a process reads: documents print few things many times.

What a long text says is nobody's to keep: so many pages of a hostile host would be held whole.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

SHORT = 200
"""Characters."""

Said = TypeVar("Said")


def remembered(most: int) -> Callable[[Callable[[str], Said]], Callable[[str], Said]]:
    """For a function of one text that nothing else decides: what it said of the last so many short ones is kept."""

    def decorate(read: Callable[[str], Said]) -> Callable[[str], Said]:
        kept = lru_cache(most)(read)

        @wraps(read)
        def said(text: str) -> Said:
            return kept(text) if len(text) <= SHORT else read(text)

        return said

    return decorate
