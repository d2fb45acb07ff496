"""`monitor feeds health|discover`: how the feeds do, and where there are more."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.output import note, print_json, print_table
from monitor.domain.changes import changes
from monitor.domain.discovery import Discovery, Found, Missed
from monitor.domain.health import Condition, Health

NOTHING_REACHED: Final = 3
BLOCKS: Final = "▁▂▃▄▅▆▇█"
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command("health")
@json_option
@with_app
def health(app: App, *, as_json: bool) -> None:
    """Show how each enabled feed does, worst first; silence is judged by the feed's own rhythm.

    `new` a day is of the last 14 days, each of 24 hours up to now. What changed since this time
    yesterday stands below: newly gone, failing or silent, and recovered.

    Example: monitor feeds health --json
    """
    report = app.feed_tools.health()
    changed = changes(report)
    if as_json:
        since = {name: [one.feed.id for one in feeds] for name, feeds in changed.kinds}
        print_json({"feeds": [_health_row(one) for one in report], "since_yesterday": since})
        return
    now = app.clock.now()
    headings = ("feed", "in", "state", "fails", "last ok", "last new", "new a day", "reason")
    print_table(headings, [_health_cells(one, now) for one in report])
    counts = Counter(one.condition for one in report)
    note(", ".join(f"{counts[one]} {one}" for one in Condition if counts[one]) or "no feed is on")
    if report:
        note(f"Since yesterday: {'; '.join(changed.lines) or 'nothing changed'}")


@click.command("discover")
@click.argument("url")
@json_option
@with_app
def discover(app: App, url: str, *, as_json: bool) -> None:
    """Find the feeds of a site: announced, in news sitemaps, and in the usual places.

    Asks politely: one request at a time, a second apart, and robots.txt is honoured.

    Example: monitor feeds discover https://primer.example/
    """
    note("Asking, one request a second at most …")
    found = app.feed_tools.discover(url)
    if as_json:
        print_json(_discovery(found))
    else:
        _say_discovered(found)
    if found.reached_nothing:
        sys.exit(NOTHING_REACHED)


COMMANDS: Final = (health, discover)


def sparkline(values: Sequence[int]) -> str:
    """Return one block a value, the highest for the most; nothing has the lowest alone."""
    most = max(values, default=0) or 1
    steps = len(BLOCKS) - 1
    return "".join(BLOCKS[-(-value * steps // most)] for value in values)


def _health_row(one: Health) -> dict[str, object]:
    return {
        "feed": one.feed.id,
        "outlet": one.feed.outlet.id,
        "country": one.feed.outlet.country,
        "state": one.condition.value,
        "yesterday": one.yesterday.value,
        "reason": one.reason,
        "detail": one.detail,
        "notes": list(one.notes),
        "empty_polls": one.empty_polls,
        "failures": one.failures,
        "failing_since": _instant(one.failing_since),
        "last_ok_at": _instant(one.last_ok_at),
        "last_new_at": _instant(one.last_new_at),
        "new_per_day": list(one.new_per_day),
        "next_poll_at": _instant(one.next_poll_at),
    }


def _health_cells(one: Health, now: datetime) -> tuple[object, ...]:
    return (
        one.feed.id,
        one.feed.outlet.country,
        one.condition.value,
        one.failures or "",
        _ago(one.last_ok_at, now),
        _ago(one.last_new_at, now),
        sparkline(one.new_per_day),
        ": ".join(filter(None, (one.reason, one.detail))) or ", ".join(one.notes),
    )


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "never"
    age = now - at
    if age < timedelta(hours=1):
        return f"{max(age // timedelta(minutes=1), 0)} min"
    return f"{age // timedelta(hours=1)} h" if age < timedelta(days=2) else f"{age.days} d"


def _instant(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def _discovery(found: Discovery) -> dict[str, object]:
    return {
        "url": found.url,
        "feeds": [_found_row(one) for one in found.found],
        "failed": [
            {"url": one.link.url, "how": one.link.how, "reason": one.reason, "detail": one.detail}
            for one in found.missed
        ],
        "notes": list(found.notes),
        "requests": found.requests,
    }


def _found_row(one: Found) -> dict[str, object]:
    return {
        "url": one.url,
        "type": one.type.value,
        "how": one.link.how.value,
        "title": one.link.title,
        "entries": one.entries,
        "newest_at": _instant(one.newest_at),
        "language": one.language,
        "listed": one.listed or None,
    }


def _say_discovered(found: Discovery) -> None:
    if found.found:
        headings = ("address", "type", "how", "entries", "newest", "language", "listed as")
        print_table(headings, [_found_cells(one) for one in found.found])
    for text in found.notes:
        note(text)
    for one in found.missed:
        note(_missed_line(one))
    if not found.found:
        note(f"No feed was found at {found.url}.")


def _found_cells(one: Found) -> tuple[object, ...]:
    newest = f"{one.newest_at:%Y-%m-%d %H:%M}" if one.newest_at else ""
    return one.url, one.type, one.link.how, one.entries, newest, one.language, one.listed


def _missed_line(one: Missed) -> str:
    return f"{one.link.url}: {': '.join(filter(None, (one.reason, one.detail)))}"
