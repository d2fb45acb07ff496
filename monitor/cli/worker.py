"""`monitor worker`."""

import click

from monitor import logs
from monitor.app import App
from monitor.app.service import Signals
from monitor.cli.context import with_app
from monitor.cli.run import handled, leave


@click.command()
@click.option(
    "--concurrency",
    default=20,
    show_default=True,
    type=click.IntRange(1, 500),
    help="Hosts polled at once.",
)
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1, 500),
    help="Parts of a rematch or backtest done at once, each on a core.",
)
@with_app
def worker(app: App, *, concurrency: int, processes: int) -> None:
    """Do the service's jobs beside other workers, on this machine or any other.

    Needs PostgreSQL and MONITOR_ENGINE=procrastinate; `monitor run` with the same setting then
    only schedules. Give every worker the same feed list and narratives. SIGTERM ends it cleanly
    within ten seconds.

    Example: MONITOR_ENGINE=procrastinate monitor worker --concurrency 50
    """
    verbose = bool(click.get_current_context().find_root().params.get("verbose"))
    logs.configure_service(verbose=verbose, secrets=app.settings.secrets)
    signals = Signals()
    with handled(signals) as ends:
        all_ended = app.work(signals, concurrency, processes)
    leave(ends, all_ended=all_ended)
