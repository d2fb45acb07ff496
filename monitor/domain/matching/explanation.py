"""What the matcher made of one text, for people: every step, passed or failed."""

from dataclasses import dataclass

from monitor.domain.hit import Evidence


@dataclass(frozen=True, slots=True)
class ConceptFound:
    """A concept met in the text; the evidence's phrase is the catalogue's word."""

    concept: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Attempt:
    """One rule or phrase tried. `reason` says why it failed; empty where it passed.

    `kind` is rule or phrase, `name` the rule's id or the phrase. `points` = `weight` × fit.
    """

    kind: str
    name: str
    passed: bool
    reason: str
    weight: float
    points: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one narrative's attempts came to. `grade` is digest, review or none."""

    narrative: str
    score: float
    grade: str
    digest_threshold: float
    review_threshold: float
    reason: str  # why the narrative does not apply at all; else empty
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The folded words, the concepts found and every narrative that had one, best first.

    `family` is the language family that the words were read in; empty if unknown.
    """

    family: str
    tokens: tuple[str, ...]
    concepts: tuple[ConceptFound, ...]
    verdicts: tuple[Verdict, ...]
