"""Indexes of standing hits alone, so that a page of a filter reads no hit that it does not show."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STANDING = (
    ("ix_hit_standing", ["item_id", "narrative", "retired_at"]),
    ("ix_hit_standing_narrative", ["narrative", "item_id", "retired_at"]),
)


def upgrade() -> None:
    where = sa.text("retired_at IS NULL")
    for name, columns in _STANDING:
        op.create_index(name, "hit", columns, sqlite_where=where, postgresql_where=where)
    op.drop_index(op.f("ix_hit_narrative_item_id"), "hit")


def downgrade() -> None:
    for name, _ in _STANDING:
        op.drop_index(name, "hit")
    op.create_index(op.f("ix_hit_narrative_item_id"), "hit", ["narrative", "item_id"])
