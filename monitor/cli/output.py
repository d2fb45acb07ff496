"""What commands print: results on standard output, everything else on standard error.

rich is imported where something is drawn: that costs a twentieth of a second.
"""

import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import click

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
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.table import Table  # noqa: PLC0415 - see above
    from rich.text import Text  # noqa: PLC0415 - see above

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


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """Show a progress bar; what is given is to be called once for each thing done."""
    done = itertools.count(1)
    with counting(what, total) as told:
        yield lambda: told(next(done), total)


@contextmanager
def counting(what: str, total: int = 0) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on standard error, and nothing where that is no terminal.

    What is given is to be told how much is done, of how much (0: unknown).
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich import progress as bars  # noqa: PLC0415 - see above
    from rich.console import Console  # noqa: PLC0415 - see above

    columns = (bars.TextColumn("{task.description}"), bars.BarColumn(), bars.MofNCompleteColumn())
    screen = Console(stderr=True)
    with bars.Progress(*columns, bars.TimeElapsedColumn(), console=screen, transient=True) as bar:
        task = bar.add_task(what, total=total or None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
