"""Hits and items in the shapes that others read."""

from monitor.adapters.exports.rows import HIT_COLUMNS, hit_row, item_row
from monitor.adapters.exports.sheets import csv_lines, write_csv

__all__ = ["HIT_COLUMNS", "csv_lines", "hit_row", "item_row", "write_csv"]
