"""The port `PageBook`: items that wait for their text, and what came of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, hit_rows, tables
from monitor.adapters.database import Database, insert
from monitor.adapters.item_rows import take_turn
from monitor.domain.feed import FeedState, OutletKind
from monitor.domain.hit import Passage
from monitor.domain.identity import content_hash
from monitor.domain.imprint import folded
from monitor.domain.numbering import first_number
from monitor.domain.pages import FullText, OpenItem
from monitor.domain.polling import FetchEvent, Outcome, Poll

MOST: Final = 2_000  # hits that are looked at in one run
_ITEM: Final = tables.item.c
_HIT: Final = tables.hit.c
_PAGE: Final = tables.page.c


class SqlPages:
    """Items are given a text only where the feed gave none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_items(self, since: datetime) -> Sequence[OpenItem]:
        """Return items with hits and without a text, first seen from then on, newest first."""
        found: dict[int, OpenItem] = {}
        with self._database.reading() as connection:
            for row in connection.execute(_waiting(since)):
                item = found.get(row.id) or _item(row)
                found[row.id] = replace(item, scores=(*item.scores, (row.narrative, row.score)))
        return list(found.values())

    def keep(self, item: OpenItem, found: FullText, now: datetime) -> int:
        """Give an item its text and its hits; return how many hits are new."""
        with self._database.writing() as connection:
            take_turn(connection)
            row = connection.execute(
                sa.select(tables.item)
                .where(_ITEM.id == item.item_id, _ITEM.content_hash == item.content_hash)
                .with_for_update()
            ).first()
            if row is None:
                return 0
            after = content_hash(row.title, row.summary, found.text)
            connection.execute(
                sa.update(tables.item)
                .where(_ITEM.id == item.item_id)
                .values(text=found.text, content_hash=after)
            )
            fulltext.unindex(connection, row.id, folded(row.title, row.summary, row.text))
            words = folded(row.title, row.summary, found.text)
            fulltext.index(connection, [(row.id, words)])
            _note(connection, item, {"feed_hash": item.content_hash, "at": now, "reason": ""})
            return hit_rows.renew(connection, _poll(item, found, now), row.id, found.hits)

    def failed(self, item: OpenItem, reason: str, now: datetime) -> None:
        """Remember that there was no text to be had, for now."""
        with self._database.writing() as connection:
            _note(connection, item, {"feed_hash": "", "at": now, "reason": reason})


def _waiting(since: datetime) -> sa.Select[Any]:
    names = ("id", "url", "outlet_id", "feed_id", "content_hash", "title", "summary")
    return (
        sa.select(
            *(_ITEM[name] for name in (*names, "lang", "country")),
            _HIT.narrative,
            _HIT.score,
            tables.outlet.c.kind,
            _PAGE.tries,
            _PAGE.at,
        )
        .join_from(tables.item, tables.hit, _HIT.item_id == _ITEM.id)
        .join(tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
        .outerjoin(tables.page, _PAGE.item_id == _ITEM.id)
        .where(
            _ITEM.id >= first_number(since),
            _ITEM.text == "",
            _ITEM.url != "",
            _HIT.retired_at.is_(None),
        )
        .order_by(_ITEM.id.desc(), _HIT.narrative)
        .limit(MOST)
    )


def _item(row: sa.Row[Any]) -> OpenItem:
    kind = OutletKind(row.kind) if row.kind else None
    return OpenItem(
        item_id=row.id,
        url=row.url,
        outlet_id=row.outlet_id,
        feed_id=row.feed_id,
        content_hash=row.content_hash,
        passage=Passage(row.title, row.summary, "", row.lang, row.country, kind),
        scores=(),
        tries=row.tries or 0,
        tried_at=row.at,
    )


def _note(connection: Connection, item: OpenItem, values: dict[str, object]) -> None:
    given = {**values, "tries": item.tries + 1}
    connection.execute(
        insert(connection, tables.page)
        .values(item_id=item.item_id, **given)
        .on_conflict_do_update(index_elements=["item_id"], set_=given)
    )


def _poll(item: OpenItem, found: FullText, now: datetime) -> Poll:
    """Return what hits are written by: the moment and the versions."""
    return Poll(
        FetchEvent(item.feed_id, now, Outcome.OK),
        FeedState(item.feed_id),
        catalogue_version=found.catalogue_version,
        matcher_version=found.matcher_version,
    )
