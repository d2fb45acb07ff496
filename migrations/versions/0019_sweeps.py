"""Sweeps of the archive, and their parts, which workers do."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import Id, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sweep",
        sa.Column("id", Id, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("rematch_id", Id, nullable=True),
        sa.Column("catalogue_version", sa.Text(), nullable=False),
        sa.Column("matcher_version", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("candidate_version", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.JSON(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rematch_id"], ["rematch.id"], name=op.f("fk_sweep_rematch_id_rematch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep")),
    )
    op.create_table(
        "sweep_part",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sweep_id", Id, nullable=False),
        sa.Column("first", Id, nullable=False),
        sa.Column("last", Id, nullable=False),
        sa.Column("ids", sa.JSON(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("next_due", UtcDateTime(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("position", Id, server_default="0", nullable=False),
        sa.Column("items", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gained", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lost", sa.Integer(), server_default="0", nullable=False),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sweep_id"], ["sweep.id"], name=op.f("fk_sweep_part_sweep_id_sweep")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sweep_part")),
    )
    op.create_index(op.f("ix_sweep_part_sweep_id_done_at"), "sweep_part", ["sweep_id", "done_at"])


def downgrade() -> None:
    op.drop_table("sweep_part")
    op.drop_table("sweep")
