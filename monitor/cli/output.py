"""What commands print: results on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from monitor.domain.text import safe_line

PIPED_WIDTH = 200


def print_json(value: object) -> None:
    """Print one JSON object and nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_lines(rows: Iterable[Mapping[str, object]]) -> None:
    """Print JSON Lines."""
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table as wide as the terminal, or a wide one into a pipe. Cells are plain text."""
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(safe_line(str(cell))) for cell in row))
    console = Console(file=sys.stdout)
    if not console.is_terminal:
        console = Console(file=sys.stdout, width=PIPED_WIDTH)
    console.print(table)


def note(text: str) -> None:
    """Say something that is not a result."""
    click.echo(text, err=True)


def progress(total: int | None, what: str) -> Progress:
    """Return a progress bar on standard error; it stays silent where that is no terminal."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    bar.add_task(what, total=total)
    return bar


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar; what is given is to be told how much is done, of how much (0: unknown)."""
    with progress(None, what) as bar:
        task = bar.task_ids[0]
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
