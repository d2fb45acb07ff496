"""Where each word stands in its item, to find words that stand side by side."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE item_fts_words")
        op.execute("CREATE VIRTUAL TABLE item_fts_places USING fts5vocab('item_fts', 'instance')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE item_fts_places")
        op.execute("CREATE VIRTUAL TABLE item_fts_words USING fts5vocab('item_fts', 'row')")
