"""What left the installation."""

from sqlalchemy import Boolean, Column, Integer, Table

from monitor.adapters.tables.kinds import Plain, UtcDateTime, metadata

# Hits, narratives and digests that were exported: whoever has them must hear of a retraction.
shared = Table(
    "shared",
    metadata,
    Column("kind", Plain, primary_key=True),
    Column("key", Plain, primary_key=True),
    Column("content", Plain, nullable=False),  # a hash of what it said when it last left
    Column("retracted", Boolean, nullable=False),
    Column("life", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
