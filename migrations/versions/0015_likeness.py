"""When the second opinion looked at an item, to be found: what came since is like what, too."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_opinion_at"), "opinion", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_opinion_at"), "opinion")
