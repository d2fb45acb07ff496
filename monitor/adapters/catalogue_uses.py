"""Which catalogues the archive was matched with: what a rematch need not look for again."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, insert
from monitor.adapters.vocabulary_rows import packed, unpacked
from monitor.domain.feed import Feed, FeedState
from monitor.domain.item import KnownItem
from monitor.domain.matching import Vocabulary
from monitor.domain.memory import Memory
from monitor.domain.polling import Poll
from monitor.domain.rematch import CatalogueNote
from monitor.ports import Store

NOTED_EVERY: Final = timedelta(minutes=10)
VOCABULARIES: Final = 8

_USE = tables.catalogue_use.c
_RUN = tables.rematch.c


class CatalogueUses:
    """Remembers catalogues by version: the content hash of each narrative, the vocabulary."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = Lock()

    def knows(self, version: str, matcher: str) -> bool:
        """Say whether this catalogue was noted before, and its vocabulary is still there."""
        query = sa.select(_USE.version).where(
            _USE.version == version, _USE.matcher_version == matcher, _USE.vocabulary.is_not(None)
        )
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def note(
        self,
        version: str,
        matcher: str,
        describe: Callable[[], CatalogueNote],
        now: datetime,
    ) -> None:
        """Remember that items are matched with this catalogue now.

        `describe` is asked only for one not noted before: it has to be read for that. Where that is
        another one by now, nothing is known of this one.
        """
        about = {} if self.knows(version, matcher) else _about(describe(), version)
        values = {"narratives": {}} | about | {"last_used_at": now}
        names = {"version": version, "matcher_version": matcher, "first_used_at": now}
        with self._database.writing() as connection:
            connection.execute(
                insert(connection, tables.catalogue_use)
                .values(**names, **values)
                .on_conflict_do_update(
                    index_elements=["version", "matcher_version"],
                    set_=about | {"last_used_at": now},
                )
            )
            if about:
                _forget_old(connection)

    def keep_noted(
        self,
        version: str,
        matcher: str,
        describe: Callable[[], CatalogueNote],
        now: datetime,
    ) -> None:
        """Note a catalogue now and then, as `note` does, however often it is used meanwhile.

        The first use waits for it and those beside it, too: to read a catalogue is dear.
        """
        with self._lock:
            noted = self._noted.get((version, matcher))
            if noted is None or abs(now - noted) >= NOTED_EVERY:
                self.note(version, matcher, describe, now)
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

    def in_play(self) -> list[tuple[str, Mapping[str, str]]]:
        """Return every catalogue that hits may come from, with its narratives; none if unknown.

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
            query = sa.select(_USE.version, _USE.narratives)
            if last is not None:
                query = query.where(
                    sa.or_(
                        _USE.last_used_at >= last.started_at - NOTED_EVERY,
                        _USE.version == last.catalogue_version,
                    )
                )
            return [(row.version, row.narratives) for row in connection.execute(query)]

    def vocabularies(self, versions: Collection[str], matcher: str) -> list[Vocabulary] | None:
        """Return the vocabularies of these catalogues; None where one is not known."""
        query = sa.select(_USE.vocabulary).where(
            _USE.version.in_(versions), _USE.matcher_version == matcher
        )
        with self._database.reading() as connection:
            found = connection.execute(query).scalars().all()
        known = [unpacked(data) for data in found if data is not None]
        return known if len(known) == len(versions) else None


def _about(note: CatalogueNote, version: str) -> dict[str, Any]:
    if note.version != version:
        return {"narratives": {}, "vocabulary": None}
    return {"narratives": dict(note.narratives), "vocabulary": packed(note.vocabulary)}


def _forget_old(connection: Connection) -> None:
    """Keep the vocabularies of the catalogues that were used last: each takes a megabyte."""
    known = sa.select(_USE.last_used_at).where(_USE.vocabulary.is_not(None))
    newest = known.order_by(_USE.last_used_at.desc())
    oldest = connection.execute(newest.limit(1).offset(VOCABULARIES)).scalar()
    if oldest is not None:
        old = sa.update(tables.catalogue_use).where(_USE.last_used_at <= oldest)
        connection.execute(old.values(vocabulary=None))


class NotingStore:
    """Keeps the port `Store` by way of another one, and notes which catalogue polls use."""

    def __init__(
        self, store: Store, uses: CatalogueUses, note: Callable[[], CatalogueNote]
    ) -> None:
        self._store, self._uses, self._note = store, uses, note

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
            self._uses.keep_noted(version, matcher, self._note, poll.event.at)
        return self._store.record(poll, feed)

    def record_unchanged(self, polls: Sequence[tuple[Poll, Feed]]) -> None:
        """Commit polls that changed nothing but their feeds' state."""
        self._store.record_unchanged(polls)
