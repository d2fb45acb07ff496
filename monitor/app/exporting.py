"""The wiring of exports: any search as a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from monitor.domain.hit import ArchivedHit
from monitor.ports import Archive, Clock, Filters

if TYPE_CHECKING:
    from monitor.adapters.database import Database

Told = Callable[[int], None]
Row = TypeVar("Row")
TOLD_EVERY = 500  # rows


@dataclass(frozen=True)
class Exporting:
    """Writes what is found, row by row as the database gives it.

    `excerpt` is how many characters of a summary go out.
    """

    archive: Archive
    database: "Database"
    clock: Clock
    excerpt: int

    def hits(self, filters: Filters, form: str, sink: BinaryIO, told: Told, *, bom: bool) -> int:
        """Write every hit that is found, newest first; return how many. Raises StorageError."""
        from monitor.adapters.exports import HIT_COLUMNS, hit_row

        found = (hit_row(hit, self.excerpt) for hit in self.archive.window_hits(filters))
        return self._write(found, HIT_COLUMNS, form, sink, told, bom=bom)

    def atom(self, hits: Iterable[ArchivedHit], sink: BinaryIO, since: datetime) -> None:
        """Write these hits as a feed; `since` is its date while it has no entry."""
        from monitor.adapters.exports import hit_row
        from monitor.adapters.exports.atom import write_atom

        rows = (hit_row(hit, self.excerpt) for hit in hits)
        write_atom(rows, sink, f"{since:%Y-%m-%dT%H:%M:%SZ}")

    def denominators(
        self, filters: Filters, form: str, sink: BinaryIO, told: Told, *, bom: bool
    ) -> int:
        """Write what was read a day and outlet; return the number of rows. Raises StorageError."""
        from monitor.adapters.denominators import COLUMNS, denominators

        found = denominators(self.database, filters)
        return self._write(found, COLUMNS, form, sink, told, bom=bom)

    def _write(
        self,
        rows: Iterable[Mapping[str, object]],
        columns: tuple[str, ...],
        form: str,
        sink: BinaryIO,
        told: Told,
        *,
        bom: bool,
    ) -> int:
        from monitor.adapters.exports.files import Format, write

        counted = _Counted(told)
        write(counted.over(rows), sink, Format(form, bom), columns, self.clock.now())
        return counted.count


def into(path: Path | None, standard: BinaryIO, fill: Callable[[BinaryIO], int]) -> int:
    """Fill standard output, or a file that appears only when it is whole."""
    from monitor.adapters.exports.files import replaced

    if path is None:
        return fill(standard)
    with replaced(path) as sink:
        return fill(sink)


class _Counted:
    def __init__(self, told: Told) -> None:
        self.count = 0
        self._told = told

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.count += 1
            if self.count % TOLD_EVERY == 0:
                self._told(self.count)
            yield row
