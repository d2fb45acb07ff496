"""The manifest: JSON Lines, each with the digest of the line before it, only ever added to.

A line that was changed or taken out breaks the chain, unless all lines after it were written anew.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from monitor.domain.errors import ConfigError
from monitor.domain.preserving import Entry, Fault, KeptFile, Outcome

NAME: Final = "manifest.jsonl"
LONGEST_LINE: Final = 1024 * 1024  # bytes; ours have some hundreds


class Manifest:
    """The file. It need not exist."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME

    def entries(self) -> list[Entry]:
        """Return every line that can be read, in its order. Raises ConfigError."""
        return [entry for _, entry in self._read() if isinstance(entry, Entry)]

    def faults(self) -> list[Fault]:
        """Return what is wrong with lines and their chain."""
        found, before = [], ""
        for number, (line, entry) in enumerate(self._read(), 1):
            if not isinstance(entry, Entry):
                found.append(Fault(f"{NAME}:{number}", f"the line is damaged: {entry}"))
            elif json.loads(line)["before"] != before:
                what = "the line before it is not the one that stood there"
                found.append(Fault(f"{NAME}:{number}", what))
            before = _digest(line)
        return found

    def add(self, entry: Entry) -> None:
        """Add a line, on the disk before this returns. Raises ConfigError."""
        try:
            with self._path.open("a+b") as file:
                tail = _tail(file)
                if tail and not tail.endswith(b"\n"):  # an end amid a line: it stays, as such
                    file.write(b"\n")
                lines = tail.splitlines()
                file.write(_line(entry, _digest(lines[-1]) if lines else ""))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            what = f"cannot be written: {error.strerror}"
            raise ConfigError(what, file=str(self._path)) from error

    def _read(self) -> Iterator[tuple[bytes, Entry | str]]:
        try:
            lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", file=str(self._path)) from error
        for line in lines:
            try:
                yield line, _entry(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                yield line, f"{type(error).__name__}"


def _tail(file: BinaryIO) -> bytes:
    """Return the end of a file, its last line whole."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_LINE))
    return file.read()


def _digest(line: bytes) -> str:
    return sha256(line).hexdigest()


def _line(entry: Entry, before: str) -> bytes:
    told = asdict(entry) | {"at": entry.at.isoformat(), "before": before}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _entry(told: dict[str, Any]) -> Entry:
    values = {name: value for name, value in told.items() if name != "before"}
    _ = told["before"]
    values["at"] = datetime.fromisoformat(values["at"])
    values["outcome"] = Outcome(values["outcome"])
    values["file"] = KeptFile(**values["file"]) if values["file"] else None
    values |= {name: tuple(values[name]) for name in ("hits", "narratives")}
    return Entry(**values)
