"""Subscriptions, frozen digests, and what became of them."""

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from monitor.adapters.tables.kinds import Id, UtcDateTime, metadata

# All that is kept about a person. Whoever unsubscribes leaves a row without an address.
subscription = Table(
    "subscription",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False, index=True),
    Column("lang", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("weekday", Integer),
    Column("narratives", sa.JSON, nullable=False),
    Column("countries", sa.JSON, nullable=False),
    Column("quiet_note", Boolean, nullable=False),
    Column("reviewer", Boolean, nullable=False),
    Column("policy", Text, nullable=False),
    Column("shape", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("secret", Text, nullable=False, server_default=""),
    Column("token_hash", Text, nullable=False, server_default="", index=True),
    Column("alerts", Text, nullable=False, server_default="none"),
    Column("searches", sa.JSON, nullable=False, server_default=sa.text("'[]'")),
)


# The outbox: one row a slot. `payload` is the whole message, frozen; it goes some days after.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "subscription_id", Id, ForeignKey("subscription.id", ondelete="CASCADE"), nullable=False
    ),
    Column("slot_date", sa.Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime),
    Column("until", UtcDateTime),
    Column("message_id", Text, unique=True),
    Column("payload", sa.LargeBinary),
    Column("payload_sha256", Text, nullable=False, server_default=""),
    Column("token_hash", Text, nullable=False, server_default="", index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("owner", Text, nullable=False, server_default=""),
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("tried_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("code", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    UniqueConstraint("subscription_id", "slot_date", "kind"),
    Index(None, "state", "due_at"),
)

# A hit is told to a subscription once, whatever the dates of its item say.
delivery_hit = Table(
    "delivery_hit",
    metadata,
    Column(
        "subscription_id",
        Id,
        ForeignKey("subscription.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("hit_id", Id, primary_key=True),
    Column(
        "delivery_id", Id, ForeignKey("delivery.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sqlite_with_rowid=False,
)

# Append-only: every change of a delivery's state.
delivery_event = Table(
    "delivery_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "delivery_id", Id, ForeignKey("delivery.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("at", UtcDateTime, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("code", Integer, nullable=False),
    Column("text", Text, nullable=False),
)

# A server that is left alone for a while.
delivery_hold = Table(
    "delivery_hold",
    metadata,
    Column("target", Text, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)

# What surges, or did of late: since when, and when it was last seen to.
surge = Table(
    "surge",
    metadata,
    Column("watch", Text, primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

# What delivering remembers: the installation's own id, and when it last ran.
delivery_memory = Table(
    "delivery_memory",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
