"""Where the terms of the catalogue stand in a stream: readings held against capital letters."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from monitor.domain.matching.compiled import Kind, Term
from monitor.domain.matching.endings import CAPITAL_ENDINGS
from monitor.domain.matching.stream import Stream

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
        readings: Sequence[Mapping[int, float]],
        capitals: Capitals,
    ) -> None:
        """Take the number of each word's reading, the readings, and the abbreviations."""
        self._stream = stream
        self._capitals = capitals
        self._words: defaultdict[int, list[int]] = defaultdict(list)
        for at, number in enumerate(numbers):
            if number:
                self._words[number].append(at)
        self._readings = {number: readings[number] for number in self._words}
        self._places: dict[int, dict[int, float]] = {}

    def at(self, term: int) -> dict[int, float]:
        """Return where a term stands and how closely it fits there; empty if nowhere."""
        if term not in self._places:
            self._places[term] = {
                at: fit
                for number, reading in self._readings.items()
                if term in reading
                for fit in (reading[term],)
                for at in self._words[number]
                if term not in self._capitals or self._is_in_capitals(term, at)
            }
        return self._places[term]

    @cached_property
    def terms(self) -> frozenset[int]:
        """All terms that may stand here; abbreviations whatever their letters look like."""
        return frozenset().union(*self._readings.values())

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
