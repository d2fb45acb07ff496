"""Items on their way into the database: rows, keys, stories, full text, all at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, story_rows, tables
from monitor.adapters.bulk import add_rows, copy_rows, each
from monitor.domain.imprint import Imprint
from monitor.domain.item import Item
from monitor.domain.numbering import PER_SECOND, first_number

_LOCK: Final = 0x6974656D  # any number that no other lock takes: "item"
_LOOKED_AT: Final = 64  # seconds at once, where one is full
_EDITED: Final = ("url", "title", "summary", "text", "lang", "content_hash")
_KEPT: Final = ("outlet_id", "feed_id", "country", "published_at", "published_raw")
_COLUMNS: Final = ("id", "story_id", "first_seen_at", *_EDITED, *_KEPT)
_of_item: Final = attrgetter(*_EDITED, *_KEPT)


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction adds items or words. Call it before you hold an item.

    Keys, numbers and stories rest on what is there; and of two that add the same words in another
    order each would wait for the other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


class Stored(NamedTuple):
    """What came of storing items: their numbers, and how many of their keys others had."""

    numbers: list[int]
    taken: int


def store_items(
    connection: Connection,
    items: Sequence[Item],
    imprints: Sequence[Imprint],
    first_seen_at: Sequence[datetime],
    unmet: Iterable[str] | None = None,
) -> Stored:
    """Store new items, each with its moment; moments never fall.

    `unmet` are those of their words that may not be stored yet; any is looked up where that is
    not said.
    """
    if not items:
        return Stored([], 0)
    take_turn(connection)
    numbers = _free_numbers(connection, [first_number(at) for at in first_seen_at])
    stories = story_rows.assign(connection, numbers, imprints)
    copy_rows(
        connection,
        tables.item,
        _COLUMNS,
        (
            (number, stories.get(number), at, *_of_item(item))
            for number, at, item in zip(numbers, first_seen_at, items, strict=True)
        ),
    )
    pairs = [(key, n) for n, item in zip(numbers, items, strict=True) for key in item.keys]
    taken = store_keys(connection, pairs)
    words = [(number, one.words) for number, one in zip(numbers, imprints, strict=True)]
    fulltext.index(connection, words, unmet, [item.lang for item in items])
    return Stored(numbers, taken)


def imprint(item: Item) -> Imprint:
    """Return what storing an item needs of its words."""
    return Imprint.of(item.title, item.summary, item.text)


def store_keys(connection: Connection, pairs: Iterable[tuple[str, int]]) -> int:
    """Let items be known by further keys. One that is taken stays with its item; return how many."""
    in_order = sorted(pairs)  # neighbours go to the same page
    stored = add_rows(connection, tables.item_key, ("key", "item_id"), in_order, quietly=True)
    return len(in_order) - stored


def published(item: Item) -> dict[str, str]:
    """Return the columns that an edit changes."""
    return {name: getattr(item, name) for name in _EDITED}


def _free_numbers(connection: Connection, firsts: Sequence[int]) -> list[int]:
    """Return for each second's first number the lowest free one after all that are taken in it.

    Where a second is full, its items take numbers of the next ones.
    """
    taken = _taken(connection, sorted(set(firsts)))
    free: list[int] = []
    number = firsts[0] - 1
    for first in firsts:
        number = max(number + 1, first)
        while number <= (last := _last(connection, number, taken)):
            number = last + 1
        free.append(number)
    return free


def _last(connection: Connection, number: int, taken: dict[int, int]) -> int:
    """Return the last number taken in the second of this one; less than it where none is."""
    first = number // PER_SECOND * PER_SECOND
    if first not in taken:
        taken |= _taken(connection, range(first, first + _LOOKED_AT * PER_SECOND, PER_SECOND))
    return taken[first]


def _taken(connection: Connection, firsts: Sequence[int]) -> dict[int, int]:
    """Return the last number taken in each of these seconds; less than its first one for none."""
    number, given = tables.item.c.id, each(connection, firsts)
    last = sa.select(sa.func.max(number)).where(number >= given, number < given + PER_SECOND)
    found = connection.execute(sa.select(given, last.scalar_subquery()))
    return {first: first - 1 if last is None else last for first, last in found}
