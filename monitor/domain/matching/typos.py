"""Which known forms an unknown word may be a typo of, in bounded time.

Deleting each letter in turn from the first seven letters of a form and of the token makes both
meet in a table if they differ by one edit there; the whole words are then compared.
Source: W. Garbe, "SymSpell: symmetric delete spelling correction", 2012.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

ONE_EDIT_FROM: Final = 7  # letters; shorter words are too near to other words
TWO_EDITS_FROM: Final = 9
MOST_CANDIDATES: Final = 400  # forms that one token is compared with, at most
_HEAD: Final = 7
_NONE: Final = ()


def edits_allowed(form: str) -> int:
    """Return how many typos a form of this length may hold and still be recognised."""
    return (len(form) >= ONE_EDIT_FROM) + (len(form) >= TWO_EDITS_FROM)


def may_be_typo(token: str) -> bool:
    """Say whether a word is long enough to be a form with a letter left out."""
    return len(token) >= ONE_EDIT_FROM - 1


def _variants(head: str) -> list[str]:
    # Not without its first letter: that must be the same, see `candidates`.
    return [head, *[head[:place] + head[place + 1 :] for place in range(1, len(head))]]


def is_near(token: str, forms: Iterable[str]) -> bool:
    """Say whether a word is so near to one of these forms that it could be a typo of it."""
    most = edits_allowed(f"{token}_")
    return process.extractOne(token, forms, scorer=OSA.distance, score_cutoff=most) is not None


class Typos:
    """Finds the nearest forms of words that are not forms themselves."""

    def __init__(self, forms: Iterable[str]) -> None:
        self._by_head: defaultdict[str, list[str]] = defaultdict(list)
        self._heads: dict[str, list[str]] = {}
        for form in forms:
            if len(form) >= ONE_EDIT_FROM:
                self._by_head[form[:_HEAD]].append(form)
        for head in self._by_head:
            for variant in _variants(head):
                self._heads.setdefault(variant, []).append(head)

    @staticmethod
    def head(word: str) -> str:
        """Return the letters of a word that decide on its candidates."""
        return word[:_HEAD]

    def candidates(self, token: str) -> Sequence[str]:
        """Return the forms whose beginning is at most about one edit from the token's.

        The first letter is the same: few typos are made there, and many words differ only there.
        """
        heads, variants = self._heads, _variants(token[:_HEAD])
        if heads.keys().isdisjoint(variants):
            return _NONE
        alike = {near for variant in variants for near in heads.get(variant, _NONE)}
        return [form for near in sorted(alike) for form in self._by_head[near]]

    def shortlist(self, token: str) -> Sequence[str]:
        """Return the forms that a token is compared with: `MOST_CANDIDATES` at most."""
        return self.candidates(token)[:MOST_CANDIDATES]

    def nearest(self, token: str) -> list[str]:
        """Return the forms with the fewest edits to the token, sorted; none if too far."""
        shortlist = self.shortlist(token) if may_be_typo(token) else []
        if not shortlist:
            return []
        most = edits_allowed(f"{token}_")  # it may lack a letter
        near = [
            (distance, form)
            for form, distance, _ in process.extract(
                token, shortlist, scorer=OSA.distance, score_cutoff=most, limit=None
            )
            if distance <= edits_allowed(form)
        ]
        fewest = min(near, default=(0, ""))[0]
        return sorted(form for distance, form in near if distance == fewest)
