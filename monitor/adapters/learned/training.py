"""Training: a linear model a narrative, cross-validated, and one calibration for all of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from monitor.adapters.learned import features
from monitor.adapters.learned.model import Example, Facts, Fit, LinearModel
from monitor.domain.learning import Limits, Weights
from monitor.domain.learning import features as weighed
from monitor.domain.lessons import FOLDS, Figures, Lesson, data_hash, served
from monitor.domain.matching import MATCHER_VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from monitor.ports.learning import Vectors

SOFTNESS: Final = 5.0  # the inverse strength of the penalty on coefficients
#: Measured by cross-validation on the project's own held-out texts (2026-11-27): where too few
#: texts are unseen to say better, these hold.
USUAL: Final = Weights(text=0.72, alone=0.36, digest=2.3, review=1.25, base=-1.65)
TRUST: Final = 4.0  # how firmly the usual weights hold against those that the data want
STEPS: Final = 50  # of Newton's method, which needs some 8
TITLE_CHARS: Final = 160


class LinearTrainer:
    """Keeps the port `Trainer`."""

    def __init__(self, embedder: str) -> None:
        """Take the name of the embedder whose vectors are to be learned from."""
        self._embedder = embedder

    def train(
        self, lessons: Sequence[Lesson], vectors: "Vectors", catalogue_version: str
    ) -> LinearModel:
        """Return a model, the same for the same lessons."""
        names = {name for one in lessons for name in one.carried}
        figures = served(lessons, names)
        chosen = tuple(one.narrative for one in figures if one.is_served)
        texts = features.Texts.of(
            [one.passage for one in lessons], [one.concepts for one in lessons], vectors
        )
        held_out = _held_out_logits(lessons, texts, chosen)
        weights, unseen = _weights(lessons, chosen, held_out)
        fit = _fitted(lessons, texts, chosen)
        carrying = [
            (place, one) for place, one in enumerate(lessons) if one.is_label and one.carried
        ]
        return LinearModel(
            Facts(
                embedder=self._embedder,
                catalogue_version=catalogue_version,
                matcher_version=MATCHER_VERSION,
                data_hash=data_hash(lessons),
                served=chosen,
                figures=tuple(_judged(one, lessons, chosen, held_out) for one in figures),
                weights=weights,
                weights_from=unseen,
                limits=Limits(),
            ),
            fit,
            [_example(one) for _, one in carrying],
            vectors[[place for place, _ in carrying]],
        )


def _example(lesson: Lesson) -> Example:
    passage = lesson.passage
    shown = passage.title or passage.summary or passage.text
    return Example(lesson.id, shown[:TITLE_CHARS], tuple(sorted(lesson.carried)))


def _fitted(lessons: Sequence[Lesson], texts: features.Texts, names: Sequence[str]) -> Fit:
    """Fit one regression a narrative, both sides weighing the same."""
    counted = features.learned(texts)
    rows = counted.matrix(texts)
    coefficients = np.zeros((len(names), rows.shape[1]), np.float32)
    intercepts = np.zeros(len(names), np.float32)
    for place, name in enumerate(names):
        wanted = np.array([name in one.carried for one in lessons])
        weight = np.array([one.weight(name) for one in lessons])
        carrying = weight[wanted].sum()
        if not carrying:
            continue  # of a fold: it has been dealt none
        weight[wanted] *= weight[~wanted].sum() / carrying
        fit = LogisticRegression(C=SOFTNESS, max_iter=300).fit(rows, wanted, sample_weight=weight)
        coefficients[place], intercepts[place] = fit.coef_[0], fit.intercept_[0]
    return Fit(counted, coefficients, intercepts)


def _held_out_logits(
    lessons: Sequence[Lesson], texts: features.Texts, names: Sequence[str]
) -> "NDArray[np.float64]":
    """Return what a model that has not seen a label makes of it; rows are lessons."""
    logits = np.zeros((len(lessons), len(names)))
    for fold in range(FOLDS):
        tested = np.array([one.is_label and one.fold == fold for one in lessons])
        if not tested.any():
            continue
        known = [one for one, is_tested in zip(lessons, tested, strict=True) if not is_tested]
        fit = _fitted(known, texts.take(~tested), names)
        rows = fit.features.matrix(texts.take(tested))
        logits[tested] = rows @ fit.coefficients.T + fit.intercepts
    return logits


def _weights(
    lessons: Sequence[Lesson], names: Sequence[str], logits: "NDArray[np.float64]"
) -> tuple[Weights, int]:
    """Return how text and rules add up, from texts that the rules were not tuned on."""
    rows, carried = [], []
    unseen = [place for place, one in enumerate(lessons) if one.is_label and one.unseen]
    for place in unseen:
        one, grades = lessons[place], dict(lessons[place].grades)
        for column, name in enumerate(names):
            if one.weight(name) == 1.0:
                rows.append(weighed(float(logits[place, column]), grades.get(name)))
                carried.append(name in one.carried)
    usual = np.array([USUAL.text, USUAL.alone, USUAL.digest, USUAL.review, USUAL.base])
    if not rows:
        return USUAL, 0
    found = calibrated(np.array(rows), np.array(carried, float), usual)
    return Weights(*(round(float(one), 4) for one in found)), len(unseen)


def calibrated(
    rows: "NDArray[np.float64]", carried: "NDArray[np.float64]", usual: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    """Return the weights of a logistic regression that is drawn to the usual ones.

    Source: Newton's method for the penalised likelihood, Hastie, Tibshirani and Friedman, The
    Elements of Statistical Learning (2009), 4.4.1.
    """
    weights = usual.copy()
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-np.clip(rows @ weights, -40, 40)))
        slope = rows.T @ (carried - share) - TRUST * (weights - usual)
        curve = (rows * (share * (1 - share))[:, None]).T @ rows + TRUST * np.eye(len(usual))
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004 - as exact as the numbers are
            break
    return weights


def _judged(
    figures: Figures,
    lessons: Sequence[Lesson],
    names: Sequence[str],
    logits: "NDArray[np.float64]",
) -> Figures:
    """Add what cross-validation says of the text alone."""
    if not figures.is_served:
        return figures
    column, name = names.index(figures.narrative), figures.narrative
    about = [
        (bool(logits[place, column] > 0), name in one.carried)
        for place, one in enumerate(lessons)
        if one.is_label and one.weight(name) == 1.0
    ]
    return replace(
        figures,
        right=sum(found and carried for found, carried in about),
        wrong=sum(found and not carried for found, carried in about),
        missed=sum(carried and not found for found, carried in about),
    )
