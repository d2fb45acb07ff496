"""`monitor serve`: the web pages and the HTTP API."""

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.output import note


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_app
def serve(app: App, *, host: str, port: int) -> None:
    """Serve the web pages and the HTTP API until stopped.

    On loopback nobody need sign in while no people are set up; any other address is served only
    with people (`monitor users add`).

    Example: monitor serve --port 8000
    """
    from monitor.web import run  # noqa: PLC0415 - other commands start without it

    note(f"Pages: {run.address_of(app, host, port)}  (Ctrl-C ends)")
    run.serve(app, host, port)
