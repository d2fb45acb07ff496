"""Cases: hits as reviewers meet them, with all that was said of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor.domain.hit import ArchivedHit, Evidence, Grade
from monitor.domain.review import Verdict


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said last of a hit, if it stands; `stance` may be empty."""

    by: str
    verdict: Verdict
    stance: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A hit of the present catalogue. `verdict` and `reason` are those that stand, or None."""

    hit_id: int
    item_id: int
    narrative: str
    score: float
    grade: Grade
    rules: tuple[str, ...]
    title: str
    summary: str
    outlet_id: str
    feed_id: str
    country: str
    lang: str
    first_seen_at: datetime
    story_id: str = ""
    story_size: int = 1
    verdict: Verdict | None = None
    reason: str = ""
    opinions: tuple[Opinion, ...] = ()
    probability: float | None = None  # the second opinion's

    @property
    def disputed(self) -> bool:
        """Whether two people said different things of it."""
        return len({one.verdict for one in self.opinions}) > 1

    @property
    def decided(self) -> bool:
        """Whether somebody said yes or no."""
        return self.verdict in {Verdict.CONFIRMED, Verdict.DISMISSED}


@dataclass(frozen=True, slots=True)
class RandomItem:
    """An item that the random part of the queue asks for. `narratives` are those found in it."""

    item_id: int
    title: str
    summary: str
    url: str
    outlet_id: str
    lang: str
    first_seen_at: datetime
    narratives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadSample:
    """One language's items in a window: how many, and those read at random, with what they carry.

    `read` has (item id, narratives that it carries).
    """

    lang: str
    items: int
    read: tuple[tuple[int, tuple[str, ...]], ...]


def rules_of(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return the rules and phrases that made a hit, as the catalogue names them."""
    return tuple(dict.fromkeys(rule_of(one.phrase) for one in evidence))


LEARNED: Final = "second opinion"  # stands for a rule where none found anything


def rule_of(label: str) -> str:
    """Return the rule's name of `rule: concept (word)`; a phrase is its own name."""
    rule, colon, _ = label.partition(": ")
    return rule if colon and " " not in rule else label


def case_of(one: ArchivedHit) -> Case:
    """Return a stored hit as a case; what people said of it before is left out."""
    return Case(
        hit_id=one.hit_id,
        item_id=one.item_id,
        narrative=one.hit.narrative,
        score=one.hit.score,
        grade=one.hit.grade,
        rules=tuple(dict.fromkeys(piece.phrase for piece in one.hit.evidence)),
        title=one.title,
        summary=one.summary,
        outlet_id=one.outlet_id,
        feed_id=one.feed_id,
        country=one.country,
        lang=one.lang,
        first_seen_at=one.first_seen_at,
        story_id=one.story_id,
        story_size=one.story_size,
    )
