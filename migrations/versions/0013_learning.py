"""The second opinion on stored items: vectors, items looked at, and who found a hit."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import Id, Plain, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "embedding",
        sa.Column("content_hash", Plain, nullable=False),
        sa.Column("embedder", Plain, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", "embedder", name=op.f("pk_embedding")),
    )
    op.create_table(
        "opinion",
        sa.Column("item_id", Id, autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_opinion_item_id_item")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_opinion")),
    )
    op.add_column("hit", sa.Column("source", sa.Text(), server_default="rules", nullable=False))
    op.add_column("hit", sa.Column("probability", sa.Double()))


def downgrade() -> None:
    """Hits that only the second opinion proposed mean nothing to what came before: they end."""
    hit = sa.table("hit", sa.column("source"), sa.column("retired_at"), sa.column("created_at"))
    op.execute(
        sa.update(hit)
        .where(hit.c.source == "learned", hit.c.retired_at.is_(None))
        .values(retired_at=hit.c.created_at)
    )
    op.drop_column("hit", "probability")
    op.drop_column("hit", "source")
    op.drop_table("opinion")
    op.drop_table("embedding")
