"""What `monitor match` costs as a program: start, items a second of CPU, memory of a long stream.

`PYTHONPATH=.:tests python -m bench.program`. CPU is user and system time of the whole process with one job; the
start, that of a stream of one item, is not counted in the rate. The baseline is rapidfuzz's
`partial_ratio` of every phrase of the catalogue with some of the same texts, in this process.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.matching import naive, passages, rows, words_in
from monitor.adapters.catalogue import PACKAGED, load

LONG: Final = 200_000  # items of the stream whose memory is looked at
ROUNDS: Final = 3
KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run of the program: seconds of CPU, and its most memory in MiB."""

    cpu_s: float
    mib: float


def run(items: Sequence[bytes], count: int, directory: Path) -> Cost:
    """Match so many items with the program, the same ones again where there are fewer."""
    path = directory / "items"
    path.write_bytes(b"".join(islice(cycle(items), count)))
    program = [sys.executable, "-m", "monitor", "match"]
    with path.open("rb") as source:
        child = subprocess.Popen(program, stdin=source, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"monitor match ended with {child.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / KIB)


def lines() -> list[bytes]:
    """Return titles with summaries as the program reads them."""
    return [json.dumps(row | {"text": None}, ensure_ascii=False).encode() + b"\n" for row in rows()]


def measure(items: Sequence[bytes], directory: Path) -> Iterator[tuple[str, str]]:
    """Yield each line of the table."""
    start, each_once = (
        min((run(items, count, directory) for _ in range(ROUNDS)), key=lambda cost: cost.cpu_s)
        for count in (1, len(items))
    )
    ours_us = (each_once.cpu_s - start.cpu_s) / len(items) * 1e6
    yield "start, CPU s", f"{start.cpu_s:.2f}"
    yield f"{len(items):,} items once, items/s of CPU", f"{1e6 / ours_us:,.0f}"
    texts, _, _ = passages()
    naive_us = naive(list(words_in(load(PACKAGED))), texts)
    yield "naive loop in process, items/s", f"{1e6 / naive_us:,.0f} ({naive_us / ours_us:,.0f}×)"
    yield f"memory after {len(items):,} items, MiB", f"{each_once.mib:,.0f}"
    yield f"memory after {LONG:,} items, MiB", f"{run(items, LONG, directory).mib:,.0f}"


def main() -> None:
    """Print the table."""
    table = Table("monitor match", "")
    with tempfile.TemporaryDirectory() as directory:
        for row in measure(lines(), Path(directory)):
            table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
