"""`monitor run`."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType
from typing import NoReturn

import click

from monitor import logs
from monitor.app import App
from monitor.app.pulse import Pulse, of_pages
from monitor.app.service import Signals
from monitor.cli.context import with_app
from monitor.cli.output import note

STOPPED, INTERRUPTED = 0, 130


@click.command()
@click.option("--no-lock", is_flag=True, help="Start even if another instance runs.")
@click.option("--web", is_flag=True, help="Serve the pages too.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the pages.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_app
def run(app: App, *, no_lock: bool, web: bool, host: str, port: int) -> None:
    """Run the service: poll, match, digest and deliver on schedule until stopped.

    SIGTERM ends it cleanly within ten seconds; SIGHUP, or a changed file, makes it read feeds and
    narratives again. /health and /metrics are answered on MONITOR_METRICS_LISTEN.

    Example: monitor run --web --db sqlite:///monitor.db
    """
    verbose = bool(click.get_current_context().find_root().params.get("verbose"))
    logs.configure_service(verbose=verbose, secrets=app.settings.secrets)
    signals, pulse = Signals(), of_pages(app)
    with handled(signals) as ends, _pages(app, pulse, host, port) if web else nullcontext():
        all_ended = app.serve(signals, pulse, force=no_lock)
    leave(ends, all_ended=all_ended)


def _pages(app: App, pulse: Pulse, host: str, port: int) -> AbstractContextManager[None]:
    from monitor.web.run import address_of, serving  # noqa: PLC0415 - the service starts without

    app.database.check(create=True)
    note(f"Pages: {address_of(app, host, port)}")
    return serving(app, host, port, pulse)


@contextmanager
def handled(signals: Signals) -> Iterator[list[int]]:
    """Turn signals into wishes; the second wish to stop ends the process at once.

    Once all that was to stop has ended, no further wish can spoil the exit code.
    """
    ends: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        code = INTERRUPTED if number == signal.SIGINT else STOPPED
        if ends:
            os._exit(code)
        ends.append(code)
        signals.stop.set()

    def reload(_number: int, _frame: FrameType | None) -> None:
        signals.reload.set()

    before = {
        number: signal.signal(number, handler)
        for number, handler in (
            (signal.SIGTERM, stop),
            (signal.SIGINT, stop),
            (signal.SIGHUP, reload),
        )
    }
    try:
        yield ends
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if ends else handler)


def leave(ends: list[int], *, all_ended: bool) -> NoReturn:
    """Exit with the code of the signal that came."""
    code = ends[0] if ends else STOPPED
    if not all_ended or _others():
        # A thread in a slow request would keep the process: its lease is given back, it can
        # commit nothing any more.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _others() -> bool:
    main = threading.main_thread()
    return any(t is not main and not t.daemon for t in threading.enumerate())
