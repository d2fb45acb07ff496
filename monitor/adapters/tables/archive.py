"""Outlets, feeds, items and hits."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from monitor.adapters.tables.kinds import Id, ItemKey, Plain, UtcDateTime, metadata


def _where_set(column: str) -> dict[str, Any]:
    return _where(f"{column} IS NOT NULL")


def _where_null(column: str) -> dict[str, Any]:
    return _where(f"{column} IS NULL")


def _where(text: str) -> dict[str, Any]:
    condition = sa.text(text)
    return {"sqlite_where": condition, "postgresql_where": condition}


outlet = Table(
    "outlet",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("kind", Text, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("id", Text, primary_key=True),
    Column("outlet_id", Text, ForeignKey("outlet.id"), nullable=False),
    Column("etag", Text, nullable=False, server_default=""),
    Column("last_modified", Text, nullable=False, server_default=""),
    Column("body_hash", Text, nullable=False, server_default=""),
    Column("interval_s", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failing_since", UtcDateTime),
    Column("reason", Text, nullable=False, server_default=""),
    Column("listed_url", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("moved_to", Text, nullable=False, server_default=""),
    Column("moved_seen", Integer, nullable=False, server_default="0"),
    Column("next_poll_at", UtcDateTime),
    Column("last_poll_at", UtcDateTime),
    Column("last_ok_at", UtcDateTime),
    Column("last_full_at", UtcDateTime),
    Column("last_new_at", UtcDateTime),
)

# Numbers grow with `first_seen_at` and are sparse (`domain.numbering`).
item = Table(
    "item",
    metadata,
    Column("id", Id, primary_key=True),
    Column("story_id", Id),  # the first item of its story, where that is another one
    Column("outlet_id", Text, ForeignKey("outlet.id"), nullable=False),
    Column("feed_id", Text, ForeignKey("feed.id"), nullable=False),
    Column("country", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("published_at", UtcDateTime),
    Column("published_raw", Text, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("edited_at", UtcDateTime),
    Index(None, "first_seen_at"),
    Index(None, "country", "id"),
    Index(None, "country", "lang", "id"),
    Index(None, "lang", "id"),
    Index(None, "outlet_id", "id"),
    Index("ix_item_story_id", "story_id", **_where_set("story_id")),
)

# Another path to the same item: GUID, link, title and day. A key says whose it is.
item_key = Table(
    "item_key",
    metadata,
    Column("key", ItemKey, primary_key=True),
    Column("item_id", Id, ForeignKey("item.id"), nullable=False),
    sqlite_with_rowid=False,
)

# Where near-identical texts of the last days meet (`domain.story`).
story_band = Table(
    "story_band",
    metadata,
    Column("band", Id, primary_key=True, autoincrement=False),
    Column("item_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Every folded word of the archive, to find the forms of a word that is asked for.
word = Table(
    "word",
    metadata,
    Column("word", Plain, primary_key=True),
    sqlite_with_rowid=False,
)

# What an item said before it was edited.
item_version = Table(
    "item_version",
    metadata,
    Column("item_id", Id, ForeignKey("item.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

hit = Table(
    "hit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("item_id", Id, ForeignKey("item.id"), nullable=False),
    Column("narrative", Text, nullable=False),
    Column("score", sa.Double, nullable=False),
    Column("grade", Text, nullable=False),
    Column("stance_hint", Text, nullable=False),
    Column("evidence", sa.JSON, nullable=False),
    Column("catalogue_version", Text, nullable=False),
    Column("matcher_version", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("retired_at", UtcDateTime),  # the present text or catalogue no longer says so
    Column("source", Text, nullable=False, server_default="rules"),
    Column("probability", sa.Double),  # the second opinion's; NULL: it was not asked
    UniqueConstraint("item_id", "narrative"),
    # Of those not retired: what is asked of them is answered without reading hits.
    Index("ix_hit_standing", "item_id", "narrative", "retired_at", **_where_null("retired_at")),
    Index(
        "ix_hit_standing_narrative",
        "narrative",
        "item_id",
        "retired_at",
        **_where_null("retired_at"),
    ),
)

fetch_event = Table(
    "fetch_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed_id", Text, ForeignKey("feed.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("new", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("skips", sa.JSON, nullable=False),
    Column("notes", sa.JSON, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Index(None, "at"),
    Index(
        None, "feed_id", "at", unique=True
    ),  # one attempt, one event: a poll recorded twice is one
)
