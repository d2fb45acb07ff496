"""Listening: the site under its HTTP server."""

import ipaddress
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Final

import uvicorn

from monitor.app import App
from monitor.app.pulse import Pulse, of_pages
from monitor.domain.errors import ConfigError
from monitor.web.server import create

AT_ONCE: Final = 200  # connections; more are told to come back
IDLE_S: Final = 15
GRACE_S: Final = 5
# Every row that SQLite gives costs a thread its turn; one that only computes hands it back so soon.
SWITCH_S: Final = 0.0005


def serve(app: App, host: str, port: int) -> None:
    """Serve until the process is told to stop. Raises ConfigError where nobody can listen."""
    server = _server(app, host, port, of_pages(app))

    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    # Uvicorn ends what it serves, and then sends itself the signal again: by then all is done.
    signal.signal(signal.SIGTERM, stop)
    try:
        server.run()
    except SystemExit as error:  # uvicorn's way to say that the port is taken
        raise ConfigError(f"{host}:{port} cannot be listened on; choose another --port") from error


@contextmanager
def serving(app: App, host: str, port: int, pulse: Pulse) -> Iterator[None]:
    """Serve on a thread beside other work. Raises ConfigError where nobody can listen."""
    server = _server(app, host, port, pulse)
    thread = Thread(target=_run, args=(server,), name="web", daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        thread.join(0.05)
    if not server.started:
        raise ConfigError(f"{host}:{port} cannot be listened on; choose another --port")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(GRACE_S)


def address_of(app: App, host: str, port: int) -> str:
    """Return where the pages are. Raises ConfigError for an address that needs people first."""
    if not _is_loopback(host) and not app.people.everybody():
        raise ConfigError(
            f"--host {host} is not this machine alone, and nobody is set up to sign in;"
            " run `monitor users add NAME --role operator` first"
        )
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _run(server: uvicorn.Server) -> None:
    with suppress(SystemExit):
        server.run()


def _server(app: App, host: str, port: int, pulse: Pulse) -> uvicorn.Server:
    sys.setswitchinterval(SWITCH_S)
    is_public = not _is_loopback(host)
    return uvicorn.Server(
        uvicorn.Config(
            create(app, pulse, host=host, is_public=is_public),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=AT_ONCE,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=32_768,
        )
    )
