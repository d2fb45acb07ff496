"""Where the terms of the catalogue stand in a stream: readings held against capital letters."""

from collections.abc import Iterable, Mapping, Sequence

from monitor.domain.matching.bits import numbers
from monitor.domain.matching.compiled import Kind, Term
from monitor.domain.matching.endings import CAPITAL_ENDINGS
from monitor.domain.matching.meaning import Meaning
from monitor.domain.matching.resolver import Resolver
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
    """The terms of one stream. How closely each fits is asked when needed: of few it ever is."""

    def __init__(
        self, stream: Stream, meanings: Iterable[Meaning | None], resolver: Resolver
    ) -> None:
        """Take what each word means, held against its letters, and who says so."""
        self._words = stream.words
        self._readings = resolver.readings(stream.family)
        self._fits: dict[int, dict[int, float]] = {}
        #: By term, where it stands: a bit for each word of the stream, the first the lowest.
        self.bits = _bits(meanings)

    def at(self, term: int) -> Mapping[int, float]:
        """Return where a term stands, in order, and how closely it fits; empty if nowhere."""
        fits = self._fits.get(term)
        if fits is None:
            words, readings = self._words, self._readings
            fits = self._fits[term] = {
                at: readings[words[at]][term] for at in numbers(self.bits.get(term, 0))
            }
        return fits


def _bits(meanings: Iterable[Meaning | None]) -> dict[int, int]:
    by_meaning: dict[Meaning, int] = {}
    bit = 1
    for meaning in meanings:
        if meaning:
            by_meaning[meaning] = by_meaning.get(meaning, 0) | bit
        bit <<= 1
    by_term: dict[int, int] = {}
    for meaning, bits in by_meaning.items():
        for term in meaning.terms:
            by_term[term] = by_term.get(term, 0) | bits
    return by_term
