"""Days are counted anew: a story of several outlets counted once for each of them."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM rollup_day")


def downgrade() -> None:
    op.execute("DELETE FROM rollup_day")
