"""In PostgreSQL, items, their words and fetch events by month, keys by hash. SQLite stays as it is.

Tables are made anew beside the old ones and filled from them: for the while of the upgrade there
must be room for a second copy. Whoever was granted rights on these four tables needs them again.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from monitor.domain.numbering import first_number, second_of

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PARTS = 16  # of the keys
NUMBERED = {"item": "id", "item_fts": "rowid"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    references = _drop_references()
    for table, column in NUMBERED.items():
        _make_anew(table, f"PARTITION BY RANGE ({column})", _numbered(table, column))
    events = _moments("SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC') FROM fetch_event")
    _make_anew("fetch_event", "PARTITION BY RANGE (at)", _dated(events), "PRIMARY KEY (id, at)")
    hashed = [
        f"CREATE TABLE item_key_{n:02} PARTITION OF item_key "
        f"FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {n})"
        for n in range(PARTS)
    ]
    _make_anew("item_key", "PARTITION BY HASH (key)", hashed)
    _restore(references)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    references = _drop_references()
    for table in NUMBERED:
        _make_anew(table, "", ())
    _make_anew("fetch_event", "", (), "PRIMARY KEY (id)")
    _make_anew("item_key", "", ())
    _restore(references)


def _make_anew(table: str, clause: str, parts: Iterable[str], key: str = "") -> None:
    """Replace a table by one of the same columns, rows, constraints and indexes."""
    constraints = _constraints("conrelid", table)
    indexes = _rows(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = CAST(:name AS regclass) "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid "
        "AND conrelid = indrelid)",
        name=table,
    )
    sequence = op.get_bind().scalar(
        sa.text(
            "SELECT pg_get_serial_sequence(:name, 'id') FROM information_schema.columns "
            "WHERE table_name = :name AND table_schema = current_schema() AND column_name = 'id'"
        ),
        {"name": table},
    )
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(f"CREATE TABLE {table} (LIKE {table}_before INCLUDING DEFAULTS) {clause}")
    if sequence:
        op.execute(f"ALTER SEQUENCE {sequence} OWNED BY {table}.id")
    for part in parts:
        op.execute(part)
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")  # noqa: S608 - our own names
    op.execute(f"DROP TABLE {table}_before")
    for _, name, definition in constraints:
        wanted = key if key and definition.startswith("PRIMARY KEY") else definition
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {wanted}")
    for (definition,) in indexes:
        op.execute(definition.replace(" ON ONLY ", " ON "))


def _numbered(table: str, column: str) -> list[str]:
    """Return the statements that make a table for each month in which there are items."""
    found = op.get_bind().scalar(sa.text(f"SELECT min({column}) FROM {table}"))  # noqa: S608
    made: list[str] = []
    while found is not None:
        first, after = _month(second_of(found))
        begin, end = first_number(first), first_number(after)
        made.append(
            f"CREATE TABLE {table}_{first.year:04}_{first.month:02} PARTITION OF {table} "
            f"FOR VALUES FROM ({begin}) TO ({end})"
        )
        later = sa.text(f"SELECT min({column}) FROM {table} WHERE {column} >= :end")  # noqa: S608
        found = op.get_bind().scalar(later, {"end": end})
    return made


def _dated(moments: Iterable[datetime]) -> list[str]:
    return [
        f"CREATE TABLE fetch_event_{first.year:04}_{first.month:02} PARTITION OF fetch_event "
        f"FOR VALUES FROM ('{first.isoformat()}') TO ('{after.isoformat()}')"
        for first, after in map(_month, moments)
    ]


def _month(at: datetime) -> tuple[datetime, datetime]:
    """Return the beginning of a moment's month and of the next one."""
    first = datetime(at.year, at.month, 1, tzinfo=UTC)
    after = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
    return first, after


def _drop_references() -> list[tuple[str, str, str]]:
    """Let PostgreSQL forget who refers to items, and return what it forgot."""
    found = _constraints("confrelid", "item")
    for table, name, _ in found:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return found


def _restore(references: Iterable[tuple[str, str, str]]) -> None:
    for table, name, definition in references:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _constraints(side: str, table: str) -> list[tuple[str, str, str]]:
    """Return table, name and definition of the constraints on a table, or that refer to it."""
    query = (  # of our own names
        "SELECT CAST(CAST(conrelid AS regclass) AS text), conname, pg_get_constraintdef(oid) "  # noqa: S608
        f"FROM pg_constraint WHERE {side} = CAST(:name AS regclass) "
        "AND conparentid = 0 AND contype IN ('p', 'f', 'u') ORDER BY contype DESC"
    )
    return _rows(query, name=table)


def _moments(query: str) -> list[datetime]:
    return [row[0] for row in _rows(query)]


def _rows(query: str, **given: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in op.get_bind().execute(sa.text(query), given)]
