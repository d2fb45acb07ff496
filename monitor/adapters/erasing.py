"""Take the words of one item out of the archive, and keep it from coming back."""

from datetime import datetime

import sqlalchemy as sa

from monitor.adapters import fulltext, tables
from monitor.adapters.database import Database
from monitor.domain.errors import NotFoundError
from monitor.domain.imprint import folded
from monitor.domain.polling import MAX_VERSIONS


def erase(database: Database, item_id: int, reason: str, now: datetime) -> bool:
    """Blank an item, its versions and evidence; return False where that was done before.

    Its keys stay: polls and imports that meet it again take it for known, and it is never edited.
    Raises NotFoundError, StorageError.
    """
    item, erased, hit = tables.item, tables.erased, tables.hit
    with database.writing() as connection:
        if connection.dialect.name == "sqlite":  # whatever it was built with
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        found = connection.execute(sa.select(item).where(item.c.id == item_id)).first()
        if found is None:
            raise NotFoundError(f"there is no item {item_id}; see `monitor search --items`")
        if connection.execute(sa.select(erased).where(erased.c.item_id == item_id)).first():
            return False
        fulltext.unindex(connection, item_id, folded(found.title, found.summary, found.text))
        blank = dict.fromkeys(("url", "title", "summary", "text", "published_raw"), "")
        connection.execute(
            sa.update(item)
            .where(item.c.id == item_id)
            .values(**blank, content_hash="erased", version=MAX_VERSIONS, edited_at=now)
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
        day = tables.rollup_day.c.day == found.first_seen_at.date()
        connection.execute(sa.delete(tables.rollup_day).where(day))
    return True
