"""XLSX workbooks in which text stays text."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import BinaryIO, Final

import xlsxwriter

from monitor.adapters.exports.sheets import looks_active, text_of

_SHEET_ROWS: Final = 1_048_575  # of a sheet, its header apart
_CELL: Final = 32_767  # characters


def write_xlsx(
    rows: Iterable[Mapping[str, object]], sink: BinaryIO, columns: Sequence[str]
) -> None:
    """Write rows as a workbook: text is text there, whatever it begins with.

    Memory stays small; a sheet that is full is followed by another.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(sink, options) as book:
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
                        text = text_of(value)[:_CELL]
                        sheet.write_string(
                            number, column, text, quoted if looks_active(text) else None
                        )
            full = number == _SHEET_ROWS
