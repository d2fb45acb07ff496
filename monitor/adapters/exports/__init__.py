"""Hits and items in the shapes that others read."""

from monitor.adapters.exports.rows import (
    EXPORT_COLUMNS,
    HIT_COLUMNS,
    ITEM_COLUMNS,
    export_row,
    feed_row,
    hit_row,
    item_row,
)
from monitor.adapters.exports.sheets import csv_lines, write_csv

__all__ = [
    "EXPORT_COLUMNS",
    "HIT_COLUMNS",
    "ITEM_COLUMNS",
    "csv_lines",
    "export_row",
    "feed_row",
    "hit_row",
    "item_row",
    "write_csv",
]
