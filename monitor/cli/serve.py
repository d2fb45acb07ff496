"""`monitor serve`: the web pages and the HTTP API."""

import ipaddress

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.output import note
from monitor.domain.errors import ConfigError


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
    from monitor.web.run import serve as run  # noqa: PLC0415 - a start without pages stays fast

    is_public = not _is_loopback(host)
    if is_public and not app.people.everybody():
        raise ConfigError(
            f"--host {host} is not this machine alone, and nobody is set up to sign in;"
            " run `monitor users add NAME --role operator` first"
        )
    note(f"Pages: http://{f'[{host}]' if ':' in host else host}:{port}/  (Ctrl-C ends)")
    run(app, host, port, is_public=is_public)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
