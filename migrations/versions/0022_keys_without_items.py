"""Keys are no longer found by their item, which nothing that is done often asks for."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NAME = "ix_item_key_item_id"


def upgrade() -> None:
    op.drop_index(NAME, table_name="item_key")


def downgrade() -> None:
    op.create_index(NAME, "item_key", ["item_id"])
