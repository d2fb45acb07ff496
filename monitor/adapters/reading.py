"""Single things of the database, for pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.adapters import propagation_rows, tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.archived import event_of
from monitor.adapters.database import Database
from monitor.adapters.movement_rows import seen_in
from monitor.adapters.page_rows import STANDING
from monitor.domain.digest import Window
from monitor.domain.hit import ArchivedHit, Grade
from monitor.domain.numbering import first_number, second_of
from monitor.domain.polling import FetchEvent
from monitor.domain.propagation import Propagation, propagation
from monitor.domain.review import Verdict
from monitor.ports import Filters
from monitor.ports.reading import StoredItem, StoredVersion, Story, Tally

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c


class SqlReading:
    """Keeps the port `Reading`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def item(self, item_id: int) -> StoredItem | None:
        """Return an item, or None for one that is not there."""
        named = tables.outlet.c.name.label("outlet_name")
        query = (
            sa.select(tables.item, named)
            .join(tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
            .where(_ITEM.id == item_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _stored(row) if row else None

    def versions(self, item_id: int) -> Sequence[StoredVersion]:
        """Return what the item said before, the first version first."""
        version = tables.item_version
        query = sa.select(version).where(version.c.item_id == item_id).order_by(version.c.version)
        with self._database.reading() as connection:
            return [
                StoredVersion(row.version, row.title, row.summary, row.text, row.until)
                for row in connection.execute(query)
            ]

    def hits_of(self, item_id: int) -> Sequence[ArchivedHit]:
        """Return the live hits of one item, best first."""
        return SqlArchive(self._database).hits_of(item_id)

    def count(self, filters: Filters, most: int, *, with_hits: bool) -> int | None:
        """Return how many items a search finds, `most` at most; None where counting takes long."""
        return SqlArchive(self._database).count(filters, most, with_hits=with_hits)

    def days(self, narrative: str, window: Window) -> Sequence[Tally]:
        """Return digest-grade items by day (UTC, ISO 8601), days without any left out."""
        day = sa.cast(sa.func.date(_ITEM.first_seen_at), sa.Text)
        rows = self._counted(narrative, window, day)
        return sorted((Tally(row[0], row[1]) for row in rows), key=lambda one: one.key)

    def days_of_all(self, window: Window) -> Mapping[str, Sequence[Tally]]:
        """Return what `days` does, of every narrative that has any."""
        day = sa.cast(sa.func.date(_ITEM.first_seen_at), sa.Text)
        query = (
            sa.select(_HIT.narrative, day, sa.func.count())
            .select_from(propagation_rows.TELLINGS)
            .where(*propagation_rows.IS_SPREAD, *seen_in(window.since, window.until))
            .group_by(_HIT.narrative, day)
        )
        found: dict[str, list[Tally]] = {}
        with self._database.reading() as connection:
            for narrative, key, count in connection.execute(query):
                found.setdefault(narrative, []).append(Tally(key, count))
        return found

    def found_at(self, window: Window) -> Sequence[datetime]:
        """Return when each item with a digest-grade hit was first seen, to about a second."""
        query = (
            sa.select(_HIT.item_id)
            .outerjoin_from(tables.hit, tables.standing_review, STANDING.hit_id == _HIT.id)
            .where(_HIT.item_id >= first_number(window.since))
            .where(_HIT.item_id < first_number(window.until))
            .where(_HIT.retired_at.is_(None), _HIT.grade == Grade.DIGEST)
            .where(sa.func.coalesce(STANDING.verdict, "") != Verdict.DISMISSED)
            .distinct()
        )
        with self._database.reading() as connection:
            return [second_of(number) for number in connection.execute(query).scalars()]

    def began_at(self) -> datetime | None:
        """Return when the first item that is kept was seen; None while there is none."""
        with self._database.reading() as connection:
            first = connection.scalar(sa.select(sa.func.min(_ITEM.id)))
        return second_of(first) if first is not None else None

    def spread(self, narrative: str, window: Window) -> Sequence[tuple[str, str, int]]:
        """Return (country, language, digest-grade items), most items first."""
        rows = self._counted(narrative, window, _ITEM.country, _ITEM.lang)
        return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))

    def outlets(self, narrative: str, window: Window) -> Sequence[tuple[str, str, int]]:
        """Return (outlet, country, digest-grade items) by the outlet's name."""
        return sorted(self._counted(narrative, window, _ITEM.outlet_id, _ITEM.country))

    def story(self, number: int) -> Story | None:
        """Return the story with that number, or of the item with it; None where neither is."""
        with self._database.reading() as connection:
            story = propagation_rows.story_of(connection, number)
            if story is None:
                return None
            items = propagation_rows.story_sightings(connection, story)
        if not items:
            return None
        ordered = sorted(items, key=lambda one: (one.first_seen_at, one.item_id))
        return Story(story, tuple(ordered), propagation(ordered))

    def propagation(self, narrative: str, window: Window) -> Propagation:
        """Return where digest-grade items carried a narrative first in our feeds, then next."""
        with self._database.reading() as connection:
            return propagation(propagation_rows.narrative_sightings(connection, narrative, window))

    def feed_events(self, feed_id: str, limit: int) -> Sequence[FetchEvent]:
        """Return a feed's last fetch events, newest first."""
        event = tables.fetch_event
        query = sa.select(event).where(event.c.feed_id == feed_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(event.c.at.desc()).limit(limit)).all()
        return [event_of(row) for row in rows]

    def _counted(self, narrative: str, window: Window, *by: sa.ColumnElement[str]) -> list[Any]:
        query = (
            sa.select(*by, sa.func.count())
            .select_from(propagation_rows.TELLINGS)
            .where(
                _HIT.narrative == narrative,
                *propagation_rows.IS_SPREAD,
                *seen_in(window.since, window.until),
            )
            .group_by(*by)
        )
        with self._database.reading() as connection:
            return [tuple(row) for row in connection.execute(query)]


def _stored(row: sa.Row[Any]) -> StoredItem:
    return StoredItem(
        item_id=row.id,
        title=row.title,
        summary=row.summary,
        text=row.text,
        url=row.url,
        outlet_id=row.outlet_id,
        outlet_name=row.outlet_name,
        feed_id=row.feed_id,
        country=row.country,
        lang=row.lang,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        edited_at=row.edited_at,
        version=row.version,
    )
