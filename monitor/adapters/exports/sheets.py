"""CSV that a spreadsheet opens without running anything."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TextIO

# What spreadsheets take for the start of a formula, their full-width forms included.
# Source: OWASP ASVS 1.2.10.
_FORMULA: Final = tuple("=+-@\t\r\n\0＝＋－＠")
_NUMBER: Final = re.compile(r"-[0-9]{1,19}")  # of an item that was seen before 1970


def write_csv(
    rows: Iterable[Mapping[str, object]], sink: TextIO, columns: Sequence[str] = ()
) -> None:
    """Write rows under one header line (RFC 4180); nested values become JSON.

    Without `columns` the first row names them, and no row means no line at all.
    """
    writer = csv.writer(sink)
    if columns:
        writer.writerow(columns)
    for row in rows:
        if not columns:
            columns = tuple(row)
            writer.writerow(columns)
        writer.writerow(map(_cell, row.values()))


def csv_lines(rows: Iterable[Mapping[str, object]], columns: Sequence[str] = ()) -> Iterator[str]:
    """Yield rows as lines of CSV under one header line, each as soon as its row is there.

    Without `columns` the first row names them.
    """
    line = io.StringIO()
    writer = csv.writer(line)
    if columns:
        writer.writerow(columns)
    for number, row in enumerate(rows):
        if number == 0 and not columns:
            writer.writerow(row.keys())
        writer.writerow(map(_cell, row.values()))
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()


def _cell(value: object) -> object:
    if value is None or isinstance(value, (int, float)):
        return value
    text = text_of(value)
    return f"'{text}" if looks_active(text) else text


def looks_active(text: str) -> bool:
    """Say whether a spreadsheet could take the text for a formula; whole numbers are none."""
    return text.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(text)


def text_of(value: object) -> str:
    """Return a cell's text; nested values become JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("\0", "")
