"""`monitor quality`."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.options import instant, zone_option
from monitor.cli.output import note, print_json, print_table
from monitor.domain.digest import Window
from monitor.domain.drift import Drift
from monitor.domain.estimate import Estimate
from monitor.domain.quality import Group, Recall
from monitor.services.quality import Report

WORST: Final = 12  # rows of a table


@click.command()
@click.option("--since", default="4w", metavar="T", show_default=True, help="First seen from here.")
@click.option("--until", metavar="T", help="Up to but not including this time.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@zone_option
@with_app
def quality(app: App, *, since: str, until: str | None, as_json: bool, zone: str) -> None:
    """Say how good the hits are, as far as people reviewed them, and what to change.

    Precision is that of reviewed hits, and, as an estimate for all, of those drawn at random.
    Recall is always an estimate, from items read at random. Brackets are 95 % intervals.

    Example: monitor quality --since 4w
    """
    now = app.clock.now()
    end = instant(until, zone, now, "--until") if until else now
    report = app.quality.report(Window(instant(since, zone, now, "--since"), end))
    if as_json:
        print_json(_told(report))
    else:
        _say(report)


def _told(report: Report) -> dict[str, object]:
    return {
        "since": f"{report.window.since:%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{report.window.until:%Y-%m-%dT%H:%M:%SZ}",
        "precision": _row(report.overall),
        **{f"by_{name}": [_row(one) for one in rows] for name, rows in report.groups.items()},
        "recall": {grade: _recall(one) for grade, one in report.recall.items()},
        "recall_by_narrative": {k: _recall(one) for k, one in report.recall_by_narrative.items()},
        "agreement": [asdict(one) for one in report.agreements],
        "wrong_rules": report.wrong_rules,
        "dead_rules": report.dead_rules,
        "runaway_rules": [
            asdict(one) | {"share": round(one.hits / one.items, 4) if one.items else None}
            for one in report.runaways
        ],
        "thresholds": [asdict(one) for one in report.thresholds],
        "exclusions": [asdict(one) for one in report.exclusions],
        "second_opinion": [_drift(one) for one in report.drifts],
    }


def _drift(one: Drift) -> dict[str, object]:
    known = {
        name: _rounded(getattr(one, name)) for name in ("expected", "confirmed", "low", "high")
    }
    return {"source": one.source, "decided": one.decided, **known, "drifted": one.has_drifted}


def _row(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "hits": group.hits,
        "confirmed": group.confirmed,
        "dismissed": group.dismissed,
        "unsure": group.unsure,
        "precision": _rounded(group.reviewed.share),
        "low": _rounded(group.reviewed.low),
        "high": _rounded(group.reviewed.high),
        "random": _estimate(group.random),
    }


def _estimate(estimate: Estimate) -> dict[str, object]:
    return {
        "share": _rounded(estimate.share),
        "low": _rounded(estimate.low),
        "high": _rounded(estimate.high),
        "n": estimate.n,
    }


def _recall(recall: Recall) -> dict[str, object]:
    known = _estimate(recall.estimate)
    return {"is_estimate": True, **known, "items_read": recall.read, "missed": recall.missed}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _say(report: Report) -> None:
    whole = report.overall
    decided = whole.confirmed + whole.dismissed
    click.echo(f"{whole.hits} hits, {decided} decided on, {whole.unsure} unsure.")
    click.echo(f"Precision of reviewed hits    {_shown(whole.reviewed)}")
    click.echo(f"Precision of all, estimated   {_shown(whole.random)} from hits drawn at random")
    for grade, recall in report.recall.items():
        known = f"{_shown(recall.estimate)} from {recall.read} items read at random"
        click.echo(f"Recall, {grade + ' grade, estimated':21} {known}")
    for name, rows in report.groups.items():
        _table(name, rows)
    for one in report.agreements:
        told = "too alike to tell" if one.kappa is None else f"kappa {one.kappa:.2f}"
        click.echo(f"{' and '.join(one.people)}: {one.agreed} of {one.hits} hits alike, {told}")
    for drift in report.drifts:
        _say_drift(drift)
    _suggest(report)


def _say_drift(one: Drift) -> None:
    seen = f"{one.confirmed:.2f} [{one.low:.2f} {one.high:.2f}] of {one.decided} decided are right"
    mend = ": it has drifted, train it again with `monitor learn`" if one.has_drifted else ""
    click.echo(f"Second opinion on {one.source}: {one.expected:.2f} expected, {seen}{mend}")


def _table(name: str, rows: Iterable[Group]) -> None:
    known = [one for one in rows if one.reviewed.n]
    worst = sorted(known, key=lambda one: (one.reviewed.share or 0.0, one.name))[:WORST]
    if worst:
        click.echo()
        print_table(
            (f"{name}, worst first", "hits", "right", "wrong", "precision", "at random"),
            [
                (
                    one.name,
                    one.hits,
                    one.confirmed,
                    one.dismissed,
                    _shown(one.reviewed),
                    _shown(one.random),
                )
                for one in worst
            ],
        )


def _shown(estimate: Estimate) -> str:
    if estimate.share is None:
        return "not known yet"
    return f"{estimate.share:.2f} [{estimate.low:.2f} {estimate.high:.2f}]"


def _suggest(report: Report) -> None:
    click.echo()
    for rule in report.wrong_rules:
        click.echo(f"Wrong more often than right: {rule}")
    for way in report.runaways:
        click.echo(f"Runaway: {way.rule} in {way.hits} of {way.items} items of {way.feed_id}")
    for one in report.thresholds:
        test = one.backtest
        click.echo(
            f"Threshold of {one.narrative}: {one.suggested:g} instead of {one.present:g} "
            f"(F1 {one.f1_present:.2f} to {one.f1_suggested:.2f} on {one.labels} decided hits). "
            f"On the hits of this time: {test.gained} gained, of which {test.gained_confirmed} "
            f"confirmed and {test.gained_dismissed} dismissed; {test.lost} lost, of which "
            f"{test.lost_confirmed} confirmed and {test.lost_dismissed} dismissed"
        )
    for each in report.exclusions:
        test = each.backtest
        click.echo(
            f"Exclude from {each.narrative} ({each.lang}, {each.reason}, {each.dismissals} "
            f"dismissals): {', '.join(each.words)}. On the hits of this time: {test.lost} lost, of "
            f"which {test.lost_confirmed} confirmed and {test.lost_dismissed} dismissed"
        )
    if report.dead_rules is None:
        note("Rules without a hit in 90 days are named once the archive is older than that.")
    else:
        click.echo(f"{len(report.dead_rules)} rules and phrases made no hit in 90 days (--json).")
