"""Which words of an archive are forms of a word that somebody searches for.

Case and number, verb endings, softened consonants, fleeting vowels and the two dialects; in all
families at once, as a query says no language. Only forms that the archive holds count, so a
generous reading costs little: what no text says is never looked up.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.endings import ENDINGS, stems
from monitor.domain.narrative import FAMILIES

_ALL_ENDINGS: Final = frozenset().union(*(ENDINGS[family] for family in FAMILIES))
_LONGEST_ENDING: Final = max(map(len, _ALL_ENDINGS))
_LEAST_WORD: Final = 3  # a shorter one is only itself
_LEAST_STEM: Final = 4
_SHORT_STEM: Final = 3  # before an ending of one letter: vod-a
_SOFT: Final = {"k": "c", "g": "z", "h": "s"}  # vojnik, vojnici
_HARD: Final = {soft: hard for hard, soft in _SOFT.items()}
_FLEETING: Final = re.compile("([bcdfghjklmnprstvz])([bcdfghjklmnprstvz])$")
# Where an ekavian e may stand for ije or je; see `dialect.ekavian`, whose way back this is.
_OLD_VOWEL: Final = re.compile("(?<=[bcdfghklmnprstvz])e(?=[b-df-hj-np-tv-z])")


@dataclass(frozen=True, slots=True)
class Forms:
    """What the forms of a word look like: beginnings that take endings, and whole words."""

    stems: frozenset[str]
    soft_stems: frozenset[str]  # only before i and e
    whole: frozenset[str]

    @classmethod
    def of(cls, word: str) -> "Forms":
        """Read a folded word that may stand in any case."""
        if len(word) < _LEAST_WORD or not word.isalpha():
            return cls(frozenset(), frozenset(), frozenset({word}))
        bare = frozenset(_bare(word))
        soft = {stem[:-1] + _SOFT[stem[-1]] for stem in bare if stem[-1] in _SOFT}
        soft |= {word} if word[-1] in _SOFT.values() else set()
        fleeting = {_FLEETING.sub(rf"\1{vowel}\2", stem) for stem in bare for vowel in "aeo"}
        whole = frozenset(_spellings({word, *(form for form in fleeting if form not in bare)}))
        return cls(frozenset(_spellings(bare)), frozenset(_spellings(soft)), whole)

    def beginnings(self) -> list[str]:
        """Return what at least one of these every form begins with; none begins with another."""
        found: list[str] = []
        for one in sorted(self.stems | self.soft_stems | self.whole):
            if not found or not one.startswith(found[-1]):
                found.append(one)
        return found

    def among(self, words: Iterable[str]) -> list[str]:
        """Return those words that are forms of this one."""
        return [word for word in words if self._is_form(word)]

    def _is_form(self, word: str) -> bool:
        if word in self.whole or word in self.stems:
            return True
        for length in range(1, min(_LONGEST_ENDING, len(word) - 1) + 1):
            stem, ending = word[:-length], word[-length:]
            if ending in _ALL_ENDINGS and (
                stem in self.stems or (ending[0] in "ie" and stem in self.soft_stems)
            ):
                return True
        return False


def _bare(word: str) -> Iterator[str]:
    """Yield what a word may be without its ending: several, as endings may be read in ways."""
    yield word
    for length in range(1, min(_LONGEST_ENDING, len(word) - 1) + 1):
        stem, ending = word[:-length], word[-length:]
        if ending in _ALL_ENDINGS and len(stem) >= (_SHORT_STEM if length == 1 else _LEAST_STEM):
            yield stem
            if ending[0] in "ie" and stem[-1] in _HARD and len(stem) >= _LEAST_STEM:
                yield stem[:-1] + _HARD[stem[-1]]
    for family in ("hbs", "mk", "ru"):
        yield from (stem for stem in stems(family, word) if len(stem) >= _LEAST_STEM)


def _spellings(words: Iterable[str]) -> Iterator[str]:
    """Yield words in both dialects; of several old vowels one at a time is spelled the long way."""
    for word in words:
        short = ekavian(word)
        yield word
        yield short
        for place in _OLD_VOWEL.finditer(short):
            for vowel in ("ije", "je"):
                yield f"{short[: place.start()]}{vowel}{short[place.end() :]}"
