"""Let the words of an import's transaction be sorted in memory, all at once."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OF_AN_IMPORT = 64 << 20  # bytes, as far as a transaction needs them
BEFORE = 16 << 20


def upgrade() -> None:
    _set(OF_AN_IMPORT)


def downgrade() -> None:
    _set(BEFORE)


def _set(size: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"INSERT INTO item_fts(item_fts, rank) VALUES ('hashsize', {size})")  # noqa: S608
