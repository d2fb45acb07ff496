"""How an explanation is put together from the same trials that make hits."""

from collections.abc import Iterator

from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan
from monitor.domain.matching.evidence import Quoter
from monitor.domain.matching.explanation import Attempt, ConceptFound, Explanation, Verdict
from monitor.domain.matching.trial import Scene, Trial, grade, inapplicable, score


def explain(scene: Scene, catalogue: CompiledCatalogue) -> Explanation:
    """Return all that was found and tried: narratives best first, then by identifier."""
    return _Explainer(scene, catalogue).explanation()


class _Explainer:
    def __init__(self, scene: Scene, catalogue: CompiledCatalogue) -> None:
        self._scene = scene
        self._catalogue = catalogue
        self._quoter = Quoter(scene.stream, catalogue)

    def explanation(self) -> Explanation:
        verdicts = [
            verdict for plan in self._catalogue.narratives for verdict in self._verdict(plan)
        ]
        return Explanation(
            family=self._scene.stream.family,
            tokens=tuple(self._scene.stream.words),
            concepts=tuple(self._concepts()),
            verdicts=tuple(sorted(verdicts, key=lambda each: (-each.score, each.narrative))),
        )

    def _concepts(self) -> Iterator[ConceptFound]:
        for number, (name, _) in enumerate(self._catalogue.concepts):
            for find in sorted(self._scene.concept(number)):
                word = self._catalogue.patterns[find.pattern].text
                yield ConceptFound(name, self._quoter.quote(find, word))

    def _verdict(self, plan: NarrativePlan) -> Iterator[Verdict]:
        """Yield the verdict on a narrative, unless nothing of it is in the text."""
        phrases = [
            self._scene.phrase(*phrase) for phrase in plan.phrases if self._is_near(phrase[0])
        ]
        rules = [self._scene.rule(rule) for rule in plan.rules if self._is_touched(rule.groups)]
        trials = phrases + rules
        if not trials:
            return
        reason = inapplicable(plan, self._scene.stream)
        points = score(trials) if any(trial.points > 0 for trial in trials) else 0.0
        given = None if reason else grade(points, plan)
        yield Verdict(
            narrative=plan.id,
            score=points,
            grade=given.value if given else "none",
            digest_threshold=plan.digest_threshold,
            review_threshold=plan.review_threshold,
            reason=reason,
            attempts=tuple(self._attempt(trial) for trial in trials),
        )

    def _is_near(self, pattern: int) -> bool:
        """Say whether at least half of a phrase's words are there."""
        terms = self._catalogue.patterns[pattern].terms
        return 2 * sum(map(self._scene.holds, terms)) >= len(terms)

    def _is_touched(self, groups: tuple[tuple[int, ...], ...]) -> bool:
        return any(self._scene.concept(concept) for group in groups for concept in group)

    def _attempt(self, trial: Trial) -> Attempt:
        rule = trial.rule
        return Attempt(
            kind="rule" if rule else "phrase",
            name=rule.id if rule else self._catalogue.patterns[trial.pattern].text,
            passed=bool(trial.finds),
            reason=self._reason(trial),
            weight=trial.weight,
            points=round(trial.points, 1),
            evidence=self._quoter.evidence([trial]),
        )

    def _reason(self, trial: Trial) -> str:
        if not trial.rule or not trial.reason.startswith("missing:"):
            return trial.reason
        group = trial.rule.groups[int(trial.reason.partition(":")[2])]
        names = [self._catalogue.concepts[concept][0].rpartition("/")[2] for concept in group]
        return f"nothing of {' or '.join(names)}"
