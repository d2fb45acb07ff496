"""From text as published to one key for all scripts and spellings, and back to its letters.

`fold` is the fast way: one byte a character, then tables. `locate` is the clear way, character by
character, and knows where each token stood. A property test holds them equal.
"""

import re
from codecs import charmap_build, charmap_encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from unicodedata import category

from monitor.domain.matching.alphabet import (
    ON_PAGE,
    PAGE,
    PAIRS,
    UNSEEN,
    read_in_one_script,
    script,
    spell,
)

_ENCODING: Final = charmap_build(PAGE)
_UNSEEN_CODES: Final = bytes(code for code, char in enumerate(PAGE) if char in UNSEEN)
_SILENT_CODES: Final = bytes(code for code, char in enumerate(PAGE) if spell(char) == "")
_CYRILLIC_CODES: Final = bytes(code for code, char in enumerate(PAGE) if script(char) == "C")
_MOST_LEARNED: Final = 10_000  # rare characters that a table remembers
_CAPITAL: Final = {"Ш": "Š", "Ч": "Č", "Ћ": "Ć", "Ж": "Ž", "Ђ": "Đ"}


@dataclass(frozen=True, slots=True)
class Token:
    """One folded word and where it stands: `[start, end)` in code points of the original."""

    text: str
    start: int
    end: int


def _stand_ins() -> dict[str, bytes]:
    """Return a byte beyond ASCII for each spelling of two letters."""
    spellings = sorted({spell(char) for char in ON_PAGE if len(spell(char).strip()) > 1})
    return {letters: bytes([code]) for code, letters in enumerate(spellings, start=128)}


_STAND_INS: Final = _stand_ins()
_EXPANSIONS: Final = tuple((code, letters.encode()) for letters, code in _STAND_INS.items())


def _key_byte(char: str) -> bytes:
    letters = spell(char)
    return _STAND_INS.get(letters) or letters.strip().encode() or b" "


def _shape_byte(code: int, char: str) -> bytes:
    """Return a letter as capitals compare it: scripts unified, case and diacritics kept."""
    if char.isascii() or script(char) != "C":
        return bytes([code]) if char.isalnum() else b" "
    latin = _CAPITAL.get(char.upper()) or spell(char).upper()
    if len(latin) != 1:
        return bytes([code])
    latin = latin if char.isupper() else latin.lower()
    return bytes([PAGE.index(latin)])


_KEYS: Final = b"".join(_key_byte(char) for char in PAGE)
_SHAPES: Final = b"".join(_shape_byte(code, char) for code, char in enumerate(PAGE))
_SCRIPTS: Final = "".join(script(char) for char in PAGE).encode()


def _class_byte(char: str) -> bytes:
    """Return x for what a key spells, s for a silent letter, u for what is unseen, or a space."""
    if char in UNSEEN:
        return b"u"
    return b"x" if spell(char).strip() else b" " if spell(char) else b"s"


class _Table(dict[int, str]):
    """A table for `str.translate` that learns the characters off the page as it meets them."""

    def __init__(self, write: Callable[[str], str]) -> None:
        self._write = write

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_LEARNED:
            self.clear()
        char = chr(code)
        self[code] = letters = char if char in ON_PAGE else self._write(char)
        return letters


def _one_for_one(char: str) -> str:
    """Spell a character out, but as one wherever that is possible."""
    unseen = "ь" if category(char)[0] == "M" else "\u00ad"  # part of the word before, or not
    return spell(char) or unseen


_RARE: Final = _Table(spell)
_FLAT: Final = _Table(_one_for_one)
_WORD: Final = re.compile(f"[{''.join(char for char in sorted(ON_PAGE) if script(char) != ' ')}]+")
_CLASSES: Final = b"".join(map(_class_byte, PAGE))
_BYTES_OF_WORD: Final = re.compile(rb"x(?:[xsu]*x)?s*")
_RUN: Final = re.compile("[^ ]+")
_WHOLE: Final = dict(PAIRS)
_NO_UNSEEN: Final = str.maketrans("", "", UNSEEN)


