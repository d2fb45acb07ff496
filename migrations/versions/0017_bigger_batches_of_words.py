"""Let the words of a large transaction be sorted in memory, so that less of the index is merged."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LARGE = 16 << 20  # bytes, as far as a transaction needs them
DEFAULT = 1 << 20


def upgrade() -> None:
    _set(LARGE)


def downgrade() -> None:
    _set(DEFAULT)


def _set(size: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"INSERT INTO item_fts(item_fts, rank) VALUES ('hashsize', {size})")  # noqa: S608
