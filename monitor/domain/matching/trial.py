"""Trying the rules and phrases of a narrative on a stream, and adding up the points."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Final, NamedTuple

from monitor.domain.hit import Grade
from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, RulePlan
from monitor.domain.matching.finds import Find, find
from monitor.domain.matching.outlook import Beginnings, Likely, Outlook
from monitor.domain.matching.rules import fit, meet
from monitor.domain.matching.sightings import Sightings
from monitor.domain.matching.stream import Stream

EARLY: Final = 25  # words after the title by which an item should have come to its point
IN_PASSING: Final = 0.75  # share of the points for what is only said later
BODY: Final = 60  # words after the title from which a full text tells the rest
IN_BODY: Final = 0.5  # share of the points for what is only said there
MOST_OF_BODY: Final = 45.0  # and how many points that can make: a reviewer's case, no more


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
        self._finds: dict[int, list[Find]] = {}
        self._concepts: dict[int, list[Find]] = {}
        self._groups: dict[tuple[int, ...], list[Find]] = {}
        self._outlook = Outlook(sightings.bits, len(stream.words), beginnings)

    def holds(self, term: int) -> bool:
        """Say whether a term stands anywhere."""
        return term in self._sightings.bits

    def finds(self, pattern: int) -> list[Find]:
        """Return where a pattern stands, in order."""
        found = self._finds.get(pattern)
        if found is None:
            plan = self._catalogue.patterns[pattern]
            found = self._finds[pattern] = find(pattern, plan, self._sightings, self.stream)
        return found

    def concept(self, concept: int) -> list[Find]:
        """Return where any pattern of a concept stands, in order."""
        found = self._concepts.get(concept)
        if found is None:
            each = list(map(self._likely, self._outlook.likely(concept)))
            found = each[0] if len(each) == 1 else sorted(chain.from_iterable(each))
            self._concepts[concept] = found
        return found

    def group(self, concepts: tuple[int, ...]) -> list[Find]:
        """Return where any of these concepts stands: in order, each place once."""
        if len(concepts) == 1:
            return self.concept(concepts[0])
        found = self._groups.get(concepts)
        if found is None:
            each_once = dict.fromkeys(chain.from_iterable(map(self.concept, concepts)))
            found = self._groups[concepts] = sorted(each_once)
        return found

    def _likely(self, likely: Likely) -> list[Find]:
        """Return where a pattern stands, like `finds`, without looking up what is known of it."""
        number = likely.pattern
        found = self._finds.get(number)
        if found is None:
            if len(likely.terms) > 1:
                return self.finds(number)
            fits = self._sightings.at(likely.terms[0])
            found = self._finds[number] = [Find(at, at + 1, fits[at], number) for at in fits]
        return found

    def hopeful(self, rule: RulePlan) -> Trial | None:
        """Try a rule, like `rule`, unless it fails for sure."""
        windows = self._windows(rule)
        return self._rule(rule, windows) if windows else None

    def phrase(self, pattern: int, weight: float) -> Trial:
        """Try a phrase."""
        finds = tuple(self.finds(pattern))
        if not finds:
            return Trial(pattern, None, weight, reason="its words are not together")
        body = self._in_body(finds)
        return Trial(pattern, None, weight, self._points(weight, finds), finds, body=body)

    def rule(self, rule: RulePlan) -> Trial:
        """Try a rule."""
        return self._rule(rule, self._windows(rule))

    def _windows(self, rule: RulePlan) -> int:
        return self._outlook.windows(rule, self.stream.field_end(rule.field))

    def _rule(self, rule: RulePlan, windows: int) -> Trial:
        reason = out_of_bounds(rule, self.stream)
        finds: tuple[Find, ...] = ()
        if not reason:
            found = self.group if rule.field == "any" else partial(self._group_in, rule.field)
            barred = self._outlook.places(rule.barred)
            finds, reason = meet(rule, found, len(self.stream.words), windows, barred)
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
