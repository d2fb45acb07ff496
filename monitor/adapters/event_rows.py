"""Fetch events as coverage reads them, kept in memory: every digest asks for a week of them."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import timedelta
from operator import attrgetter
from threading import Lock
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database
from monitor.domain.digest import Window
from monitor.domain.polling import FetchEvent, Outcome

MOST_KEPT: Final = 200_000  # some 40 MB; where there are more they are read each time
REACH: Final = timedelta(days=15)  # what is older is read each time
LATE: Final = timedelta(hours=1)  # how long after its time an event may still be stored
_AT: Final = attrgetter("at")
_OUTCOMES: Final = {str(one): one for one in Outcome}


class EventMemory:
    """The events of one unbroken stretch of time up to the present, oldest first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: list[FetchEvent] = []
        self._lock = Lock()

    def events(self, window: Window) -> Sequence[FetchEvent]:
        """Return the events of a window, oldest first, without what only feed pages show."""
        with self._lock, self._database.reading() as connection:
            if not self._may_keep(connection, window):
                return _read(connection, _EVENT.at >= window.since, _EVENT.at < window.until)
            self._read_on(connection, window)
            kept = self._kept
            if len(kept) > MOST_KEPT:
                self._kept = []
            begin, end = (bisect_left(kept, at, key=_AT) for at in (window.since, window.until))
            return kept[begin:end]

    def _may_keep(self, connection: Connection, window: Window) -> bool:
        """Say whether the window is of the present, or lies not long before what is kept."""
        if self._kept:
            return window.since >= self._kept[0].at - REACH
        newest = connection.scalar(sa.select(sa.func.max(_EVENT.at)))
        return newest is not None and window.until >= newest - REACH

    def _read_on(self, connection: Connection, window: Window) -> None:
        """Read what came since, and what lies before if more is asked for."""
        if not self._kept:
            self._kept = _read(connection, _EVENT.at >= window.since)
            return
        oldest, newest = self._kept[0].at, self._kept[-1].at
        again = max(newest - LATE, oldest)
        del self._kept[bisect_left(self._kept, again, key=_AT) :]
        self._kept += _read(connection, _EVENT.at >= again)
        if window.since < oldest:
            before = _EVENT.at >= window.since, _EVENT.at < oldest
            self._kept = [*_read(connection, *before), *self._kept]


_EVENT: Final = tables.fetch_event.c


def _read(connection: Connection, *where: sa.ColumnElement[bool]) -> list[FetchEvent]:
    columns = _EVENT.feed_id, _EVENT.at, _EVENT.outcome, _EVENT.reason, _EVENT.new
    query = sa.select(*columns).where(*where).order_by(_EVENT.at, _EVENT.id)
    names: dict[str, str] = {}
    return [
        FetchEvent(names.setdefault(feed, feed), at, _OUTCOMES[outcome], reason, new=new)
        for feed, at, outcome, reason, new in connection.execute(query)
    ]
