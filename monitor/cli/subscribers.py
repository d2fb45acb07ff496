"""`monitor subscribers`."""

from collections.abc import Sequence

import click

from monitor.app import App
from monitor.app.alerting import known_searches
from monitor.cli.context import with_app
from monitor.cli.digests import LANGUAGES
from monitor.cli.options import country_code, known_zone
from monitor.cli.output import note, print_json, print_table
from monitor.domain import slots
from monitor.domain.errors import ConfigError
from monitor.domain.subscription import (
    Alerts,
    Channel,
    Policy,
    Shape,
    Standing,
    Subscription,
    clock_time,
    weekday,
)

HOUR = "07:00"
ZONE = "Europe/Belgrade"


@click.group()
def subscribers() -> None:
    """Say who gets digests, when, in which language, and how.

    Example: monitor subscribers add ana@example.org --lang sr-Latn --at 07:00
    """


@subscribers.command()
@click.argument("address")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--at", default=HOUR, show_default=True, metavar="HH:MM", help="Hour of the digest.")
@click.option("--tz", "zone", default=ZONE, show_default=True, metavar="ZONE", help="IANA zone.")
@click.option("--weekly", metavar="DAY", help="Once a week, on this day: monday …")
@click.option("--narrative", multiple=True, metavar="ID", help="Only this narrative.")
@click.option("--country", multiple=True, metavar="CC", help="Only outlets of this country.")
@click.option("--channel", type=click.Choice([str(one) for one in Channel]), default="email")
@click.option(
    "--quiet-days",
    type=click.Choice(["note", "nothing"]),
    default="note",
    show_default=True,
    help="What to send when nothing was found.",
)
@click.option("--reviewer", is_flag=True, help="Add what lay just below the line.")
@click.option(
    "--policy",
    type=click.Choice([str(one) for one in Policy]),
    default=str(Policy.AT_LEAST_ONCE),
    show_default=True,
    help="Where nobody can know whether a mail arrived: send it again, or ask you.",
)
@click.option(
    "--shape",
    type=click.Choice([str(one) for one in Shape]),
    default="json",
    show_default=True,
    help="What a webhook is sent.",
)
@click.option(
    "--alert", "alerts", flag_value="also", help="Besides digests, tell at once what surges."
)
@click.option("--alert-only", "alerts", flag_value="only", help="Tell what surges; no digests.")
@click.option(
    "--search", multiple=True, metavar="PERSON/NAME", help="Watch this saved search for alerts."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def add(  # noqa: PLR0913 - the flags of the public contract
    app: App,
    *,
    address: str,
    lang: str,
    at: str,
    zone: str,
    weekly: str | None,
    narrative: tuple[str, ...],
    country: tuple[str, ...],
    channel: str,
    quiet_days: str,
    reviewer: bool,
    policy: str,
    shape: str,
    alerts: str | None,
    search: tuple[str, ...],
    as_json: bool,
) -> None:
    """Add a subscriber: a mail address, a webhook, or the name of an Atom feed.

    The first digest comes when the hour comes next; it covers the day (or week) before.

    Example: monitor subscribers add https://example.org/hook --channel webhook --shape slack
    """
    known_zone(zone)
    app.known_narratives(narrative)
    wanted = Subscription(
        0,
        address,
        lang,
        clock_time(at),
        zone,
        Channel(channel),
        None if weekly is None else weekday(weekly),
        narrative,
        tuple(map(country_code, country)),
        quiet_note=quiet_days == "note",
        reviewer=reviewer,
        policy=Policy(policy),
        shape=Shape(shape),
        alerts=_alerts(alerts, channel, search),
        searches=search,
    )
    known_searches(app, search)
    added = app.delivery.keep.add(wanted)
    one = added.subscription
    first = slots.upcoming(one, app.clock.now()).due_at
    secret = {"secret": added.secret} if one.channel is Channel.WEBHOOK else {}
    feed = {"feed": app.delivery.feed_address(added.secret)} if one.channel is Channel.ATOM else {}
    if as_json:
        print_json({**_row(one), "first": f"{first:%Y-%m-%dT%H:%M:%SZ}", **secret, **feed})
        return
    click.echo(f"{one.address}: {one.rhythm}, {one.lang}, by {one.channel} (id {one.id})")
    if one.alerts is not Alerts.NONE:
        what = ", ".join((*one.narratives, *one.searches)) or "every narrative"
        click.echo(f"Alerts when it surges: {what}")
    if one.alerts is not Alerts.ONLY:
        click.echo(f"First digest: {first:%Y-%m-%d %H:%M} UTC")
    if secret:
        click.echo(f"Signing secret, shown only now: {added.secret}")
    if feed:
        click.echo(f"The feed, shown only now: {feed['feed']}")


def _alerts(chosen: str | None, channel: str, searches: tuple[str, ...]) -> Alerts:
    if searches and not chosen:
        raise ConfigError("is watched for alerts: add --alert or --alert-only", where="--search")
    if chosen and channel == Channel.ATOM:
        raise ConfigError(
            "goes by mail or webhook; a feed is not looked at at once", where="--alert"
        )
    return Alerts(chosen or Alerts.NONE)


@subscribers.command()
@click.argument("who", metavar="ADDRESS|ID")
@click.argument("when", type=click.Choice([str(one) for one in Alerts]))
@with_app
def alert(app: App, *, who: str, when: str) -> None:
    """Say whether somebody is told at once of what surges: none, also (besides digests), only.

    Example: monitor subscribers alert ana@example.org also
    """
    changed = app.delivery.keep.alert(who, Alerts(when))
    _say(changed, f"alerts: {when}")


@subscribers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def list_(app: App, *, as_json: bool) -> None:
    """List subscribers, oldest first.

    Example: monitor subscribers list --json
    """
    found = app.delivery.subscribers.all()
    if as_json:
        print_json({"subscribers": [_row(one) for one in found]})
        return
    headings = (
        "id",
        "address",
        "channel",
        "lang",
        "when",
        "alerts",
        "narratives",
        "countries",
        "standing",
    )
    print_table(headings, [_cells(one) for one in found])


@subscribers.command()
@click.argument("who", metavar="ADDRESS|ID")
@with_app
def pause(app: App, *, who: str) -> None:
    """Send nothing until resumed; what waits to be sent is cancelled.

    Example: monitor subscribers pause ana@example.org
    """
    _say(app.delivery.keep.stand(who, Standing.PAUSED), "paused")


@subscribers.command()
@click.argument("who", metavar="ADDRESS|ID")
@with_app
def resume(app: App, *, who: str) -> None:
    """Serve a paused or suspended subscriber again, beginning as for a new one.

    Example: monitor subscribers resume ana@example.org
    """
    _say(app.delivery.keep.stand(who, Standing.ACTIVE), "active again")


@subscribers.command()
@click.argument("who", metavar="ADDRESS|ID")
@with_app
def remove(app: App, *, who: str) -> None:
    """Remove a subscriber and all that was kept: settings, messages, what was told.

    Example: monitor subscribers remove ana@example.org
    """
    _say(app.delivery.keep.remove(who), "removed")


def _say(changed: Sequence[Subscription], how: str) -> None:
    for one in changed:
        click.echo(f"{one.address} (id {one.id}): {how}")
    if not changed:
        note(f"Nothing to do: {how} already.")


def _row(one: Subscription) -> dict[str, object]:
    return {
        "id": one.id,
        "address": one.address,
        "channel": one.channel,
        "lang": one.lang,
        "at": f"{one.at:%H:%M}",
        "tz": one.zone,
        "weekly": None if one.weekday is None else one.rhythm.split()[0],
        "narratives": list(one.narratives),
        "countries": list(one.countries),
        "quiet_days": "note" if one.quiet_note else "nothing",
        "reviewer": one.reviewer,
        "policy": one.policy,
        "shape": one.shape,
        "alerts": one.alerts,
        "searches": list(one.searches),
        "standing": one.standing,
    }


def _cells(one: Subscription) -> tuple[object, ...]:
    return (
        one.id,
        one.address,
        one.channel,
        one.lang,
        one.rhythm,
        " ".join((one.alerts, *one.searches)),
        " ".join(one.narratives) or "all",
        " ".join(one.countries) or "all",
        one.standing,
    )
