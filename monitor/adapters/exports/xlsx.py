"""XLSX workbooks in which text stays text."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import BinaryIO, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from monitor.adapters.exports.sheets import looks_active, text_of
from monitor.domain.text import ELLIPSIS

_SHEET_ROWS: Final = 1_048_575  # of a sheet, its header apart
_CELL: Final = 32_767  # units of UTF-16


def write_xlsx(
    rows: Iterable[Mapping[str, object]], sink: BinaryIO, columns: Sequence[str]
) -> None:
    """Write rows as a workbook: text is text there, whatever it begins with.

    Memory stays small; a sheet that is full is followed by another. What is more than a cell may hold is
    cut, and ends in an ellipsis then.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.TemporaryFile() as whole:  # half a workbook is none
        try:
            with xlsxwriter.Workbook(whole, options) as book:
                _fill(book, rows, columns)
        except FileCreateError as error:
            raise error.args[0] from error  # what the system said
        whole.seek(0)
        shutil.copyfileobj(whole, sink)


def _fill(
    book: xlsxwriter.Workbook, rows: Iterable[Mapping[str, object]], columns: Sequence[str]
) -> None:
    bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
    rest = iter(rows)
    full = True
    while full:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns, bold)
        number = 0
        for number, row in enumerate(islice(rest, _SHEET_ROWS), start=1):
            for column, value in enumerate(row.values()):
                if isinstance(value, (int, float)):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    text = _cell(text_of(value))
                    looks = quoted if looks_active(text) else None
                    sheet.write_string(number, column, text, looks)
        full = number == _SHEET_ROWS


def _cell(text: str) -> str:
    """Return what a cell may hold, an ellipsis at its end where that is not all."""
    units = text.encode("utf-16-le") if 2 * len(text) > _CELL else b""
    if len(units) <= 2 * _CELL:
        return text
    return units[: 2 * (_CELL - 1)].decode("utf-16-le", "ignore") + ELLIPSIS
