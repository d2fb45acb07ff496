"""`monitor trends`."""

from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.options import instant, zone_option
from monitor.cli.output import print_json, print_table
from monitor.domain.errors import ConfigError


@click.command()
@click.option("--day", metavar="T", help="The day, in UTC [default: yesterday].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@zone_option
@with_app
def trends(app: App, *, day: str | None, as_json: bool, zone: str) -> None:
    """Hold a day against the same weekday of the eight weeks before, in stories.

    Nothing is claimed of a narrative with fewer than four such days that could be seen about as
    well; one outlet alone makes no rise, and a day that is not over no fall. A narrative that the catalogue no longer has is marked.

    Example: monitor trends --day 2026-11-22 --json
    """
    now = app.clock.now()
    at = _day(day or "24h", zone, now)
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


def _day(text: str, zone: str, now: datetime) -> date:
    """Read a day, which is the same in every zone, or the day in UTC of a time."""
    at = instant(text, zone, now, "--day").date()
    with suppress(ValueError):  # a time
        at = date.fromisoformat(text.strip())
    if at > now.date() + timedelta(days=1):
        raise ConfigError(f"{text!r} lies in the future", where="--day")
    return at
