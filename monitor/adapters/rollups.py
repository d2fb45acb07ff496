"""Daily counts of digest-grade hits that nobody dismissed, counted anew where they are stale."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.catalogue_uses import removed
from monitor.adapters.database import Database, batches
from monitor.adapters.event_rows import LATE
from monitor.adapters.movement_rows import seen_in
from monitor.domain.digest import Direction
from monitor.domain.hit import Grade
from monitor.domain.polling import Outcome
from monitor.domain.weekday import WEEKS, DayTrend, Seen, day_trend

_HIT, _ITEM, _ROLL = tables.hit.c, tables.item.c, tables.rollup.c
_DAY, _EVENT = tables.rollup_day.c, tables.fetch_event.c
DAY: Final = timedelta(days=1)


def refresh(database: Database, first: date, last: date, now: datetime) -> int:
    """Count each day of `[first, last]` that is stale or was not over; return how many.

    Doing it twice changes nothing. One transaction a day.
    """
    with database.reading() as connection:
        query = sa.select(_DAY.day, _DAY.counted_at).where(_DAY.day.between(first, last))
        done = {day for day, at in connection.execute(query) if _was_over(day, at)}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    stale = [day for day in days if day not in done]
    for day in stale:
        with database.writing() as connection:
            _count(connection, day, now)
    return len(stale)


def trends(
    database: Database, day: date, unsettled: Callable[[datetime], Collection[str]]
) -> list[DayTrend]:
    """Return what can be said of every narrative that a day or its past weekdays carried.

    Days that are not rolled up are counted without noting it: reading writes nothing.
    `unsettled` names the narratives whose rules changed since a time. Of one that was taken out
    of the catalogue before the day was over nothing is claimed.
    """
    days = [day - timedelta(weeks=weeks) for weeks in range(WEEKS + 1)]
    counts: dict[str, dict[date, tuple[int, int, int]]] = {}
    with database.reading() as connection:
        seen = _seen(connection, days)
        for narrative, at, *numbers in connection.execute(_rolled_up(list(seen))):
            counts.setdefault(narrative, {})[at] = (numbers[0], numbers[1], numbers[2])
        for at in set(days) - seen.keys():
            for narrative, counted in _counted(connection, at).items():
                counts.setdefault(narrative, {})[at] = counted
            seen[at] = _feeds(connection, at)
        gone = {name for name, at in removed(connection).items() if at < _start(day + DAY)}
    changed = gone.union(unsettled(_start(days[-1])))
    found = []
    for narrative, by_day in sorted(counts.items()):
        stories, items, outlets = by_day.get(day, (0, 0, 0))
        today = DayTrend(narrative, day, Direction.STEADY, stories, items, outlets)
        past = {at: some[0] for at, some in by_day.items()}
        found.append(day_trend(today, past, seen, changed))
    return found


def _rolled_up(days: list[date]) -> sa.Select[Any]:
    outlets = sa.func.count(_ROLL.outlet_id.distinct())
    return (
        sa.select(
            _ROLL.narrative,
            _ROLL.day,
            sa.func.sum(_ROLL.stories),
            sa.func.sum(_ROLL["items"]),
            outlets,
        )
        .where(_ROLL.day.in_(days))
        .group_by(_ROLL.narrative, _ROLL.day)
    )


def _counted(connection: Connection, day: date) -> dict[str, tuple[int, int, int]]:
    """Count a day as its roll-up would."""
    found: dict[str, tuple[int, int, int]] = {}
    outlets: dict[str, set[str]] = {}
    for row in connection.execute(_of_day(connection, day)):
        stories, items, _ = found.get(row.narrative, (0, 0, 0))
        outlets.setdefault(row.narrative, set()).add(row.outlet_id)
        count = len(outlets[row.narrative])
        found[row.narrative] = (stories + row.stories, items + row.number, count)
    return found


def count_anew(connection: Connection, days: Iterable[date]) -> None:
    """Let these days be counted anew: what they hold changes in this transaction."""
    for some in batches(sorted(set(days))):
        connection.execute(sa.delete(tables.rollup_day).where(_DAY.day.in_(some)))


def count_anew_of(connection: Connection, item_id: int) -> None:
    """Let the day be counted anew on which an item was first seen."""
    at = connection.scalar(sa.select(_ITEM.first_seen_at).where(_ITEM.id == item_id))
    count_anew(connection, [at.date()] if at else [])


def _was_over(day: date, at: datetime) -> bool:
    """Say whether all of a day was stored at a time: polls that began before midnight, too."""
    return at >= _start(day + DAY) + LATE


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _seen(connection: Connection, days: list[date]) -> dict[date, Seen]:
    """Return how the days could be seen that were rolled up when they were over."""
    query = sa.select(_DAY.day, _DAY.counted_at, _DAY.feeds_polled, _DAY.feeds_up)
    return {
        row.day: Seen(row.feeds_polled, row.feeds_up)
        for row in connection.execute(query.where(_DAY.day.in_(days)))
        if _was_over(row.day, row.counted_at)
    }


def _feeds(connection: Connection, day: date) -> Seen:
    up = sa.case((_EVENT.outcome != Outcome.FAILED, _EVENT.feed_id)).distinct()
    query = sa.select(sa.func.count(_EVENT.feed_id.distinct()), sa.func.count(up))
    polled, answered = connection.execute(
        query.where(_EVENT.at >= _start(day), _EVENT.at < _start(day + DAY))
    ).one()
    return Seen(polled, answered)


def _seen_on(day: date) -> list[sa.ColumnElement[bool]]:
    return seen_in(_start(day), _start(day + DAY))


def _of_day(connection: Connection, day: date) -> sa.Select[Any]:
    """Return the counts of a day by narrative, outlet, country and language.

    A story counts once, where that day first has it: sums over outlets are of stories, too.
    """
    hits = _hits_of_day(connection, day)
    group = (hits.c.narrative, hits.c.outlet_id, hits.c.country, hits.c.lang)
    is_first = sa.case((hits.c.place == 1, 1), else_=0)
    stories = sa.func.sum(is_first).label("stories")
    return sa.select(*group, sa.func.count().label("number"), stories).group_by(*group)


def _hits_of_day(connection: Connection, day: date) -> sa.Subquery:
    """Return the hits that count, each with its place among those of its narrative and story.

    A narrative that was taken out of the catalogue keeps what stood until then.
    """
    dismissed = sa.select(tables.standing_review.c.hit_id).where(
        tables.standing_review.c.verdict == "dismissed"
    )
    story = sa.func.coalesce(_ITEM.story_id, _ITEM.id)
    place = sa.func.row_number().over(partition_by=(_HIT.narrative, story), order_by=_ITEM.id)
    return (
        sa.select(
            *(_HIT.narrative, _ITEM.outlet_id, _ITEM.country, _ITEM.lang),
            place.label("place"),
        )
        .join_from(tables.hit, tables.item)
        .where(sa.or_(*_stood(connection)), _HIT.grade == Grade.DIGEST)
        .where(*_seen_on(day))
        .where(_HIT.id.not_in(dismissed))
        .subquery()
    )


def _stood(connection: Connection) -> Iterator[sa.ColumnElement[bool]]:
    yield _HIT.retired_at.is_(None)
    for narrative, at in removed(connection).items():
        is_kept = _ITEM.content_hash != "erased"
        yield sa.and_(_HIT.narrative == narrative, _HIT.retired_at >= at, is_kept)


def _count(connection: Connection, day: date, now: datetime) -> None:
    """Count a day. In PostgreSQL whoever changes a day is waited for, and waits, to be counted."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE rollup_day IN SHARE ROW EXCLUSIVE MODE")
    connection.execute(sa.delete(tables.rollup).where(_ROLL.day == day))
    connection.execute(sa.delete(tables.rollup_day).where(_DAY.day == day))
    dated = sa.select(sa.literal(day, sa.Date).label("day"), *_of_day(connection, day).subquery().c)
    names = ["day", "narrative", "outlet_id", "country", "lang", "items", "stories"]
    connection.execute(sa.insert(tables.rollup).from_select(names, dated))
    read = sa.select(sa.func.count()).select_from(tables.item)
    feeds = _feeds(connection, day)
    connection.execute(
        sa.insert(tables.rollup_day).values(
            day=day,
            items=connection.execute(read.where(*_seen_on(day))).scalar_one(),
            feeds_polled=feeds.feeds_polled,
            feeds_up=feeds.feeds_up,
            counted_at=now,
        )
    )
