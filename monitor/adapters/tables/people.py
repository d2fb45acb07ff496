"""People who sign in, their sessions and tokens, their searches, and who changed what."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from monitor.adapters.tables.kinds import Id, UtcDateTime, metadata

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# Only hashes: who reads the database cannot sign in with what is found there.
session = Table(
    "session",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("label", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Index(None, "person_id"),
)

# Failed sign-ins of the last minutes, by account and by address.
sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("who", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "who", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "at"),
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Text, nullable=False),  # a name: loopback readers have no account
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("feed_key", Text, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("person", "name"),
)
