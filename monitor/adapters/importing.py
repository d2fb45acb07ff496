"""Files of past items, and the way of their rows into the database."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from monitor.adapters import fulltext, tables
from monitor.adapters.database import Database, insert
from monitor.adapters.exports.sheets import looks_active
from monitor.adapters.item_rows import imprint, store_items
from monitor.adapters.rematch_rows import write_hits
from monitor.adapters.rollups import count_anew
from monitor.adapters.store import known
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, Outlet, OutletKind
from monitor.domain.importing import EXPORTED, Imported, Line
from monitor.domain.item import Item, KnownItem
from monitor.domain.rematch import Change, Plan

_JSON: Final = frozenset({".jsonl", ".ndjson", ".json"})
_BULK: Final = {
    # Keys and words land anywhere in the file: the more is kept and the later it is moved from the
    # log, the fewer pages are written twice. Half the bytes, measured on a million items; the log
    # has 190 MB at most, or what one transaction writes.
    # Nothing is erased here, so what merging the full-text index leaves need not be wiped.
    "sqlite": (
        "PRAGMA cache_size=-262144",
        "PRAGMA wal_autocheckpoint=48000",
        "PRAGMA secure_delete=OFF",
    ),
    # Each key looks its item up among all months: planning that anew takes longer than doing it.
    "postgresql": ("SET LOCAL plan_cache_mode = force_generic_plan", "SET LOCAL jit = off"),
}
_HEADING: Final = 100_000  # letters of it, at most
MAX_LINE_BYTES: Final = 10 * 1024 * 1024  # of a field of CSV: letters


def lines(file: Path) -> Iterator[Line]:
    """Yield the lines of JSON, or rows of CSV, by the file's name or first letter, with numbers.

    A row that cannot be read is the fault that says why. Raises ConfigError for the whole file.
    """
    try:
        with file.open("rb") as source:
            start = source.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=str(file)) from error
    if b"\0" in start:
        what = "is no UTF-8 text (UTF-16? packed?); save it as CSV or JSON Lines in UTF-8"
        raise ConfigError(what, file=str(file))
    is_csv = file.suffix == ".csv" or not (file.suffix in _JSON or start.startswith(b"{"))
    yield from _csv(file) if is_csv else _json(file)


def _json(file: Path) -> Iterator[Line]:
    with file.open("rb") as source:
        for number, line in enumerate(iter(lambda: source.readline(MAX_LINE_BYTES), b""), start=1):
            if line.isspace():
                continue
            yield number, line  # to be decoded by the process that makes an item of it


def _csv(file: Path) -> Iterator[Line]:
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as source:
        watched = _Watched(source)
        csv.field_size_limit(MAX_LINE_BYTES)  # beyond it, the rest of a text is read as rows
        rows = csv.DictReader(watched, delimiter=_delimiter(file))
        columns = _columns(rows)
        if not {"title", "summary", "text"} & set(columns):
            what = "has no column title, summary or text; name the columns in the first line"
            raise ConfigError(what, file=str(file), line=1)
        while True:
            watched.is_foreign, begun = False, watched.number + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                what = f"is no row of CSV: {error}; is a quote open since line {begun}?"
                yield watched.number, ConfigError(what)
                continue
            if watched.is_over:
                yield (
                    begun,
                    ConfigError("opens a quote that is never closed; the rest was not read"),
                )
            elif watched.is_foreign:
                yield watched.number, ConfigError("is not UTF-8; save the file as UTF-8")
            else:
                read = _published if EXPORTED in columns else str
                yield watched.number, {name: read(row[name] or "") or None for name in columns}


def _delimiter(file: Path) -> str:
    """Return what stands between columns: spreadsheets of the region write semicolons."""
    with file.open(encoding="utf-8-sig", errors="replace") as source:
        return max(",;\t", key=source.readline(_HEADING).count)


def _columns(rows: "csv.DictReader[str]") -> Sequence[str]:
    """Let columns be named as we name them, and return their names."""
    try:
        rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    except csv.Error:  # one name without end
        return ()
    return rows.fieldnames


def _published(cell: str) -> str:
    """Return a cell of our own as it was before it was kept from being a formula."""
    is_quoted = cell.startswith("'") and looks_active(cell[1:])
    return cell[1:] if is_quoted else cell


@dataclass(slots=True)
class _Watched:
    """The lines of a file, and what was seen of them: a reader of CSV tells neither.

    A row in which the file is over ended within quotes.
    """

    source: Iterator[str]
    number: int = 0
    is_over: bool = False
    is_foreign: bool = False  # there was a byte that is not UTF-8

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self.source:
            self.number += 1
            self.is_foreign = self.is_foreign or _is_foreign(line)
            return line
        self.is_over = True
        raise StopIteration


def _is_foreign(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return True
    return False


class _KnownError(Exception):
    """Somebody else has stored one of these items meanwhile: takes a transaction back."""


def _stored_before(
    connection: sa.Connection, feeds: Iterable[Feed], items: Iterable[Item], numbers: Iterable[int]
) -> bool:
    """Say whether one of these items was there under another number than it has now."""
    outlets, ours = {feed.outlet.id for feed in feeds}, set(numbers)
    there = known(connection, outlets, [key for item in items for key in item.keys])
    return any(one.item_id not in ours for one in there.values())


class SqlShelf:
    """Keeps the port `Shelf`."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now
        self._introduced: set[str] = set()  # feeds that are there, with their outlets

    def known(self, outlets: Iterable[str], keys: Sequence[str]) -> Mapping[str, KnownItem]:
        """Return the stored items of outlets that bear any of these keys, by key."""
        with self._database.reading() as connection:
            return known(connection, outlets, keys)

    def outlets(self) -> dict[str, Outlet]:
        """Return every outlet that items were ever stored of."""
        with self._database.reading() as connection:
            return {
                row.id: Outlet(row.id, row.name, row.country, (), OutletKind(row.kind))
                for row in connection.execute(sa.select(tables.outlet))
            }

    def add(
        self,
        feeds: Collection[Feed],
        items: Sequence[Imported],
        plan: Plan,
        unmet: Iterable[str] | None = None,
    ) -> bool:
        """Store new items of these feeds with their hits, in one transaction.

        Return False, and store none, where somebody else has stored one of them meanwhile.
        """
        if not items:
            return True
        in_time = sorted(items, key=lambda one: one.first_seen_at)
        moments = [one.first_seen_at for one in in_time]
        imprints = [one.imprint or imprint(one.item) for one in in_time]
        strangers = [feed for feed in feeds if feed.id not in self._introduced]
        self._database.make_room_for_many(moments)
        is_stored = False
        with suppress(_KnownError), self._database.writing_trustingly() as connection:
            for setting in _BULK[connection.dialect.name]:
                connection.exec_driver_sql(setting)
            fulltext.merge_seldom(connection)
            for feed in strangers:
                _introduce(connection, feed)
            given = [one.item for one in in_time]
            numbers, taken = store_items(connection, given, imprints, moments, unmet)
            if taken and _stored_before(connection, feeds, given, numbers):
                raise _KnownError
            changes = [
                Change(number, one.item.content_hash, one.hits, (), ())
                for number, one in zip(numbers, in_time, strict=True)
                if one.hits
            ]
            write_hits(connection, plan, changes, self._now)
            count_anew(connection, [at.date() for at in moments])
            is_stored = True
        if is_stored:
            self._introduced.update(feed.id for feed in strangers)
        return is_stored

    def settle(self) -> None:
        """Make searches quick again after many items."""
        fulltext.merge(self._database)


def _introduce(connection: sa.Connection, feed: Feed) -> None:
    """Make the rows of an outlet and its import feed, where there are none."""
    outlet = feed.outlet
    about = {"id": outlet.id, "name": outlet.name, "country": outlet.country, "kind": outlet.kind}
    for table, values in (
        (tables.outlet, about),
        (tables.feed, {"id": feed.id, "outlet_id": outlet.id}),
    ):
        connection.execute(insert(connection, table).values(**values).on_conflict_do_nothing())
