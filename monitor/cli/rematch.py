"""`monitor rematch`."""

import os

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.options import instant, zone_option
from monitor.cli.output import counting, print_json


@click.command()
@click.option("--since", metavar="T", help="Only items first seen from here on.")
@click.option(
    "--jobs", default=0, type=click.IntRange(0), metavar="N", help="Processes [default: all cores]."
)
@click.option("--full", is_flag=True, help="Read every item, even if few narratives changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@zone_option
@with_app
def rematch(
    app: App, *, since: str | None, jobs: int, full: bool, as_json: bool, zone: str
) -> None:
    """Apply the present catalogue to the archive. Reviews stay; a stopped run goes on.

    Hits that are no longer found are retired, not deleted. Where only some narratives changed,
    the full-text index names the items that may gain or lose a hit, which takes seconds. With
    MONITOR_ENGINE=procrastinate workers match, as many at once as they have processes.

    Example: monitor rematch --json
    """
    start = instant(since, zone, app.clock.now(), "--since") if since else None
    began = app.clock.now()
    with counting("Matching") as told:
        run = app.sweeping.rematch(start, jobs or os.cpu_count() or 1, told, full=full)
    seconds = round((app.clock.now() - began).total_seconds(), 3)
    narratives = run.plan.narratives
    if as_json:
        print_json(
            {
                "catalogue_version": run.plan.catalogue_version,
                "narratives": None if narratives is None else sorted(narratives),
                "items": run.items,
                "hits": {"new": run.gained, "changed": run.changed, "retired": run.lost},
                "seconds": seconds,
            }
        )
        return
    scope = "all narratives" if narratives is None else f"{len(narratives)} narratives"
    click.echo(
        f"{run.items} items matched against {scope}: "
        f"{run.gained} new hits, {run.changed} changed, {run.lost} retired."
    )
