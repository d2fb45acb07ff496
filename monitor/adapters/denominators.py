"""What was read a day, hits or not: without it no share of anything can be computed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import partitions, tables
from monitor.adapters.copying import snapshot
from monitor.adapters.database import Database
from monitor.domain.polling import Outcome
from monitor.ports import Filters

COLUMNS: Final = (
    "day", "outlet", "outlet_name", "country", "lang", "items", "feeds_polled", "feeds_up",
)  # fmt: skip

_ITEM: Final = tables.item.c
_EVENT: Final = tables.fetch_event.c

Key = tuple[str, str]  # day and outlet


def denominators(database: Database, filters: Filters) -> Iterator[dict[str, object]]:
    """Yield a row for each day (UTC), outlet, country and language, oldest day first.

    `feeds_polled` and `feeds_up` are of the outlet: how many of its feeds were asked that day, and
    how many of them answered at least once. A day on which nothing was read has items 0.
    """
    with snapshot(database) as connection:
        about = {row.id: row for row in connection.execute(sa.select(tables.outlet))}
        for month in _months(connection, filters):
            feeds = _feeds(connection, month)
            for day, outlet, *rest in sorted(_rows(connection, month, feeds, about)):
                values = (day, outlet, about[outlet].name, *rest, *feeds.get((day, outlet), (0, 0)))
                yield dict(zip(COLUMNS, values, strict=True))


def _months(connection: Connection, filters: Filters) -> Iterator[Filters]:
    """Yield the filters for each month that may hold something, oldest first: few rows at a time."""
    held = partitions.held(connection)
    # An item of a month's last moment may be numbered in the next one.
    begin = {partitions.begins(month) for month in held}
    held |= {(at.year, at.month) for at in (first - timedelta(days=1) for first in begin)}
    for month in sorted(held):
        since, until = partitions.begins(month), partitions.begins(partitions.after(month))
        since, until = max(since, filters.since or since), min(until, filters.until or until)
        if since < until:
            yield replace(filters, since=since, until=until)


def _rows(
    connection: Connection, filters: Filters, feeds: Iterable[Key], about: Mapping[str, sa.Row[Any]]
) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield day, outlet, country, language and items, in any order."""
    unread = set(feeds)
    in_sqlite = connection.dialect.name == "sqlite"
    for day, outlet, *rest in connection.execute(_items(filters, in_sqlite=in_sqlite)):
        unread.discard((str(day), outlet))
        yield (str(day), outlet, *rest)
    for day, outlet in () if filters.langs else unread:
        if not filters.countries or about[outlet].country in filters.countries:
            yield day, outlet, about[outlet].country, "", 0


def day_of(column: sa.ColumnElement[Any], *, in_sqlite: bool) -> sa.ColumnElement[Any]:
    """Return the day in UTC of a time."""
    return sa.func.date(column if in_sqlite else sa.func.timezone("UTC", column))


def _items(filters: Filters, *, in_sqlite: bool) -> sa.Select[Any]:
    day = day_of(_ITEM.first_seen_at, in_sqlite=in_sqlite)
    query = sa.select(day, _ITEM.outlet_id, _ITEM.country, _ITEM.lang, sa.func.count())
    query = query.where(*_within(_ITEM.first_seen_at, filters))
    if filters.outlets:
        query = query.where(_ITEM.outlet_id.in_(filters.outlets))
    if filters.countries:
        query = query.where(_ITEM.country.in_(filters.countries))
    if filters.langs:
        speaks = [
            sa.or_(_ITEM.lang == lang, _ITEM.lang.startswith(f"{lang}-", autoescape=True))
            for lang in filters.langs
        ]
        query = query.where(sa.or_(*speaks))
    return query.group_by(day, _ITEM.outlet_id, _ITEM.country, _ITEM.lang)


def _feeds(connection: Connection, filters: Filters) -> Mapping[Key, tuple[int, int]]:
    day = day_of(_EVENT.at, in_sqlite=connection.dialect.name == "sqlite")
    answered = sa.case((_EVENT.outcome != Outcome.FAILED, _EVENT.feed_id))
    outlet = tables.feed.c.outlet_id
    query = (
        sa.select(
            day,
            outlet,
            sa.func.count(_EVENT.feed_id.distinct()),
            sa.func.count(answered.distinct()),
        )
        .join_from(tables.fetch_event, tables.feed, tables.feed.c.id == _EVENT.feed_id)
        .where(*_within(_EVENT.at, filters))
        .group_by(day, outlet)
    )
    if filters.outlets:
        query = query.where(outlet.in_(filters.outlets))
    return {(str(row[0]), row[1]): (row[2], row[3]) for row in connection.execute(query)}


def _within(column: sa.ColumnElement[Any], filters: Filters) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if filters.since:
        conditions.append(column >= filters.since)
    if filters.until:
        conditions.append(column < filters.until)
    return conditions
