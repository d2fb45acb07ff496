"""What may be forgotten after a while, if the operator says so: by default nothing is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.database import Database, batches

BATCH: Final = 5_000


def forget(
    database: Database, keep: Mapping[str, timedelta], now: datetime, *, dry_run: bool
) -> dict[str, int]:
    """Delete what is older than it is to be kept; return how many rows of each kind that are.

    With `dry_run` they are only counted. Items, standing hits, reviews and roll-ups always stay,
    and so do the fetch events that the state of a feed rests on, the last one and the last full one.
    """
    return {kind: _forget(database, kind, now - age, dry_run=dry_run) for kind, age in keep.items()}


def _forget(database: Database, kind: str, before: datetime, *, dry_run: bool) -> int:
    table, condition = _old(kind, before)
    keys = list(table.primary_key.columns)
    if dry_run:
        with database.reading() as connection:
            query = sa.select(sa.func.count()).select_from(table).where(condition)
            return int(connection.execute(query).scalar_one())
    done = 0
    while True:
        with database.writing() as connection:
            rows = connection.execute(sa.select(*keys).where(condition).limit(BATCH)).all()
            for some in batches(rows, 200):
                place = sa.tuple_(*keys).in_([tuple(row) for row in some])
                connection.execute(sa.delete(table).where(place))
        done += len(rows)
        if len(rows) < BATCH:
            return done


def _old(kind: str, before: datetime) -> tuple[sa.Table, sa.ColumnElement[bool]]:
    if kind == "fetch_events":
        event, feed = tables.fetch_event.c, tables.feed.c
        is_last = event.at.in_((feed.last_poll_at, feed.last_full_at))
        leads = sa.exists().where(feed.id == event.feed_id, is_last)
        return tables.fetch_event, sa.and_(event.at < before, ~leads)
    if kind == "versions":
        return tables.item_version, tables.item_version.c.until < before
    hit: Any = tables.hit.c
    reviewed = sa.select(tables.review.c.hit_id)
    return tables.hit, sa.and_(hit.retired_at < before, hit.id.not_in(reviewed))
