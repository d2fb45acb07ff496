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


class Estimate(Told):
    """A share with its 95 % interval, from `n` judgements; null without any."""

    share: float | None
    low: float
    high: float
    n: int


class Group(Told):
    """Hits that have something in common; `random` counts only those drawn at random."""

    name: str
    hits: int
    confirmed: int
    dismissed: int
    unsure: int
    reviewed: Estimate
    random: Estimate


class Recall(Told):
    """The share of what there was that was found: always an estimate, from items read whole."""

    estimate: Estimate
    read: int
    missed: int


class Agreement(Told):
    """How far two people agree; kappa is null where chance explains it."""

    people: tuple[str, str]
    hits: int
    agreed: int
    kappa: float | None
    stance_kappa: float | None


class Runaway(Told):
    """A rule that finds a large share of what one feed brings."""

    rule: str
    feed_id: str
    hits: int
    items: int


class Effect(Told):
    """What a change would have done to the hits that readers saw or would see."""

    gained: int
    lost: int
    gained_confirmed: int
    gained_dismissed: int
    lost_confirmed: int
    lost_dismissed: int


class Threshold(Told):
    """Another digest threshold by which the decided hits are told apart better."""

    narrative: str
    present: float
    suggested: float
    f1_present: float
    f1_suggested: float
    labels: int
    backtest: Effect


class Exclusion(Told):
    """Words that stand in hits dismissed for one reason and in no confirmed hit."""

    narrative: str
    reason: str
    lang: str
    words: list[str]
    dismissals: int
    backtest: Effect


class Quality(BaseModel):
    """How good the hits are, as far as people reviewed them, and what to change.

    `dead_rules` is null where the archive is too young to tell.
    """

    since: datetime
    until: datetime
    overall: Group
    groups: dict[str, list[Group]]
    recall: dict[str, Recall]
    recall_by_narrative: dict[str, Recall]
    agreements: list[Agreement]
    wrong_rules: list[str]
    dead_rules: list[str] | None
    runaways: list[Runaway]
    thresholds: list[Threshold]
    exclusions: list[Exclusion]


class QueuePlace(BaseModel):
    """What to look at next and why: a hit, or (where `hit_id` is null) a whole item."""

    why: list[str]
    item_id: str
    hit_id: str | None
    narrative: str | None
    title: str
    lang: str


class Queue(BaseModel):
    """The reviewers' queue, the first to look at first."""

    places: list[QueuePlace]


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
