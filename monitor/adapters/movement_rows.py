"""Read what movement is made of: tellings, and what could be seen, window by window."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.asked import beyond
from monitor.domain.digest import Movement, Window
from monitor.domain.feed import OutletKind
from monitor.domain.hit import Grade
from monitor.domain.movement import OutletShare, Sight, Telling, movements
from monitor.domain.numbering import first_number
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
        .where(*seen_in(window.since - past * window.length, window.until))
    )
    for row in connection.execute(query):
        back = -((row.first_seen_at - window.since) // window.length)
        place = row.narrative, row.country, row.outlet_id, row.feed_id
        yield Telling(*place, str(row.story), back)


def seen_in(since: datetime, until: datetime) -> list[sa.ColumnElement[bool]]:
    """Say when items were first seen; numbers serve every index that ends in them."""
    return [
        _ITEM.first_seen_at >= since,
        _ITEM.first_seen_at < until,
        _ITEM.id >= first_number(since),
        _ITEM.id < beyond(until),
    ]


def _sight(connection: Connection, window: Window, countries: Sequence[str]) -> Sight:
    """A feed that brought an item was seen too: imported items have no poll."""
    somewhere = _ITEM.country.in_(countries) if countries else sa.true()
    brought = (
        sa.select(_ITEM.feed_id, sa.func.count())
        .join(tables.outlet, _OUTLET.id == _ITEM.outlet_id)
        .where(*seen_in(window.since, window.until))
        .where(_OUTLET.kind != OutletKind.FACT_CHECKER, somewhere)
        .group_by(_ITEM.feed_id)
    )
    answering = sa.exists().where(
        _EVENT.feed_id == tables.feed.c.id,
        _EVENT.at >= window.since,
        _EVENT.at < window.until,
        _EVENT.outcome != Outcome.FAILED,
    )
    of = _OUTLET.country.in_(countries) if countries else sa.true()
    polled = (
        sa.select(tables.feed.c.id)
        .join(tables.outlet, _OUTLET.id == tables.feed.c.outlet_id)
        .where(answering, _OUTLET.kind != OutletKind.FACT_CHECKER, of)
    )
    items = {row[0]: row[1] for row in connection.execute(brought)}
    answered = {row[0] for row in connection.execute(polled)}
    return Sight(frozenset(answered | items.keys()), items, polled=bool(answered) or not items)


def _seen(
    connection: Connection, until: datetime, somewhere: sa.ColumnElement[bool]
) -> dict[str, tuple[datetime, datetime]]:
    """Return when each narrative was first and last seen: each end of an index, not all of it."""
    name: sa.BindParameter[str] = sa.bindparam("narrative")
    query = (
        sa.select(_ITEM.first_seen_at)
        .select_from(_TOLD)
        .where(*_COUNTS, somewhere, _ITEM.first_seen_at < until, _HIT.narrative == name)
        .limit(1)
    )
    ends = [query.order_by(_HIT.item_id.asc()), query.order_by(_HIT.item_id.desc())]
    found = {}
    for narrative in connection.execute(sa.select(_HIT.narrative).distinct()).scalars().all():
        first, last = (connection.scalar(end, {"narrative": narrative}) for end in ends)
        if first is not None and last is not None:
            found[narrative] = first, last
    return found


def read_outlet_shares(
    connection: Connection, window: Window, narratives: Sequence[str] = ()
) -> list[OutletShare]:
    """Return hits over items read, by narrative and outlet, in the order of their names."""
    inside = seen_in(window.since, window.until)
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
