"""What the database remembers of feeds: their states, and how their polls went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.archived import event_of
from monitor.adapters.database import Database, batches
from monitor.adapters.event_rows import EventMemory
from monitor.adapters.store import state_of
from monitor.domain.digest import Window
from monitor.domain.health import DAY, FeedRecord
from monitor.domain.polling import NO_ENTRIES, FetchEvent, Outcome

_EVENT: Final = tables.fetch_event.c


class SqlFeedHistory:
    """Keeps the port `FeedHistory`."""

    def __init__(self, database: Database, events: EventMemory | None = None) -> None:
        self._database = database
        self._events = events or EventMemory(database)

    def records(self, window: Window) -> Mapping[str, FeedRecord]:
        """Return what is known of every feed ever polled; `brought` is that of the window."""
        brought: dict[str, list[FetchEvent]] = defaultdict(list)
        for event in self._events.events(window):
            if event.new > 0:
                brought[event.feed_id].append(event)
        with self._database.reading() as connection:
            first = _first(connection)
            last = _last(connection)
            earlier = _last(connection, _EVENT.at < window.until - DAY)
            read = _last(connection, _EVENT.outcome == Outcome.OK)
            empty = _empty(connection, [one for one, at in read.items() if NO_ENTRIES in at.notes])
            states = [state_of(row) for row in connection.execute(sa.select(tables.feed))]
        return {
            state.feed_id: FeedRecord(
                state=state,
                first_at=first.get(state.feed_id),
                last=last.get(state.feed_id),
                earlier=earlier.get(state.feed_id),
                read=read.get(state.feed_id),
                empty_polls=empty.get(state.feed_id, 0),
                brought=tuple(brought.get(state.feed_id, ())),
            )
            for state in states
        }


def _first(connection: Connection) -> dict[str, datetime]:
    mine = sa.select(sa.func.min(_EVENT.at)).where(_EVENT.feed_id == tables.feed.c.id)
    query = sa.select(tables.feed.c.id, mine.scalar_subquery())
    return {row[0]: row[1] for row in connection.execute(query) if row[1]}


def _empty(connection: Connection, feed_ids: Sequence[str]) -> dict[str, int]:
    """Return how often these feeds have answered since they last had an entry."""
    found: dict[str, int] = {}
    for some in batches(feed_ids):
        full = (
            sa.select(_EVENT.feed_id, sa.func.max(_EVENT.at).label("at"))
            .where(_EVENT.feed_id.in_(some), _EVENT.new + _EVENT.known > 0)
            .group_by(_EVENT.feed_id)
            .subquery()
        )
        since = sa.or_(full.c.at.is_(None), _EVENT.at > full.c.at)
        query = (
            sa.select(_EVENT.feed_id, sa.func.count())
            .outerjoin_from(tables.fetch_event, full, full.c.feed_id == _EVENT.feed_id)
            .where(_EVENT.feed_id.in_(some), _EVENT.outcome != Outcome.FAILED, since)
            .group_by(_EVENT.feed_id)
        )
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def _last(
    connection: Connection, among: sa.ColumnElement[bool] | None = None
) -> dict[str, FetchEvent]:
    """Return each feed's last event of some: an end of its index, not all of it."""
    newest = sa.select(_EVENT.id).where(_EVENT.feed_id == tables.feed.c.id)
    if among is not None:
        newest = newest.where(among)
    newest = newest.order_by(_EVENT.at.desc()).limit(1)
    of_each = sa.select(newest.correlate(tables.feed).scalar_subquery()).select_from(tables.feed)
    chosen = tables.fetch_event.alias()
    query = sa.select(chosen).where(chosen.c.id.in_(of_each))
    return {row.feed_id: event_of(row) for row in connection.execute(query)}
