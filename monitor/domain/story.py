"""Stories: near-identical texts of several outlets, whatever their script and dialect.

Texts are compared as sets of pairs of neighbouring words. MinHash finds the few that may be alike
(Broder 1997; https://doi.org/10.1109/SEQUEN.1997.666900), the sets themselves decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from itertools import pairwise
from struct import Struct
from typing import Final

from rensa import RMinHash

from monitor.domain.varieties import read_alike

WINDOW: Final = timedelta(days=3)  # an agency's text is taken over within days
ALIKE: Final = 0.55  # of the pairs of both texts
_LONGEST: Final = 120  # words that are compared
_LEAST_PAIRS: Final = 8  # fewer say too little
_LEAST_TITLE: Final = 5  # words of a title that is a story by itself
_TITLE_ALIKE: Final = 0.3  # of the texts, where only the titles are the same
_TITLE_WITHIN: Final = 0.6  # there, of the shorter text: one feed gives the lead, one the whole
_BANDS: Final = 8
_ROWS: Final = 3  # of a band: two texts half alike meet with 0.66, those 0.7 alike with 0.96
_SEED: Final = 20_000
_PACKED: Final = Struct(f"<{_BANDS * _ROWS}I")
_BYTES: Final = _PACKED.size // _BANDS  # of a band
# Multiply-shift hashing (Dietzfelbinger 1997; https://doi.org/10.1006/jagm.1997.0873): any odd
# number of 128 bits.
_ODD: Final = 0x9E3779B97F4A7C15F39CC0605CEDC835
_WIDE: Final = (1 << 128) - 1
_MASK: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Gist:
    """What is compared of an item: its title's words, and the pairs of title, summary or text."""

    title: tuple[str, ...]
    pairs: frozenset[str]
    is_bare: bool  # there is nothing but a title


def gist(title: Sequence[str], summary: Sequence[str], text: Sequence[str]) -> Gist:
    """Return what two items are compared by, of the folded words of their fields."""
    body = (summary or text)[:_LONGEST]
    words = read_alike((*title, *body))
    pairs = frozenset([f"{one} {next_}" for one, next_ in pairwise(words)])
    return Gist(tuple(words[: len(title)]), pairs, is_bare=not body)


def bands(one: Gist) -> tuple[int, ...]:
    """Return the places where texts that may be alike meet: 63-bit numbers; none: no story."""
    found = []
    if len(one.title) >= _LEAST_TITLE:
        digest = blake2b(" ".join(one.title).encode(), digest_size=8).digest()
        found.append(int.from_bytes(digest) & _MASK)
    if len(one.pairs) >= _LEAST_PAIRS:
        sketch = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
        sketch.update(list(one.pairs))
        packed = _PACKED.pack(*sketch.digest())
        found += [
            _place(packed[band * _BYTES : (band + 1) * _BYTES], band) for band in range(_BANDS)
        ]
    return tuple(found)


def likeness(one: Gist, other: Gist) -> float:
    """Return 0 for items that are different stories, else how alike they are, up to 1."""
    both = len(one.pairs & other.pairs)
    alike = both / (len(one.pairs | other.pairs) or 1)
    if one.title == other.title and len(one.title) >= _LEAST_TITLE:
        within = both / min(len(one.pairs), len(other.pairs))
        same = one.is_bare or other.is_bare or alike >= _TITLE_ALIKE or within >= _TITLE_WITHIN
        return max(alike, ALIKE) if same else 0.0
    both_bare = one.is_bare and other.is_bare
    return alike if alike >= ALIKE and (both_bare or not (one.is_bare or other.is_bare)) else 0.0


def best(one: Gist, others: Mapping[int, Gist]) -> int | None:
    """Return which of these numbered items is most alike, the lowest number of equals, or None."""
    ranked = [(-likeness(one, other), number) for number, other in others.items()]
    score, number = min(ranked, default=(0.0, 0))
    return number if score < 0 else None


def _place(values: bytes, band: int) -> int:
    return ((int.from_bytes(values) << 8 | band) * _ODD & _WIDE) >> 65
