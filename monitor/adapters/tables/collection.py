"""What collecting feeds remembers, so that it need not read everything again."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text

from monitor.adapters.tables.kinds import metadata

# The entries of a feed's last document, packed (see domain.skim); `id` is the feed's.
feed_memory = Table(
    "feed_memory",
    metadata,
    Column("id", Text, ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True),
    Column("entries", LargeBinary, nullable=False),
)
