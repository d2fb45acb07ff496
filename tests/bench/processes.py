"""What processes use, with all that they have started: parsers are children of children."""

import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
_PARENT: Final = 1
_CPU: Final = slice(11, 15)  # of itself and of the children whose end it has seen


def tree(first: Iterable[int], but: Collection[str] = ()) -> list[int]:
    """Return these processes and their descendants, but for those that run such a module."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (entry / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
            if not set(but) & set(words):
                parent = int(_stat(int(entry.name))[_PARENT])
                children.setdefault(parent, []).append(int(entry.name))
    found = list(first)
    for pid in found:  # which grows meanwhile
        found += children.get(pid, [])
    return found


def cpu_s(pids: Iterable[int]) -> float:
    """Return the seconds of CPU that these have used, and their children that have ended."""
    used = 0
    for pid in pids:
        with suppress(OSError):
            used += sum(map(int, _stat(pid)[_CPU]))
    return used / TICKS


def memory_mb(pids: Iterable[int]) -> float:
    """Return what these hold; pages that processes share are shared out among them."""
    kb = 0
    for pid in pids:
        with suppress(OSError, StopIteration):
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
            kb += int(next(row for row in rows if row.startswith("Pss:")).split()[1])
    return kb / 1024


def _stat(pid: int) -> Sequence[str]:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return stat.rpartition(")")[2].split()
