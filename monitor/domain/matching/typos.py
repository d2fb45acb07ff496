"""Which known forms an unknown word may be a typo of, in bounded time.

Deleting each letter in turn from the first seven letters of a form and of the token makes both
meet in a table if they differ by one edit there; the whole words are then compared.
Source: W. Garbe, "SymSpell: symmetric delete spelling correction", 2012.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, combinations
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

ONE_EDIT_FROM: Final = 7  # letters; shorter words are too near to other words
TWO_EDITS_FROM: Final = 9
MOST_CANDIDATES: Final = 400  # forms that one token is compared with, at most
_HEAD: Final = 7
_HALF: Final = 4
_BEGINNINGS: Final = (4, 5)  # letters: the fewer, the more words share them
_NONE: Final = ()
_REMEMBERED: Final = 50_000  # heads of words


def edits_allowed(form: str) -> int:
    """Return how many typos a form of this length may hold and still be recognised."""
    return (len(form) >= ONE_EDIT_FROM) + (len(form) >= TWO_EDITS_FROM)


def may_be_typo(token: str) -> bool:
    """Say whether a word is long enough to be a form with a letter left out."""
    return len(token) >= ONE_EDIT_FROM - 1


def _variants(head: str) -> list[str]:
    # Not without its first letter: that must be the same, see `candidates`.
    return [head[:place] + head[place + 1 :] for place in range(1, len(head))]


def begun_alike(
    words: Iterable[str], forms: Iterable[str], also: Callable[[str], bool] = lambda _: False
) -> list[str]:
    """Return the words that by their first letters may be one of these forms, or a typo of one.

    Most of many words are left out, told by what they begin with, which they share with others;
    none that `Typos` has candidates for. `also` keeps words for another such beginning.
    """
    left = list(words)
    for letters in _BEGINNINGS:
        known = {some for form in {form[:letters] for form in forms} for some in _with_less(form)}
        alike = {
            head
            for head in {word[:letters] for word in left}
            if not known.isdisjoint(_with_less(head)) or also(head)
        }
        left = [word for word in left if word[:letters] in alike]
    return left


def _with_less(head: str) -> list[str]:
    return [head, *_variants(head)]


def is_near(token: str, forms: Iterable[str]) -> bool:
    """Say whether a word is so near to one of these forms that it could be a typo of it."""
    most = edits_allowed(f"{token}_")
    return process.extractOne(token, forms, scorer=OSA.distance, score_cutoff=most) is not None


class _Shortlists(dict[str, Sequence[str]]):
    """The candidates for each head met: the endings of a word share them."""

    def __init__(self, list_for: Callable[[str], Sequence[str]]) -> None:
        self._list_for = list_for

    def __missing__(self, head: str) -> Sequence[str]:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[head] = found = self._list_for(head)
        return found


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
        self._variants = frozenset(self._heads)  # faster to look up than the table
        self._beginnings = frozenset(variant[:_HALF] for variant in self._variants)
        self._shortlists = _Shortlists(self._alike)

    @staticmethod
    def head(word: str) -> str:
        """Return the letters of a word that decide on its candidates."""
        return word[:_HEAD]

    def candidates(self, token: str) -> Sequence[str]:
        """Return the forms whose beginning is at most about one edit from the token's.

        The first letter is the same: few typos are made there, and many words differ only there.
        """
        return self._shortlists[token[:_HEAD]]

    def _alike(self, head: str) -> Sequence[str]:
        is_whole = len(head) == _HEAD  # else it lacks a letter of the form's, or more
        if is_whole and self._is_far(head):
            return _NONE
        near = [self._heads.get(each, _NONE) for each in (_variants(head) if is_whole else (head,))]
        return [form for each in sorted({*chain(*near)}) for form in self._by_head[each]]

    def _is_far(self, head: str) -> bool:
        """Say whether no form begins alike: nearly all words end here."""
        if head[:_HALF] not in self._beginnings:  # then a letter of these must go
            early = (head[0] + head[2:], head[:2] + head[3:], head[:3] + head[4:])
            return self._variants.isdisjoint(early)
        # One variant too many, that without the first letter, is cheaper than to leave it out.
        return self._variants.isdisjoint(map("".join, combinations(head, _HEAD - 1)))

    def shortlist(self, token: str) -> Sequence[str]:
        """Return the forms that a token is compared with: `MOST_CANDIDATES` at most."""
        return self.candidates(token)[:MOST_CANDIDATES] if may_be_typo(token) else _NONE

    def nearest(self, token: str) -> Sequence[str]:
        """Return the forms with the fewest edits to the token, sorted; none if too far."""
        shortlist = self.shortlist(token)
        if not shortlist:
            return _NONE
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
