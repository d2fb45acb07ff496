"""Articles that were read beside the feeds."""

import sqlalchemy as sa
from alembic import op

from monitor.adapters.tables import Id, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page",
        sa.Column("item_id", Id, autoincrement=False, nullable=False),
        sa.Column("feed_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_page_item_id_item")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_page")),
    )


def downgrade() -> None:
    """The texts stay; what their feeds said is the hash again, or every poll would edit them."""
    op.execute(
        "UPDATE item SET content_hash = (SELECT feed_hash FROM page WHERE page.item_id = item.id)"
        " WHERE id IN (SELECT item_id FROM page WHERE feed_hash <> '')"
    )
    op.drop_table("page")
