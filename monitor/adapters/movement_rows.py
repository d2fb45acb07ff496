"""Read what movement is made of: tellings, and what could be seen, window by window."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.domain.digest import Movement, Window
from monitor.domain.feed import OutletKind
from monitor.domain.hit import Grade
from monitor.domain.movement import OutletShare, Sight, Telling, movements
from monitor.domain.polling import Outcome
from monitor.domain.review import UNREVIEWED, Verdict

_HIT, _ITEM, _EVENT = tables.hit.c, tables.item.c, tables.fetch_event.c
_OUTLET: Final = tables.outlet.c
_STORY: Final = sa.func.coalesce(_ITEM.story_id, _ITEM.id)
_TOLD: Final = (
    tables.hit.join(tables.item)
    .join(tables.outlet, _OUTLET.id == _ITEM.outlet_id)
    .outerjoin(tables.standing_review, tables.standing_review.c.hit_id == _HIT.id)
)
_COUNTS: Final = (
    _HIT.retired_at.is_(None),
    _HIT.grade == Grade.DIGEST,
    sa.func.coalesce(tables.standing_review.c.verdict, UNREVIEWED) != Verdict.DISMISSED,
    _OUTLET.kind != OutletKind.FACT_CHECKER,
)


def read_movements(
    connection: Connection, window: Window, past: int, countries: Sequence[str] = ()
) -> list[Movement]:
    """Return the movement of every narrative seen so far, in all countries or in some."""
    somewhere = _ITEM.country.in_(countries) if countries else sa.true()
    sights = read_sights(connection, window, past, countries)
    tellings = list(_tellings(connection, window, past, somewhere))
    here = _seen(connection, window.until, somewhere)
    anywhere = _seen(connection, window.until, sa.true()) if countries else here
    first = {name: times[0] for name, times in anywhere.items()}
    return movements(tellings, sights, first, here)


def read_sights(
    connection: Connection, window: Window, past: int, countries: Sequence[str] = ()
) -> list[Sight]:
    """Return what could be seen in a window and in as many before it, the present one first."""
    length = window.length
    windows = [
        Window(window.since - n * length, window.until - n * length) for n in range(past + 1)
    ]
    return [_sight(connection, one, countries) for one in windows]


def _tellings(
    connection: Connection, window: Window, past: int, somewhere: sa.ColumnElement[bool]
) -> Iterator[Telling]:
    query: sa.Select[Any] = (
        sa.select(
            _HIT.narrative,
            _ITEM.country,
            _ITEM.outlet_id,
            _ITEM.feed_id,
            _STORY.label("story"),
            _ITEM.first_seen_at,
        )
        .select_from(_TOLD)
        .where(*_COUNTS, somewhere)
        .where(_ITEM.first_seen_at >= window.since - past * window.length)
        .where(_ITEM.first_seen_at < window.until)
    )
    for row in connection.execute(query):
        back = -((row.first_seen_at - window.since) // window.length)
        place = row.narrative, row.country, row.outlet_id, row.feed_id
        yield Telling(*place, str(row.story), back)


def _sight(connection: Connection, window: Window, countries: Sequence[str]) -> Sight:
    """A feed that brought an item was seen too: imported items have no poll."""
    somewhere = _ITEM.country.in_(countries) if countries else sa.true()
    brought = (
        sa.select(_ITEM.feed_id, sa.func.count())
        .join(tables.outlet, _OUTLET.id == _ITEM.outlet_id)
        .where(_ITEM.first_seen_at >= window.since, _ITEM.first_seen_at < window.until)
        .where(_OUTLET.kind != OutletKind.FACT_CHECKER, somewhere)
        .group_by(_ITEM.feed_id)
    )
    of = _OUTLET.country.in_(countries) if countries else sa.true()
    polled = (
        sa.select(_EVENT.feed_id)
        .join(tables.feed, tables.feed.c.id == _EVENT.feed_id)
        .join(tables.outlet, _OUTLET.id == tables.feed.c.outlet_id)
        .where(_EVENT.at >= window.since, _EVENT.at < window.until)
        .where(_EVENT.outcome != Outcome.FAILED, _OUTLET.kind != OutletKind.FACT_CHECKER, of)
        .distinct()
    )
    items = {row[0]: row[1] for row in connection.execute(brought)}
    answered = {row[0] for row in connection.execute(polled)}
    return Sight(frozenset(answered | items.keys()), items, polled=bool(answered) or not items)


def _seen(
    connection: Connection, until: datetime, somewhere: sa.ColumnElement[bool]
) -> dict[str, tuple[datetime, datetime]]:
    first, last = sa.func.min(_ITEM.first_seen_at), sa.func.max(_ITEM.first_seen_at)
    query = (
        sa.select(_HIT.narrative, first, last)
        .select_from(_TOLD)
        .where(*_COUNTS, somewhere, _ITEM.first_seen_at < until)
        .group_by(_HIT.narrative)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def read_outlet_shares(
    connection: Connection, window: Window, narratives: Sequence[str] = ()
) -> list[OutletShare]:
    """Return hits over items read, by narrative and outlet, in the order of their names."""
    inside = _ITEM.first_seen_at >= window.since, _ITEM.first_seen_at < window.until
    read = sa.select(_ITEM.outlet_id, sa.func.count()).where(*inside).group_by(_ITEM.outlet_id)
    wanted = _HIT.narrative.in_(narratives) if narratives else sa.true()
    told = (
        sa.select(_HIT.narrative, _ITEM.outlet_id, sa.func.count())
        .select_from(_TOLD)
        .where(*_COUNTS, *inside, wanted)
        .group_by(_HIT.narrative, _ITEM.outlet_id)
        .order_by(_HIT.narrative, _ITEM.outlet_id)
    )
    items = {row[0]: row[1] for row in connection.execute(read)}
    return [
        OutletShare(narrative, outlet, hits, items[outlet])
        for narrative, outlet, hits in connection.execute(told)
    ]
