"""Which story an item belongs to, decided as it is stored, and as it is edited."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.bulk import copy_numbers, each
from monitor.adapters.database import batches
from monitor.domain.imprint import Imprint, gist_of
from monitor.domain.numbering import PER_SECOND, first_number, second_of
from monitor.domain.story import WINDOW, Gist, best, likeness

SPAN: Final = int(WINDOW.total_seconds()) * PER_SECOND  # no item is farther from its story's first
_DAY: Final = 86_400 * PER_SECOND
_MOST: Final = 20  # items of a band that are compared: more meet in texts that say nothing
_BAND: Final = tables.story_band.c


def assign(
    connection: Connection, numbers: Sequence[int], imprints: Sequence[Imprint]
) -> Mapping[int, int]:
    """Return the first item of the story, for each new item that is not a story of its own.

    `numbers` grow. Each item's bands are kept for the items to come, and old ones dropped.
    """
    from monitor.adapters.story_bands import Bands  # noqa: PLC0415 - numpy, which few commands need

    last = connection.scalar(sa.select(sa.func.max(tables.item.c.id)))
    newest = numbers[0] - 2 * SPAN if last is None else last
    _forget(connection, newest, numbers)
    bands = Bands(numbers, imprints)
    met = _met(connection, bands.until(newest + SPAN), numbers)
    known = _Known(connection, {number for some in met.values() for number in some})
    meeting = bands.meeting(met)  # few: most texts are alone
    stories: dict[int, int] = {}
    for number, one in zip(numbers, imprints, strict=True):
        if number not in meeting:
            continue
        near = {other for band in one.bands for other in met.get(band, ())[-_MOST:]}
        near = {other for other in near - {number} if abs(known.story(other) - number) <= SPAN}
        known.add(number, one)
        gists = {other: known.gist(other) for other in near}
        alike = best(known.gist(number), gists) if gists else None
        if alike is not None:
            stories[number] = known.join(number, alike)
        for band in one.bands:
            met[band].append(number)
    copy_numbers(connection, tables.story_band, ("band", "item_id"), bands.rows())
    return stories


def assign_anew(connection: Connection, number: int, before: Imprint, after: Imprint) -> None:
    """Decide of which story an edited item is, where it says something else than before.

    An item whose story others joined stays the first of it.
    """
    item = tables.item
    if likeness(before.gist, after.gist):
        return
    if connection.execute(sa.select(item.c.id).where(item.c.story_id == number).limit(1)).first():
        return
    traces = sa.delete(tables.story_band).where(_BAND.item_id == number)
    connection.execute(traces.where(_BAND.band.in_({*before.bands, *after.bands})))
    story = assign(connection, [number], [after]).get(number)
    connection.execute(sa.update(item).where(item.c.id == number).values(story_id=story))


class _Known:
    """What items are compared by: those of the archive, read when first asked for, and new ones."""

    def __init__(self, connection: Connection, numbers: Iterable[int]) -> None:
        item = tables.item.c
        columns = (item.id, item.story_id, item.title, item.summary, item.text)
        self._stories: dict[int, int] = {}
        self._texts: dict[int, tuple[str, str, str]] = {}
        self._imprints: dict[int, Imprint] = {}
        self._gists: dict[int, Gist] = {}
        for some in batches(numbers):
            for row in connection.execute(sa.select(*columns).where(item.id.in_(some))):
                self._stories[row.id] = row.id if row.story_id is None else row.story_id
                self._texts[row.id] = (row.title, row.summary, row.text)

    def add(self, number: int, one: Imprint) -> None:
        """Know a new item, as a story of its own."""
        self._imprints[number], self._stories[number] = one, number

    def join(self, number: int, other: int) -> int:
        """Let an item be of another one's story; return that."""
        self._stories[number] = self.story(other)
        return self._stories[number]

    def story(self, number: int) -> int:
        """Return the first item of an item's story; a far one for an item that is gone."""
        return self._stories.get(number, number - 2 * SPAN)

    def gist(self, number: int) -> Gist:
        if number not in self._gists:
            new = self._imprints.get(number)
            self._gists[number] = new.gist if new else gist_of(*self._texts[number])
        return self._gists[number]


def _met(
    connection: Connection, wanted: Iterable[int], numbers: Sequence[int]
) -> defaultdict[int, list[int]]:
    """Return for each band the last stored items that bear it, in order.

    A text that thousands took over fills its bands: no more of one is read than is compared.
    """
    met: defaultdict[int, list[int]] = defaultdict(list)
    first, last = numbers[0] - SPAN, numbers[-1] + SPAN
    band = each(connection, wanted)
    is_sqlite = connection.dialect.name == "sqlite"  # which knows no LATERAL
    query = _above_the_rest(band, first, last) if is_sqlite else _last_ones(band, first, last)
    for found, number in connection.execute(query):
        met[found].append(number)
    for some in met.values():
        some.sort()
    return met


def _last_ones(band: sa.ColumnElement[int], first: int, last: int) -> sa.Select[Any]:
    """Read each band once."""
    theirs = (
        sa.select(_BAND.item_id)
        .where(_BAND.band == band, _BAND.item_id.between(first, last))
        .order_by(_BAND.item_id.desc())
        .limit(_MOST)
        .lateral()
    )
    return sa.select(band, theirs.c.item_id)


def _above_the_rest(band: sa.ColumnElement[int], first: int, last: int) -> sa.Select[Any]:
    """Ask for the lowest that is wanted first."""
    its = tables.story_band.alias().c
    lowest = (
        sa.select(its.item_id)
        .where(its.band == band, its.item_id.between(first, last))
        .order_by(its.item_id.desc())
        .offset(_MOST - 1)
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(_BAND.band, _BAND.item_id)
        .where(_BAND.band == band, _BAND.item_id <= last)
        .where(_BAND.item_id >= sa.func.coalesce(lowest, first))
    )


def _forget(connection: Connection, newest: int, numbers: Sequence[int]) -> None:
    """Drop bands that no item of now can meet, once a day: when the first item of a day comes."""
    if newest // _DAY < numbers[-1] // _DAY:
        too_old = first_number(second_of(numbers[0]) - 2 * WINDOW)
        connection.execute(sa.delete(tables.story_band).where(_BAND.item_id < too_old))
