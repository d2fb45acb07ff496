"""`monitor init` and `monitor poll`."""

import sys
from collections.abc import Sequence

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.output import note, print_json, progress
from monitor.domain.feed import Feed
from monitor.domain.polling import FetchEvent, Outcome
from monitor.services.poll import Polled

NOTHING_REACHED = 3


@click.command()
@with_app
def init(app: App) -> None:
    """Create or upgrade the database's schema; safe to repeat.

    Example: monitor init --db sqlite:///monitor.db
    """
    note(f"The database is ready: {app.init()}")


@click.command()
@click.option("--once", is_flag=True, help="Poll once (always so; accepted for scripts).")
@click.option("--all", "every", is_flag=True, help="Every enabled feed, whatever its due time.")
@click.option("--feed", "ids", multiple=True, metavar="ID", help="Only this feed, due or not.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def poll(app: App, *, once: bool, every: bool, ids: tuple[str, ...], as_json: bool) -> None:
    """Poll the feeds that are due: fetch, match and store what is new.

    Example: monitor poll --all --json
    """
    del once
    feeds = app.chosen_feeds(ids, every=every)
    polled = _polled(app, feeds)
    if as_json:
        print_json(_report(polled))
    else:
        _say(polled, feeds)
    if polled.reached_nothing:
        note("No feed could be reached: is this machine online? `make demo` works without.")
        sys.exit(NOTHING_REACHED)


def _polled(app: App, feeds: Sequence[Feed]) -> Polled:
    with progress(len(feeds), "Polling") as advance:
        return app.poll(feeds, lambda _feed, _event: advance())


def _report(polled: Polled) -> dict[str, object]:
    events = polled.events
    return {
        "feeds": {
            "polled": len(events),
            "ok": polled.count(Outcome.OK),
            "unchanged": polled.count(Outcome.UNCHANGED),
            "failed": polled.count(Outcome.FAILED),
        },
        "items": {
            "seen": sum(event.seen for event in events),
            "new": sum(event.new for event in events),
            "known": sum(event.known for event in events),
            "skipped": sum(event.skipped for event in events),
        },
        "hits": {"new": polled.new_hits},
        "failures": [
            {"feed": event.feed_id, "reason": event.reason, "detail": event.detail}
            for event in _failures(polled)
        ],
        "seconds": round(polled.took.total_seconds(), 3),
    }


def _failures(polled: Polled) -> list[FetchEvent]:
    return [event for event in polled.events if event.outcome is Outcome.FAILED]


def _say(polled: Polled, feeds: Sequence[Feed]) -> None:
    if not feeds:
        click.echo("No feed is due; --all polls every enabled one.")
        return
    new = sum(event.new for event in polled.events)
    answered = len(polled.events) - polled.count(Outcome.FAILED)
    click.echo(
        f"{answered} of {len(polled.events)} feeds answered: "
        f"{new} new items, {polled.new_hits} new hits."
    )
    for event in _failures(polled):
        click.echo(f"  {event.feed_id}: {event.detail or event.reason} ({event.reason})")
