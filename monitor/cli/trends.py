"""`monitor trends`."""

from dataclasses import asdict

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.options import instant, zone_option
from monitor.cli.output import print_json, print_table


@click.command()
@click.option("--day", metavar="T", help="The day, in UTC [default: yesterday].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@zone_option
@with_app
def trends(app: App, *, day: str | None, as_json: bool, zone: str) -> None:
    """Hold a day against the same weekday of the eight weeks before, in stories.

    Nothing is claimed of a narrative with fewer than four such days that could be seen about as
    well; one outlet alone makes no rise. A narrative that the catalogue no longer has is marked.

    Example: monitor trends --day 2026-11-22 --json
    """
    now = app.clock.now()
    at = instant(day or "24h", zone, now, "--day").date()
    present = {narrative.id for narrative in app.catalogue.narratives}
    found = app.upkeep.trends(at)
    if as_json:
        rows = [
            asdict(one) | {"day": one.day.isoformat(), "in_catalogue": one.narrative in present}
            for one in found
        ]
        print_json({"day": at.isoformat(), "trends": rows})
        return
    print_table(
        ("narrative", "stories", "usual", "items", "outlets", "direction", ""),
        [
            (
                one.narrative,
                one.stories,
                "" if one.usual is None else f"{one.usual:g}",
                one.items,
                one.outlets,
                str(one.direction),
                "" if one.narrative in present else "no longer in the catalogue",
            )
            for one in found
        ],
    )
