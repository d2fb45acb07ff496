"""How the catalogue writes words: `sankcija`, `otvoreni balkan`, `secesij*`, `=vesti`, `NIS`."""

from collections.abc import Iterator
from typing import Final

from monitor.domain.matching.compiled import Kind, Term
from monitor.domain.matching.endings import FUNCTION_WORDS, PREPOSITIONS
from monitor.domain.matching.fold import locate, shapes
from monitor.domain.narrative import Word

_CAPITALS_FROM: Final = 2  # capital letters that make a word an abbreviation: RS, BiH, EUFOR


def read_word(word: Word) -> tuple[tuple[Term, ...], int]:
    """Return the terms that must be met, in order, and the number of words as written.

    Function words need not be met, unless there is nothing else. A preposition beside one single
    word must be met (`iz Srbije` is not `Srbija`), and all of an exact form (`=nuk e do BE`).
    """
    terms = tuple(_terms(word))
    if word.text.startswith("="):
        return terms, len(terms)
    needed = tuple(term for term in terms if not _is_function_word(term))
    if len(needed) == 1:
        needed = tuple(term for term in terms if term in needed or term.text in PREPOSITIONS)
    return needed or terms, len(terms)


def _is_function_word(term: Term) -> bool:
    return term.kind in {Kind.INFLECTED, Kind.EXACT} and term.text in FUNCTION_WORDS


def _terms(word: Word) -> Iterator[Term]:
    exact = word.text.startswith("=")
    for piece in word.text.removeprefix("=").split():
        found = locate(piece)
        for token, shape in zip(found, shapes(piece), strict=True):
            kind = Kind.EXACT if exact else Kind.INFLECTED
            if piece.endswith("*") and token is found[-1]:
                kind = Kind.PREFIX
            letters = piece[token.start : token.end]
            if sum(letter.isupper() for letter in letters) >= _CAPITALS_FROM:
                yield Term(token.text, word.lang, Kind.CAPITALS, shape.decode("latin-1"))
            else:
                yield Term(token.text, word.lang, kind)
