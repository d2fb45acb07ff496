"""The letters: how each is spelled in the one key that all scripts and spellings share.

A key has the letters a–z, digits and spaces. Cyrillic of three languages, Latin with and without
diacritics, digraph letters and their two-letter spellings all meet there.
"""

from functools import lru_cache
from typing import Final
from unicodedata import category, normalize

_CYRILLIC: Final = {
    **dict(zip("абвгдежзијклмнопрстуфхцчш", "abvgdezzijklmnoprstufhccs", strict=True)),
    "ђ": "dj",
    "љ": "lj",
    "њ": "nj",
    "ћ": "c",
    "џ": "dz",  # Serbian
    "ѓ": "dj",
    "ќ": "c",
    "ѕ": "dz",
    "ѐ": "e",
    "ѝ": "i",  # Macedonian
    "ё": "e",
    "й": "j",
    "щ": "sc",
    "ъ": "",
    "ы": "i",
    "ь": "",
    "э": "e",
    "ю": "ju",
    "я": "ja",
    "і": "i",
    "ї": "i",
    "є": "e",
    "ґ": "g",
    "ў": "u",  # names from the neighbours
}
_LATIN: Final = {
    "đ": "dj",
    "ø": "o",
    "ł": "l",
    "ħ": "h",
    "ı": "i",  # strokes, which do not come apart
    "æ": "ae",
    "œ": "oe",
    "ð": "d",
    "þ": "th",
}
_SIGNS: Final = dict.fromkeys("№™℠", " ")  # compatibility letters that are no part of a word
_SPELLING: Final = _CYRILLIC | _LATIN | _SIGNS

#: Signs that stand inside a word without parting it: apostrophes, soft hyphen, invisible marks.
UNSEEN: Final = "'’‘‛ʼʹʻ`´′\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

#: The only letters whose accent is not decoration, taken apart and whole.
PAIRS: Final = tuple((normalize("NFD", letter), letter) for letter in "йѓќЙЃЌ")

#: Cyrillic letters that look like Latin ones, and those.
_LOOKALIKES: Final = ("асеорхіјѕкАВСЕНІЈКМОРЅТХУ", "aceopxijskABCEHIJKMOPSTXY")
_TO_LATIN: Final = dict(zip(*_LOOKALIKES, strict=True))
_TO_CYRILLIC: Final = {latin: letter for letter, latin in _TO_LATIN.items()} | {"y": "у"}

#: What fits into eight bits beside ASCII; every other character is first spelled out.
_BESIDE_ASCII: Final = (
    "šđčćžëçéöüáíóúàèäãñ"
    "ŠĐČĆŽËÇÉÖÜÁ"
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёђѓєѕіїјљњћќџѐѝ"
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁЂЃЄЅІЇЈЉЊЋЌЏЀЍ"
    "’‘´\u00ad\u200b\ufeff„“”«»–—…•€\u00a0°\u2011⬇⤵➤┈╰⚽"
)
#: Bytes free for them. 0 stays 0, else `charmap_build` makes a slow table; white space stays too.
_SLOTS: Final = "".join(map(chr, (*range(1, 9), *range(14, 32), *range(127, 256))))
_AT_SLOT: Final = dict(zip(_SLOTS, _BESIDE_ASCII.ljust(len(_SLOTS), "\ufffe"), strict=True))

#: The page: the character of each byte value. ASCII stands at its own place.
PAGE: Final = "".join(_AT_SLOT.get(chr(code), chr(code)) for code in range(256))
ON_PAGE: Final = frozenset(PAGE) - {"\ufffe"}


@lru_cache(maxsize=65536)
def spell(char: str) -> str:
    """Return the key's letters for one character: "" if unseen, a space if it parts words."""
    lower = char.lower()
    if lower in _SPELLING:
        return _SPELLING[lower]
    if char in UNSEEN or category(char) in {"Mn", "Me", "Cf"}:
        return ""
    if char.isascii():
        return lower if char.isalnum() else " "
    parts = normalize("NFKD", char.casefold())
    return " " if parts == char else "".join(map(spell, parts))


def script(char: str) -> str:
    """Return C for a Cyrillic letter, L for a Latin one of the page, or a space."""
    if "\u0400" <= char <= "\u052f":
        return "C"
    return "L" if char.isalpha() and char in ON_PAGE else " "


def read_in_one_script(word: str) -> str:
    """Return a word of mixed scripts as the one whose look-alikes the other letters are.

    The length stays. A word that is no disguise (a Latin name with a Cyrillic ending) stays too.
    """
    scripts = [script(char) for char in word]
    latin = [char for char, kind in zip(word, scripts, strict=True) if kind == "L"]
    cyrillic = [char for char, kind in zip(word, scripts, strict=True) if kind == "C"]
    as_cyrillic = all(char in _TO_CYRILLIC for char in latin)
    as_latin = all(char in _TO_LATIN for char in cyrillic)
    if as_cyrillic and not (as_latin and len(latin) > len(cyrillic)):
        return "".join(_TO_CYRILLIC.get(char, char) for char in word)
    if as_latin:
        return "".join(_TO_LATIN.get(char, char) for char in word)
    return word
