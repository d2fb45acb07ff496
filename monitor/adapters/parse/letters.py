"""Which 8-bit code page a text is in, told by the letters and word shapes of the region.

A wrong code page makes unlikely words: capitals after small letters, Cyrillic among Latin,
words of nothing but accented letters, signs between letters. Each costs points; letters that
the region's languages write earn some.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

# Code pages that are tried whatever was declared; the earlier wins a tie.
CODE_PAGES: Final = ("cp1250", "cp1251", "cp1252", "iso8859-2", "iso8859-5")
_SAMPLE_WORDS: Final = 2000
_DECLARED_SHARE: Final = 0.1  # of the disputed letters: a declaration may lose by as much

_WORD: Final = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_MAX_WORD: Final = 40
_OWN_LATIN: Final = frozenset("čćđšžČĆĐŠŽëçËÇ")
_OTHER_LATIN: Final = frozenset("äöüßéáíóúâêîôèàìòùñğışİÄÖÜÉÁÍÓÚÀÈ")  # neighbours and names
_COMMON_CYRILLIC: Final = frozenset("аоеинтрсвјкдлпумз")
_OTHER_CYRILLIC: Final = frozenset("бгчжшхцфљњђћџѓќѕщыьюяйэъё")
_QUIET: Final = frozenset("'’‘`´-–—„“”«»…\xa0\xad·.°%")
_FAULT: Final = -5.0
_ODD: Final = -2.0
_MIXED: Final = -3.0
_ALL_ACCENTED_FROM: Final = 3  # letters


def best_code_page(body: bytes, declared: Sequence[str] = ()) -> str:
    """Return the code page that makes the likeliest words of the bytes.

    `declared` are code pages that somebody named, the more trusted first; the first of them
    that is nearly as likely as the best is taken.
    """
    words = _words(body)
    readings = {page: _readings(words, page) for page in (*declared, *CODE_PAGES)}
    points = {page: sum(map(_points, read)) for page, read in readings.items()}
    best = max(points, key=points.__getitem__)
    for page in declared:
        disputed = sum(
            a != b
            for read, other in zip(readings[page], readings[best], strict=True)
            for a, b in zip(read, other, strict=True)
        )
        if points[page] >= points[best] - _DECLARED_SHARE * disputed:
            return page
    return best


def _words(body: bytes) -> list[bytes]:
    """Return different words with letters beyond ASCII, in order of appearance."""
    words: dict[bytes, None] = {}
    for match in _WORD.finditer(body):
        words[match[0][:_MAX_WORD]] = None
        if len(words) >= _SAMPLE_WORDS:
            break
    return list(words)


def _readings(words: Iterable[bytes], page: str) -> list[str]:
    return b"\n".join(words).decode(page, "replace").split("\n")


def _points(word: str) -> float:
    letters = sum(map(str.isalpha, word))
    accented = [letter for letter in word if _is_accented(letter)]
    points = sum(map(_letter_points, word))
    if letters >= _ALL_ACCENTED_FROM and len(accented) == letters:
        points -= letters
    return points + sum(_pair_points(a, b) for a, b in pairwise(word))


def _letter_points(letter: str) -> float:
    small = letter.lower()
    if letter.isascii() or letter in _QUIET:
        return 0.0
    if small in _COMMON_CYRILLIC or letter in _OWN_LATIN:
        return 1.0
    if small in _OTHER_CYRILLIC:
        return 0.3
    if letter in _OTHER_LATIN:
        return 0.0
    if letter == "\ufffd" or "\x80" <= letter <= "\x9f":
        return _FAULT
    return -1.0 if letter.isalpha() else -0.2


def _pair_points(before: str, after: str) -> float:
    """Judge two neighbours: no capital follows a small letter, no script changes in a word."""
    if not (before.isalpha() and after.isalpha()):
        loud = not {before, after} & _QUIET and before.isalpha() != after.isalpha()
        return _ODD / 2 if loud else 0.0
    points = _ODD if before.islower() and after.isupper() else 0.0
    return points + (_MIXED if _is_cyrillic(before) != _is_cyrillic(after) else 0.0)


def _is_accented(letter: str) -> bool:
    return letter.isalpha() and not letter.isascii() and not _is_cyrillic(letter)


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u04ff"
