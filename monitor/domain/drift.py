"""Whether the second opinion still means what it says: its probabilities held against reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from monitor.domain.cases import LEARNED, Case
from monitor.domain.estimate import wilson
from monitor.domain.hit import Source
from monitor.domain.review import Verdict

FEWEST: Final = 20  # decided hits, before anything is said


@dataclass(frozen=True, slots=True)
class Drift:
    """Decided hits of one source: the share that was expected to be right, and that was.

    `low` and `high` are the 95 % interval of the share; `has_drifted`: what was expected lies
    outside of it, so that the model is to be trained again.
    """

    source: Source
    decided: int
    expected: float
    confirmed: float
    low: float
    high: float

    @property
    def has_drifted(self) -> bool:
        """Whether reviews say something else than the model."""
        return self.decided >= FEWEST and not self.low <= self.expected <= self.high


def drifts(cases: Iterable[Case]) -> list[Drift]:
    """Return, by source, what was expected of the hits that people decided on."""
    decided: dict[Source, list[tuple[float, bool]]] = {}
    for case in cases:
        if case.decided and case.probability is not None:
            source = Source.LEARNED if LEARNED in case.rules else Source.BOTH
            right = case.verdict is Verdict.CONFIRMED
            decided.setdefault(source, []).append((case.probability, right))
    return [_drift(source, decided[source]) for source in Source if source in decided]


def _drift(source: Source, judged: list[tuple[float, bool]]) -> Drift:
    number, right = len(judged), sum(is_right for _, is_right in judged)
    low, high = wilson(right, number)
    expected = sum(probability for probability, _ in judged) / number
    return Drift(source, number, round(expected, 4), round(right / number, 4), low, high)