def _unmixed(match: re.Match[str]) -> str:
    word = match[0]
    return read_in_one_script(word) if len({script(char) for char in word}) > 1 else word


def _encode(text: str) -> bytes:
    """Return one byte a character of the page: rare characters spelled out, scripts unmixed."""
    try:
        page: bytes = charmap_encode(text, "strict", _ENCODING)[0]
    except UnicodeEncodeError:
        for apart, whole in PAIRS:
            text = text.replace(apart, whole)
        text = text.translate(_RARE)
        page = charmap_encode(text, "strict", _ENCODING)[0]
    if _is_mixed(page):
        text = _WORD.sub(_unmixed, text.translate(_NO_UNSEEN))
        page = charmap_encode(text, "strict", _ENCODING)[0]
    return page


def _is_mixed(page: bytes) -> bool:
    """Say whether a word has letters of two scripts."""
    if len(page.translate(None, _CYRILLIC_CODES)) == len(page):
        return False  # nearly all that is not all Cyrillic
    scripts = page.translate(_SCRIPTS, _UNSEEN_CODES)
    return b"LC" in scripts or b"CL" in scripts


def tokens(text: str) -> list[str]:
    """Return the folded words of a text in their order. Cost: microseconds for a headline."""
    key = _encode(text).translate(_KEYS, _SILENT_CODES)
    if not key.isascii():
        for code, letters in _EXPANSIONS:
            if code in key:
                key = key.replace(code, letters)
    return key.decode("ascii").split()


def fold(text: str) -> str:
    """Return the folded words with one space between; folding twice changes nothing."""
    return " ".join(tokens(text))


def shapes(text: str) -> list[bytes]:
    """Return, for each token, its letters with case and diacritics kept, scripts unified."""
    return _encode(text).translate(_SHAPES, _SILENT_CODES).split()


def locate(text: str) -> list[Token]:
    """Return the folded words with their places: the clear way to what `tokens` returns."""
    chars = list(_seen(text))
    unmixed = _WORD.sub(_unmixed, "".join(char for char, _ in chars))
    spelled = [
        (letter, place)
        for char, (_, place) in zip(unmixed, chars, strict=True)
        for letter in spell(char)
    ]
    key = "".join(letter for letter, _ in spelled)
    return [
        Token(word[0], spelled[word.start()][1], _end(text, spelled[word.end() - 1][1]))
        for word in _RUN.finditer(key)
    ]


def spans(text: str) -> list[tuple[int, int]]:
    """Return only the places `[start, end)` of the words that `locate` returns, faster."""
    page = _in_places(text)
    if page is None:
        return [(token.start, token.end) for token in locate(text)]
    return [word.span() for word in _BYTES_OF_WORD.finditer(page)]


def spans_of(text: str, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return the places of some of these words only, by their number, from 0: faster again."""
    page = _in_places(text)
    if page is None:
        located = locate(text)
        return {number: (located[number].start, located[number].end) for number in numbers}
    words, after, found = _BYTES_OF_WORD.finditer(page), 0, {}
    for number in sorted(set(numbers)):
        found[number] = next(islice(words, number - after, None)).span()
        after = number + 1
    return found


def _in_places(text: str) -> bytes | None:
    """Return what each character is to a word; None where only `locate` can say."""
    try:
        page: bytes = charmap_encode(text, "strict", _ENCODING)[0]
    except UnicodeEncodeError:
        page = charmap_encode(text.translate(_FLAT), "strict", _ENCODING)[0]
    if len(page) != len(text) or _is_mixed(page):
        return None
    return page.translate(_CLASSES)


def _seen(text: str) -> Iterator[tuple[str, int]]:
    """Yield characters of the page, unseen ones left out, with the place each comes from."""
    for place, char in enumerate(text):
        whole = _WHOLE.get(text[place : place + 2])
        for seen in whole or (char if char in ON_PAGE else spell(char)):
            if seen not in UNSEEN:
                yield seen, place


def _end(text: str, last: int) -> int:
    """Return where a word ends: after the accents and silent letters that follow its last."""
    end = last + 1
    while end < len(text) and (category(text[end])[0] == "M" or text[end] in "ьъЬЪ"):
        end += 1
    return end
