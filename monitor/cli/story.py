"""`monitor story`."""

from collections.abc import Iterable
from datetime import datetime

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.options import NUMBER, known_zone, zone_option
from monitor.cli.output import note, print_json, print_table
from monitor.domain.errors import NotFoundError
from monitor.domain.propagation import NOTE, Appearance, Sighting
from monitor.ports.reading import Story


@click.command()
@click.argument("number", metavar="ID", type=NUMBER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@zone_option
@with_app
def story(app: App, number: int, *, as_json: bool, zone: str) -> None:
    """Show a story, by its number or that of an item, in the order in which our feeds brought it.

    First means first in our feeds, never the origin.

    Example: monitor story 217034182656 --json
    """
    found = app.reading.story(number)
    if found is None:
        raise NotFoundError(f"there is no item or story {number}")
    if as_json:
        print_json(_object(found))
        return
    local = known_zone(zone)
    print_table(
        ("first seen", "in", "lang", "outlet", "item", "title"),
        [
            (
                f"{one.first_seen_at.astimezone(local):%Y-%m-%d %H:%M}",
                one.country,
                one.lang,
                one.outlet_id,
                one.item_id,
                one.title,
            )
            for one in found.items
        ],
    )
    spread = found.spread
    note(f"Countries: {_order(spread.countries)}")
    note(f"Languages: {_order(spread.langs)}")
    note(f"Outlets: {_order(spread.outlets)}")
    note(NOTE)


def _order(appearances: Iterable[Appearance]) -> str:
    return " → ".join(one.key for one in appearances)


def _object(found: Story) -> dict[str, object]:
    spread = found.spread
    return {
        "story_id": str(found.story_id),
        "items": [_item(one) for one in found.items],
        "first_in_our_feeds": {
            "outlets": [_appearance(one) for one in spread.outlets],
            "countries": [_appearance(one) for one in spread.countries],
            "langs": [_appearance(one) for one in spread.langs],
        },
        "note": NOTE,
    }


def _item(one: Sighting) -> dict[str, object]:
    return {
        "item_id": str(one.item_id),
        "title": one.title,
        "url": one.url,
        "outlet": one.outlet_id,
        "country": one.country,
        "lang": one.lang,
        "first_seen_at": _instant(one.first_seen_at),
    }


def _appearance(one: Appearance) -> dict[str, object]:
    return {
        "key": one.key,
        "item_id": str(one.first.item_id),
        "first_seen_at": _instant(one.first.first_seen_at),
        "items": one.items,
    }


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
