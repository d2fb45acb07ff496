"""Where the terms of the catalogue stand in a stream: readings held against capital letters."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final

from monitor.domain.matching.compiled import Kind, Term
from monitor.domain.matching.endings import CAPITAL_ENDINGS
from monitor.domain.matching.resolver import Clue, Resolver
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


class Sightings:
    """The terms of one stream. Each is looked for when asked after: few of them ever are."""

    def __init__(
        self,
        stream: Stream,
        numbers: Sequence[int],
        resolver: Resolver[Clue],
        capitals: Capitals,
    ) -> None:
        """Take the number of each word's meaning, who gave them, and the abbreviations."""
        self._stream = stream
        self._resolver = resolver
        self._capitals = capitals
        self._fits: dict[int, dict[int, float]] = {}
        self._words: dict[int, list[int]] = {}  # by term, where a word stands that may be it
        for at, number in enumerate(numbers):
            for term in resolver.meanings[number]:
                self._words.setdefault(term, []).append(at)

    def at(self, term: int) -> Mapping[int, float]:
        """Return where a term stands and how closely it fits there; empty if nowhere."""
        if term not in self._words:
            return _NOWHERE
        if term not in self._fits:
            words, family = self._stream.words, self._stream.family
            self._fits[term] = {
                at: self._resolver.reading(words[at], family)[term]
                for at in self._words[term]
                if term not in self._capitals or self._is_in_capitals(term, at)
            }
        return self._fits[term]

    @property
    def terms(self) -> Collection[int]:
        """All terms that may stand here; abbreviations whatever their letters look like."""
        return self._words.keys()

    @cached_property
    def _shapes(self) -> list[bytes]:
        return self._stream.shapes()

    def _is_in_capitals(self, term: int, at: int) -> bool:
        """Say whether a word is this abbreviation: BiH may be BIH, NIS may be NISa, never Nis."""
        capitals, shape = self._capitals[term], self._shapes[at]
        for spelling in (capitals, capitals.upper()):
            if shape.startswith(spelling):
                ending = shape[len(spelling) :]
                small = ending.islower() and ending.decode("latin-1") in CAPITAL_ENDINGS
                return not ending or small
        return False
