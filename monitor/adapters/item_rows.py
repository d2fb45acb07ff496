"""Items on their way into the database: rows, keys, stories, full text, all at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, story_rows, tables
from monitor.adapters.database import insert
from monitor.domain.item import Item
from monitor.domain.matching.fold import tokens
from monitor.domain.numbering import PER_SECOND, first_number
from monitor.domain.story import gist

_LOCK: Final = 0x6974656D  # any number that no other lock takes: "item"


@dataclass(frozen=True, slots=True)
class Words:
    """The folded words of an item's fields."""

    title: list[str]
    summary: list[str]
    text: list[str]

    @classmethod
    def of(cls, title: str, summary: str, text: str) -> "Words":
        """Fold the fields of an item."""
        return cls(tokens(title), tokens(summary), tokens(text))

    @property
    def all(self) -> list[str]:
        """All words in their order."""
        return self.title + self.summary + self.text


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction adds items: keys, numbers, stories rest on what is there."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def store_items(
    connection: Connection, items: Sequence[Item], first_seen_at: datetime
) -> list[int]:
    """Store new items of one moment; return their numbers. Their keys must be free."""
    if not items:
        return []
    take_turn(connection)
    numbers = _free_numbers(connection, first_number(first_seen_at), len(items))
    words = [Words.of(item.title, item.summary, item.text) for item in items]
    gists = [gist(each.title, each.summary, each.text) for each in words]
    stories = story_rows.assign(connection, numbers, gists)
    connection.execute(
        sa.insert(tables.item),
        [
            _row(item, first_seen_at) | {"id": number, "story_id": stories.get(number)}
            for number, item in zip(numbers, items, strict=True)
        ],
    )
    store_keys(
        connection,
        [(key, number) for number, item in zip(numbers, items, strict=True) for key in item.keys],
    )
    fulltext.index(
        connection, [(number, each.all) for number, each in zip(numbers, words, strict=True)]
    )
    return numbers


def store_keys(connection: Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """Let items be known by further keys; a key that is taken stays with its item."""
    rows = [{"key": key, "item_id": number} for key, number in pairs]
    if rows:
        connection.execute(insert(connection, tables.item_key).on_conflict_do_nothing(), rows)


def published(item: Item) -> dict[str, str]:
    """Return the columns that an edit changes."""
    return {
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "text": item.text,
        "lang": item.lang,
        "content_hash": item.content_hash,
    }


def _row(item: Item, first_seen_at: datetime) -> dict[str, Any]:
    return published(item) | {
        "outlet_id": item.outlet_id,
        "feed_id": item.feed_id,
        "country": item.country,
        "published_at": item.published_at,
        "published_raw": item.published_raw,
        "first_seen_at": first_seen_at,
    }


def _free_numbers(connection: Connection, first: int, count: int) -> list[int]:
    """Return the lowest numbers from `first` on that have none taken after them in a second."""
    number = tables.item.c.id
    free: list[int] = []
    while len(free) < count:
        end = first + PER_SECOND
        taken = sa.select(sa.func.max(number)).where(number >= first, number < end)
        last = connection.execute(taken).scalar()
        free += range(first if last is None else last + 1, end)
        first = end
    return free[:count]
