"""What must always be true of the database, however the program was ended."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters.database import Database
from monitor.ports.service import Checked

_SEARCH: Final = "a search index row for each item, and no other"
# Each counts the rows that break the rule; {fts} is where the search index keeps its rows.
RULES: Final = {
    "every attempt on a feed has its event": """
        SELECT count(*) FROM feed WHERE last_poll_at IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM fetch_event WHERE feed_id = feed.id AND at = feed.last_poll_at)""",
    "validators are never newer than the items they stand for": """
        SELECT count(*) FROM feed WHERE (etag <> '' OR last_modified <> '') AND NOT EXISTS (
          SELECT 1 FROM fetch_event WHERE feed_id = feed.id AND at = feed.last_full_at
          AND outcome <> 'failed')""",
    "no event counts fewer new items than were stored with it": """
        SELECT count(*) FROM fetch_event AS e WHERE new < (
          SELECT count(*) FROM item WHERE feed_id = e.feed_id AND first_seen_at = e.at)""",
    "a failed attempt stores nothing and says why": """
        SELECT count(*) FROM fetch_event WHERE outcome = 'failed' AND (reason = '' OR new > 0)""",
    "every item can be recognised": """
        SELECT count(*) FROM (SELECT id FROM item EXCEPT SELECT item_id FROM item_key) AS keyless""",
    "every key has its item": """
        SELECT count(*) FROM item_key WHERE NOT EXISTS (
          SELECT 1 FROM item WHERE id = item_key.item_id)""",
    "every hit has its item": """
        SELECT count(*) FROM hit WHERE NOT EXISTS (SELECT 1 FROM item WHERE id = hit.item_id)""",
    "no hit is in two digests of one subscriber": """
        SELECT count(*) FROM (SELECT 1 AS one FROM delivery_hit
          GROUP BY subscription_id, hit_id HAVING count(*) > 1) AS doubled""",
    "every delivery is where its last event left it, or leased there": """
        SELECT count(*) FROM delivery AS d JOIN delivery_event AS e ON e.id = (
          SELECT max(id) FROM delivery_event WHERE delivery_id = d.id)
        WHERE e.to_state <> d.state AND NOT (d.state = 'claimed' AND e.to_state = 'ready')""",
    _SEARCH: """
        SELECT (SELECT count(*) FROM item WHERE title <> '' AND id NOT IN (SELECT {fts}))
             + (SELECT count(*) FROM ({rows}) AS kept WHERE id NOT IN (SELECT id FROM item))""",
}


class SqlInvariants:
    """Reads the whole database: minutes on a large one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self) -> Sequence[Checked]:
        """Return every rule with the number of rows that break it. Raises StorageError."""
        with self._database.reading() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            # FTS5 keeps no list of its rows: ask which rows its words stand in.
            fts = "doc FROM item_fts_places" if is_sqlite else "rowid FROM item_fts"
            rows = "SELECT DISTINCT doc AS id FROM item_fts_places"
            if not is_sqlite:
                rows = "SELECT rowid AS id FROM item_fts"
            found = [
                Checked(rule, connection.scalar(sa.text(sql.format(fts=fts, rows=rows))) or 0)
                for rule, sql in RULES.items()
            ]
            return found + _sqlite(connection) if is_sqlite else found


def _sqlite(connection: Connection) -> list[Checked]:
    """Ask SQLite about its own file; PostgreSQL enforces its keys and checks its pages itself."""
    orphans = connection.execute(sa.text("PRAGMA foreign_key_check")).fetchall()
    said = connection.execute(sa.text("PRAGMA integrity_check")).fetchall()
    faults = [row for row in said if row[0] != "ok"]
    return [
        Checked("every reference leads somewhere", len(orphans)),
        Checked("the file is whole", len(faults)),
    ]
