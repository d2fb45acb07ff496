"""The reading side of the database: what people ask for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import few_texts, fulltext, selections, tables
from monitor.adapters.archived import Snippets, archived_hit, archived_item, page, position
from monitor.adapters.asked import Asked
from monitor.adapters.database import Database
from monitor.adapters.engines import planned_once
from monitor.adapters.event_rows import EventMemory
from monitor.adapters.fact_check_rows import FactCheckMemory
from monitor.adapters.movement_rows import read_movements, read_sights, seen_in
from monitor.adapters.newest import Newest
from monitor.adapters.page_rows import (
    COUNTED,
    NOWHERE,
    REVIEWED,
    STANDING,
    Shown,
    hits_of_items,
    hits_query,
    narratives_of,
    read_hits,
    rows_of_items,
    story_sizes,
)
from monitor.domain.digest import Movement, Window
from monitor.domain.errors import ConfigError
from monitor.domain.factcheck import Checks
from monitor.domain.hit import ArchivedHit, ArchivedItem, Grade
from monitor.domain.movement import Sight
from monitor.domain.polling import FetchEvent
from monitor.domain.query import Query, parse_query, widened
from monitor.domain.review import Verdict
from monitor.ports import Filters, Page

SEARCH_TIME: Final = timedelta(seconds=1)
COUNT_TIME: Final = timedelta(milliseconds=100)  # a page does not wait longer for a number
_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c

COMMON: Final = 500  # places remembered to have many items


class SqlArchive:
    """Keeps the port `Archive`. `gathered`, `common`: as `selections.few` and `Newest` have them."""

    def __init__(
        self,
        database: Database,
        gathered: int = selections.GATHERED,
        events: EventMemory | None = None,
        common: int = few_texts.COMMON,
    ) -> None:
        self._database, self._gathered = database, gathered
        self._events = events or EventMemory(database)
        self._fact_checks = FactCheckMemory(database)
        self._newest = Newest(common)
        self._common: set[tuple[tuple[str, ...], ...]] = set()

    def hits(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedHit]:
        """Return stored hits, newest first seen first."""
        place = position(cursor, "hit") if cursor else None
        with self._database.reading(at_most=SEARCH_TIME) as connection:
            asked = self._asked(connection, filters)
            last = place[0] if place else None
            chosen = self._newest.pick(connection, asked, limit + 2, last, with_hits=True)
            shown = Shown(asked.shape.filters, place is not None, asked.query is not None)
            with planned_once(connection):
                rows = hits_of_items(connection, shown, chosen, place or NOWHERE, limit + 1)
                sizes, snippets = story_sizes(connection, rows), Snippets(asked.query)
            found = [  # in its turn: see `Turns`
                archived_hit(row, sizes[row.story], snippets.of(row.item_id, row)) for row in rows
            ]
        return page(found, limit, lambda one: ("hit", one.item_id, one.hit.narrative))

    def window_hits(self, filters: Filters) -> Iterator[ArchivedHit]:
        """Return every hit whose item was first seen in the window, without paging."""
        with self._database.reading() as connection:
            asked = self._asked(connection, filters)
            query = hits_query(with_text=asked.query is not None)
            query = query.where(*selections.all_hits(asked))
            query = query.order_by(_HIT.item_id.desc(), _HIT.narrative.desc())
            snippets = Snippets(asked.query)
            streamed = connection.execution_options(yield_per=1000).execute(query, asked.given)
            for some in map(read_hits, streamed.partitions()):
                sizes = story_sizes(connection, some)
                for row in some:
                    yield archived_hit(row, sizes[row.story], snippets.of(row.item_id, row))

    def hits_of(self, item_id: int) -> Sequence[ArchivedHit]:
        """Return the live hits of one item, best first."""
        query = hits_query().where(_HIT.item_id == item_id, _HIT.retired_at.is_(None))
        with self._database.reading() as connection:
            rows = read_hits(connection.execute(query))
            sizes = story_sizes(connection, rows)
        found = [archived_hit(row, sizes[row.story]) for row in rows]
        return sorted(found, key=lambda one: (-one.hit.score, one.hit.narrative))

    def withdrawn(self, filters: Filters) -> Sequence[ArchivedHit]:
        """Return digest-grade hits that were dismissed in the window and stand so, latest first."""
        asked = Asked(replace(filters, since=None, until=None), None, self._database.is_sqlite)
        query = (
            hits_query()
            .where(*selections.all_hits(asked))
            .where(STANDING.verdict == Verdict.DISMISSED, _HIT.grade == Grade.DIGEST)
            .where(STANDING.at >= filters.since, STANDING.at < filters.until)
            .order_by(STANDING.at.desc(), _HIT.id.desc())
        )
        with self._database.reading() as connection:
            rows = read_hits(connection.execute(query))
            sizes = story_sizes(connection, rows)
        return [archived_hit(row, sizes[row.story]) for row in rows]

    def items(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedItem]:
        """Return stored items, hits or not, newest first seen first."""
        last = position(cursor, "item")[0] - 1 if cursor else None
        with self._database.reading(at_most=SEARCH_TIME) as connection:
            asked = self._asked(connection, filters, of_hits=False)
            chosen = self._newest.pick(connection, asked, limit + 1, last, with_hits=False)
            with planned_once(connection):
                rows = rows_of_items(connection, chosen, with_text=asked.query is not None)
                carried = narratives_of(connection, chosen)
                sizes, snippets = story_sizes(connection, rows), Snippets(asked.query)
            rows.sort(key=lambda row: row.id, reverse=True)
            found = [
                archived_item(
                    row, carried.get(row.id, ()), sizes[row.story], snippets.of(row.id, row)
                )
                for row in rows
            ]
        return page(found, limit, lambda one: ("item", one.item_id))

    def items_named(self, item_ids: Sequence[int]) -> Sequence[ArchivedItem]:
        """Return these items, in this order; one that is not there is left out."""
        with self._database.reading() as connection:
            rows = rows_of_items(connection, item_ids)
            carried = narratives_of(connection, item_ids)
            sizes = story_sizes(connection, rows)
        known = {
            row.id: archived_item(row, carried.get(row.id, ()), sizes[row.story]) for row in rows
        }
        return [known[item_id] for item_id in item_ids if item_id in known]

    def count(self, filters: Filters, most: int, *, with_hits: bool) -> int | None:
        """Return how many items a search finds, `most` at most; None where counting takes long."""
        with suppress(ConfigError), self._database.reading(at_most=COUNT_TIME) as connection:
            asked = self._asked(connection, filters, of_hits=with_hits)
            return self._newest.count(connection, asked, most, with_hits=with_hits)
        return None

    def _asked(self, connection: Connection, filters: Filters, *, of_hits: bool = True) -> Asked:
        query = None
        if filters.query:
            query = self._widened(connection, filters.query)
        asked = Asked(filters, query, self._database.is_sqlite)
        if not asked.is_sqlite or (not query and not of_hits and not asked.is_about_hits):
            return asked  # PostgreSQL knows what is rare; else an index has them in their order
        return replace(asked, few=self._are_few(connection, filters))

    def _widened(self, connection: Connection, text: str) -> Query:
        """Read a query and let its words be found in the forms that the archive has of them."""
        lookups: list[fulltext.Lookup] = [fulltext.forms, fulltext.spellings]
        if self._database.is_sqlite:
            lookups.append(fulltext.begun)
        return widened(parse_query(text), *(partial(look, connection) for look in lookups))

    def _are_few(self, connection: Connection, filters: Filters) -> bool:
        """Say the same as `selections.few`; what is too much once stays so, as archives grow."""
        places = filters.outlets, filters.countries, filters.langs
        if places in self._common:
            return False
        are_few = selections.few(connection, filters, self._gathered)
        if not are_few:
            self._common = {*self._common, places} if len(self._common) < COMMON else {places}
        return are_few

    def fact_checks(self, since: datetime | None = None) -> Mapping[str, Checks]:
        """Return fact-checkers' hits that answer a claim, by its narrative."""
        return self._fact_checks.checks(since)

    def events(self, window: Window) -> Sequence[FetchEvent]:
        """Return every fetch event of the window, oldest first, as coverage needs them."""
        return self._events.events(window)

    def items_read(self, window: Window) -> Sequence[tuple[str, str, int]]:
        """Return (country, language, number of items first seen in the window)."""
        query = (
            sa.select(_ITEM.country, _ITEM.lang, sa.func.count())
            .where(*seen_in(window.since, window.until))
            .group_by(_ITEM.country, _ITEM.lang)
            .order_by(_ITEM.country, _ITEM.lang)
        )
        with self._database.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def last_new(self) -> Mapping[str, datetime]:
        """Return when each feed last brought a new item."""
        feed = tables.feed.c
        query = sa.select(feed.id, feed.last_new_at).where(feed.last_new_at.is_not(None))
        with self._database.reading() as connection:
            return {row.id: row.last_new_at for row in connection.execute(query)}

    def hit_counts(self) -> Mapping[tuple[str, str], int]:
        """Return the number of hits by narrative and language of the item."""
        query = (
            sa.select(_HIT.narrative, _ITEM.lang, sa.func.count())
            .select_from(REVIEWED)
            .where(*COUNTED)
            .group_by(_HIT.narrative, _ITEM.lang)
        )
        with self._database.reading() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def movements(
        self, window: Window, past: int, countries: Sequence[str] = ()
    ) -> Sequence[Movement]:
        """Return how each narrative moved, against as many windows before."""
        with self._database.reading() as connection:
            return read_movements(connection, window, past, countries)

    def sights(self, window: Window, past: int, countries: Sequence[str] = ()) -> Sequence[Sight]:
        """Return what could be seen in a window and in as many before it, the present one first."""
        with self._database.reading() as connection:
            return read_sights(connection, window, past, countries)
