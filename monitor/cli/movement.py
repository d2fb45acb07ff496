"""`monitor movement`."""

from dataclasses import asdict
from datetime import timedelta
from typing import Final

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.options import country_code
from monitor.cli.output import note, print_json, print_table
from monitor.domain.digest import Direction, Movement, Window
from monitor.services.movement import Moved, moved

COUNTRIES: Final = ("RS", "BA", "ME", "XK", "MK", "AL", "INT")
WORDS: Final = {
    Direction.UNTOLD_COVERAGE: "too few of the usual feeds, or too many new",
    Direction.UNTOLD_HISTORY: "too little past",
}


@click.command()
@click.option("--narrative", "narratives", multiple=True, metavar="ID", help="Only this one.")
@click.option("--country", "countries", multiple=True, metavar="CC", help="Only there: RS BA …")
@click.option("--by-country", is_flag=True, help="Each country by itself.")
@click.option("--outlets", is_flag=True, help="Hits over items read, by outlet, of the last week.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def movement(
    app: App,
    *,
    narratives: tuple[str, ...],
    countries: tuple[str, ...],
    by_country: bool,
    outlets: bool,
    as_json: bool,
) -> None:
    """Show how narratives move today and this week against their own past.

    Only feeds that answer now and answered before are compared, each story once an outlet;
    fact-checks and dismissed hits are not counted. "usual" is what these feeds would bring.

    Example: monitor movement --by-country
    """
    app.known_narratives(narratives)
    now = app.clock.now() + timedelta(microseconds=1)
    places = [*map(country_code, countries)] or list(COUNTRIES if by_country else ("",))
    rows = moved(app.archive, now, places, narratives)
    shares = app.outlet_shares(Window(now - timedelta(days=7), now), narratives) if outlets else []
    if as_json:
        told: dict[str, object] = {"movement": [_told(row) for row in rows]}
        print_json(told | ({"outlets": [asdict(one) for one in shares]} if outlets else {}))
        return
    if not rows:
        note("No narrative has been seen there.")
        return
    print_table(
        ("narrative", "in", "24 h", "usual", "", "7 days", "usual", "", "first seen", "last seen"),
        [_cells(row) for row in rows],
    )
    if shares:
        print_table(
            ("narrative", "outlet", "hits", "items read", "a thousand"),
            [
                (one.narrative, one.outlet_id, one.hits, one.items, f"{one.per_thousand:.1f}")
                for one in shares
            ],
        )
        note("By outlet identifier, not by rank: what an outlet covers says nothing of its merit.")


def _cells(row: Moved) -> tuple[object, ...]:
    first, last = row.day.here or (None, None)
    return (
        row.narrative,
        row.country or "all",
        row.day.now,
        _usual(row.day),
        WORDS.get(row.today, str(row.today)),
        row.week.now,
        _usual(row.week),
        WORDS.get(row.this_week, str(row.this_week)),
        f"{first:%Y-%m-%d %H:%M}" if first else "",
        f"{last:%Y-%m-%d %H:%M}" if last else "",
    )


def _usual(one: Movement) -> str:
    return f"{one.pace.expected:.1f}" if one.pace and one.pace.past else ""


def _told(row: Moved) -> dict[str, object]:
    first, last = row.day.here or (None, None)
    return {
        "narrative": row.narrative,
        "country": row.country or None,
        "first_seen_at": f"{first:%Y-%m-%dT%H:%M:%SZ}" if first else None,
        "last_seen_at": f"{last:%Y-%m-%dT%H:%M:%SZ}" if last else None,
        "day": _window(row.day, row.today),
        "week": _window(row.week, row.this_week),
    }


def _window(one: Movement, said: Direction) -> dict[str, object]:
    pace = one.pace
    return {
        "direction": str(said),
        "hits": one.now,
        "before": list(one.before),
        "compared": {
            "now": pace.now,
            "usual": round(pace.expected, 2),
            "past": list(pace.past),
            "outlets": pace.outlets,
            "feeds": pace.feeds,
            "items": pace.items,
        }
        if pace
        else None,
    }
