"""`monitor opine`."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from monitor.app import App
from monitor.app import opining as wiring
from monitor.cli.context import with_app
from monitor.cli.options import instant
from monitor.cli.output import counting, print_json
from monitor.domain.opining import Opined

LONGEST: Final = timedelta(days=7)


@click.command()
@click.option(
    "--model", type=click.Path(dir_okay=False, path_type=Path), help="Else MONITOR_MODEL."
)
@click.option(
    "--since", default="28d", show_default=True, metavar="T", help="First seen from here."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def opine(app: App, *, model: Path | None, since: str, as_json: bool) -> None:
    """Ask the learned second opinion about stored items that it has not looked at.

    `monitor run` does so by itself where MONITOR_MODEL is set. Needs the extra `semantic`.

    Example: monitor opine --model model.zip --since 7d
    """
    begin = instant(since, "UTC", app.clock.now(), "--since")
    with counting("Reading by meaning") as told:

        def seen(so_far: Opined) -> None:
            told(so_far.items, 0)

        done = wiring.opine(app, wiring.model_file(app, model), begin, LONGEST, seen)
    if as_json:
        print_json({"items": done.items, "embedded": done.embedded, "proposed": done.proposed})
    else:
        click.echo(f"{done.items} items looked at, {done.proposed} hits proposed for review.")
