"""Which catalogues the archive was matched with: what a rematch need not look for again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, insert
from monitor.domain.feed import Feed, FeedState
from monitor.domain.item import KnownItem
from monitor.domain.memory import Memory
from monitor.domain.polling import Poll
from monitor.domain.rematch import Edition
from monitor.ports import Store

NOTED_EVERY: Final = timedelta(minutes=10)

_USE = tables.catalogue_use.c
_RUN = tables.rematch.c


class CatalogueUses:
    """Remembers catalogues by version, with the content hash of each narrative."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = Lock()

    def knows(self, version: str, matcher: str) -> bool:
        """Say whether this catalogue was noted before."""
        query = sa.select(_USE.version).where(
            _USE.version == version, _USE.matcher_version == matcher
        )
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def note(
        self,
        version: str,
        matcher: str,
        narratives: Callable[[], Mapping[str, str]],
        now: datetime,
    ) -> None:
        """Remember that items are matched with this catalogue now.

        `narratives` is asked only for one not noted before: it has to be read for that.
        """
        hashes = {} if self.knows(version, matcher) else dict(narratives())
        with self._database.writing() as connection:
            connection.execute(
                insert(connection, tables.catalogue_use)
                .values(
                    version=version,
                    matcher_version=matcher,
                    narratives=hashes,
                    first_used_at=now,
                    last_used_at=now,
                )
                .on_conflict_do_update(
                    index_elements=["version", "matcher_version"], set_={"last_used_at": now}
                )
            )

    def keep_noted(
        self,
        version: str,
        matcher: str,
        narratives: Callable[[], Mapping[str, str]],
        now: datetime,
    ) -> None:
        """Note a catalogue now and then, as `note` does, however often it is used meanwhile.

        The first use waits for it and those beside it, too: to read a catalogue is dear.
        """
        with self._lock:
            noted = self._noted.get((version, matcher))
            if noted is None or abs(now - noted) >= NOTED_EVERY:
                self.note(version, matcher, narratives, now)
                self._noted[version, matcher] = now

    def unsettled(self, since: datetime) -> frozenset[str]:
        """Return the narratives whose hits since then come from unlike rules.

        Counts of them cannot be compared, until a whole rematch has brought all to the present.
        """
        with self._database.reading() as connection:
            done = sa.select(sa.func.max(_RUN.started_at)).where(
                _RUN.finished_at.is_not(None), _RUN.since.is_(None)
            )
            settled = connection.execute(done).scalar()
            from_ = max(since, settled) if settled else since
            query = sa.select(_USE.narratives, _USE.matcher_version).where(
                _USE.last_used_at >= from_ - NOTED_EVERY
            )
            uses = connection.execute(query).all()
        known = {name for use in uses for name in use.narratives}
        rules = {
            name: {(use.matcher_version, use.narratives.get(name)) for use in uses}
            for name in known
        }
        return frozenset(name for name, unlike in rules.items() if len(unlike) > 1)

    def in_play(self) -> list[Edition]:
        """Return every catalogue that hits may come from; none if unknown.

        That is the one of the last whole rematch and all that were used since it began; before
        the first one, all that were ever used.
        """
        with self._database.reading() as connection:
            last = connection.execute(
                sa.select(tables.rematch)
                .where(_RUN.finished_at.is_not(None), _RUN.since.is_(None))
                .order_by(_RUN.id.desc())
                .limit(1)
            ).first()
            query = sa.select(_USE.version, _USE.narratives).order_by(_USE.last_used_at)
            if last is not None:
                query = query.where(
                    sa.or_(
                        _USE.last_used_at >= last.started_at - NOTED_EVERY,
                        _USE.version == last.catalogue_version,
                    )
                )
            return [Edition(use.version, use.narratives) for use in connection.execute(query)]


def removed(connection: Connection) -> dict[str, datetime]:
    """Return the narratives that the catalogue used last does not have, and when each was taken out.

    What was retired before was no longer found by rules that it had.
    """
    query = sa.select(_USE.version, _USE.narratives, _USE.first_used_at, _USE.last_used_at)
    uses = connection.execute(query.order_by(_USE.last_used_at, _USE.first_used_at)).all()
    finished = _finished(connection) if uses else {}
    used: dict[str, datetime] = {}
    for use in uses:
        until = max(use.last_used_at, finished.get(use.version, use.last_used_at))
        used |= {name: max(until, used.get(name, until)) for name in use.narratives}
    found: dict[str, datetime] = {}
    for name in used.keys() - (uses[-1].narratives.keys() if uses else ()):
        without = (use for use in uses if name not in use.narratives)
        began = (use.first_used_at for use in without if use.last_used_at >= used[name])
        found[name] = max(used[name], min(began, default=used[name]))
    return found


def _finished(connection: Connection) -> dict[str, datetime]:
    """Return when the last rematch with each catalogue was over, by version."""
    query = sa.select(_RUN.catalogue_version, sa.func.max(_RUN.finished_at))
    query = query.where(_RUN.finished_at.is_not(None)).group_by(_RUN.catalogue_version)
    return {version: at for version, at in connection.execute(query)}  # noqa: C416 - rows, not pairs


class NotingStore:
    """Keeps the port `Store` by way of another one, and notes which catalogue polls use."""

    def __init__(
        self, store: Store, uses: CatalogueUses, narratives: Callable[[], Mapping[str, str]]
    ) -> None:
        self._store, self._uses, self._narratives = store, uses, narratives

    def states(self, feed_ids: Iterable[str]) -> Mapping[str, FeedState]:
        """Return what is remembered of these feeds."""
        return self._store.states(feed_ids)

    def moved(self) -> Mapping[str, FeedState]:
        """Return what is remembered of the few feeds that have an address of their own."""
        return self._store.moved()

    def known(self, outlet_id: str, keys: Sequence[str]) -> Mapping[str, KnownItem]:
        """Return the stored items of an outlet that bear any of these keys, by key."""
        return self._store.known(outlet_id, keys)

    def memory(self, feed_id: str) -> Memory:
        """Return what is remembered of the entries that the feed's document held last."""
        return self._store.memory(feed_id)

    def postpone(self, feed_ids: Sequence[str], until: datetime) -> None:
        """Let known feeds wait until then."""
        self._store.postpone(feed_ids, until)

    def record(self, poll: Poll, feed: Feed) -> int:
        """Commit all that a poll changes; its catalogue is noted before, and now and then."""
        if poll.new or poll.edited:
            version, matcher = poll.catalogue_version, poll.matcher_version
            self._uses.keep_noted(version, matcher, self._narratives, poll.event.at)
        return self._store.record(poll, feed)

    def record_unchanged(self, polls: Sequence[tuple[Poll, Feed]]) -> None:
        """Commit polls that changed nothing but their feeds' state."""
        self._store.record_unchanged(polls)
