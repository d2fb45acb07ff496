"""`monitor match`."""

import sys
from pathlib import Path

import click

from monitor.app import App
from monitor.cli.context import with_app

BAD_INPUT = 2


@click.command()
@click.option("--jobs", default=1, type=click.IntRange(1, 64), show_default=True, help="Processes.")
@click.option(
    "--model",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Ask this model of `monitor learn` for a second opinion.",
)
@with_app
def match(app: App, *, jobs: int, model: Path | None) -> None:
    """Read items as JSON Lines on standard input, write hits as JSON Lines. No database.

    Example: echo '{"id": "a1", "title": "Отворени Балкан"}' | monitor match
    """
    streams = sys.stdin.buffer, sys.stdout.buffer, sys.stderr
    bad = app.match(streams, jobs, model)
    if bad:
        sys.exit(BAD_INPUT)
