"""Rows into a file, in each format of `monitor export`."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from monitor.adapters.exports.sheets import write_csv
from monitor.domain.errors import ConfigError

Rows = Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Format:
    """How rows are written. `bom` is for CSV: some spreadsheets guess the letters without it."""

    name: str  # csv, jsonl, parquet or xlsx
    bom: bool = False


def write(rows: Rows, sink: BinaryIO, form: Format, columns: Sequence[str]) -> None:
    """Write all rows as they come; the libraries of a format are loaded when it is asked for."""
    if form.name == "csv":
        text = io.TextIOWrapper(sink, "utf-8-sig" if form.bom else "utf-8", newline="")
        write_csv(rows, text, columns)
        text.detach().flush()
    elif form.name == "jsonl":
        as_json = json.JSONEncoder(ensure_ascii=False).encode
        sink.writelines(as_json(row).encode("utf-8", "replace") + b"\n" for row in rows)
    elif form.name == "parquet":
        from monitor.adapters.exports.parquet import write_parquet  # noqa: PLC0415 - heavy

        write_parquet(rows, sink, columns)
    elif form.name == "xlsx":
        from monitor.adapters.exports.xlsx import write_xlsx  # noqa: PLC0415 - heavy

        write_xlsx(rows, sink, columns)
    else:
        raise ValueError(f"{form.name} is no format of rows")


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` at the end; after a fault all is as before.

    A link stays one, and a pipe or device is written to as it is. A new file may be read by whom
    the umask lets, one that takes another's place by whom that could. Raises ConfigError where it
    cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            sink, temporary = path.open("wb"), None
        else:
            path = path.resolve()
            temporary = path.with_name(f"{path.name}.{uuid4().hex[:8]}.tmp")
            sink = temporary.open("xb")
            if path.exists():
                temporary.chmod(path.stat().st_mode)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", file=str(path)) from error
    try:
        with sink:
            yield sink
        if temporary:
            temporary.replace(path)
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)
