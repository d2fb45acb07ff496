"""`monitor search`."""

import sys
from typing import Final, Unpack

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.options import NUMBER, Asked, filters, filters_of, known_zone
from monitor.cli.output import note, print_lines, print_table
from monitor.domain.hit import ArchivedHit, ArchivedItem
from monitor.ports import Page

MAX_LIMIT: Final = 1000
_PLACE: Final = ("first seen", "in", "lang", "outlet")
_OF_HITS: Final = ("narrative", "score", "grade", "stance", "review", "title")
_OF_ITEMS: Final = ("narratives", "title", "found where")


@click.command()
@click.argument("query", default="")
@filters
@click.option("--like", metavar="ITEM", type=NUMBER, help="Items that read most like this one.")
@click.option("--items", "of_items", is_flag=True, help="Search all items, hits or not.")
@click.option("--limit", default=50, type=click.IntRange(1, MAX_LIMIT), show_default=True)
@click.option("--cursor", default="", metavar="C", help="Go on where the last page ended.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl", "csv"]), default="table")
@with_app
def search(  # noqa: PLR0913 - the flags of the public contract
    app: App,
    query: str,
    *,
    like: int | None,
    of_items: bool,
    limit: int,
    cursor: str,
    form: str,
    **asked: Unpack[Asked],
) -> None:
    """Search archived hits, newest first; words in either script, with or without diacritics.

    With --like: the items that read most like one, in any language, nearest first, with `likeness`
    (0 to 100), of those that the second opinion has read (extra `semantic`).

    Example: monitor search "otvoreni balkan" --country RS --since 7d --format jsonl
    """
    wanted = filters_of(query, asked, app.clock.now())
    page: Page[ArchivedHit] | Page[ArchivedItem]
    if like is not None:
        _say_like(app, like, limit, form)
        return
    if of_items:
        page = app.search_items(wanted, limit, cursor)
    else:
        page = app.search_hits(wanted, limit, cursor)
    rows = [app.row(found) for found in page.rows]
    if form == "jsonl":
        print_lines(rows)
    elif form == "csv":
        app.write_csv(rows, sys.stdout)
    else:
        _print_table(page, asked["zone"])
    if page.cursor:
        note(f"More: add --cursor {page.cursor}")


def _say_like(app: App, like: int, limit: int, form: str) -> None:
    found = app.like(like, limit)
    rows = [app.row(one) | {"likeness": likeness} for one, likeness in found]
    if form == "jsonl":
        print_lines(rows)
    elif form == "csv":
        app.write_csv(rows, sys.stdout)
    else:
        lines = [
            (f"{likeness:g}", one.country, one.lang, one.outlet_id, one.title)
            for one, likeness in found
        ]
        print_table(("likeness", "in", "lang", "outlet", "title"), lines)


def _print_table(page: Page[ArchivedHit] | Page[ArchivedItem], zone: str) -> None:
    local = known_zone(zone)
    lines: list[tuple[str, ...]] = []
    for row in page.rows:
        seen = f"{row.first_seen_at.astimezone(local):%Y-%m-%d %H:%M}"
        place = (seen, row.country, row.lang, row.outlet_id)
        if isinstance(row, ArchivedHit):
            hit = row.hit
            lines.append(
                (
                    *place,
                    hit.narrative,
                    f"{hit.score:g}",
                    str(hit.grade),
                    row.stance or str(hit.stance_hint),
                    row.review,
                    row.title,
                )
            )
        else:
            found = row.snippet.plain if row.snippet else ""
            if found.strip(" …") in row.title:
                found = ""  # it is read there already
            lines.append((*place, " ".join(row.narratives), row.title, found))
    if not lines:
        note("Nothing found.")
        return
    of_hits = isinstance(page.rows[0], ArchivedHit)
    print_table((*_PLACE, *(_OF_HITS if of_hits else _OF_ITEMS)), lines)
