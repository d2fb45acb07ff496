"""Alerts: who is told at once, of what, and what surges."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "surge",
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("watch", name=op.f("pk_surge")),
    )
    op.add_column(
        "subscription", sa.Column("alerts", sa.Text(), server_default="none", nullable=False)
    )
    op.add_column(
        "subscription",
        sa.Column("searches", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("subscription", "searches")
    op.drop_column("subscription", "alerts")
    op.drop_table("surge")
