"""The articles that were read beside the feeds."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from monitor.adapters.tables.kinds import Id, UtcDateTime, metadata

# An item whose page was asked for. `feed_hash` is the hash of the feed's own words, where the item
# has got the page's text: by it the feed's edits are known. It is empty where there was no text.
page = Table(
    "page",
    metadata,
    Column("item_id", Id, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("feed_hash", Text, nullable=False, server_default=""),
    Column("tries", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)
