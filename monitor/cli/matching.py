"""`monitor match`."""

import sys

import click

from monitor.app import App
from monitor.cli.context import with_app

BAD_INPUT = 2


@click.command()
@click.option("--jobs", default=1, type=click.IntRange(1, 64), show_default=True, help="Processes.")
@with_app
def match(app: App, *, jobs: int) -> None:
    """Read items as JSON Lines on standard input, write hits as JSON Lines. No database.

    Example: echo '{"id": "a1", "title": "Отворени Балкан"}' | monitor match
    """
    bad = app.match(sys.stdin.buffer, sys.stdout.buffer, sys.stderr, jobs)
    if bad:
        sys.exit(BAD_INPUT)
