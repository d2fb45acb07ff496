"""`monitor narratives backtest`."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from monitor.app import App
from monitor.app.keeping import Compared
from monitor.cli.context import with_app
from monitor.cli.options import instant, zone_option
from monitor.cli.output import counting, note, print_json, print_table
from monitor.domain.backtest import Difference, Effect

CONFIRMED_LOST = 2


@click.command("backtest")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--since", metavar="T", help="Only items first seen from here on.")
@click.option("--jobs", default=0, type=click.IntRange(0), metavar="N", help="Processes.")
@click.option("--allow-lost", is_flag=True, help="Exit 0 even if a confirmed hit would be lost.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@zone_option
@with_app
def backtest(  # noqa: PLR0913 - the flags of the public contract
    app: App,
    directory: Path,
    *,
    since: str | None,
    jobs: int,
    allow_lost: bool,
    as_json: bool,
    zone: str,
) -> None:
    """Compare the catalogue in DIRECTORY with the present one, on the archive.

    Nothing is stored. Exit 2 if a hit that a reviewer confirmed would be lost.

    Example: monitor narratives backtest my-narratives/ --since 4w
    """
    start = instant(since, zone, app.clock.now(), "--since") if since else None
    with counting("Comparing") as told:
        tested = app.sweeping.backtest(directory, start, jobs or os.cpu_count() or 1, told)
    lost = tested.result.confirmed_lost
    if as_json:
        print_json(_report(tested))
    else:
        _say(tested)
    if lost and not allow_lost:
        note(f"{len(lost)} confirmed hits would be lost; --allow-lost accepts that.")
        sys.exit(CONFIRMED_LOST)


def _report(tested: Compared) -> dict[str, object]:
    result = tested.result
    return {
        "catalogue_version": tested.version,
        "candidate_version": tested.candidate_version,
        "items": tested.items,
        "gained": sum(effect.gained for effect in result.effects),
        "lost": sum(effect.lost for effect in result.effects),
        "changed": sum(effect.changed for effect in result.effects),
        "narratives": [_effect(effect) for effect in result.effects],
        "reviewed": [
            {"review": verdict, "change": kind, "hits": count}
            for (verdict, kind), count in sorted(result.reviewed.items())
        ],
        "confirmed_lost": [_example(one) for one in result.confirmed_lost],
        "digests": [
            {"day": day.isoformat(), "gained": gained, "lost": lost}
            for day, (gained, lost) in result.digests.items()
        ],
    }


def _effect(effect: Effect) -> dict[str, object]:
    return {
        "narrative": effect.narrative,
        "gained": effect.gained,
        "lost": effect.lost,
        "changed": effect.changed,
        "langs": _counts(effect.langs),
        "outlets": _counts(effect.outlets),
        "examples": {
            kind: [_example(one) for one in some] for kind, some in sorted(effect.examples.items())
        },
    }


def _counts(by: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    kinds = ("gained", "lost", "changed")
    return {name: {kind: by[name].get(kind, 0) for kind in kinds} for name in sorted(by)}


def _example(one: Difference) -> dict[str, object]:
    hits = {"before": one.before, "after": one.after}
    return {
        "item_id": str(one.item_id),
        "narrative": one.narrative,
        "title": one.title,
        "url": one.url,
        "outlet": one.outlet_id,
        "lang": one.lang,
        "first_seen_at": f"{one.first_seen_at:%Y-%m-%dT%H:%M:%SZ}",
        **{
            when: {"score": hit.score, "grade": str(hit.grade)} if hit else None
            for when, hit in hits.items()
        },
    }


def _say(tested: Compared) -> None:
    result = tested.result
    if not result.effects:
        click.echo(f"No hit would change; {tested.items} items were read.")
        return
    print_table(
        ("narrative", "gained", "lost", "changed", "in"),
        [
            (one.narrative, one.gained, one.lost, one.changed, " ".join(sorted(one.langs)))
            for one in result.effects
        ],
    )
    for effect in result.effects:
        for kind, sign in (("gained", "+"), ("lost", "-"), ("changed", "~")):
            for one in effect.examples.get(kind, ()):
                click.echo(f"{sign} {effect.narrative}: {one.title} ({one.outlet_id}, {one.lang})")
    for (verdict, kind), count in sorted(result.reviewed.items()):
        click.echo(f"{count} hits that reviewers marked {verdict} would be {kind}.")
    for day, (gained, lost) in result.digests.items():
        click.echo(f"The digest of {day} would have had {gained} more and {lost} fewer hits.")
