"""Short names for outlets and feeds, made from what people call them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from monitor.domain.matching.fold import fold

MAX_SLUG: Final = 60
_ROOM: Final = 72  # the list allows 80 characters, a number included
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_VALID: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?")


@lru_cache(maxsize=4096)
def slug(text: str, limit: int = MAX_SLUG) -> str:
    """Return lower-case ASCII letters, digits and hyphens; empty where nothing can be told."""
    return _OTHER.sub("-", fold(text[: limit * 4])).strip("-")[:limit].strip("-")


def is_slug(text: str) -> bool:
    """Say whether the feed list takes this as an id."""
    return _VALID.fullmatch(text) is not None


class Names:
    """Gives each thing a name of its own: a second `primer` becomes `primer-2`."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._taken

    def give(self, wish: str) -> str:
        """Return the wish, or the wish with the lowest number that is free, and take it."""
        name, number = wish, self._next.get(wish, 2)
        while name in self._taken:
            name, number = f"{wish[:_ROOM].rstrip('-')}-{number}", number + 1
        self._next[wish] = number
        self._taken.add(name)
        return name
