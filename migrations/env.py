"""Run migrations on the connection that `monitor init` hands over, or on MONITOR_DATABASE_URL."""

import os
import re
from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.engine import Connection

from monitor.adapters.tables import UtcDateTime, metadata

# The parts of a table in PostgreSQL: months, and those of the keys.
PART = re.compile(r"(?:item|fetch_event)_\d{4}_\d{2}|item_key_\d{2}")


def render_item(type_: str, value: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column type with its import; Alembic by itself writes a name that fails."""
    if type_ == "type" and isinstance(value, UtcDateTime):
        autogen.imports.add("from monitor.adapters.tables import UtcDateTime")
        return "UtcDateTime()"
    return False


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Leave the full-text tables and the parts of tables alone: they are made by hand."""
    if type_ != "table" or name is None:
        return True
    return not (name.startswith("item_fts") or PART.fullmatch(name))


def include_object(
    _found: object, name: str | None, type_: str, _is_reflected: object, _other: object
) -> bool:
    """Leave out what PostgreSQL does not check: a key's item, which is in the table of any month."""
    is_sqlite = context.get_context().dialect.name == "sqlite"
    return is_sqlite or (type_, name) != ("foreign_key_constraint", "fk_item_key_item_id_item")


def migrate(connection: Connection) -> None:
    """Run what is asked for on this connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        include_name=include_name,
        include_object=include_object,
        compare_server_default=False,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    url = os.environ.get("MONITOR_DATABASE_URL", "sqlite:///monitor.db")
    with sa.create_engine(url).connect() as opened:
        migrate(opened)
        opened.commit()
