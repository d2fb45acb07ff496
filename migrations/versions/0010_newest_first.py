"""Items of a country, a language or an outlet in the order of their numbers, in both databases."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BEFORE = (("country", "lang"), ("lang",), ("outlet_id",))
_AFTER = (("country", "id"), ("country", "lang", "id"), ("lang", "id"), ("outlet_id", "id"))


def upgrade() -> None:
    _replace(_BEFORE, _AFTER)


def downgrade() -> None:
    _replace(_AFTER, _BEFORE)


def _replace(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> None:
    for columns in old:
        op.drop_index(op.f(f"ix_item_{'_'.join(columns)}"), "item")
    for columns in new:
        op.create_index(op.f(f"ix_item_{'_'.join(columns)}"), "item", list(columns))
