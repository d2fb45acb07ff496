"""The book of what left the installation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, selections, tables
from monitor.adapters.archived import archived_hit
from monitor.adapters.database import Database, batches, insert
from monitor.adapters.outbox import SqlOutbox
from monitor.adapters.page_rows import STANDING, hits_query, read_hits, story_sizes
from monitor.domain.hit import ArchivedHit
from monitor.domain.query import parse_query, widened
from monitor.domain.review import Verdict
from monitor.domain.sharing import HIT, Print, Shared
from monitor.ports import Filters

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_SHARED: Final = tables.shared.c


class SqlShared:
    """Keeps the port `SharedBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def installation(self) -> str:
        """Return this installation's own id, made at first."""
        memory = tables.delivery_memory.c
        query = sa.select(memory.value).where(memory.name == "installation")
        with self._database.reading() as connection:
            known = connection.execute(query).scalar()
        return str(known) if known else SqlOutbox(self._database).installation()

    def note(self, kind: str, prints: Mapping[str, Print], now: datetime) -> Mapping[str, Shared]:
        """Note that these things leave as they are now; return what is known of each."""
        with self._database.reading() as connection:
            known = _known(connection, kind, prints)
        changed = {key: one for key, one in prints.items() if not _is_same(known.get(key), one)}
        if changed:
            with self._database.writing() as connection:
                _write(connection, kind, changed, now)
                known |= _known(connection, kind, changed)
        return {
            key: Shared(known[key].first_at, known[key].changed_at, known[key].life)
            for key in prints
        }

    def retracted(self, filters: Filters) -> Sequence[ArchivedHit]:
        """Return hits that left or were told, and may be relied on no more, newest item first."""
        with self._database.reading() as connection:
            return _read(connection, _retracted(connection, filters, self._database.is_sqlite))

    def named(self, hit_ids: Sequence[int]) -> Sequence[ArchivedHit]:
        """Return these hits, retracted ones too, newest item first."""
        found: list[ArchivedHit] = []
        with self._database.reading() as connection:
            for some in batches(hit_ids):
                found += _read(connection, [_HIT.id.in_(some)])
        return sorted(found, key=lambda one: (one.item_id, one.hit.narrative), reverse=True)


def _read(
    connection: Connection, conditions: Sequence[sa.ColumnElement[bool]]
) -> list[ArchivedHit]:
    query = hits_query().where(*conditions)
    query = query.order_by(_HIT.item_id.desc(), _HIT.narrative.desc())
    rows = read_hits(connection.execute(query))
    sizes = story_sizes(connection, rows)
    return [archived_hit(row, sizes[row.story]) for row in rows]


def _retracted(
    connection: Connection,
    filters: Filters,
    is_sqlite: bool,  # noqa: FBT001 - as in Asked
) -> list[sa.ColumnElement[bool]]:
    left = sa.exists().where(_SHARED.kind == HIT, _SHARED.key == sa.cast(_HIT.id, sa.Text))
    told = _HIT.id.in_(sa.select(tables.delivery_hit.c.hit_id))
    retracted_at = sa.func.coalesce(_HIT.retired_at, STANDING.at)
    conditions = [
        sa.or_(_HIT.retired_at.is_not(None), STANDING.verdict == Verdict.DISMISSED),
        sa.or_(left, told),
        sa.or_(_within(_ITEM.first_seen_at, filters), _within(retracted_at, filters)),
        *selections.place_conditions(filters),
    ]
    if filters.narratives:
        conditions.append(_HIT.narrative.in_(filters.narratives))
    if filters.grade:
        conditions.append(_HIT.grade == filters.grade)
    if filters.query:
        lookups = fulltext.forms, fulltext.spellings
        query = widened(
            parse_query(filters.query), *(partial(look, connection) for look in lookups)
        )
        words = sa.literal(fulltext.looked_up(query, is_sqlite=is_sqlite))
        found = (fulltext.found if is_sqlite else fulltext.gathered)(words)
        conditions.append(_ITEM.id.in_(sa.select(found.c.rowid)))
    return conditions


def _within(at: sa.ColumnElement[Any], filters: Filters) -> sa.ColumnElement[bool]:
    limits: list[sa.ColumnElement[bool]] = [sa.true()]
    if filters.since:
        limits.append(at >= filters.since)
    if filters.until:
        limits.append(at < filters.until)
    return sa.and_(*limits)


def _known(connection: Connection, kind: str, keys: Iterable[str]) -> dict[str, sa.Row[Any]]:
    found: dict[str, sa.Row[Any]] = {}
    for some in batches(keys):
        query = sa.select(tables.shared).where(_SHARED.kind == kind, _SHARED.key.in_(some))
        found |= {row.key: row for row in connection.execute(query)}
    return found


def _is_same(row: sa.Row[Any] | None, one: Print) -> bool:
    return row is not None and row.content == one.content


def _write(connection: Connection, kind: str, prints: Mapping[str, Print], now: datetime) -> None:
    adding = insert(connection, tables.shared)
    new = adding.excluded
    restored = sa.and_(_SHARED.retracted, sa.not_(new.retracted))
    adding = adding.on_conflict_do_update(
        index_elements=["kind", "key"],
        set_={
            "content": new.content,
            "retracted": new.retracted,
            "life": _SHARED.life + sa.case((restored, 1), else_=0),
            "changed_at": new.changed_at,
        },
        where=_SHARED.content != new.content,
    )
    rows = [
        {
            "kind": kind,
            "key": key,
            "content": one.content,
            "retracted": one.is_retracted,
            "life": 0,
            "first_at": now,
            "changed_at": now,
        }
        for key, one in prints.items()
    ]
    connection.execute(adding, rows)
