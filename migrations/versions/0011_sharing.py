"""What left the installation, so that retractions can follow it."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import Plain, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared",
        sa.Column("kind", Plain, nullable=False),
        sa.Column("key", Plain, nullable=False),
        sa.Column("content", Plain, nullable=False),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("life", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_shared")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("shared")
