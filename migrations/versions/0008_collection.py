"""What collecting feeds remembers beyond the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_memory",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["feed.id"], name=op.f("fk_feed_memory_id_feed"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_memory")),
    )


def downgrade() -> None:
    op.drop_table("feed_memory")
