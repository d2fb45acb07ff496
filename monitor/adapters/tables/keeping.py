"""What keeping an archive for years needs: catalogues used, rematches, roll-ups, tombstones."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from monitor.adapters.tables.kinds import Id, UtcDateTime, metadata

# Which catalogues items were matched with, and the content hash of each narrative in them.
catalogue_use = Table(
    "catalogue_use",
    metadata,
    Column("version", Text, primary_key=True),
    Column("matcher_version", Text, primary_key=True),
    Column("narratives", sa.JSON, nullable=False),
    Column("first_used_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime, nullable=False),
)

# One run of `rematch`. Without `finished_at` it was stopped and goes on after `position`.
rematch = Table(
    "rematch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("catalogue_version", Text, nullable=False),
    Column("matcher_version", Text, nullable=False),
    Column("since", UtcDateTime),
    Column("narratives", sa.JSON(none_as_null=True)),  # NULL: all of them
    Column("position", Id, nullable=False),  # the last item that is done
    Column("items", Integer, nullable=False, server_default="0"),
    Column("gained", Integer, nullable=False, server_default="0"),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
)

# A rematch or a backtest that workers do, until its command has gathered what came of it.
sweep = Table(
    "sweep",
    metadata,
    Column("id", Id, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("rematch_id", Id, ForeignKey("rematch.id")),
    Column("catalogue_version", Text, nullable=False),
    Column("matcher_version", Text, nullable=False),
    Column("since", UtcDateTime),
    Column("candidate_version", Text, nullable=False, server_default=""),
    Column("files", sa.JSON(none_as_null=True)),  # the candidate's, by name
    Column("started_at", UtcDateTime, nullable=False),
)

# Some of its items, leased like a host. What `gained` and `lost` count is written already.
sweep_part = Table(
    "sweep_part",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sweep_id", Id, ForeignKey("sweep.id"), nullable=False),
    Column("first", Id, nullable=False),
    Column("last", Id, nullable=False),
    Column("ids", sa.JSON(none_as_null=True)),  # NULL: all in between
    Column("size", Integer, nullable=False),  # items, as it was cut
    Column("next_due", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    Column("position", Id, nullable=False, server_default="0"),
    Column("items", Integer, nullable=False, server_default="0"),
    Column("gained", Integer, nullable=False, server_default="0"),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("found", sa.JSON(none_as_null=True)),  # what a backtest found
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("done_at", UtcDateTime),
    Index(None, "sweep_id", "done_at"),
)

# Hits of grade digest by day of first sight (UTC), counted anew whenever a day is stale.
rollup = Table(
    "rollup",
    metadata,
    Column("day", sa.Date, primary_key=True),
    Column("narrative", Text, primary_key=True),
    Column("outlet_id", Text, ForeignKey("outlet.id"), primary_key=True),
    Column("country", Text, primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("items", Integer, nullable=False),
    Column("stories", Integer, nullable=False),
    Index(None, "narrative", "day"),
)

# How well a day could be seen. No row: its counts are stale.
rollup_day = Table(
    "rollup_day",
    metadata,
    Column("day", sa.Date, primary_key=True),
    Column("items", Integer, nullable=False),
    Column("feeds_polled", Integer, nullable=False),
    Column("feeds_up", Integer, nullable=False),
    Column("counted_at", UtcDateTime, nullable=False),
)

# An item whose words were removed on request. Its keys stay, so that no poll brings it back.
erased = Table(
    "erased",
    metadata,
    Column("item_id", Id, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# What was done to the archive as a whole: backups, restores, copies, retention.
upkeep = Table(
    "upkeep",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
