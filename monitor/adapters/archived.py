"""Rows of the database as the values that people read, and the pages that these stand on."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa

from monitor.domain.digest import Marked
from monitor.domain.errors import ConfigError
from monitor.domain.hit import ArchivedHit, ArchivedItem, Evidence, Grade, Hit, Source, Stance
from monitor.domain.numbering import first_number
from monitor.domain.polling import FetchEvent, Outcome
from monitor.domain.query import Query
from monitor.domain.snippet import Sought, snippet
from monitor.ports import Page

Row = TypeVar("Row")
_LARGEST: Final = first_number(datetime(9999, 12, 31, tzinfo=UTC))  # no item is later
# By their names: calling an enumeration takes ten times as long.
_GRADES: Final = {str(one): one for one in Grade}
_STANCES: Final = {str(one): one for one in Stance}
_SOURCES: Final = {str(one): one for one in Source}


class HitRow(NamedTuple):
    """A hit with its item, as it is read: a tuple's fields take a tenth of what a `Row`'s do."""

    id: int
    item_id: int
    narrative: str
    score: float
    grade: str
    stance_hint: str
    evidence: Sequence[Mapping[str, Any]]
    source: str
    probability: float | None
    catalogue_version: str
    matcher_version: str
    created_at: datetime
    retired_at: datetime | None
    title: str
    summary: str
    text: str
    url: str
    outlet_id: str
    feed_id: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    story: int
    outlet_name: str
    verdict: str
    stance: str | None
    reviewed_at: datetime | None


class ItemRow(NamedTuple):
    """An item, as it is read."""

    id: int
    title: str
    summary: str
    text: str
    url: str
    outlet_id: str
    feed_id: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    story: int


class Snippets:
    """Where a query found items, looked for once in each: an item's hits follow each other."""

    def __init__(self, query: Query | None) -> None:
        self._sought = Sought.of(query) if query else None
        self._last: tuple[int | None, Marked | None] = (None, None)

    def of(self, item_id: int, row: HitRow | ItemRow) -> Marked | None:
        """Return that of an item, None where no query was made."""
        if self._sought is None:
            return None
        if self._last[0] != item_id:
            fields = (("title", row.title), ("summary", row.summary), ("text", row.text))
            self._last = item_id, snippet(fields, self._sought)
        return self._last[1]


def archived_hit(row: HitRow, story_size: int, marked: Marked | None = None) -> ArchivedHit:
    """Return the hit of a row."""
    hit = Hit(
        narrative=row.narrative,
        score=row.score,
        grade=_GRADES[row.grade],
        stance_hint=_STANCES[row.stance_hint],
        evidence=tuple([Evidence.of(evidence) for evidence in row.evidence]),
        source=_SOURCES[row.source],
        probability=row.probability,
    )
    return ArchivedHit(
        hit_id=row.id,
        item_id=row.item_id,
        hit=hit,
        catalogue_version=row.catalogue_version,
        matcher_version=row.matcher_version,
        title=row.title,
        summary=row.summary,
        url=row.url,
        outlet_id=row.outlet_id,
        outlet_name=row.outlet_name,
        feed_id=row.feed_id,
        country=row.country,
        lang=row.lang,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        story_id=str(row.story),
        story_size=story_size,
        snippet=marked,
        review=row.verdict,
        stance=row.stance or "",
        created_at=row.created_at,
        reviewed_at=row.reviewed_at,
        retired_at=row.retired_at,
    )


def archived_item(
    row: ItemRow,
    narratives: tuple[str, ...],
    story_size: int,
    marked: Marked | None = None,
) -> ArchivedItem:
    """Return the item of a row."""
    return ArchivedItem(
        item_id=row.id,
        title=row.title,
        summary=row.summary,
        url=row.url,
        outlet_id=row.outlet_id,
        feed_id=row.feed_id,
        country=row.country,
        lang=row.lang,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        narratives=narratives,
        story_id=str(row.story),
        story_size=story_size,
        snippet=marked,
    )


def event_of(row: sa.Row[Any]) -> FetchEvent:
    """Return the fetch event of a row of its table."""
    return FetchEvent(
        feed_id=row.feed_id,
        at=row.at,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        detail=row.detail,
        new=row.new,
        known=row.known,
        skips=tuple((reason, count) for reason, count in row.skips),
        notes=tuple(row.notes),
        took=timedelta(milliseconds=row.took_ms),
    )


def page(rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[object, ...]]) -> Page[Row]:
    """Cut a page from rows of which one too many was asked for."""
    if len(rows) <= limit:
        return Page(tuple(rows))
    text = ",".join(map(str, key(rows[limit - 1])))
    return Page(tuple(rows[:limit]), base64.urlsafe_b64encode(text.encode()).decode())


def position(cursor: str, kind: str) -> tuple[int, str]:
    """Read the place where the last page ended. Raises ConfigError for a made-up cursor."""
    try:
        found, number, *rest = base64.urlsafe_b64decode(cursor.encode()).decode().split(",")
        place = (int(number), ",".join(rest))
    except ValueError as error:
        raise ConfigError("--cursor is not one that a search gave; leave it out") from error
    if "\0" in place[1]:
        raise ConfigError("--cursor is not one that a search gave; leave it out")
    if found != kind or abs(place[0]) >= _LARGEST:
        raise ConfigError("--cursor belongs to another kind of search; leave it out")
    return place
