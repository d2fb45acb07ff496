"""What the service remembers: leases of hosts and chores, and what operators were told."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, Text

from monitor.adapters.tables.kinds import UtcDateTime, metadata


def _leased(name: str) -> Table:
    """Return a table of things that one process at a time works on.

    `fence` grows with each lease: what is committed under an older one is refused.
    """
    return Table(
        name,
        metadata,
        Column("name", Text, primary_key=True),
        Column("next_due", UtcDateTime, nullable=False),
        Column("leased_until", UtcDateTime),
        Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        Index(None, "next_due"),
    )


host = _leased("host")  # address and port that feeds are fetched from
chore = _leased("chore")  # what the service does now and then

# Open problems of which operators were told: once, then daily, then that it is over.
alarm = Table(
    "alarm",
    metadata,
    Column("name", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
)
