"""The shapes of what is archived, as the API answers with them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from monitor.domain import propagation


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
    retracted: Literal["dismissed", "withdrawn"] | None
    retracted_at: datetime | None
    disclaimer: str
    source: Literal["rules", "learned", "rules+learned"]
    probability: float | None = Field(description="The second opinion's; null: not asked")


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


class Sighting(BaseModel):
    """An item of a story or narrative, as our feeds brought it."""

    item_id: str
    title: str
    url: str
    outlet: str
    outlet_name: str
    country: str
    lang: str
    first_seen_at: datetime


class Appearance(BaseModel):
    """Where something first appeared in one outlet, country or language, and how often since."""

    key: str
    first: Sighting
    items: int


class Spread(BaseModel):
    """The orders of first appearance in our feeds, which is not the origin."""

    items: int
    outlets: list[Appearance]
    countries: list[Appearance]
    langs: list[Appearance]


class Story(BaseModel):
    """Items that say the same, and how they spread."""

    story_id: str
    items: list[Sighting]
    spread: Spread


def sighting(one: propagation.Sighting) -> Sighting:
    """Return the row of a sighting."""
    return Sighting(
        item_id=str(one.item_id),
        title=one.title,
        url=one.url,
        outlet=one.outlet_id,
        outlet_name=one.outlet_name,
        country=one.country,
        lang=one.lang,
        first_seen_at=one.first_seen_at,
    )


def spread(one: propagation.Propagation) -> Spread:
    """Return the row of a propagation."""
    return Spread(
        items=one.items,
        outlets=_appearances(one.outlets),
        countries=_appearances(one.countries),
        langs=_appearances(one.langs),
    )


def _appearances(found: Iterable[propagation.Appearance]) -> list[Appearance]:
    return [Appearance(key=one.key, first=sighting(one.first), items=one.items) for one in found]
