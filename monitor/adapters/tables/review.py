"""What people decide on hits, what they find in items, and which languages they read."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table, Text

from monitor.adapters.tables.kinds import Id, UtcDateTime, metadata

# Every decision and every undoing of one, appended and never changed.
review = Table(
    "review",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hit_id", Id, ForeignKey("hit.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("verdict", Text, nullable=False),  # empty: this row undoes another
    Column("stance", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("undoes", Id, ForeignKey("review.id")),
    Index(None, "hit_id", "id"),
)

# The decision that stands, one row a hit that has one: what `review` comes to, kept for joins.
standing_review = Table(
    "standing_review",
    metadata,
    Column("hit_id", Id, ForeignKey("hit.id"), primary_key=True),
    Column("review_id", Id, ForeignKey("review.id"), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("stance", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "verdict", "at"),
)

# A person read a whole item and said which narratives it carries; the latest reading counts.
reading = Table(
    "reading",
    metadata,
    Column("id", Id, primary_key=True),
    Column("item_id", Id, ForeignKey("item.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("narratives", sa.JSON, nullable=False),
    Index(None, "item_id", "id"),
)

reviewer = Table(
    "reviewer",
    metadata,
    Column("name", Text, primary_key=True),
    Column("langs", sa.JSON, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
