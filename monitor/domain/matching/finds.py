"""Where phrases and the words of concepts stand in a stream."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Final, NamedTuple

from monitor.domain.matching.compiled import Pattern
from monitor.domain.matching.endings import LINKS
from monitor.domain.matching.sightings import Sightings
from monitor.domain.matching.stream import Stream

_INSERTED: Final = 0.05  # what each inserted word takes from the fit
_OTHER_ORDER: Final = 0.15
_LOOSE: Final = 1  # words that may be inserted into a phrase, and a link beside them
_TRIED: Final = 16  # places of a pattern's rarest word that are tried
_NEAREST: Final = 3  # places of each other word that are tried with one of them


#: Where each term of a pattern stands: position to fit.
Places = Sequence[Mapping[int, float]]


class Find(NamedTuple):
    """A pattern found at words `[start, end)` of the stream; `fit` is from 0 to 1."""

    start: int
    end: int
    fit: float
    pattern: int


def find(number: int, pattern: Pattern, sightings: Sightings, stream: Stream) -> list[Find]:
    """Return where a pattern stands, in order: all places, of a phrase only the best."""
    terms = pattern.terms
    if len(terms) == 1:
        found = [Find(at, at + 1, fit, number) for at, fit in sightings.at(terms[0]).items()]
    else:
        places = [sightings.at(term) for term in terms]
        if not all(places):
            return []
        lines = _anywhere(pattern, places) if pattern.loose else _in_order(pattern, places)
        found = [
            Find(min(line), max(line) + 1, _fit(pattern, line, places), number)
            for line in lines
            if stream.in_one_field(min(line), max(line) + 1)
            and (not pattern.loose or _belong_together(pattern, line, stream))
        ]
    return sorted(found, key=_quality)[-1:] if pattern.loose else sorted(found)


def _belong_together(pattern: Pattern, line: Sequence[int], stream: Stream) -> bool:
    """Say whether the words of a phrase are one: what stands far apart is said of other things.

    Turned round they stand side by side, else with one word between and perhaps a link to it
    ("vojno i političko rukovodstvo"); never across the signs that part clauses.
    """
    start, end = min(line), max(line) + 1
    if _is_turned(line):
        most = pattern.size if len(line) > 2 else len(line)  # noqa: PLR2004 - a pair
    else:
        links = LINKS[pattern.family].intersection(stream.words[start:end])
        most = pattern.size + _LOOSE + bool(links)
    return end - start <= most and stream.in_one_clause(start, end)


def _is_turned(line: Sequence[int]) -> bool:
    return any(left > right for left, right in pairwise(line))


def _quality(find: Find) -> tuple[float, int]:
    return find.fit, -find.start


def _fit(pattern: Pattern, line: Sequence[int], places: Places) -> float:
    fit = sum(own[at] for own, at in zip(places, line, strict=True)) / len(line)
    inserted = max(0, max(line) - min(line) + 1 - pattern.size)
    return max(0.0, fit - _INSERTED * inserted - _OTHER_ORDER * _is_turned(line))


def reach(pattern: Pattern) -> int:
    """Return how far from one term of a concept's pattern the next may stand."""
    return 2 + pattern.size - len(pattern.terms)  # function words are not among the terms


def _in_order(pattern: Pattern, places: Places) -> Iterator[tuple[int, ...]]:
    """Yield positions of the terms, one after another, at most one word between two."""
    far = reach(pattern)
    first, *others = places
    for start in first:
        line = [start]
        for own in others:
            nearby = range(line[-1] + 1, line[-1] + 1 + far)
            following = next((at for at in nearby if at in own), None)
            if following is None:
                break
            line.append(following)
        if len(line) == len(places):
            yield tuple(line)


def _anywhere(pattern: Pattern, places: Places) -> Iterator[tuple[int, ...]]:
    """Yield positions of the terms in any order that a window of `size + 2` words holds."""
    window = pattern.size + _LOOSE + 1
    rarest = min(places, key=len)
    for centre in list(rarest)[:_TRIED]:
        choices = [[centre] if own is rarest else _nearest(own, centre, window) for own in places]
        for line in product(*choices):
            if len(set(line)) == len(line) and max(line) - min(line) < window:
                yield line


def _nearest(own: Mapping[int, float], centre: int, window: int) -> list[int]:
    nearby = [at for at in range(centre - window + 1, centre + window) if at in own]
    return sorted(nearby, key=lambda at: (abs(at - centre), at))[:_NEAREST]
