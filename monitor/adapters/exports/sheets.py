"""CSV that a spreadsheet opens without running anything."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TextIO

# What spreadsheets take for the start of a formula, their full-width forms included.
# Source: OWASP ASVS 1.2.10.
_FORMULA: Final = tuple("=+-@\t\r\n\0＝＋－＠")


def write_csv(rows: Iterable[Mapping[str, object]], sink: TextIO) -> None:
    """Write rows under one header line (RFC 4180); nested values become JSON."""
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.writer(sink)
            writer.writerow(row.keys())
        writer.writerow(map(_cell, row.values()))


def csv_lines(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield rows as lines of CSV under one header line, each as soon as its row is there."""
    line = io.StringIO()
    writer = csv.writer(line)
    for number, row in enumerate(rows):
        if number == 0:
            writer.writerow(row.keys())
        writer.writerow(map(_cell, row.values()))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _cell(value: object) -> object:
    if value is None or isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
