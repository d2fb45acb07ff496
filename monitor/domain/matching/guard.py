"""Real words that look like typos of a form: `Serbi` is no misspelt `serbë`."""

from collections.abc import Collection, Iterable
from itertools import groupby

from monitor.domain.matching.morphology import Morphology
from monitor.domain.matching.typos import Typos, edits_allowed, is_near


def words_that_look_like_typos(
    forms: Collection[str], families: Iterable[str], morphology: Morphology
) -> frozenset[str]:
    """Return the words of these families' dictionaries that are near to a form but none."""
    typos = Typos(forms)
    near: set[str] = set()
    for family in families:
        words = sorted(word for word in morphology.words(family) if edits_allowed(word))
        for _, alike in groupby(words, key=typos.head):
            group = list(alike)
            candidates = list(typos.candidates(group[0]))
            near.update(word for word in group if word not in forms and is_near(word, candidates))
    return frozenset(near)
