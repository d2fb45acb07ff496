"""`monitor fulltext`."""

from datetime import timedelta
from typing import Final

import click

from monitor.app import App
from monitor.app import full_text as wiring
from monitor.cli.context import with_app
from monitor.cli.output import counting, print_json
from monitor.domain.pages import Gathered
from monitor.services.visits import Limits

LONGEST: Final = timedelta(hours=12)


@click.command()
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def fulltext(app: App, *, limit: int, as_json: bool) -> None:
    """Read the articles of new items whose words in the feed leave a narrative open.

    `monitor run` does so by itself. Works only where MONITOR_FULLTEXT is `true` (extra
    `fulltext`): pages are fetched from publishers then, one at a time, as robots.txt allows.

    Example: MONITOR_FULLTEXT=true monitor fulltext --limit 20
    """
    with counting("Reading articles") as told:

        def seen(so_far: Gathered) -> None:
            told(so_far.kept + so_far.failed, 0)

        done = wiring.read_articles(app, Limits(limit, LONGEST), seen)
    if as_json:
        counts = {"read": done.kept, "failed": done.failed, "waiting": done.busy}
        print_json({**counts, "hits": {"new": done.new_hits}})
        return
    click.echo(f"{done.kept} articles read, {done.failed} not; {done.new_hits} new hits.")
    if done.busy:
        click.echo(f"{done.busy} wait for hosts that are being polled.")
