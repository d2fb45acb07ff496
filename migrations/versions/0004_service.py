"""Leases of hosts and chores, and what operators were told."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("host", "chore"):
        op.create_table(
            table,
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("next_due", UtcDateTime(), nullable=False),
            sa.Column("leased_until", UtcDateTime(), nullable=True),
            sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
            sa.PrimaryKeyConstraint("name", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_next_due"), table, ["next_due"])
    op.create_table(
        "alarm",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alarm")),
    )


def downgrade() -> None:
    for table in ("alarm", "chore", "host"):
        op.drop_table(table)
