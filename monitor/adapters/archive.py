"""The reading side of the database: what people ask for."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, tables
from monitor.adapters.database import Database, batches
from monitor.adapters.movement_rows import read_movements
from monitor.domain.digest import Movement, Window
from monitor.domain.errors import ConfigError
from monitor.domain.hit import ArchivedHit, ArchivedItem, Evidence, Grade, Hit, Stance
from monitor.domain.polling import FetchEvent, Outcome
from monitor.domain.query import parse_query
from monitor.domain.review import UNREVIEWED, Verdict
from monitor.ports import Filters, Page

Row = TypeVar("Row")
_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_STANDING: Final = tables.standing_review.c
_REVIEWED: Final = tables.hit.join(tables.item).outerjoin(
    tables.standing_review, _STANDING.hit_id == _HIT.id
)
_JOINED: Final = _REVIEWED.join(tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
_VERDICT: Final = sa.func.coalesce(_STANDING.verdict, UNREVIEWED)
_COUNTED: Final = (_HIT.retired_at.is_(None), _VERDICT != Verdict.DISMISSED)


class SqlArchive:
    """Keeps the port `Archive`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hits(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedHit]:
        """Return stored hits, newest first seen first."""
        query = _hits(filters, in_sqlite=self._database.is_sqlite).limit(limit + 1)
        if cursor:
            at, item_id, hit_id = _position(cursor, 3)
            place = sa.tuple_(_ITEM.first_seen_at, _ITEM.id, _HIT.id)
            query = query.where(
                place < sa.tuple_(sa.literal(at, tables.UtcDateTime()), item_id, hit_id)
            )
        with self._database.reading() as connection:
            rows = [_archived_hit(row) for row in connection.execute(query)]
        return _page(rows, limit, lambda row: (row.first_seen_at, row.item_id, row.hit_id))

    def window_hits(self, filters: Filters) -> Iterator[ArchivedHit]:
        """Return every hit whose item was first seen in the window, without paging."""
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(
                _hits(filters, in_sqlite=self._database.is_sqlite)
            ):
                yield _archived_hit(row)

    def hits_of(self, item_id: int) -> Sequence[ArchivedHit]:
        """Return the live hits of one item, best first."""
        query = _hits(Filters(), in_sqlite=self._database.is_sqlite)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(_ITEM.id == item_id)).all()
        found = map(_archived_hit, rows)
        return sorted(found, key=lambda one: (-one.hit.score, one.hit.narrative))

    def withdrawn(self, filters: Filters) -> Sequence[ArchivedHit]:
        """Return digest-grade hits that were dismissed in the window and stand so, latest first."""
        query = (
            _hits(replace(filters, since=None, until=None), in_sqlite=self._database.is_sqlite)
            .where(_STANDING.verdict == Verdict.DISMISSED, _HIT.grade == Grade.DIGEST)
            .where(_STANDING.at >= filters.since, _STANDING.at < filters.until)
            .order_by(None)
            .order_by(_STANDING.at.desc(), _HIT.id.desc())
        )
        with self._database.reading() as connection:
            return [_archived_hit(row) for row in connection.execute(query)]

    def items(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedItem]:
        """Return stored items, hits or not, newest first seen first."""
        item = tables.item
        query = sa.select(item).where(
            *_item_conditions(filters, in_sqlite=self._database.is_sqlite)
        )
        if _asks_for_hits(filters):
            carrying = sa.select(_HIT.item_id).select_from(_REVIEWED)
            found = carrying.where(*_hit_conditions(filters))
            query = query.where(_ITEM.id.in_(found))
        query = query.order_by(_ITEM.first_seen_at.desc(), _ITEM.id.desc()).limit(limit + 1)
        if cursor:
            at, item_id = _position(cursor, 2)
            place = sa.tuple_(_ITEM.first_seen_at, _ITEM.id)
            query = query.where(place < sa.tuple_(sa.literal(at, tables.UtcDateTime()), item_id))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            carried = _narratives_of(connection, [row.id for row in rows])
        archived = [_archived_item(row, carried.get(row.id, ())) for row in rows]
        return _page(archived, limit, lambda row: (row.first_seen_at, row.item_id))

    def events(self, window: Window) -> Sequence[FetchEvent]:
        """Return every fetch event of the window, oldest first."""
        event = tables.fetch_event.c
        query = (
            sa.select(tables.fetch_event)
            .where(event.at >= window.since, event.at < window.until)
            .order_by(event.at, event.id)
        )
        with self._database.reading() as connection:
            return [event_of(row) for row in connection.execute(query)]

    def items_read(self, window: Window) -> Sequence[tuple[str, str, int]]:
        """Return (country, language, number of items first seen in the window)."""
        query = (
            sa.select(_ITEM.country, _ITEM.lang, sa.func.count())
            .where(_ITEM.first_seen_at >= window.since, _ITEM.first_seen_at < window.until)
            .group_by(_ITEM.country, _ITEM.lang)
            .order_by(_ITEM.country, _ITEM.lang)
        )
        with self._database.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def last_new(self) -> Mapping[str, datetime]:
        """Return when each feed last brought a new item."""
        feed = tables.feed.c
        query = sa.select(feed.id, feed.last_new_at).where(feed.last_new_at.is_not(None))
        with self._database.reading() as connection:
            return {row.id: row.last_new_at for row in connection.execute(query)}

    def hit_counts(self) -> Mapping[tuple[str, str], int]:
        """Return the number of hits by narrative and language of the item."""
        query = (
            sa.select(_HIT.narrative, _ITEM.lang, sa.func.count())
            .select_from(_REVIEWED)
            .where(*_COUNTED)
            .group_by(_HIT.narrative, _ITEM.lang)
        )
        with self._database.reading() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def movements(
        self, window: Window, past: int, countries: Sequence[str] = ()
    ) -> Sequence[Movement]:
        """Return how each narrative moved, against as many windows before."""
        with self._database.reading() as connection:
            return read_movements(connection, window, past, countries)


