"""The writing side of the database: what polls change, committed whole or not at all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import crash, fulltext, hit_rows, story_rows, tables
from monitor.adapters.database import Database, batches, inserting
from monitor.adapters.item_rows import imprint, published, store_items, store_keys, take_turn
from monitor.domain.feed import Feed, FeedState, Outlet, Validators
from monitor.domain.imprint import Imprint
from monitor.domain.item import KnownItem
from monitor.domain.memory import Memory, pack, unpack
from monitor.domain.polling import EditedItem, Poll

_STATE: Final = frozenset(field.name for field in fields(FeedState)) - {"feed_id", "validators"}

_STATES: Final = (
    sa.select(tables.feed, tables.outlet.c.name, tables.outlet.c.country, tables.outlet.c.kind)
    .join(tables.outlet, tables.outlet.c.id == tables.feed.c.outlet_id)
    .where(tables.feed.c.id.in_(sa.bindparam("ids", expanding=True)))
)
_MEMORY: Final = sa.select(tables.feed_memory.c.entries).where(
    tables.feed_memory.c.id == sa.bindparam("feed_id")
)
# The hash of what the feed said, though the item may have the text of its page since.
_WITH_FEED_HASH: Final = sa.select(
    tables.item.c.id,
    tables.item.c.version,
    tables.item.c.feed_id,
    sa.func.coalesce(sa.func.nullif(tables.page.c.feed_hash, ""), tables.item.c.content_hash).label(
        "feed_hash"
    ),
).outerjoin_from(tables.item, tables.page, tables.page.c.item_id == tables.item.c.id)


class SqlStore:
    """Keeps the port `Store`. `guard` may refuse to record, inside the transaction."""

    def __init__(
        self, database: Database, guard: Callable[[Connection], None] = lambda _: None
    ) -> None:
        self._database, self._guard = database, guard
        self._outlets: dict[str, dict[str, str]] = {}  # as last read or stored: rarely written

    def states(self, feed_ids: Iterable[str]) -> Mapping[str, FeedState]:
        """Return what is remembered of these feeds; an unknown feed has no entry."""
        found: dict[str, FeedState] = {}
        with self._database.reading() as connection:
            for some in batches(feed_ids):
                for row in connection.execute(_STATES, {"ids": some}):
                    found[row.id] = state_of(row)
                    about = {"name": row.name, "country": row.country, "kind": row.kind}
                    self._outlets[row.outlet_id] = about
        return found

    def moved(self) -> Mapping[str, FeedState]:
        """Return what is remembered of the few feeds that have an address of their own."""
        query = sa.select(tables.feed).where(tables.feed.c.address != "")
        with self._database.reading() as connection:
            return {row.id: state_of(row) for row in connection.execute(query)}

    def known(self, outlet_id: str, keys: Sequence[str]) -> Mapping[str, KnownItem]:
        """Return the stored items of an outlet that bear any of these keys, by key."""
        with self._database.reading() as connection:
            return known(connection, [outlet_id], keys)

    def memory(self, feed_id: str) -> Memory:
        """Return what is remembered of the entries that the feed's document held last."""
        with self._database.reading() as connection:
            packed = connection.scalar(_MEMORY, {"feed_id": feed_id})
        return unpack(packed) if packed else Memory()

    def postpone(self, feed_ids: Sequence[str], until: datetime) -> None:
        """Let known feeds wait until then, if they would come sooner."""
        feed = tables.feed
        sooner = sa.or_(feed.c.next_poll_at.is_(None), feed.c.next_poll_at < until)
        with self._database.writing() as connection:
            for some in batches(feed_ids):
                wanted = sa.update(feed).where(feed.c.id.in_(some), sooner)
                connection.execute(wanted.values(next_poll_at=until))

    def record(self, poll: Poll, feed: Feed) -> int:
        """Commit all that a poll changes in one transaction; return the number of new hits."""
        crash.point("fetched")
        imprints = [imprint(entry.item) for entry in poll.new]  # before others have to wait
        self._database.make_room([poll.event.at])
        with self._database.writing() as connection:
            self._guard(connection)
            self._remember(connection, [(poll, feed)])
            crash.point("recording")
            keys = [key for entry in poll.new for key in entry.item.keys]
            if keys or poll.edited:
                take_turn(connection)
            taken = known(connection, [feed.outlet.id], keys)  # by a poll that was faster
            added = _store_new(connection, poll, imprints, taken)
            edited = sum(_store_edited(connection, poll, entry) for entry in poll.edited)
            store_keys(
                connection, [(key, number) for number, keys in poll.learned_keys for key in keys]
            )
            _store_memory(connection, poll)
            _store_events(connection, [poll])
            crash.point("recorded")
        self._outlets[feed.outlet.id] = _about(feed.outlet)
        crash.point("committed")
        return added + edited

    def record_unchanged(self, polls: Sequence[tuple[Poll, Feed]]) -> None:
        """Commit polls that changed nothing but their feeds' state, all in one transaction."""
        self._database.make_room([poll.event.at for poll, _ in polls])
        with self._database.writing() as connection:
            self._guard(connection)
            self._remember(connection, polls)
            _store_events(connection, [poll for poll, _ in polls])
        self._outlets |= {feed.outlet.id: _about(feed.outlet) for _, feed in polls}

    def _remember(self, connection: Connection, polls: Sequence[tuple[Poll, Feed]]) -> None:
        """Write the feeds' states, and the outlets where they are new or were changed."""
        outlets = {feed.outlet.id: feed.outlet for _, feed in polls}
        changed = [one for one in outlets.values() if self._outlets.get(one.id) != _about(one)]
        dialect = connection.dialect.name
        if changed:
            rows = [{"id": one.id, **_about(one)} for one in changed]
            connection.execute(_upsert(dialect, tables.outlet), rows)
        connection.execute(
            _upsert(dialect, tables.feed), [_feed_row(poll, feed) for poll, feed in polls]
        )


