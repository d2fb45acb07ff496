"""Endings and function words of the five language families, in folded letters.

They inflect what the dictionaries lack. Only forms of one word: no derivation (`srbija` does not
give `srpski`), and never a form that a dictionary knows as another word.
"""

from collections.abc import Mapping
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOUNS_HBS: Final = "a e i o u om em ama ima ov ova ove ovi ovu ovima evi eve eva evima ju"
_ADJECTIVES_HBS: Final = "og oga om ome omu oj im ih ima eg ega em"
_VERBS_HBS: Final = (
    "iti ati eti uti im is imo ite io ila ilo ili ile ao ala alo ali am as amo ate aju "
    "en ena eni eno"
)

#: What may follow a stem.
ENDINGS: Final[Mapping[str, frozenset[str]]] = {
    "hbs": _words(f"{_NOUNS_HBS} {_ADJECTIVES_HBS}"),
    "mk": _words(
        "a e i o u ot ov on ta va na to vo no te ve ne ata ava ana ite ive ine eto evo ovi ovite "
        "evi evite ci cite ija ijata ii iite i iot io am as ime ete at al ala alo ale el ela elo ele"
    ),
    "sq": _words(
        "a e i u t s n m ja je se te ve in it un ut en et es an at ne si sin sit ta ish esh sh ave eve "
        "ash inj nj on oi oj uar uara uan ohet ohen et eti etit etin ime imi imit imin imeve ike iket"
    ),
    "ru": _words(
        "a e i o u ja ju em om am ah ami jam jah jami ov ev ej oj ij aja oe ie ogo emu omu im ih imi "
        "uju it et ut at jat il ila ilo ili al ala alo ali el ela ja ii iju ijam ijami ijah ij"
    ),
    "en": _words("s es d ed ing er ers"),
}

_NOUNS: Final = _words(_NOUNS_HBS)
_VERBS: Final = _words(_VERBS_HBS)

#: What is taken off a base form to reach its stem.
_BASE_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "hbs": ("irati", "ovati", "iti", "ati", "eti", "uti", "a", "e", "i", "o", "u"),
    "mk": ("ija", "uva", "a", "e", "i", "o"),
    "sq": ("oj", "a", "e", "i"),
    "ru": (
        "irovat",
        "ovat",
        "ija",
        "it",
        "at",
        "et",
        "ij",
        "aja",
        "oe",
        "ie",
        "a",
        "e",
        "i",
        "o",
        "ja",
    ),
    "en": ("e", "y"),
}
_LEAST_STEM: Final = 4
_VOWELS: Final = frozenset("aeiou")

#: Ends of stems whose vowel goes before an ending.
_FLEETING: Final = {
    "hbs": ("ac", "ak", "an", "ar", "en"),
    "mk": ("en", "ec", "ok", "el", "er"),
    "ru": ("ec", "ok", "ek", "en"),
}

#: Endings written after capitals, with or without a hyphen: NIS-a, KFORa, NATO-s, NATOto.
CAPITAL_ENDINGS: Final = _words(
    "a u e i om em ov ova ovo ove ov ja ju je ji jem it it s se t te n in un ut ot ta to i es"
)

#: Words that a phrase may lack or have without meaning something else.
FUNCTION_WORDS: Final = _words(
    "a i u o na za od do iz sa s k ka po pri pod nad kod uz pred se je su da li ce bi ne "  # hbs
    "e te ne per nga me mbi ndaj i se u do po si dhe ose "  # sq
    "vo so od na za do po pri kon niz da ke gi go ja im "  # mk
    "v vo na s so k ko o ob ot iz po pri za i a zhe bi "  # ru
    "the a an of in on to for by with and or at from is are"  # en
)

#: The function words that say something of the word beside them.
PREPOSITIONS: Final = _words(
    "u na od do iz sa s k po pri pod nad kod uz pred za o "  # hbs
    "ne per nga me mbi ndaj si "  # sq
    "vo so kon niz v ko ot ob "  # mk, ru
    "of in on to for by with at from"  # en
)

#: What joins a second word to the first: its companion may be inserted into a phrase with it.
LINKS: Final[Mapping[str, frozenset[str]]] = {
    "hbs": _words("i a ili"),
    "sq": _words("i e te se dhe edhe ose"),
    "mk": _words("i a ili"),
    "ru": _words("i a ili"),
    "en": _words("and or"),
}


def stems(family: str, word: str) -> frozenset[str]:
    """Return what a folded base form may be without its ending; a short word stays whole.

    Several, as endings may be read in two ways (`protivzakon-iti`, `protivzakonit-i`) and vowels
    may be fleeting (`granicen`, `granicn-i`).
    """
    endings = [ending for ending in _BASE_ENDINGS[family] if word.endswith(ending)]
    whole = {word.removesuffix(ending) for ending in endings} or {word}
    found = {stem for stem in whole if len(stem) >= _LEAST_STEM} or {word}
    fleeting = _FLEETING.get(family, ())
    return frozenset(found | {_contracted(stem) for stem in found if stem.endswith(fleeting)})


def _contracted(stem: str) -> str:
    """Return a stem without its last vowel: granicen, granicn; taen, tajn."""
    glide = "j" if stem[-3:-2] in _VOWELS else ""
    return f"{stem[:-2]}{glide}{stem[-1]}"


def inflect(family: str, word: str) -> frozenset[str]:
    """Return what a folded base form may look like by its family's endings, itself included."""
    roots = {root for root in stems(family, word) if len(root) >= _LEAST_STEM}
    roots |= {word} if family == "en" else set()  # ministries, ministry's
    endings = _hbs_endings(word) if family == "hbs" else ENDINGS[family]
    return frozenset(root + ending for root in roots for ending in endings) | {word}


def _hbs_endings(word: str) -> frozenset[str]:
    """Return what follows a stem: verbs end in -ti, nouns alone in a consonant."""
    if word[-1] not in _VOWELS:
        return _NOUNS
    return ENDINGS["hbs"] | _VERBS if word.endswith("ti") else ENDINGS["hbs"]
