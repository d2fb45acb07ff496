"""The learned second opinion: what it may do to the hits of the rules, and within which limits.

The model gives each narrative a probability. What follows from it is decided here, and only here:
a hit may move between the grades, a new one may be proposed for reviewers, and that is all.
"""

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Final

from monitor.domain.hit import Evidence, Grade, Hit, Passage, Source, Stance

TITLE_CHARS: Final = 300
EMBEDDED_CHARS: Final = 400  # the cost grows with each letter; news says first what it is about
QUOTED_CHARS: Final = 200
MOST_POINTS: Final = 69.0  # of a hit that no rule supports
NEAREST: Final = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """The probabilities from which a hit changes its grade. Between them the rules decide.

    A rule hit of grade digest becomes one of grade review at `lower_at` or below; one of grade
    review becomes digest at `raise_at` or above, and is below every grade under `none_below`.
    A narrative that no rule found is proposed for review at `propose_at` or above.
    """

    raise_at: float = 0.5
    lower_at: float = 0.3
    none_below: float = 0.02
    propose_at: float = 0.2
    proposals: int = 3  # an item, at most


@dataclass(frozen=True, slots=True)
class Weights:
    """How the text's logit and the rules' grade add up to one logit, the same for all narratives.

    `alone` is added to the weight of the text where no rule found anything.
    """

    text: float
    alone: float
    digest: float
    review: float
    base: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled text near to an item. `likeness` is the cosine of both, times 100."""

    id: str
    title: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model thinks of one narrative in one item. `near`: confirmed texts, nearest first."""

    probability: float
    near: tuple[Neighbour, ...] = ()


def read_by_model(passage: Passage) -> str:
    """Return what of a passage is embedded: the title and what comes first after it."""
    rest = passage.summary or passage.text
    return f"{passage.title[:TITLE_CHARS]}\n{rest}".strip()[:EMBEDDED_CHARS]


def text_key(text: str) -> str:
    """Return the key under which the vector of a text is kept."""
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def features(text: float, grade: Grade | None) -> tuple[float, float, float, float, float]:
    """Return what `Weights` weigh, in the order of its fields."""
    return (
        text,
        text * (grade is None),
        float(grade is Grade.DIGEST),
        float(grade is Grade.REVIEW),
        1.0,
    )


def probability(weights: Weights, text: float, grade: Grade | None) -> float:
    """Return the probability that a narrative is carried, from the text's logit and the grade."""
    parts = weights.text, weights.alone, weights.digest, weights.review, weights.base
    logit = sum(weight * value for weight, value in zip(parts, features(text, grade), strict=True))
    return 1 / (1 + exp(-max(-40.0, min(40.0, logit))))


def reconsider(
    hits: Sequence[Hit], opinions: Mapping[str, Opinion], passage: Passage, limits: Limits
) -> tuple[Hit, ...]:
    """Return the hits after the second opinion, best first; never a digest hit that no rule made.

    Narratives without an opinion are as the rules left them.
    """
    known = [_moved(hit, opinions.get(hit.narrative), passage, limits) for hit in hits]
    kept = [hit for hit in known if hit]
    kept += proposals({hit.narrative for hit in hits}, opinions, passage, limits)
    return tuple(sorted(kept, key=lambda hit: (-hit.score, hit.narrative)))


def proposals(
    found: Container[str], opinions: Mapping[str, Opinion], passage: Passage, limits: Limits
) -> tuple[Hit, ...]:
    """Return hits for reviewers on what no rule found, the likeliest first."""
    alone = [
        (opinion.probability, name)
        for name, opinion in opinions.items()
        if name not in found and opinion.probability >= limits.propose_at
    ]
    likely = sorted(alone, key=lambda one: (-one[0], one[1]))[: limits.proposals]
    return tuple(_proposed(name, opinions[name], passage) for _, name in likely)


def _moved(hit: Hit, opinion: Opinion | None, passage: Passage, limits: Limits) -> Hit | None:
    if opinion is None:
        return hit
    grade = grade_after(hit.grade, opinion.probability, limits)
    if grade is None:
        return None
    raised = grade is Grade.DIGEST and hit.grade is Grade.REVIEW
    shown = hit.evidence + (_evidence(opinion, passage) if raised else ())
    return replace(
        hit,
        grade=grade,
        evidence=shown,
        source=Source.BOTH,
        probability=round(opinion.probability, 4),
    )


def grade_after(grade: Grade, probability: float, limits: Limits) -> Grade | None:
    """Return the grade of a rule hit after the second opinion; None: below every grade."""
    if grade is Grade.DIGEST:
        return Grade.REVIEW if probability <= limits.lower_at else grade
    if probability >= limits.raise_at:
        return Grade.DIGEST
    return None if probability < limits.none_below else grade


def _proposed(name: str, opinion: Opinion, passage: Passage) -> Hit:
    return Hit(
        narrative=name,
        score=min(MOST_POINTS, round(100 * opinion.probability, 1)),
        grade=Grade.REVIEW,
        stance_hint=Stance.UNCLEAR,
        evidence=_evidence(opinion, passage),
        source=Source.LEARNED,
        probability=round(opinion.probability, 4),
    )


def _evidence(opinion: Opinion, passage: Passage) -> tuple[Evidence, ...]:
    """Return the nearest confirmed texts, each with the beginning of ours that it is near to."""
    fields = [(name, getattr(passage, name)) for name in ("title", "summary", "text")]
    name, words = next(((name, text) for name, text in fields if text.strip()), ("title", ""))
    start = len(words) - len(words.lstrip())
    end = min(len(words.rstrip()), start + QUOTED_CHARS)
    return tuple(
        Evidence(name, start, end, words[start:end], f"nearest: {one.title}", one.likeness)
        for one in opinion.near[:NEAREST]
    )
