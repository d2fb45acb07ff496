"""Items numbered by time, stories, words of the archive, indexes for filters, shorter keys."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from monitor.adapters import fulltext, story_rows
from monitor.adapters.tables import Id, ItemKey, Plain, UtcDateTime
from monitor.domain.imprint import Imprint, folded
from monitor.domain.numbering import first_number, second_of
from monitor.domain.story import WINDOW

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BATCH = 1000
REFERRING = ("item_key", "item_version", "hit")


def upgrade() -> None:
    op.add_column("item", sa.Column("story_id", Id, nullable=True))
    _drop_references()
    _number_by_time()
    _shorten_keys()
    _restore_references()
    op.drop_index(op.f("ix_item_first_seen_at_id"), table_name="item")
    for columns in (["first_seen_at"], ["country", "lang"], ["lang"], ["outlet_id"]):
        op.create_index(op.f(f"ix_item_{'_'.join(columns)}"), "item", columns)
    is_set = sa.text("story_id IS NOT NULL")
    op.create_index(
        "ix_item_story_id", "item", ["story_id"], sqlite_where=is_set, postgresql_where=is_set
    )
    op.create_table(
        "story_band",
        sa.Column("band", Id, autoincrement=False, nullable=False),
        sa.Column("item_id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("band", "item_id", name=op.f("pk_story_band")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "word",
        sa.Column("word", Plain, nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_word")),
        sqlite_with_rowid=False,
    )
    _renew_index(", columnsize=0")
    for some in _items():
        words = {row.id: Imprint.of(row.title, row.summary, row.text) for row in some}
        fulltext.index(op.get_bind(), [(number, each.words) for number, each in words.items()])
        _find_stories(words)
    _forget_old_bands()


def downgrade() -> None:
    _renew_index("")
    for some in _items():
        words = [(row.id, folded(row.title, row.summary, row.text)) for row in some]
        fulltext.fill(op.get_bind(), words)
    op.drop_table("word")
    op.drop_table("story_band")
    op.drop_index("ix_item_story_id", table_name="item")
    for columns in (["first_seen_at"], ["country", "lang"], ["lang"], ["outlet_id"]):
        op.drop_index(op.f(f"ix_item_{'_'.join(columns)}"), table_name="item")
    op.create_index(op.f("ix_item_first_seen_at_id"), "item", ["first_seen_at", "id"])
    _lengthen_keys()
    op.drop_column("item", "story_id")


def _number_by_time() -> None:
    """Give items numbers that grow with their first-seen time; nothing else about them changes."""
    connection = op.get_bind()
    numbers = op.create_table(
        "item_number", sa.Column("old", Id, primary_key=True), sa.Column("new", Id, nullable=False)
    )
    item = sa.table("item", sa.column("id", Id), sa.column("first_seen_at", UtcDateTime()))
    ordered = sa.select(item.c.id, item.c.first_seen_at).order_by(item.c.first_seen_at, item.c.id)
    rows: list[dict[str, int]] = []
    for row in connection.execute(ordered).all():
        first = first_number(row.first_seen_at)
        rows.append({"old": row.id, "new": max(rows[-1]["new"] + 1, first) if rows else first})
    if rows:
        connection.execute(sa.insert(numbers), rows)
    for table, column in (("item", "id"), *((name, "item_id") for name in REFERRING)):
        op.execute(
            f"UPDATE {table} SET {column} = "  # noqa: S608 - our own names
            f"(SELECT new FROM item_number WHERE old = {table}.{column})"
        )
    op.drop_table("item_number")


def _shorten_keys() -> None:
    """Keep the bytes of a key, not its digits, and not the outlet that is part of its hash."""
    connection = op.get_bind()
    before = sa.table("item_key", sa.column("key", sa.Text()), sa.column("item_id", Id))
    rows = [
        {"key": row.key, "item_id": row.item_id} for row in connection.execute(sa.select(before))
    ]
    op.drop_index(op.f("ix_item_key_item_id"), table_name="item_key")
    op.drop_table("item_key")
    made = op.create_table(
        "item_key",
        sa.Column("key", ItemKey(), nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_key_item_id_item")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_item_key")),
        sqlite_with_rowid=False,
    )
    if rows:
        connection.execute(sa.insert(made), rows)
    op.create_index(op.f("ix_item_key_item_id"), "item_key", ["item_id"])


def _lengthen_keys() -> None:
    connection = op.get_bind()
    before = sa.table("item_key", sa.column("key", ItemKey()), sa.column("item_id", Id))
    item = sa.table("item", sa.column("id", Id), sa.column("outlet_id", sa.Text()))
    query = sa.select(item.c.outlet_id, before.c.key, before.c.item_id).join_from(
        before, item, item.c.id == before.c.item_id
    )
    rows = [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - public
    op.drop_index(op.f("ix_item_key_item_id"), table_name="item_key")
    op.drop_table("item_key")
    made = op.create_table(
        "item_key",
        sa.Column("outlet_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_key_item_id_item")),
        sa.PrimaryKeyConstraint("outlet_id", "key", name=op.f("pk_item_key")),
        sqlite_with_rowid=False,
    )
    if rows:
        connection.execute(sa.insert(made), rows)
    op.create_index(op.f("ix_item_key_item_id"), "item_key", ["item_id"])


def _drop_references() -> None:
    """Let PostgreSQL forget who refers to items; SQLite does not look while it is upgraded."""
    if op.get_bind().dialect.name == "postgresql":
        for table in REFERRING:
            op.drop_constraint(f"fk_{table}_item_id_item", table)


def _restore_references() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in REFERRING[1:]:  # item_key was made anew
            op.create_foreign_key(f"fk_{table}_item_id_item", table, "item", ["item_id"], ["id"])


def _renew_index(more: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE item_fts")
        op.execute(
            "CREATE VIRTUAL TABLE item_fts USING fts5("
            f"folded, content='', tokenize='unicode61 remove_diacritics 0'{more})"
        )
    else:
        op.execute("DELETE FROM item_fts")


def _find_stories(words: Mapping[int, Imprint]) -> None:
    """Let items join the stories of those before them, as if they were stored now."""
    connection = op.get_bind()
    stories = story_rows.assign(connection, list(words), list(words.values()))
    if stories:
        item = sa.table("item", sa.column("id", Id), sa.column("story_id", Id))
        joining = sa.update(item).where(item.c.id == sa.bindparam("number"))
        connection.execute(
            joining.values(story_id=sa.bindparam("story")),
            [{"number": number, "story": story} for number, story in stories.items()],
        )


def _forget_old_bands() -> None:
    connection = op.get_bind()
    newest = connection.scalar(sa.text("SELECT max(id) FROM item"))
    if newest is not None:
        too_old = first_number(second_of(newest) - 2 * WINDOW)
        connection.execute(sa.text("DELETE FROM story_band WHERE item_id < :old"), {"old": too_old})


def _items() -> Iterator[list[sa.Row[Any]]]:
    """Yield all items in batches, in order."""
    item = sa.table("item", *map(sa.column, ("id", "title", "summary", "text")))
    last: int | None = None
    while True:
        query = sa.select(item).order_by(item.c.id).limit(BATCH)
        rows = list(op.get_bind().execute(query if last is None else query.where(item.c.id > last)))
        if not rows:
            return
        yield rows
        last = rows[-1].id
