"""Which words of an archive are forms of a word that somebody searches for.

Case and number, verb endings, softened consonants, fleeting vowels and the two dialects; in all
families at once, as a query says no language. Only forms that the archive holds count, so a
generous reading costs little: what no text says is never looked up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.endings import ENDINGS, stems
from monitor.domain.narrative import FAMILIES

_ALL_ENDINGS: Final = frozenset({"oto"}).union(*(ENDINGS[family] for family in FAMILIES))
_LONGEST_ENDING: Final = max(map(len, _ALL_ENDINGS))
_LEAST_WORD: Final = 3  # a shorter one is only itself
_LEAST_STEM: Final = 4
_SHORT_STEM: Final = 3  # before an ending of one letter: vod-a
_SOFT: Final = {"k": "c", "g": "z", "h": "s"}  # vojnik, vojnici
_HARD: Final = {soft: hard for hard, soft in _SOFT.items()}
# The last letter may be two of the key's: ugalj, uglja.
_LAST: Final = "([lnd]j|dz|[bcdfghjklmnprstvz])$"
_FLEETING: Final = re.compile(f"([bcdfghjklmnprstvz]){_LAST}")
_FLED: Final = re.compile("(?<=[aeiou])(.*[bcdfghjklmnprstvz])a(c|k|lj|nj)$")
_MANY_OF: Final = re.compile(f"(?<=[aeiou])(.*?[bcdfghjklmnprstvz]){_LAST}")
_OF_AO: Final = ("a", "i", "o", "om", "u", "ova", "ove", "ovi", "ovima", "ima")
_WITH_N: Final = frozenset({"ime", "pleme", "prezime", "seme", "vreme"})
_VOICED: Final = dict(
    zip("ptks", "bdgz", strict=True)
)  # which c and k let nobody hear: Sapca, Sabac
_VOICELESS: Final = {voiced: voiceless for voiceless, voiced in _VOICED.items()}
_AFTER_SHORT: Final = ("om", "ama", "ima")  # endings that say enough of a short stem: rek-om
# With u the last consonant of a feminine noun melts: bezbednost, bezbednoscu; ljubav, ljubavlju.
_MELTED: Final = re.compile("(.{3,})(?:scu|(?<=[bmpv])lju)$")
_MELTS: Final = re.compile("..(?:st|[bmpv])$")
# The Macedonian article, after what it goes with; an Albanian i that has more after it.
_ARTICLE: Final = re.compile("(.*(?:a(?=ta)|[eo](?=to)|i(?=te)|[^aeiou](?=ot)))(?:ta|to|te|ot)$")
_OF_I: Final = ("ri", "rit", "rin", "jt", "jte", "jve")
# Where the letter dj may be a bare d: gradani. Not before an ending: its a, e, i, o, u mean more.
_BARE: Final = re.compile("d(?=[aeiou][bcdfghjklmnprstvz])")
_WHOLE: Final = re.compile("dj(?=[aeiou][bcdfghjklmnprstvz])")
_LEAST_BARE: Final = 5
# After l and n as well, where `dialect.ekavian` must leave the letters lj and nj alone.
_SOFT_VOWEL: Final = re.compile("(?<=[ln])je(?=[b-df-hj-np-tv-z])")
# Where an ekavian e may stand for ije or je; see `dialect.ekavian`, whose way back this is.
_OLD_VOWEL: Final = re.compile("(?<=[bcdfghklmnprstvz])e(?=[b-df-hj-np-tv-z])")


@dataclass(frozen=True, slots=True)
class Forms:
    """What the forms of a word look like: beginnings that take endings, and whole words."""

    stems: frozenset[str]
    soft_stems: frozenset[str]  # only before i and e
    whole: frozenset[str]

    @classmethod
    @lru_cache(1_000)  # a page counts, and goes on, with the same words
    def of(cls, word: str) -> "Forms":
        """Read a folded word that may stand in any case."""
        if len(word) < _LEAST_WORD or not word.isalpha():
            return cls(frozenset(), frozenset(), frozenset({word}))
        bare = frozenset(_bare(word))
        soft = {stem[:-1] + _SOFT[stem[-1]] for stem in bare if stem[-1] in _SOFT}
        soft |= {word} if word[-1] in _SOFT.values() else set()
        bases = frozenset(base for stem in bare for base in _bases(stem))
        whole = frozenset(spellings({word, *(bases - bare)}))
        whole |= set(_whole_forms(bare))
        return cls(frozenset(spellings(bare)), frozenset(spellings(soft)), whole)

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
        is_telling = length == 1 or ending in _AFTER_SHORT
        if ending in _ALL_ENDINGS and len(stem) >= (_SHORT_STEM if is_telling else _LEAST_STEM):
            yield stem
            if ending[0] in "ie" and stem[-1] in _HARD and len(stem) >= _LEAST_STEM:
                yield stem[:-1] + _HARD[stem[-1]]
    for family in ("hbs", "mk", "ru"):
        yield from (stem for stem in stems(family, word) if len(stem) >= _LEAST_STEM)
    if (article := _ARTICLE.match(word)) and len(article[1]) >= _LEAST_STEM:
        yield article[1]
        yield from stems("mk", article[1])
        yield article[1].rstrip("aeio")
    if _FLED.search(word):
        yield _before_c_and_k(_FLED.sub(r"\1\2", word), _VOICELESS)  # ugalj, uglj-a
    if ekavian(word) in _WITH_N:
        yield f"{ekavian(word)}n"
    if melted := _MELTED.match(word):
        yield f"{melted[1]}st" if word.endswith("scu") else melted[1]
    yield from (word.removesuffix(rest) for rest in _OF_I if word.endswith(f"i{rest}"))
    if word.endswith("ijem") and len(word) > len("ijem") + 1:
        yield word[:-3]  # Kurti-jem


def _whole_forms(bare: Iterable[str]) -> Iterator[str]:
    """Yield forms that no other ending follows, whose vowels are never long."""
    for stem in bare:
        if _MELTS.search(stem):
            yield f"{stem[:-1]}cu" if stem[-1] == "t" else f"{stem}lju"
        if stem[-1] == "i":
            yield f"{stem}jem"  # of a name
            yield from (f"{stem}{rest}" for rest in _OF_I if len(stem) >= _LEAST_STEM)


def _bases(stem: str) -> Iterator[str]:
    """Yield whole words that a stem stands in with other letters than before its endings."""
    if _FLEETING.search(stem):
        yield from (_FLEETING.sub(rf"\1{vowel}\2", stem) for vowel in "aeo")
        yield _FLEETING.sub(r"\1a\2", _before_c_and_k(stem, _VOICED))
        yield _MANY_OF.sub(r"\1a\2a", stem)  # sredstv-a, of which there are many: sredstava
        if stem[-1] == "l":
            yield f"{stem[:-1]}ao"
    if stem.endswith("ao") and len(stem) >= _LEAST_STEM:  # posao, posla; but not: posle
        yield from (f"{stem[:-2]}l{ending}" for ending in _OF_AO)
    if stem[:-1] in _WITH_N:
        yield stem[:-1]


def _before_c_and_k(stem: str, change: Mapping[str, str]) -> str:
    """Return a stem with the sound before its last c or k as it is there, or was."""
    if stem[-1] not in "ck":
        return stem
    return stem[:-2] + change.get(stem[-2], stem[-2]) + stem[-1]


def spellings(words: Iterable[str]) -> Iterator[str]:
    """Yield words in both dialects, with a bare d, and with the letter that it may be.

    Of several old vowels one at a time is spelled the long way.
    """
    for word in words:
        short = ekavian(word)
        yield word
        yield short
        yield _SOFT_VOWEL.sub("e", short)
        yield from _with_another_d(short)
        for place in _OLD_VOWEL.finditer(short):
            for vowel in ("ije", "je"):
                yield f"{short[: place.start()]}{vowel}{short[place.end() :]}"


def _with_another_d(word: str) -> Iterator[str]:
    if len(word) >= _LEAST_BARE:
        yield from (f"{word[: d.start()]}dj{word[d.end() :]}" for d in _BARE.finditer(word))
        yield _BARE.sub("dj", word)  # Djordjevic
        if "dj" in word:
            yield _WHOLE.sub("d", word)
