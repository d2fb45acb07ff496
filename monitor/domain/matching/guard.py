"""Real words that look like typos of a form: `Serbi` is no misspelt `serbë`."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from monitor.domain.matching.typos import Typos, begun_alike, is_near, may_be_typo


def words_that_look_like_typos(forms: Collection[str], words: Iterable[str]) -> Iterator[str]:
    """Yield the words, sorted, that are near to a form of the same family but none.

    A word of another language may well be a typo: `miroven` is Macedonian, or a misspelt `mirovne`.
    """
    typos = Typos(forms)
    long_enough = sorted(set(filter(may_be_typo, begun_alike(words, forms))) - set(forms))
    for _, group in groupby(long_enough, key=typos.head):
        alike = list(group)
        candidates = typos.candidates(alike[0])
        if candidates:
            yield from (word for word in alike if is_near(word, candidates))
