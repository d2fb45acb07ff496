"""Reviews and the ones that stand, readings of whole items, languages of reviewers."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import Id, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", Id, nullable=False),
        sa.Column("hit_id", Id, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes", Id, nullable=True),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_review_hit_id_hit")),
        sa.ForeignKeyConstraint(["undoes"], ["review.id"], name=op.f("fk_review_undoes_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_hit_id_id"), "review", ["hit_id", "id"])
    op.create_table(
        "standing_review",
        sa.Column("hit_id", Id, nullable=False),
        sa.Column("review_id", Id, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_standing_review_hit_id_hit")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_standing_review_review_id_review")
        ),
        sa.PrimaryKeyConstraint("hit_id", name=op.f("pk_standing_review")),
    )
    op.create_index(op.f("ix_standing_review_verdict_at"), "standing_review", ["verdict", "at"])
    op.create_table(
        "reading",
        sa.Column("id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("narratives", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_reading_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    op.create_index(op.f("ix_reading_item_id_id"), "reading", ["item_id", "id"])
    op.create_table(
        "reviewer",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("langs", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reviewer")),
    )


def downgrade() -> None:
    for table in ("reviewer", "reading", "standing_review", "review"):
        op.drop_table(table)
