"""What the database remembers of feeds: their states, and how their polls went."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.archived import event_of
from monitor.adapters.database import Database
from monitor.adapters.store import state_of
from monitor.domain.digest import Window
from monitor.domain.health import DAY, FeedRecord
from monitor.domain.polling import FetchEvent, Outcome

_EVENT: Final = tables.fetch_event.c


class SqlFeedHistory:
    """Keeps the port `FeedHistory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def records(self, window: Window) -> Mapping[str, FeedRecord]:
        """Return what is known of every feed ever polled; `brought` is that of the window."""
        with self._database.reading() as connection:
            brought = _brought(connection, window)
            first = _first(connection)
            last = _last(connection)
            earlier = _last(connection, window.until - DAY)
            states = [state_of(row) for row in connection.execute(sa.select(tables.feed))]
        return {
            state.feed_id: FeedRecord(
                state=state,
                first_at=first.get(state.feed_id),
                last=last.get(state.feed_id),
                earlier=earlier.get(state.feed_id),
                brought=tuple(brought.get(state.feed_id, ())),
            )
            for state in states
        }


def _brought(connection: Connection, window: Window) -> dict[str, list[FetchEvent]]:
    query = (
        sa.select(_EVENT.feed_id, _EVENT.at, _EVENT.new)
        .where(_EVENT.at >= window.since, _EVENT.at < window.until, _EVENT.new > 0)
        .order_by(_EVENT.at)
    )
    found: dict[str, list[FetchEvent]] = defaultdict(list)
    for feed_id, at, new in connection.execute(query):
        found[feed_id].append(FetchEvent(feed_id, at, Outcome.OK, new=new))
    return found


def _first(connection: Connection) -> dict[str, datetime]:
    query = sa.select(_EVENT.feed_id, sa.func.min(_EVENT.at)).group_by(_EVENT.feed_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def _last(connection: Connection, until: datetime | None = None) -> dict[str, FetchEvent]:
    newest = (
        sa.select(_EVENT.feed_id, sa.func.max(_EVENT.at).label("at"))
        .where(_EVENT.at < until if until else sa.true())
        .group_by(_EVENT.feed_id)
        .subquery()
    )
    is_newest = sa.and_(_EVENT.feed_id == newest.c.feed_id, _EVENT.at == newest.c.at)
    query = sa.select(tables.fetch_event).join(newest, is_newest)
    return {row.feed_id: event_of(row) for row in connection.execute(query)}
