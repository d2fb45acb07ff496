"""Where the terms of the catalogue stand in a stream: readings held against capital letters."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from monitor.domain.matching.compiled import Kind, Term
from monitor.domain.matching.endings import CAPITAL_ENDINGS
from monitor.domain.matching.meaning import Meaning
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.stream import Stream

_NOWHERE: Final[Mapping[int, float]] = MappingProxyType({})

#: The letters of abbreviations, by number of the term.
Capitals = Mapping[int, bytes]


def capitals_of(terms: Sequence[Term]) -> Capitals:
    """Return how the terms look that are met in capitals only."""
    return {
        number: term.shape.encode("latin-1")
        for number, term in enumerate(terms)
        if term.kind is Kind.CAPITALS
    }


def held_against_letters(
    meanings: list[Meaning | None], stream: Stream, resolver: Resolver, capitals: Capitals
) -> list[Meaning | None]:
    """Return what the words of a stream mean by their letters as published.

    A meaning loses the abbreviations that its word does not look like. Where none is lost, the
    same list is returned.
    """
    doubtful = {
        at: meaning.terms
        for at, meaning in enumerate(meanings)
        if meaning and meaning.is_abbreviation
    }
    if not doubtful:
        return meanings
    held, shapes = list(meanings), stream.shapes()
    for at, terms in doubtful.items():
        seen = [t for t in terms if t not in capitals or _is_written(capitals[t], shapes[at])]
        if len(seen) < len(terms):
            held[at] = resolver.meaning(seen)
    return held if held != meanings else meanings


def _is_written(capitals: bytes, shape: bytes) -> bool:
    """Say whether a word is this abbreviation: BiH may be BIH, NIS may be NISa, never Nis."""
    for spelling in (capitals, capitals.upper()):
        if shape.startswith(spelling):
            ending = shape[len(spelling) :]
            small = ending.islower() and ending.decode("latin-1") in CAPITAL_ENDINGS
            return not ending or small
    return False


class Sightings:
    """The terms of one stream. Each is looked for when asked after: few of them ever are."""

    def __init__(
        self, stream: Stream, meanings: Iterable[Meaning | None], resolver: Resolver
    ) -> None:
        """Take what each word means, held against its letters, and who says so."""
        self._stream = stream
        self._resolver = resolver
        self._fits: dict[int, dict[int, float]] = {}
        places: dict[Meaning, list[int]] = {}
        for at, meaning in enumerate(meanings):
            if meaning:
                places.setdefault(meaning, []).append(at)
        self._places: dict[int, list[int]] = {}  # of each term
        for meaning, own in places.items():
            for term in meaning.terms:
                others = self._places.get(term)
                self._places[term] = sorted(own + others) if others else own
        #: All terms that stand here.
        self.terms = self._places.keys()

    def at(self, term: int) -> Mapping[int, float]:
        """Return where a term stands, in order, and how closely it fits; empty if nowhere."""
        if term not in self._places:
            return _NOWHERE
        if term not in self._fits:
            words, family = self._stream.words, self._stream.family
            self._fits[term] = {
                at: self._resolver.reading(words[at], family)[term] for at in self._places[term]
            }
        return self._fits[term]
