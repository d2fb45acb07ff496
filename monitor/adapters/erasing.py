"""Take the words of one item out of the archive, and keep it from coming back."""

from datetime import datetime

import sqlalchemy as sa

from monitor.adapters import fulltext, tables
from monitor.adapters.database import Database
from monitor.adapters.rollups import count_anew
from monitor.domain.errors import NotFoundError
from monitor.domain.identity import ERASED
from monitor.domain.imprint import folded
from monitor.domain.polling import MAX_VERSIONS


def erase(database: Database, item_id: int, reason: str, now: datetime) -> bool:
    """Blank an item, its versions and evidence; return False where that was done before.

    Its keys stay: polls and imports that meet it again take it for known, and it is never edited.
    SQLite's full-text index is written anew, a piece at a time: seconds for a million items.
    Raises NotFoundError, StorageError.
    """
    is_new = _blank(database, item_id, reason, now)
    fulltext.merge(database, wholly=True)  # also after one that was killed here
    return is_new


def _blank(database: Database, item_id: int, reason: str, now: datetime) -> bool:
    item, erased, hit = tables.item, tables.erased, tables.hit
    with database.writing() as connection:
        fulltext.wipe_what_is_deleted(connection)
        found = connection.execute(sa.select(item).where(item.c.id == item_id)).first()
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
        connection.execute(sa.insert(erased).values(item_id=item_id, reason=reason, at=now))
        vector = tables.embedding.c.content_hash == found.content_hash
        connection.execute(sa.delete(tables.embedding).where(vector))
        connection.execute(sa.delete(tables.page).where(tables.page.c.item_id == item_id))
        connection.execute(sa.delete(tables.opinion).where(tables.opinion.c.item_id == item_id))
        count_anew(connection, [found.first_seen_at.date()])
    return True


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
