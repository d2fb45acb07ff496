"""`monitor feeds add|diff|import|export`: change the feed list, or carry it elsewhere."""

from pathlib import Path
from typing import Final

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.digests import write
from monitor.cli.output import note, print_json, print_table
from monitor.domain.feed import Feed, FeedType, OutletKind
from monitor.domain.outlines import ImportPlan
from monitor.domain.urls import without_userinfo
from monitor.services.feed_editing import NewFeed

SHOWN: Final = 50  # rows of a report that may have thousands
TYPES: Final = [one.value for one in FeedType]
KINDS: Final = [one.value for one in OutletKind]
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command("add")
@click.argument("url")
@click.option("--outlet", required=True, metavar="ID", help="The outlet, listed or new.")
@click.option("--feed-id", default="", metavar="ID", help="Else made of outlet and address.")
@click.option("--type", "kind_of_feed", type=click.Choice(TYPES), default="feed", show_default=True)
@click.option("--name", default="", help="The new outlet's own name.")
@click.option("--country", default="", metavar="CC", help="Of a new outlet: RS BA ME XK … INT.")
@click.option("--languages", default="", metavar="L,…", help="Of a new outlet: sr-Latn,en …")
@click.option("--kind", type=click.Choice(KINDS), help="Of a new outlet; else private.")
@json_option
@with_app
def add(  # noqa: PLR0913 - one parameter an option
    app: App,
    url: str,
    *,
    outlet: str,
    feed_id: str,
    kind_of_feed: str,
    name: str,
    country: str,
    languages: str,
    kind: str | None,
    as_json: bool,
) -> None:
    """Add a feed to the operator's list; comments and order stay.

    Example: monitor feeds add https://primer.example/rss --outlet primer --country RS --languages sr
    """
    new = NewFeed(
        url=url,
        outlet=outlet,
        id=feed_id,
        type=FeedType(kind_of_feed),
        name=name,
        country=country.upper(),
        languages=tuple(part.strip() for part in languages.split(",") if part.strip()),
        kind=kind or "",
    )
    feed, place = app.feed_tools.add(new)
    if as_json:
        print_json({"added": _feed_row(feed), "place": place})
        return
    click.echo(f"{place}: added {feed.id} to {feed.outlet.id}")
    note("A service that runs reads it at SIGHUP; `monitor poll --feed ID` tries it now.")


@click.command("diff")
@json_option
@with_app
def diff(app: App, *, as_json: bool) -> None:
    """Compare your list with the packaged one: what a new release has that yours has not.

    Example: monitor feeds diff --feeds /etc/monitor/feeds.yaml
    """
    found = app.feed_tools.diff()
    if as_json:
        print_json(
            {
                "only_packaged": [_feed_row(feed) for feed in found.only_there],
                "only_yours": [_feed_row(feed) for feed in found.only_here],
                "changed": [
                    {"yours": _feed_row(here), "packaged": _feed_row(there)}
                    for here, there in found.changed
                ],
            }
        )
        return
    rows = [
        *(
            (which, feed.id, feed.outlet.country, without_userinfo(feed.url))
            for which, some in (
                ("packaged only", found.only_there),
                ("yours only", found.only_here),
            )
            for feed in some
        ),
        *(
            ("changed", here.id, here.outlet.country, _change(here, there))
            for here, there in found.changed
        ),
    ]
    if rows:
        print_table(("where", "feed", "in", "address"), rows)
    note(
        f"{len(found.only_there)} in the packaged list alone, {len(found.only_here)} in yours "
        f"alone, {len(found.changed)} differ."
    )


@click.command("import")
@click.argument("file", type=click.Path())
@json_option
@with_app
def import_(app: App, file: str, *, as_json: bool) -> None:
    """Add the feeds of an OPML file to the operator's list: all that are fit, or none on a fault.

    Groups become outlets; what the file leaves open becomes country INT, language und, private.

    Example: monitor feeds import subscriptions.opml --feeds feeds.yaml
    """
    plan, shown = app.feed_tools.take_in(file)
    if as_json:
        print_json(_import_report(plan, file, shown))
        return
    click.echo(
        f"{shown}: {len(plan.added)} added, {len(plan.known)} known, {len(plan.refused)} refused"
    )
    bare = sum(one.had_credentials for one in plan.added)
    if bare:
        note(f"{bare} addresses bore a name or password, which were taken off.")
    if plan.refused:
        rows = [(f"{file}:{one.line}", one.reason, one.url) for one in plan.refused[:SHOWN]]
        print_table(("place", "refused because", "address"), rows)
        more = len(plan.refused) - SHOWN
        if more > 0:
            note(f"and {more} more; --json lists all")


@click.command("export")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Else standard output."
)
@with_app
def export(app: App, *, out: Path | None) -> None:
    """Write the list as OPML 2.0, for other programs; names and passwords stay here.

    Example: monitor feeds export --out feeds.opml
    """
    body = app.feed_tools.give_out()
    if out is None:
        click.echo(body, nl=False)
        return
    write(out, body)
    note(f"Written: {out}")


COMMANDS: Final = (add, diff, import_, export)


def _feed_row(feed: Feed) -> dict[str, object]:
    return {
        "feed": feed.id,
        "url": without_userinfo(feed.url),
        "type": feed.type.value,
        "enabled": feed.enabled,
        "outlet": feed.outlet.id,
        "country": feed.outlet.country,
    }


def _change(here: Feed, there: Feed) -> str:
    parts = [
        f"{mine} -> {theirs}"
        for mine, theirs in (
            (here.id, there.id),
            (without_userinfo(here.url), without_userinfo(there.url)),
            ("on" if here.enabled else "off", "on" if there.enabled else "off"),
        )
        if mine != theirs
    ]
    return ", ".join(parts)


def _import_report(plan: ImportPlan, file: str, shown: str) -> dict[str, object]:
    return {
        "file": file,
        "list": shown,
        "added": [
            {**_feed_row(one.feed), "line": one.line, "credentials_removed": one.had_credentials}
            for one in plan.added
        ],
        "known": [{"url": one.url, "line": one.line, "feed": one.feed_id} for one in plan.known],
        "refused": [
            {"url": one.url, "line": one.line, "reason": one.reason} for one in plan.refused
        ],
    }
