"""Hits: the machine's proposals that an item carries a narrative, and their evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from monitor.domain.feed import OutletKind
from monitor.domain.review import Verdict

if TYPE_CHECKING:
    from monitor.domain.digest import Marked

DISCLAIMER: Final = (
    "A hit is a lead, not a verdict: a machine found that the item carries the narrative. "
    "It does not say that the item is false, nor that its outlet lies."
)


class Grade(StrEnum):
    """`digest`: fit for readers. `review`: below that line, for reviewers only."""

    DIGEST = "digest"
    REVIEW = "review"


class Stance(StrEnum):
    """How a text stands to the claim. A hint until a person says so."""

    ASSERTS = "asserts"
    REPORTS = "reports"
    REBUTS = "rebuts"
    UNCLEAR = "unclear"


class Source(StrEnum):
    """Who found a hit: the catalogue's rules, the learned second opinion, or both looked at it."""

    RULES = "rules"
    BOTH = "rules+learned"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of one item as the matcher reads it; a field may be empty.

    `lang` is a hint (BCP 47 or ISO 639-1) or empty. `outlet_kind` and `country` may be unknown.
    """

    title: str = ""
    summary: str = ""
    text: str = ""
    lang: str = ""
    country: str = ""
    outlet_kind: OutletKind | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that made a hit.

    `[start, end)` counts code points of the field as given, and `quote` is that slice. `phrase`
    is the catalogue's phrase, or `rule: concept`; `score` 0–100 says how closely the words fit.
    """

    field: str  # title, summary or text
    start: int
    end: int
    quote: str
    phrase: str
    score: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Evidence":
        """Return what `as_row` made a row of."""
        return cls(
            row["field"], row["start"], row["end"], row["quote"], row["phrase"], row["score"]
        )

    def as_row(self) -> dict[str, object]:
        """Return it as it is stored and exported; `asdict` takes eight times as long."""
        return {
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "phrase": self.phrase,
            "score": self.score,
        }


@dataclass(frozen=True, slots=True)
class Hit:
    """At most one for each item and narrative. `score` is 0–100, no probability.

    `probability` is the second opinion's, calibrated, 0 to 1; None where it was not asked.
    """

    narrative: str
    score: float
    grade: Grade
    stance_hint: Stance
    evidence: tuple[Evidence, ...]
    source: Source = Source.RULES
    probability: float | None = None

    def as_row(self) -> dict[str, object]:
        """Return all that was found, as prints of it are made."""
        return {
            "narrative": self.narrative,
            "score": self.score,
            "grade": self.grade,
            "stance_hint": self.stance_hint,
            "evidence": [one.as_row() for one in self.evidence],
            "source": self.source,
            "probability": self.probability,
        }


class Nearness(StrEnum):
    """What ties a fact-check to a claim, the closest tie first."""

    STORY = "story"  # of the same story
    TEXT = "text"  # in like words
    NARRATIVE = "narrative"  # about the same narrative, perhaps in another language


@dataclass(frozen=True, slots=True)
class FactCheck:
    """A fact-checker's item about a claim."""

    hit_id: int
    item_id: int
    title: str
    url: str
    outlet_id: str
    outlet: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    near: Nearness


@dataclass(frozen=True, slots=True)
class ArchivedHit:
    """A stored hit with the item it belongs to, as search, export and digest read it."""

    hit_id: int
    item_id: int
    hit: Hit
    catalogue_version: str
    matcher_version: str
    title: str
    summary: str
    url: str
    outlet_id: str
    outlet_name: str
    feed_id: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    review: str = "unreviewed"  # or confirmed, dismissed, unsure
    stance: str = ""  # the reviewer's, empty if none
    story_id: str = ""
    story_size: int = 1
    fact_checks: tuple[FactCheck, ...] = ()  # the nearest to what it claims
    snippet: "Marked | None" = None  # where a query found it
    created_at: datetime | None = None
    reviewed_at: datetime | None = None  # when the review that stands was given
    retired_at: datetime | None = None  # since when text or catalogue say so no more

    @property
    def retracted(self) -> str:
        """Why nobody may rely on it any more: `dismissed`, `withdrawn`, or empty."""
        return (
            "withdrawn"
            if self.retired_at
            else "dismissed"
            if self.review == Verdict.DISMISSED
            else ""
        )

    @property
    def retracted_at(self) -> datetime | None:
        """Since when it is retracted; None where it is not."""
        return (self.retired_at or self.reviewed_at) if self.retracted else None


@dataclass(frozen=True, slots=True)
class ArchivedItem:
    """A stored item, hit or not."""

    item_id: int
    title: str
    summary: str
    url: str
    outlet_id: str
    feed_id: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    narratives: tuple[str, ...] = ()
    story_id: str = ""
    story_size: int = 1
    snippet: "Marked | None" = None  # where a query found it