def known(
    connection: Connection, outlets: Iterable[str], keys: Sequence[str]
) -> dict[str, KnownItem]:
    """Return the stored items of outlets that bear any of these keys, by key."""
    theirs = tables.item.c.outlet_id.in_(sorted(outlets))
    key, item = tables.item_key.c, tables.item.c
    ids: dict[str, int] = {}
    for some in batches(keys):
        query = sa.select(key.key, key.item_id).where(key.key.in_(some))
        ids |= {row.key: row.item_id for row in connection.execute(query)}
    items: dict[int, KnownItem] = {}
    for some_ids in batches(set(ids.values())):
        bears: dict[int, list[str]] = {}
        borne = sa.select(key.item_id, key.key).where(key.item_id.in_(some_ids))
        for row in connection.execute(borne):
            bears.setdefault(row.item_id, []).append(row.key)
        query = _WITH_FEED_HASH.where(item.id.in_(some_ids), theirs)
        items |= {
            row.id: KnownItem(row.id, tuple(bears[row.id]), row.feed_hash, row.version, row.feed_id)
            for row in connection.execute(query)
        }
    return {name: items[item_id] for name, item_id in ids.items() if item_id in items}


def _about(outlet: Outlet) -> dict[str, str]:
    return {"name": outlet.name, "country": outlet.country, "kind": outlet.kind}


def _feed_row(poll: Poll, feed: Feed) -> dict[str, object]:
    state = {name: getattr(poll.state, name) for name in _STATE}
    validators = {"etag": poll.state.validators.etag}
    validators["last_modified"] = poll.state.validators.last_modified
    return {"id": poll.state.feed_id, "outlet_id": feed.outlet.id, **validators, **state}


@cache
def _upsert(dialect: str, table: sa.Table) -> sa.Insert:
    """Return the statement that writes a row by its id; made once, for it is dear to make."""
    own = inserting(dialect, table)
    rest = {name: own.excluded[name] for name in table.c.keys() if name != "id"}  # noqa: SIM118 - columns, no dict
    return own.on_conflict_do_update(index_elements=["id"], set_=rest)


@cache
def _add_event(dialect: str) -> sa.Insert:
    return inserting(dialect, tables.fetch_event).on_conflict_do_nothing()


def _store_new(
    connection: Connection, poll: Poll, imprints: Iterable[Imprint], taken: Mapping[str, KnownItem]
) -> int:
    """Store new items and their hits; return the number of hits. Items with taken keys are known."""
    fresh = [
        (entry, one)
        for entry, one in zip(poll.new, imprints, strict=True)
        if taken.keys().isdisjoint(entry.item.keys)
    ]
    items, moments = [entry.item for entry, _ in fresh], [poll.event.at] * len(fresh)
    numbers, _ = store_items(connection, items, [one for _, one in fresh], moments)
    hits = [
        (number, hit)
        for number, (entry, _) in zip(numbers, fresh, strict=True)
        for hit in entry.hits
    ]
    hit_rows.add(connection, poll, hits)
    return len(hits)


def _store_edited(connection: Connection, poll: Poll, entry: EditedItem) -> int:
    """Keep the old version and put the new one in its place; return its number of new hits."""
    item = tables.item
    itself = sa.select(item).where(item.c.id == entry.item_id)
    old = connection.execute(itself.with_for_update()).one()
    if old.version != entry.version - 1:
        return 0
    connection.execute(
        sa.insert(tables.item_version).values(
            item_id=old.id,
            version=old.version,
            title=old.title,
            summary=old.summary,
            text=old.text,
            until=poll.event.at,
        )
    )
    connection.execute(
        sa.update(item)
        .where(item.c.id == old.id)
        .values(**published(entry.item), version=entry.version, edited_at=poll.event.at)
    )
    connection.execute(sa.delete(tables.page).where(tables.page.c.item_id == old.id))  # read anew
    store_keys(connection, [(key, old.id) for key in entry.item.keys])
    before, after = Imprint.of(old.title, old.summary, old.text), imprint(entry.item)
    story_rows.assign_anew(connection, old.id, before, after)
    fulltext.unindex(connection, old.id, before.words)
    fulltext.index(connection, [(old.id, after.words)])
    return hit_rows.renew(connection, poll, old.id, entry.hits)


def _store_memory(connection: Connection, poll: Poll) -> None:
    if poll.memory is not None:
        row = {"id": poll.event.feed_id, "entries": pack(poll.memory)}
        connection.execute(_upsert(connection.dialect.name, tables.feed_memory), row)


def _store_events(connection: Connection, polls: Sequence[Poll]) -> None:
    rows = [
        {
            "feed_id": event.feed_id,
            "at": event.at,
            "outcome": event.outcome,
            "reason": event.reason,
            "detail": event.detail[:1000],
            "new": event.new,
            "known": event.known,
            "skips": [list(skip) for skip in event.skips],
            "notes": list(event.notes),
            "took_ms": round(event.took.total_seconds() * 1000),
        }
        for event in (poll.event for poll in polls)
    ]
    connection.execute(_add_event(connection.dialect.name), rows)


def state_of(row: sa.Row[Any]) -> FeedState:
    """Return what a row of the feed table remembers."""
    remembered = {name: value for name, value in row._asdict().items() if name in _STATE}
    return FeedState(row.id, Validators(row.etag, row.last_modified), **remembered)
