"""Daily counts of digest-grade hits that nobody dismissed, counted anew where they are stale."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database
from monitor.domain.digest import Direction
from monitor.domain.hit import Grade
from monitor.domain.polling import Outcome
from monitor.domain.weekday import WEEKS, DayTrend, Seen, day_trend

_HIT, _ITEM, _ROLL = tables.hit.c, tables.item.c, tables.rollup.c
_DAY, _EVENT = tables.rollup_day.c, tables.fetch_event.c


def refresh(database: Database, first: date, last: date, now: datetime) -> int:
    """Count each day of `[first, last]` that is stale or was not over; return how many.

    Doing it twice changes nothing. One transaction a day.
    """
    with database.reading() as connection:
        query = sa.select(_DAY.day, _DAY.counted_at).where(_DAY.day.between(first, last))
        done = {
            day for day, at in connection.execute(query) if at >= _start(day + timedelta(days=1))
        }
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    stale = [day for day in days if day not in done]
    for day in stale:
        with database.writing() as connection:
            _count(connection, day, now)
    return len(stale)


def trends(database: Database, day: date) -> list[DayTrend]:
    """Return what can be said of every narrative that a day or its past weekdays carried."""
    days = [day - timedelta(weeks=weeks) for weeks in range(WEEKS + 1)]
    counts: dict[str, dict[date, tuple[int, int, int]]] = {}
    with database.reading() as connection:
        query = (
            sa.select(
                _ROLL.narrative,
                _ROLL.day,
                sa.func.sum(_ROLL.stories),
                sa.func.sum(_ROLL["items"]),
                sa.func.count(_ROLL.outlet_id.distinct()),
            )
            .where(_ROLL.day.in_(days))
            .group_by(_ROLL.narrative, _ROLL.day)
        )
        for narrative, at, *numbers in connection.execute(query):
            counts.setdefault(narrative, {})[at] = (numbers[0], numbers[1], numbers[2])
        seen = _seen(connection, days)
    found = []
    for narrative, by_day in sorted(counts.items()):
        stories, items, outlets = by_day.get(day, (0, 0, 0))
        today = DayTrend(narrative, day, Direction.STEADY, stories, items, outlets)
        found.append(day_trend(today, {at: some[0] for at, some in by_day.items()}, seen))
    return found


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _seen(connection: Connection, days: list[date]) -> Mapping[date, Seen]:
    query = sa.select(_DAY.day, _DAY.feeds_polled, _DAY.feeds_up).where(_DAY.day.in_(days))
    return {row[0]: Seen(row[1], row[2]) for row in connection.execute(query)}


def _count(connection: Connection, day: date, now: datetime) -> None:
    since, until = _start(day), _start(day + timedelta(days=1))
    connection.execute(sa.delete(tables.rollup).where(_ROLL.day == day))
    connection.execute(sa.delete(tables.rollup_day).where(_DAY.day == day))
    dismissed = sa.select(tables.standing_review.c.hit_id).where(
        tables.standing_review.c.verdict == "dismissed"
    )
    stories = _ITEM.story_id if "story_id" in _ITEM else _ITEM.id
    group = (_HIT.narrative, _ITEM.outlet_id, _ITEM.country, _ITEM.lang)
    query = (
        sa.select(
            sa.literal(day, sa.Date).label("day"),
            *group,
            sa.func.count(),
            sa.func.count(sa.func.coalesce(stories, _ITEM.id).distinct()),
        )
        .join_from(tables.hit, tables.item)
        .where(_HIT.retired_at.is_(None), _HIT.grade == Grade.DIGEST)
        .where(_ITEM.first_seen_at >= since, _ITEM.first_seen_at < until)
        .where(_HIT.id.not_in(dismissed))
        .group_by(*group)
    )
    names = ["day", "narrative", "outlet_id", "country", "lang", "items", "stories"]
    connection.execute(sa.insert(tables.rollup).from_select(names, query))
    up = sa.case((_EVENT.outcome != Outcome.FAILED, _EVENT.feed_id)).distinct()
    polled, answered = connection.execute(
        sa.select(sa.func.count(_EVENT.feed_id.distinct()), sa.func.count(up)).where(
            _EVENT.at >= since, _EVENT.at < until
        )
    ).one()
    read = sa.select(sa.func.count()).where(
        _ITEM.first_seen_at >= since, _ITEM.first_seen_at < until
    )
    connection.execute(
        sa.insert(tables.rollup_day).values(
            day=day,
            items=connection.execute(read).scalar_one(),
            feeds_polled=polled,
            feeds_up=answered,
            counted_at=now,
        )
    )
