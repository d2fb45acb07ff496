"""Which known forms an unknown word may be a typo of, in bounded time.

Deleting each letter in turn from the first seven letters of a form and of the token makes both
meet in a table if they differ by one edit there; the whole words are then compared.
Source: W. Garbe, "SymSpell: symmetric delete spelling correction", 2012.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

ONE_EDIT_FROM: Final = 6  # letters; shorter words are too near to other words
TWO_EDITS_FROM: Final = 9
MOST_CANDIDATES: Final = 200  # forms that one token is compared with, at most
_HEAD: Final = 7


def edits_allowed(word: str) -> int:
    """Return how many typos a word of this length may hold and still be recognised."""
    return (len(word) >= ONE_EDIT_FROM) + (len(word) >= TWO_EDITS_FROM)


def _variants(head: str) -> Iterator[str]:
    yield head
    for place in range(len(head)):
        yield head[:place] + head[place + 1 :]


def is_near(token: str, forms: Iterable[str]) -> bool:
    """Say whether a word is so near to one of these forms that it could be a typo of it."""
    found = process.extractOne(token, forms, scorer=OSA.distance, score_cutoff=edits_allowed(token))
    return found is not None


class Typos:
    """Finds the nearest forms of words that are not forms themselves."""

    def __init__(self, forms: Iterable[str]) -> None:
        self._by_head: dict[str, list[str]] = {}
        self._heads: dict[str, list[str]] = {}
        for form in forms:
            if edits_allowed(form):
                self._by_head.setdefault(self.head(form), []).append(form)
        for head in self._by_head:
            for variant in set(_variants(head)):
                self._heads.setdefault(variant, []).append(head)

    @staticmethod
    def head(word: str) -> str:
        """Return the letters of a word that decide on its candidates."""
        return word[:_HEAD]

    def candidates(self, token: str) -> Iterator[str]:
        """Yield the forms whose beginning is at most about one edit from the token's."""
        lists = map(self._heads.get, _variants(self.head(token)))
        for head in sorted({head for heads in lists if heads for head in heads}):
            yield from self._by_head[head]

    def shortlist(self, token: str) -> list[str]:
        """Return the forms that a token is compared with: `MOST_CANDIDATES` at most."""
        allowed = edits_allowed(token)
        alike = (form for form in self.candidates(token) if abs(len(form) - len(token)) <= allowed)
        return list(islice(alike, MOST_CANDIDATES))

    def nearest(self, token: str) -> list[str]:
        """Return the forms with the fewest edits to the token, sorted; none if too far."""
        allowed = edits_allowed(token)
        if not allowed:
            return []
        near = process.extract(
            token, self.shortlist(token), scorer=OSA.distance, score_cutoff=allowed, limit=None
        )
        fewest = min((distance for _, distance, _ in near), default=0)
        return sorted(
            form
            for form, distance, _ in near
            if distance == fewest and distance <= edits_allowed(form)
        )
