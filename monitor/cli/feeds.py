"""`monitor feeds`."""

from collections import Counter

import click

from monitor.app import App
from monitor.cli import feed_edit, feed_watch
from monitor.cli.context import with_app
from monitor.cli.options import country_code
from monitor.cli.output import note, print_json, print_table, progress
from monitor.domain.feed import Feed
from monitor.domain.polling import Outcome
from monitor.domain.urls import without_userinfo


@click.group()
def feeds() -> None:
    """Look after the feed list: check, watch, find, add, import and export.

    Example: monitor feeds check --feeds feeds.yaml
    """


for command in (*feed_watch.COMMANDS, *feed_edit.COMMANDS):
    feeds.add_command(command)


@feeds.command("check")
@click.option("--probe", is_flag=True, help="Fetch and read every enabled feed too; store nothing.")
@with_app
def check(app: App, *, probe: bool) -> None:
    """Validate the feed list: exit 2 with one line a mistake.

    Example: monitor feeds check --probe
    """
    listed = app.feeds
    outlets = {feed.outlet.id for feed in listed}
    enabled = [feed for feed in listed if feed.enabled]
    click.echo(
        f"{app.feeds_file}: {len(listed)} feeds of {len(outlets)} outlets, "
        f"{len(enabled)} switched on; no mistake found."
    )
    if probe:
        _probe(app, enabled)


@feeds.command("list")
@click.option("--country", multiple=True, metavar="CC", help="Only outlets of this country.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def list_(app: App, *, country: tuple[str, ...], as_json: bool) -> None:
    """List the feeds.

    Example: monitor feeds list --country ME
    """
    wanted = set(map(country_code, country))
    chosen = [feed for feed in app.feeds if not wanted or feed.outlet.country in wanted]
    if as_json:
        print_json({"feeds": [_row(feed) for feed in chosen]})
        return
    headings = ("feed", "in", "kind", "languages", "on", "address")
    print_table(headings, [_cells(feed) for feed in chosen])
    counts = Counter(feed.outlet.country for feed in chosen)
    note(", ".join(f"{country} {count}" for country, count in counts.most_common()))


def _row(feed: Feed) -> dict[str, object]:
    return {
        "id": feed.id,
        "url": without_userinfo(feed.url),
        "type": feed.type.value,
        "enabled": feed.enabled,
        "interval_s": int(feed.interval.total_seconds()),
        "note": feed.note,
        "outlet": feed.outlet.id,
        "name": feed.outlet.name,
        "country": feed.outlet.country,
        "languages": list(feed.outlet.languages),
        "kind": feed.outlet.kind.value,
    }


def _cells(feed: Feed) -> tuple[object, ...]:
    outlet = feed.outlet
    on, address = "on" if feed.enabled else "off", without_userinfo(feed.url)
    return feed.id, outlet.country, outlet.kind, " ".join(outlet.languages), on, address


def _probe(app: App, enabled: list[Feed]) -> None:
    with progress(len(enabled), "Probing") as advance:
        polled = app.probe(enabled, lambda _feed, _event: advance())
    rows = [
        (event.feed_id, event.reason, event.detail)
        for event in polled.events
        if event.outcome is Outcome.FAILED
    ]
    click.echo(f"{len(enabled) - len(rows)} of {len(enabled)} feeds answered with entries.")
    if rows:
        print_table(("feed", "reason", "detail"), rows)
