"""Catalogues used, rematches, roll-ups, erased items, upkeep."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import Id, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_use",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("matcher_version", sa.Text(), nullable=False),
        sa.Column("narratives", sa.JSON(), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", "matcher_version", name=op.f("pk_catalogue_use")),
    )
    # Items stored before were matched with catalogues of which nothing is known.
    op.execute(
        "INSERT INTO catalogue_use "
        "SELECT 'unknown', 'unknown', '{}', min(first_seen_at), max(first_seen_at) "
        "FROM item HAVING count(*) > 0"
    )
    op.create_table(
        "rematch",
        sa.Column("id", Id, nullable=False),
        sa.Column("catalogue_version", sa.Text(), nullable=False),
        sa.Column("matcher_version", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("narratives", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("position", Id, nullable=False),
        sa.Column("items", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gained", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lost", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rematch")),
    )
    op.create_table(
        "rollup",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("outlet_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_rollup_outlet_id_outlet")
        ),
        sa.PrimaryKeyConstraint(
            "day", "narrative", "outlet_id", "country", "lang", name=op.f("pk_rollup")
        ),
    )
    op.create_index(op.f("ix_rollup_narrative_day"), "rollup", ["narrative", "day"], unique=False)
    op.create_table(
        "rollup_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("feeds_polled", sa.Integer(), nullable=False),
        sa.Column("feeds_up", sa.Integer(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_rollup_day")),
    )
    op.create_table(
        "erased",
        sa.Column("item_id", Id, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_erased_item_id_item")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_erased")),
    )
    op.create_table(
        "upkeep",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upkeep")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # The distinct words of the index: a view, without data of its own.
        op.execute("CREATE VIRTUAL TABLE item_fts_words USING fts5vocab('item_fts', 'row')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE item_fts_words")
    op.drop_table("upkeep")
    op.drop_table("erased")
    op.drop_table("rollup_day")
    op.drop_index(op.f("ix_rollup_narrative_day"), table_name="rollup")
    op.drop_table("rollup")
    op.drop_table("rematch")
    op.drop_table("catalogue_use")
