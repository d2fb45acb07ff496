"""In PostgreSQL a key's item is no longer looked up among all months as the key is stored.

Each look opens the tables of every month. Keys are stored with their items, and items stay.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "fk_item_key_item_id_item"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(NAME, "item_key", type_="foreignkey")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(NAME, "item_key", "item", ["item_id"], ["id"])
