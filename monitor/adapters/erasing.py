"""Take the words of one item out of the archive, and keep it from coming back."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from monitor.adapters import fulltext, tables
from monitor.adapters.database import Database, batches
from monitor.adapters.item_rows import take_turn
from monitor.adapters.outbox_rows import WAITING, cancel
from monitor.adapters.rollups import count_anew
from monitor.domain.delivery import ALERT, State
from monitor.domain.errors import NotFoundError, StorageError
from monitor.domain.identity import ERASED
from monitor.domain.imprint import folded
from monitor.domain.polling import MAX_VERSIONS
from monitor.domain.review import Verdict
from monitor.domain.slots import LATE

_ALERTED: Final = timedelta(days=2)  # an alert tells of a day, and comes soon after it


def erase(database: Database, item_id: int, reason: str, now: datetime) -> bool:
    """Blank an item and what was said of it; return False where that was done before.

    Its keys stay: polls and imports that meet it again take it for known, and it is never edited.
    SQLite's full-text index is written anew, a piece at a time: seconds for a million items.
    Raises NotFoundError, StorageError.
    """
    is_new = _blank(database, item_id, reason, now)
    fulltext.merge(database, wholly=True)  # also after one that was killed here
    if database.file:
        _empty_log(database.file)
    return is_new


def _blank(database: Database, item_id: int, reason: str, now: datetime) -> bool:
    item, erased, hit = tables.item, tables.erased, tables.hit
    with database.writing() as connection:
        fulltext.wipe_what_is_deleted(connection)
        take_turn(connection)  # an item that comes now may bring its words
        itself = sa.select(item).where(item.c.id == item_id).with_for_update()
        found = connection.execute(itself).first()
        if found is None:
            raise NotFoundError(f"there is no item {item_id}; see `monitor search --items`")
        if connection.execute(sa.select(erased).where(erased.c.item_id == item_id)).first():
            return False
        words = folded(found.title, found.summary, found.text)
        fulltext.unindex(connection, item_id, words)
        _forget(connection, words, item_id)
        blank = dict.fromkeys(("url", "title", "summary", "text", "published_raw"), "")
        connection.execute(
            sa.update(item)
            .where(item.c.id == item_id)
            .values(**blank, content_hash=ERASED, version=MAX_VERSIONS, edited_at=now)
        )
        versions = tables.item_version
        connection.execute(sa.delete(versions).where(versions.c.item_id == item_id))
        connection.execute(
            sa.update(hit).where(hit.c.item_id == item_id).values(evidence=[], retired_at=now)
        )
        hits = sa.select(hit.c.id).where(hit.c.item_id == item_id)
        noted = tables.review.c.hit_id.in_(hits)
        connection.execute(sa.update(tables.review).where(noted).values(note=""))
        _recall(connection, found, hits, now)
        connection.execute(sa.insert(erased).values(item_id=item_id, reason=reason, at=now))
        vector = tables.embedding.c.content_hash == found.content_hash
        connection.execute(sa.delete(tables.embedding).where(vector))
        connection.execute(sa.delete(tables.page).where(tables.page.c.item_id == item_id))
        connection.execute(sa.delete(tables.opinion).where(tables.opinion.c.item_id == item_id))
        count_anew(connection, [found.first_seen_at.date()])
    return True


def _empty_log(file: Path) -> None:
    """Bring SQLite's log into its file, where the words stand until then, and cut it.

    A search that goes on for long holds it up: then the next writer does.
    """
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise StorageError(f"{file}: {error}") from error


def _recall(
    connection: sa.Connection, item: sa.Row[Any], hits: sa.Select[Any], now: datetime
) -> None:
    """Drop the frozen letters that may tell of an item; those not sent yet are taken back.

    The ledger knows which digests told it. Of alerts, of reviewers' editions and of what digests
    took back it knows nothing: all go that were made while they could tell of the item.
    """
    sent, told, who = tables.delivery.c, tables.delivery_hit.c, tables.subscription.c
    first = item.first_seen_at
    lists_more = sent.subscription_id.in_(sa.select(who.id).where(who.reviewer))
    telling = [
        sent.id.in_(sa.select(told.delivery_id).where(told.hit_id.in_(hits))),
        sa.and_(lists_more, sent.since <= first + LATE, sent.until > first),
        sa.and_(sent.kind.startswith(ALERT), sent.created_at.between(first, first + _ALERTED)),
    ]
    review = tables.standing_review.c
    dismissed = sa.select(review.at).where(
        review.hit_id.in_(hits), review.verdict == Verdict.DISMISSED
    )
    readers = sent.subscription_id.in_(sa.select(told.subscription_id).where(told.hit_id.in_(hits)))
    telling += [
        sa.and_(readers, sent.created_at.between(at, at + 2 * LATE))
        for at in connection.execute(dismissed).scalars()
    ]
    letters = sa.and_(sent.payload.is_not(None), sa.or_(*telling))
    numbers = connection.execute(sa.select(sent.id).where(letters)).scalars().all()
    for some in batches(numbers):
        these = sent.id.in_(some)
        unsent = (*WAITING, State.IN_DATA)
        cancel(connection, sa.and_(these, sent.state.in_(unsent)), now, is_covered=True)
        connection.execute(sa.update(tables.delivery).where(these).values(payload=None))


def _forget(connection: sa.Connection, words: str, item_id: int) -> None:
    """Take what only this item says, or said before, off the archive's list of words.

    An import that runs meanwhile does not list anew what it met before: such a word is found as it
    stands, in no other case, until another item brings it.
    """
    version, word = tables.item_version.c, tables.word.c.word
    before = sa.select(version.title, version.summary, version.text)
    texts = [folded(*row) for row in connection.execute(before.where(version.item_id == item_id))]
    for one in fulltext.listed(" ".join([words, *texts]).split()):
        if not fulltext.is_said(connection, one):
            connection.execute(sa.delete(tables.word).where(word == one))
