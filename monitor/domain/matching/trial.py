"""Trying the rules and phrases of a narrative on a stream, and adding up the points."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from monitor.domain.hit import Grade
from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, RulePlan
from monitor.domain.matching.finds import Find, find
from monitor.domain.matching.rules import fit, meet
from monitor.domain.matching.sightings import Sightings
from monitor.domain.matching.stream import Stream

EARLY: Final = 25  # words after the title by which an item should have come to its point
IN_PASSING: Final = 0.75  # share of the points for what is only said later
BODY: Final = 60  # words after the title from which a full text tells the rest
IN_BODY: Final = 0.5  # share of the points for what is only said there
MOST_OF_BODY: Final = 45.0  # and how many points that can make: a reviewer's case, no more

MANY: Final = 300  # terms of a text in which each concept is looked for but once


class Trial(NamedTuple):
    """One rule or phrase tried: `points` are its weight times the fit, 0 if it failed.

    `rule` is its plan, or None for a phrase. `reason` says why it failed, empty if it passed.
    `body`: what it found begins in the full text only.
    """

    pattern: int
    rule: RulePlan | None
    weight: float
    points: float = 0.0
    finds: tuple[Find, ...] = ()
    reason: str = ""
    body: bool = False


#: The patterns that begin with a term, by its number.
Begun = Mapping[int, Sequence[int]]


class Beginnings:
    """Where to begin to look for concepts: put together once for those asked for together."""

    def __init__(self, catalogue: CompiledCatalogue) -> None:
        self._catalogue = catalogue
        self._of: dict[tuple[int, ...], Begun] = {}

    def prepare(self) -> None:
        """Put together now what rules will ask for."""
        for narrative in self._catalogue.narratives:
            for rule in narrative.rules:
                for concepts in (*rule.groups, rule.barred):
                    self.of(concepts)

    def of(self, concepts: tuple[int, ...]) -> Begun:
        """Return the patterns of any of these concepts."""
        if concepts not in self._of:
            single = len(concepts) == 1
            self._of[concepts] = self._begun(concepts[0]) if single else self._joined(concepts)
        return self._of[concepts]

    def _begun(self, concept: int) -> Begun:
        begun: dict[int, list[int]] = {}
        patterns = self._catalogue.patterns
        for number in self._catalogue.concepts[concept][1]:
            begun.setdefault(patterns[number].terms[0], []).append(number)
        return begun

    def _joined(self, concepts: Iterable[int]) -> Begun:
        joined: dict[int, Sequence[int]] = {}
        for each in concepts:
            begun = self.of((each,))
            both = {term: (*joined[term], *begun[term]) for term in joined.keys() & begun.keys()}
            joined |= begun
            joined |= both
        return joined


class Scene:
    """One passage as rules see it: where the terms stand, and patterns, once found, remembered."""

    def __init__(
        self,
        stream: Stream,
        sightings: Sightings,
        catalogue: CompiledCatalogue,
        beginnings: Beginnings,
    ) -> None:
        """Take the beginnings of the catalogue's concepts."""
        self.stream = stream
        self._sightings = sightings
        self._catalogue = catalogue
        self._beginnings = beginnings
        self._finds: dict[int, list[Find]] = {}
        self._groups: dict[tuple[int, ...], list[Find]] = {}

    def holds(self, term: int) -> bool:
        """Say whether a term stands anywhere."""
        return bool(self._sightings.at(term))

    def finds(self, pattern: int) -> list[Find]:
        """Return where a pattern stands, in order."""
        found = self._finds.get(pattern)
        if found is None:
            plan = self._catalogue.patterns[pattern]
            found = self._finds[pattern] = find(pattern, plan, self._sightings, self.stream)
        return found

    def concept(self, concept: int) -> list[Find]:
        """Return where any pattern of a concept stands, in order."""
        return self.group((concept,))

    def group(self, concepts: tuple[int, ...]) -> list[Find]:
        """Return where any of these concepts stands: in order, each place once."""
        if concepts not in self._groups:
            apart = len(concepts) > 1 and len(self._sightings.terms) > MANY
            found = [self.group((each,)) for each in concepts] if apart else self._all(concepts)
            self._groups[concepts] = sorted(set[Find]().union(*found))
        return self._groups[concepts]

    def _all(self, concepts: tuple[int, ...]) -> list[list[Find]]:
        begun = self._beginnings.of(concepts)
        together = begun.keys() & self._sightings.terms
        return [self.finds(pattern) for term in together for pattern in begun[term]]

    def phrase(self, pattern: int, weight: float) -> Trial:
        """Try a phrase."""
        finds = tuple(self.finds(pattern))
        if not finds:
            return Trial(pattern, None, weight, reason="its words are not together")
        body = self._in_body(finds)
        return Trial(pattern, None, weight, self._points(weight, finds), finds, body=body)

    def rule(self, rule: RulePlan) -> Trial:
        """Try a rule."""
        reason = out_of_bounds(rule, self.stream)
        finds: tuple[Find, ...] = ()
        if not reason:
            found = self.group if rule.field == "any" else partial(self._group_in, rule.field)
            finds, reason = meet(rule, found, len(self.stream.words))
        points = self._points(rule.weight, finds) if finds else 0.0
        body = bool(finds) and self._in_body(finds)
        return Trial(-1, rule, rule.weight, points, finds, reason, body)

    def _points(self, weight: float, finds: Sequence[Find]) -> float:
        """Return the weight times the fit: less where an item comes to it only late.

        News says first what it is about; what stands far down is often said in passing.
        """
        if weight <= 0:
            return weight * fit(finds)
        if self._in_body(finds):
            return weight * fit(finds) * IN_BODY
        late = _start(finds) >= self.stream.title_end + EARLY
        return weight * fit(finds) * (IN_PASSING if late else 1.0)

    def _in_body(self, finds: Sequence[Find]) -> bool:
        return _start(finds) >= max(self.stream.lead_end, self.stream.title_end + BODY)

    def _group_in(self, field: str, concepts: tuple[int, ...]) -> list[Find]:
        end = self.stream.field_end(field)
        return [find for find in self.group(concepts) if find.end <= end]


def _start(finds: Sequence[Find]) -> int:
    return min(find.start for find in finds)


def out_of_bounds(plan: NarrativePlan | RulePlan, stream: Stream) -> str:
    """Say why a narrative or rule does not apply to this item; empty if it does.

    What is not known of an item is no reason.
    """
    if plan.langs and stream.family and stream.family not in plan.langs:
        return f"not for {stream.family}"
    country = stream.passage.country
    if plan.countries and country and country not in plan.countries:
        return f"not for {country}"
    return ""


def inapplicable(plan: NarrativePlan, stream: Stream) -> str:
    """Say why a narrative cannot be found in this item; empty if it can."""
    if len(stream.words) < plan.min_words:
        return f"fewer than {plan.min_words} words"
    return out_of_bounds(plan, stream)


def score(trials: Iterable[Trial]) -> float:
    """Return the sum of the points, from 0 to 100, with one decimal."""
    lead = body = 0.0
    for trial in trials:
        if trial.body and trial.points > 0:
            body += trial.points
        else:
            lead += trial.points
    return round(min(100.0, max(0.0, lead + min(body, MOST_OF_BODY))), 1)


def grade(points: float, plan: NarrativePlan) -> Grade | None:
    """Return the grade of a score, or None if it is no hit."""
    if points >= plan.digest_threshold:
        return Grade.DIGEST
    return Grade.REVIEW if points >= plan.review_threshold else None
