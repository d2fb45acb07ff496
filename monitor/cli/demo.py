"""`monitor demo`."""

import sys
from pathlib import Path

import click

from monitor.cli.output import note
from monitor.demo.run import replay
from monitor.domain.polling import Outcome
from monitor.services.poll import Polled


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out/demo"),
    show_default=True,
    help="Where the database and the digest go; an earlier demo there is replaced.",
)
def demo(*, out: Path) -> None:
    """Replay a week of fictional outlets from a loopback server; print the last day's digest.

    Example: monitor demo --out /tmp/demo
    """
    note("Nineteen fictional outlets, one week, polled for real over loopback:")
    done = replay(out, _say)
    click.echo(done.digest)
    note("The same digest, to open in a browser or an editor: " + ", ".join(map(str, done.files)))
    note(f"Search the same data: {sys.argv[0]} --db {done.database} search 'referendum*'")
    files = f"--db {done.database} --feeds {done.feeds}"
    note(f"Open the pages on the same data: {sys.argv[0]} {files} serve")
    note(f"  and then http://127.0.0.1:8000/?day={done.last_day.isoformat()}")


def _say(number: int, polls: list[Polled]) -> None:
    events = [event for polled in polls for event in polled.events]
    new = sum(event.new for event in events)
    hits = sum(polled.new_hits for polled in polls)
    failing = {event.feed_id for event in events if event.outcome is Outcome.FAILED}
    down = f", failing: {', '.join(sorted(failing))}" if failing else ""
    note(f"  day {number}: {new} new items, {hits} new hits{down}")