def _hits(filters: Filters, *, in_sqlite: bool) -> sa.Select[Any]:
    item = [column for column in tables.item.c if column.name not in {"id", "text", "content_hash"}]
    return (
        sa.select(
            tables.hit,
            *item,
            tables.outlet.c.name.label("outlet_name"),
            _VERDICT.label("verdict"),
            _STANDING.stance.label("stance"),
        )
        .select_from(_JOINED)
        .where(*_item_conditions(filters, in_sqlite=in_sqlite), *_hit_conditions(filters))
        .order_by(_ITEM.first_seen_at.desc(), _ITEM.id.desc(), _HIT.id.desc())
    )


def _item_conditions(filters: Filters, *, in_sqlite: bool) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [_ITEM.content_hash != "erased"]
    if filters.countries:
        conditions.append(_ITEM.country.in_(filters.countries))
    if filters.langs:
        conditions.append(sa.or_(*map(_speaks, filters.langs)))
    if filters.outlets:
        conditions.append(_ITEM.outlet_id.in_(filters.outlets))
    if filters.kinds:
        kind = tables.outlet.c.kind.in_(filters.kinds)
        conditions.append(_ITEM.outlet_id.in_(sa.select(tables.outlet.c.id).where(kind)))
    if filters.since:
        conditions.append(_ITEM.first_seen_at >= filters.since)
    if filters.until:
        conditions.append(_ITEM.first_seen_at < filters.until)
    if filters.query:
        found = fulltext.found(parse_query(filters.query), in_sqlite=in_sqlite)
        conditions.append(_ITEM.id.in_(found))
    return conditions


def _speaks(lang: str) -> sa.ColumnElement[bool]:
    """Match a language and its scripts: `sr` finds sr-Latn and sr-Cyrl."""
    return sa.or_(_ITEM.lang == lang, _ITEM.lang.startswith(f"{lang}-", autoescape=True))


def _asks_for_hits(filters: Filters) -> bool:
    return bool(filters.narratives or filters.stances or filters.reviews or filters.grade)


def _hit_conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [_HIT.retired_at.is_(None)]
    if filters.narratives:
        conditions.append(_HIT.narrative.in_(filters.narratives))
    if filters.stances:
        said = sa.func.coalesce(sa.func.nullif(_STANDING.stance, ""), _HIT.stance_hint)
        conditions.append(said.in_(filters.stances))
    if filters.reviews:
        conditions.append(_VERDICT.in_(filters.reviews))
    if filters.grade:
        conditions.append(_HIT.grade == filters.grade)
    return conditions


def _narratives_of(connection: Connection, item_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    carried: dict[int, tuple[str, ...]] = {}
    for some in batches(item_ids):
        query = (
            sa.select(_HIT.item_id, _HIT.narrative)
            .select_from(_REVIEWED)
            .where(_HIT.item_id.in_(some), *_COUNTED)
            .order_by(_HIT.item_id, _HIT.score.desc(), _HIT.narrative)
        )
        for row in connection.execute(query):
            carried[row.item_id] = (*carried.get(row.item_id, ()), row.narrative)
    return carried


def _archived_hit(row: sa.Row[Any]) -> ArchivedHit:
    hit = Hit(
        narrative=row.narrative,
        score=row.score,
        grade=Grade(row.grade),
        stance_hint=Stance(row.stance_hint),
        evidence=tuple(Evidence(**evidence) for evidence in row.evidence),
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
        review=row.verdict,
        stance=row.stance or "",
    )


def _archived_item(row: sa.Row[Any], narratives: tuple[str, ...]) -> ArchivedItem:
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


def _page(rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[object, ...]]) -> Page[Row]:
    """Cut a page from rows of which one too many was asked for."""
    if len(rows) <= limit:
        return Page(tuple(rows))
    at, *ids = key(rows[limit - 1])
    text = ",".join([f"{at:%Y-%m-%dT%H:%M:%S.%f}", *map(str, ids)])
    return Page(tuple(rows[:limit]), base64.urlsafe_b64encode(text.encode()).decode())


def _position(cursor: str, parts: int) -> tuple[Any, ...]:
    """Read the place where the last page ended. Raises ConfigError for a made-up cursor."""
    try:
        at, *ids = base64.urlsafe_b64decode(cursor.encode()).decode().split(",")
        place = (datetime.fromisoformat(at).replace(tzinfo=UTC), *map(int, ids))
    except ValueError as error:
        raise ConfigError("--cursor is not one that a search gave; leave it out") from error
    if len(place) != parts:
        raise ConfigError("--cursor belongs to another kind of search; leave it out")
    return place
