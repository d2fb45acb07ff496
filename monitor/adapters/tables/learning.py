"""What the second opinion keeps: vectors of texts, and which items it has looked at."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from monitor.adapters.tables.kinds import Id, Plain, UtcDateTime, metadata

# By the hash of an item's words, so that equal texts share one: numbers of two bytes each.
embedding = Table(
    "embedding",
    metadata,
    Column("content_hash", Plain, primary_key=True),
    Column("embedder", Plain, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

# An item that a model has looked at, as its words were then.
opinion = Table(
    "opinion",
    metadata,
    Column("item_id", Id, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("model", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)
