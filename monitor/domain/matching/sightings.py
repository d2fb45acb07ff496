"""Where the terms of the catalogue stand in a stream: readings held against capital letters."""

from collections.abc import Sequence

from monitor.domain.matching.compiled import CompiledCatalogue, Kind
from monitor.domain.matching.endings import CAPITAL_ENDINGS
from monitor.domain.matching.finds import Places
from monitor.domain.matching.index import Clue
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.stream import Stream


class Sightings:
    """Knows which terms are met only in capitals, and how they look."""

    def __init__(self, catalogue: CompiledCatalogue, resolver: Resolver[Clue]) -> None:
        self._resolver = resolver
        self._capitals = {
            number: term.shape.encode("latin-1")
            for number, term in enumerate(catalogue.terms)
            if term.kind is Kind.CAPITALS
        }

    def places(self, stream: Stream, numbers: Sequence[int]) -> Places:
        """Return the places of each term; those without any are left out."""
        readings = self._resolver.readings
        places: dict[int, dict[int, float]] = {}
        shapes: list[bytes] = []
        for at, number in enumerate(numbers):
            for term, fit in readings[number] if number else ():
                if term in self._capitals:
                    shapes = shapes or stream.shapes()
                    if not _is_written(self._capitals[term], shapes[at]):
                        continue
                places.setdefault(term, {})[at] = fit
        return places


def _is_written(capitals: bytes, shape: bytes) -> bool:
    """Say whether a word is this abbreviation: BiH may be BIH, NIS may be NISa, never Nis."""
    for spelling in (capitals, capitals.upper()):
        if shape.startswith(spelling):
            ending = shape[len(spelling) :]
            return not ending or (ending.islower() and ending.decode("latin-1") in CAPITAL_ENDINGS)
    return False
