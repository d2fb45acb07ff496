"""Cross-validate what is tuned by hand: digest thresholds, and the weights of stance cues.

What is tuned on texts looks better on them than on others. Here each number is chosen on four
fifths of the texts that rule writers may read and scored on the last fifth, five times, so the
difference to the shipped numbers' score on the same texts is what tuning flatters them by.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from monitor.domain.hit import Stance
from monitor.domain.stance import StanceHints
from quality.scoring import Judged, Score

FOLDS: Final = 5
THRESHOLDS: Final = range(60, 91)
USUAL: Final = 70  # of equally good thresholds the nearest to this one is taken


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and a narrative: the score of the hit (0: none), and whether it is right."""

    fold: int
    narrative: str
    score: float
    right: bool


def thresholds(judged: Sequence[Judged]) -> Score:
    """Score digest hits whose thresholds were chosen, for best F1, on the other folds."""
    pairs = list(_pairs(judged))
    right = wrong = missed = 0
    for fold in range(FOLDS):
        chosen = _chosen([pair for pair in pairs if pair.fold != fold])
        for pair in pairs:
            if pair.fold == fold:
                found = pair.score >= chosen.get(pair.narrative, USUAL)
                right += found and pair.right
                wrong += found and not pair.right
                missed += pair.right and not found
    return Score(right, wrong, missed)


def stance(judged: Sequence[Judged], hints: StanceHints, share: float) -> tuple[int, int, int]:
    """Return of how many true hits a stance is given, rightly given, and how many there are.

    The weights of all signs are fitted on the other folds; `share` of the hits are given one,
    the surest.
    """
    rows = list(_stance_rows(judged, hints))
    folds = np.array([fold for fold, _, _ in rows])
    signs = DictVectorizer().fit_transform([signs for _, signs, _ in rows])
    wanted = np.array([stance for _, _, stance in rows])
    sure, right = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for fold in range(FOLDS):
        learner = LogisticRegression(C=1.0, max_iter=2000)
        learner.fit(signs[folds != fold], wanted[folds != fold])
        chances = learner.predict_proba(signs[folds == fold])
        two = np.sort(chances, axis=1)
        sure[folds == fold] = two[:, -1] - two[:, -2]
        right[folds == fold] = learner.classes_[chances.argmax(axis=1)] == wanted[folds == fold]
    given = np.argsort(-sure, kind="stable")[: round(share * len(rows))]
    return len(given), int(right[given].sum()), len(rows)


def _pairs(judged: Sequence[Judged]) -> Iterator[Pair]:
    for one in judged:
        for name in one.text.labels | one.found("all"):
            score = one.hits[name].score if name in one.hits else 0.0
            yield Pair(_fold(one), name, score, name in one.text.labels)


def _fold(one: Judged) -> int:
    return zlib.crc32(one.text.id.encode()) % FOLDS


def _chosen(pairs: Sequence[Pair]) -> Mapping[str, float]:
    of: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        of[pair.narrative].append(pair)
    return {name: max(THRESHOLDS, key=lambda at: _worth(mine, at)) for name, mine in of.items()}


def _worth(pairs: Sequence[Pair], at: float) -> tuple[float, float]:
    found = [pair for pair in pairs if pair.score >= at]
    right = sum(pair.right for pair in found)
    total = Score(right, len(found) - right, sum(pair.right for pair in pairs) - right)
    return total.f1, -abs(at - USUAL)


def _stance_rows(
    judged: Sequence[Judged], hints: StanceHints
) -> Iterator[tuple[int, dict[str, float], str]]:
    known = {Stance.ASSERTS, Stance.REPORTS, Stance.REBUTS}
    for one in judged:
        for name in sorted(one.text.labels & one.found("all")):
            if one.text.stance in known:
                hit = one.hits[name]
                yield _fold(one), hints.signs(one.text.passage, hit.evidence, name), one.text.stance
