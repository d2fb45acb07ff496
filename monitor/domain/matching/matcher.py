"""The matcher: from a passage to hits."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from monitor.domain.hit import Evidence, Hit, Passage, Stance
from monitor.domain.matching.compiled import MATCHER_VERSION, CompiledCatalogue, NarrativePlan
from monitor.domain.matching.evidence import Quoter
from monitor.domain.matching.explain import explain
from monitor.domain.matching.explanation import Explanation
from monitor.domain.matching.index import NOTHING, Candidates, Clues, Index
from monitor.domain.matching.meaning import Meaning
from monitor.domain.matching.outlook import Beginnings
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.sightings import Sightings, capitals_of, held_against_letters
from monitor.domain.matching.stream import Stream, family_of, words_of
from monitor.domain.matching.trial import Scene, Trial, grade, inapplicable, score


class StanceHint(Protocol):
    """Says how a text stands to the claim of a narrative that was found in it."""

    def __call__(self, passage: Passage, evidence: Sequence[Evidence], narrative: str, /) -> Stance:
        """Return the stance, `unclear` if the text does not show it."""


def _no_hint(_passage: Passage, _evidence: Sequence[Evidence], _narrative: str, /) -> Stance:
    return Stance.UNCLEAR


class Matcher:
    """Matches passages against one compiled catalogue.

    It remembers the words it has met, within bounds, so it becomes faster with use; what it
    answers does not depend on that. Not safe for threads: use one a worker.
    """

    def __init__(self, catalogue: CompiledCatalogue, stance: StanceHint = _no_hint) -> None:
        self._catalogue = catalogue
        self._stance = stance
        self._index = Index(catalogue)
        self._resolver = Resolver(catalogue, lambda holders: Clues(self._index, holders).note)
        self._capitals = capitals_of(catalogue.terms)
        self._beginnings = Beginnings(catalogue)

    @property
    def catalogue_version(self) -> str:
        """The content hash of the catalogue that is matched against."""
        return self._catalogue.version

    @property
    def matcher_version(self) -> str:
        """The version of the matching code."""
        return MATCHER_VERSION

    def prepare(self, families: Iterable[str]) -> None:
        """Build now what the first texts of these families would have to wait for."""
        for family in families:
            self._resolver.prepare(family)
        self._beginnings.by_concept()

    def match(self, passage: Passage) -> tuple[Hit, ...]:
        """Return at most one hit a narrative, best first, then by identifier."""
        title, summary, text = fields = words_of(passage)
        meanings = self._resolver.meanings([*title, *summary, *text], family_of(passage))
        candidates = self._index.candidates(meanings, len(title))
        if candidates is NOTHING:
            return ()  # most items end here
        stream = Stream.of(passage, *fields)
        held = self._held(stream, meanings)
        if held is not meanings:
            candidates = self._index.candidates(held, len(title))
            if candidates is NOTHING:
                return ()
        hits = list(self._hits(self._scene(stream, held), candidates))
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.narrative)))

    def _held(self, stream: Stream, meanings: list[Meaning | None]) -> list[Meaning | None]:
        read = stream.without_repeats(meanings)
        return held_against_letters(read, stream, self._resolver, self._capitals)

    def concepts(self, passage: Passage) -> frozenset[str]:
        """Return the catalogue's concepts that the passage speaks of, in whatever language."""
        title, summary, text = fields = words_of(passage)
        meanings = self._resolver.meanings([*title, *summary, *text], family_of(passage))
        stream = Stream.of(passage, *fields)
        scene = self._scene(stream, self._held(stream, meanings))
        return frozenset(
            name
            for number, (name, _) in enumerate(self._catalogue.concepts)
            if scene.concept(number)
        )

    def explain(self, passage: Passage) -> Explanation:
        """Return every step that leads to the hits of a passage, or to none. Slow: for people."""
        title, summary, text = fields = words_of(passage)
        meanings = self._resolver.meanings([*title, *summary, *text], family_of(passage))
        stream = Stream.of(passage, *fields)
        return explain(self._scene(stream, self._held(stream, meanings)), self._catalogue)

    def _scene(self, stream: Stream, held: list[Meaning | None]) -> Scene:
        sightings = Sightings(stream, held, self._resolver)
        return Scene(stream, sightings, self._catalogue, self._beginnings)

    def _hits(self, scene: Scene, candidates: Candidates) -> Iterator[Hit]:
        quoter = Quoter(scene.stream, self._catalogue)
        for plan, trials in self._trials(scene, candidates):
            points = score(trials)
            given = grade(points, plan)
            if given is None or inapplicable(plan, scene.stream):
                continue
            evidence = quoter.evidence(trial for trial in trials if trial.points > 0)
            stance = self._stance(scene.stream.passage, evidence, plan.id)
            yield Hit(plan.id, points, given, stance, evidence)

    def _trials(
        self, scene: Scene, candidates: Candidates
    ) -> Iterator[tuple[NarrativePlan, list[Trial]]]:
        """Yield each narrative that gets points, with all its trials that may pass."""
        trials: dict[int, list[Trial]] = {}
        for number, place in candidates.phrases:
            phrase = self._catalogue.narratives[number].phrases[place]
            trials.setdefault(number, []).append(scene.phrase(*phrase))
        for number, place in candidates.rules:
            rule = self._catalogue.narratives[number].rules[place]
            if tried := scene.hopeful(rule):
                trials.setdefault(number, []).append(tried)
        for number, found in trials.items():
            plan = self._catalogue.narratives[number]
            if any(trial.points > 0 for trial in found):
                against = (scene.hopeful(rule) for rule in plan.rules if rule.weight < 0)
                yield plan, [*found, *filter(None, against)]
