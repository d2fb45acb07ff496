"""`monitor deliver` and `monitor deliveries`."""

import sys
from collections import Counter
from collections.abc import Sequence

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.output import note, print_json, print_table
from monitor.domain.delivery import DeliveryRecord, State
from monitor.services.alert import Alert
from monitor.services.deliver import Sent
from monitor.services.publish import Plan

NOTHING_DELIVERED = 3


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be planned and sent; change nothing.")
@click.option(
    "--patient", is_flag=True, help="Leave alone what waits for its next attempt (for cron)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def deliver(app: App, *, dry_run: bool, patient: bool, as_json: bool) -> None:
    """Plan alerts and every digest whose hour has come, send what is due, retry what failed.

    Example: monitor deliver --json
    """
    delivery = app.delivery
    alerts = delivery.alert(dry=dry_run)
    plans = delivery.plan(dry=dry_run)
    sent = () if dry_run else delivery.send(patient=patient)
    waiting = delivery.records([State.READY, State.CLAIMED, State.IN_DATA])
    off = dict(delivery.planner.unserved)
    if as_json:
        print_json(_report(plans, sent, waiting, off) | {"alerts": [_alert(one) for one in alerts]})
    else:
        _say_alerts(alerts)
        _say(plans, sent, waiting, dry_run=dry_run)
        for why, count in off.items():
            note(f"{why} ({count} subscribers wait)")
    reached = _done(plans, sent) > 0
    if (sent or off) and not reached and not dry_run:
        sys.exit(NOTHING_DELIVERED)


def _done(plans: Sequence[Plan], sent: Sequence[Sent]) -> int:
    """Count what reached somebody: a feed is published by being planned."""
    published = sum(one.state is State.SENT for one in plans)
    return published + sum(one.state is State.SENT for one in sent)


def _report(
    plans: Sequence[Plan],
    sent: Sequence[Sent],
    waiting: Sequence[DeliveryRecord],
    off: dict[str, int],
) -> dict[str, object]:
    states = Counter(one.state for one in sent)
    return {
        "planned": len(plans),
        "skipped": sum(one.state is State.SKIPPED for one in plans),
        "sent": _done(plans, sent),
        "retried_later": states[State.READY],
        "bounced": states[State.BOUNCED],
        "failed": states[State.FAILED] + sum(one.state is State.FAILED for one in plans),
        "unknown": states[State.UNKNOWN],
        "waiting": len(waiting),
        "off": [{"why": why, "subscribers": count} for why, count in off.items()],
        "plans": [
            {
                "address": one.subscription.address,
                "slot": f"{one.slot.date}",
                "since": _instant(one.window.since),
                "until": _instant(one.window.until),
                "items": one.items,
                "state": one.state,
            }
            for one in plans
        ],
        "failures": [
            {
                "id": one.claim.id,
                "address": one.claim.subscription.address,
                "state": one.state,
                "code": one.answer.code,
                "error": one.answer.text,
            }
            for one in sent
            if one.state is not State.SENT
        ],
    }


def _say(
    plans: Sequence[Plan],
    sent: Sequence[Sent],
    waiting: Sequence[DeliveryRecord],
    *,
    dry_run: bool,
) -> None:
    for one in plans if dry_run else ():
        click.echo(
            f"{one.subscription.address}: the digest of {one.slot.date}, {one.items} items first "
            f"seen from {one.window.since:%Y-%m-%d %H:%M} to {one.window.until:%Y-%m-%d %H:%M} UTC"
        )
    if dry_run:
        click.echo(f"{len(plans)} would be planned, {len(waiting)} wait to be sent.")
        return
    stale = sum(one.state is State.STALE for one in plans)
    if stale:
        note(f"{stale} are from before a backup was restored; see `monitor deliveries list`")
    click.echo(f"{len(plans)} planned, {_done(plans, sent)} sent, {len(waiting)} waiting.")
    for attempt in sent:
        if attempt.state is not State.SENT:
            who = attempt.claim.subscription.address
            click.echo(f"  {who}: {attempt.state}: {attempt.answer.text}")


def _alert(one: Alert) -> dict[str, object]:
    watch = one.surge.watch
    return {
        "address": one.subscription.address,
        "narrative": watch.narrative or None,
        "search": watch.search or None,
        "since": _instant(one.surge.began_at),
        "now": one.surge.now,
        "usual": one.surge.usual,
    }


def _say_alerts(alerts: Sequence[Alert]) -> None:
    for one in alerts:
        surge = one.surge
        click.echo(
            f"{one.subscription.address}: an alert, {surge.watch.name}:"
            f" {surge.now} tellings in {surge.outlets} outlets, usually {surge.usual:g}"
        )


@click.group()
def deliveries() -> None:
    """Look after what is sent: stale, unknown and failed messages wait for your word.

    Example: monitor deliveries list --state unknown
    """


@deliveries.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice([str(one) for one in State]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def list_(app: App, *, states: tuple[str, ...], as_json: bool) -> None:
    """List deliveries, newest first.

    Example: monitor deliveries list --state failed --state bounced
    """
    found = app.delivery.records([State(one) for one in states])
    if as_json:
        print_json({"deliveries": [_row(one) for one in found]})
        return
    headings = ("id", "slot", "kind", "address", "state", "tries", "code", "error")
    print_table(
        headings,
        [
            (d.id, d.slot_date, d.kind, d.address, d.state, d.attempts, d.code or "", d.error)
            for d in found
        ],
    )


@deliveries.command()
@click.argument("ids", nargs=-1, type=int, metavar="[ID]…")
@with_app
def release(app: App, *, ids: tuple[int, ...]) -> None:
    """Let messages be sent after all: every stale one, or these stale, unknown or failed ones.

    Example: monitor deliveries release && monitor deliver
    """
    note(f"Released: {app.delivery.release(ids)}. They go with the next `monitor deliver`.")


@deliveries.command("mark-sent")
@click.argument("ids", nargs=-1, type=int, required=True, metavar="ID…")
@with_app
def mark_sent(app: App, *, ids: tuple[int, ...]) -> None:
    """Take stale or unknown messages as sent.

    Example: monitor deliveries mark-sent 17
    """
    note(f"Taken as sent: {app.delivery.close(ids)}.")


def _row(one: DeliveryRecord) -> dict[str, object]:
    return {
        "id": one.id,
        "address": one.address,
        "channel": one.channel,
        "kind": one.kind,
        "slot": f"{one.slot_date}",
        "state": one.state,
        "attempts": one.attempts,
        "created_at": _instant(one.created_at),
        "next_attempt_at": _instant(one.not_before) if one.not_before else None,
        "code": one.code,
        "error": one.error,
        "message_id": one.message_id,
    }


def _instant(at: object) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
