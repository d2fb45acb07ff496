"""Where concepts may stand in a stream, so that most rules need not be tried to know they fail.

It may name words where nothing will be found, never leave out one where something would: that all
of a rule's concepts may stand within its window is necessary, not enough.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from monitor.domain.matching.bits import before, up_to, windows
from monitor.domain.matching.compiled import CompiledCatalogue, RulePlan
from monitor.domain.matching.finds import reach


class Likely(NamedTuple):
    """A pattern of a concept: its terms, and how far they may be apart, see `reach`."""

    pattern: int
    terms: tuple[int, ...]
    reach: int


class Beginnings:
    """Where to begin to look for concepts: their patterns by their rarest term, put together once.

    That term is in the fewest patterns, so that few of several words are looked at in vain.
    """

    def __init__(self, catalogue: CompiledCatalogue) -> None:
        self._catalogue = catalogue
        self._by_concept: list[dict[int, list[Likely]]] = []

    def by_concept(self) -> Sequence[Mapping[int, list[Likely]]]:
        """Return them, put together when first asked for."""
        if not self._by_concept:
            patterns, concepts = self._catalogue.patterns, self._catalogue.concepts
            used = Counter(term for _, own in concepts for n in own for term in patterns[n].terms)
            known: dict[int, Likely] = {}
            for _, own in concepts:
                begun: dict[int, list[Likely]] = {}
                for number in own:
                    terms = patterns[number].terms
                    fresh = Likely(number, terms, reach(patterns[number]))
                    rarest = min(terms, key=used.__getitem__)
                    begun.setdefault(rarest, []).append(known.setdefault(number, fresh))
                self._by_concept.append(begun)
        return self._by_concept


class Outlook:
    """What may stand where in one stream."""

    def __init__(self, terms: Mapping[int, int], length: int, beginnings: Beginnings) -> None:
        """Take where each term stands, and the words of the stream."""
        self._terms = terms
        self._length = max(1, length)
        self._beginnings = beginnings.by_concept()
        self._places: dict[int, int] = {}
        self._likely: dict[int, list[Likely]] = {}
        self._windows: dict[tuple[tuple[int, ...], int], int] = {}

    def likely(self, concept: int) -> list[Likely]:
        """Return the patterns of a concept that may be found."""
        if concept not in self._likely:
            self._look(concept)
        return self._likely[concept]

    def _look(self, concept: int) -> None:
        terms, begun = self._terms, self._beginnings[concept]
        places = 0
        found: list[Likely] = []
        for rarest in begun.keys() & terms.keys():
            for pattern in begun[rarest]:
                _, own, far = pattern
                bits = terms[rarest] if len(own) == 1 else _beginnings(own, far, terms)
                if bits:
                    places |= bits
                    found.append(pattern)
        self._places[concept], self._likely[concept] = places, found

    def places(self, concepts: tuple[int, ...]) -> int:
        """Return the words at which one of these concepts may begin."""
        bits = 0
        for concept in concepts:
            if concept not in self._places:
                self._look(concept)
            bits |= self._places[concept]
        return bits

    def windows(self, rule: RulePlan, end: int) -> int:
        """Return where a window may begin in which a rule is met. `end`: of its field."""
        found = -1
        within = rule.within or self._length
        for group in rule.groups:
            if rule.field == "any":
                found &= self._holding(group, within)
            else:
                found &= windows(self.places(group) & up_to(end), within)
            if not found:
                break
        return found

    def _holding(self, group: tuple[int, ...], within: int) -> int:
        key = group, within
        if key not in self._windows:
            self._windows[key] = windows(self.places(group), within)
        return self._windows[key]


def _beginnings(own: Sequence[int], far: int, terms: Mapping[int, int]) -> int:
    """Return where terms may begin that follow each other, each at most so far from the last."""
    bits = -1
    for term in reversed(own):
        bits = terms.get(term, 0) & (bits if bits < 0 else before(bits, far))
        if not bits:
            break
    return bits
