"""The shapes that the API answers with."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class Evidence(BaseModel):
    """Words that made a hit: `[start, end)` in code points of the field, and that slice."""

    field: Literal["title", "summary", "text"]
    start: int
    end: int
    quote: str
    phrase: str
    score: float


class FactCheck(BaseModel):
    """A fact-checker's item near a hit, and why: the same story, like words, or the narrative."""

    item_id: str
    title: str
    url: str
    outlet: str
    lang: str
    published_at: datetime | None
    near: str


class Hit(BaseModel):
    """A stored hit with the item it belongs to: a lead, not a verdict."""

    id: str
    item_id: str
    narrative: str
    score: float = Field(description="0 to 100; neither probability nor confidence")
    grade: Literal["digest", "review"]
    stance_hint: Literal["asserts", "reports", "rebuts", "unclear"]
    evidence: list[Evidence]
    catalogue_version: str
    matcher_version: str
    title: str
    summary: str
    url: str
    outlet: str
    outlet_name: str
    feed_id: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    review: str
    stance: str | None
    story_id: str | None
    story_size: int
    fact_checks: list[FactCheck]
    disclaimer: str


class Item(BaseModel):
    """A stored item, hit or not. `snippet` is where the words of a query stand, if there is one."""

    item_id: str
    title: str
    summary: str
    url: str
    outlet: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    feed_id: str
    story_id: str | None
    story_size: int
    narratives: list[str]
    snippet: str | None


class Hits(BaseModel):
    """A page of hits; `next` is where the next one is, or null."""

    hits: list[Hit]
    next: str | None


class Items(BaseModel):
    """A page of items."""

    items: list[Item]
    next: str | None


class Version(BaseModel):
    """What an item said until it was edited."""

    version: int
    title: str
    summary: str
    until: datetime


class WholeItem(BaseModel):
    """One item with its hits and earlier versions."""

    item_id: str
    title: str
    summary: str
    url: str
    outlet: str
    outlet_name: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    edited_at: datetime | None
    hits: list[Hit]
    versions: list[Version]


class Narrative(BaseModel):
    """A narrative of the catalogue. `titles` are by interface language."""

    id: str
    title: str
    titles: dict[str, str]
    summary: str
    paragraphs: list[int]
    digest_threshold: float
    review_threshold: float


class Narratives(BaseModel):
    """The catalogue; `version` is the hash of its content."""

    version: str
    narratives: list[Narrative]


class Count(BaseModel):
    """Digest-grade items of one day (UTC)."""

    day: date
    items: int


class Place(BaseModel):
    """Digest-grade items of one country and language."""

    country: str
    lang: str
    items: int


class Movement(BaseModel):
    """Where a narrative surfaced in a window."""

    narrative: str
    since: datetime
    until: datetime
    days: list[Count]
    places: list[Place]


class FeedHealth(BaseModel):
    """How one feed does."""

    id: str
    outlet: str
    country: str
    condition: str
    yesterday: str
    reason: str
    failures: int
    failing_since: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    new_per_day: list[int]
    next_poll_at: datetime | None


class FeedList(BaseModel):
    """Every enabled feed, the worst first."""

    feeds: list[FeedHealth]
