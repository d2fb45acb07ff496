"""The shapes of what is said about the archive: narratives, feeds, quality, trends."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from monitor.web.api.rows import Spread


class Told(BaseModel):
    """A shape that is filled from the value of the same attributes."""

    model_config = ConfigDict(from_attributes=True)


class Narrative(BaseModel):
    """A narrative of the catalogue. `titles` are by interface language."""

    id: str
    title: str
    titles: dict[str, str]
    summary: str
    paragraphs: list[int]
    digest_threshold: float
    review_threshold: float


class Word(Told):
    """A phrase, or a word of a concept, and the points that it brings."""

    lang: str
    text: str
    weight: float


class Rule(Told):
    """Concepts that must stand near each other: each group of `all_of`, and none of `none_of`."""

    id: str
    all_of: list[list[str]]
    none_of: list[str]
    within: int = Field(description="words; 0 is anywhere in the item")
    ordered: bool
    field: str
    weight: float
    langs: list[str]
    countries: list[str]


class WholeNarrative(Narrative):
    """A narrative with all that finds it; `concepts` are those that its rules speak of."""

    rationale: str
    rules: list[Rule]
    phrases: list[Word]
    concepts: dict[str, list[Word]]


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


class OutletCount(BaseModel):
    """Digest-grade items of one outlet."""

    outlet: str
    country: str
    items: int


class Movement(BaseModel):
    """Where a narrative surfaced in a window; outlets by name, never by rank."""

    narrative: str
    since: datetime
    until: datetime
    days: list[Count]
    places: list[Place]
    outlets: list[OutletCount]
    spread: Spread


class Trend(BaseModel):
    """A narrative's day against the same weekday of the eight weeks before, in stories.

    `usual` is null where too few such days could be seen about as well.
    """

    narrative: str
    in_catalogue: bool
    day: date
    stories: int
    usual: float | None
    items: int
    outlets: int
    direction: str


class Trends(BaseModel):
    """The trends of a day."""

    day: date
    trends: list[Trend]


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


class FeedEvent(Told):
    """One attempt on a feed. `seen` = `new` + `known` + `skipped`."""

    at: datetime
    outcome: str
    reason: str
    detail: str
    seen: int
    new: int
    known: int
    skipped: int


class Feed(BaseModel):
    """One feed: how it does (null while it is switched off), and its last events."""

    id: str
    url: str
    outlet: str
    outlet_name: str
    country: str
    enabled: bool
    health: FeedHealth | None
    events: list[FeedEvent]


class Found(BaseModel):
    """A narrative found in a text, with the words that made it."""

    narrative: str
    score: float
    grade: str
    words: list[str]


class Explained(BaseModel):
    """What the matcher makes of a text."""

    family: str
    tokens: list[str]
    found: list[Found]


class Search(BaseModel):
    """A saved search; `atom` is the address of its feed, which is its own key."""

    id: int
    name: str
    query: str
    atom: str


class Searches(BaseModel):
    """One's own saved searches by name."""

    searches: list[Search]


class AuditEntry(Told):
    """One thing that somebody changed."""

    at: datetime
    person: str
    action: str
    detail: str


class AuditLog(BaseModel):
    """The newest entries first."""

    log: list[AuditEntry]
