"""`monitor backup`, `restore`, `copy`, `import`, `erase` and `retention`."""

import os
import sys
from pathlib import Path

import click

from monitor.app import App, preserving
from monitor.app import upkeep as wiring
from monitor.cli.context import with_app
from monitor.cli.options import NUMBER
from monitor.cli.output import counting, note, print_json
from monitor.domain.errors import ConfigError

BAD_LINES = 2


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def backup(app: App, file: Path) -> None:
    """Write a consistent copy of the archive into FILE, while the service runs.

    The file is a SQLite database, whatever the archive is kept in.

    Example: monitor backup /backups/monitor-2026-11-23.db
    """
    with counting("Copying") as told:
        app.upkeep.back_up(file, told)
    note(f"The archive is in {file}.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace all that is in the database.")
@with_app
def restore(app: App, file: Path, *, force: bool) -> None:
    """Bring back what `monitor backup` wrote, with the present schema.

    A database that is not empty is left alone, unless --force is given.

    Example: monitor restore /backups/monitor-2026-11-23.db
    """
    with counting("Copying") as told:
        app.upkeep.restore(file, told, force=force)
    note(f"The archive of {file} is back.")


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def copy(source: str, target: str, *, as_json: bool) -> None:
    """Copy the archive FROM one database TO another that is empty, SQLite or PostgreSQL.

    Each is an SQLAlchemy URL or a SQLite file. All rows arrive, counted, or none.

    Example: monitor copy monitor.db postgresql+psycopg://monitor@localhost/monitor
    """
    addresses = [name if "://" in name else f"sqlite:///{name}" for name in (source, target)]
    if addresses[0] == addresses[1]:
        raise ConfigError("FROM and TO are the same database; name another", where="TO")
    with counting("Copying") as told:
        counts = wiring.copy(addresses[0], addresses[1], told)
    if as_json:
        print_json({"rows": counts})
    else:
        click.echo(f"{sum(counts.values())} rows copied, {counts['item']} items among them.")


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--outlet", default="", metavar="ID", help="The outlet of rows that name none.")
@click.option(
    "--jobs", default=0, type=click.IntRange(0), metavar="N", help="Processes [default: all cores]."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def import_(app: App, file: Path, *, outlet: str, jobs: int, as_json: bool) -> None:
    """Bring past items in from FILE: JSON Lines or CSV, each with its own first-seen time.

    A row has title, summary or text, and may have id, url, outlet, lang, published_at,
    first_seen_at, outlet_name, country. What is known already stays as it is. Lines that are wrong
    are named, the others kept, and the exit code is 2.

    Example: monitor import 2019.jsonl --outlet primer
    """

    def fault(number: int, error: ConfigError) -> None:
        note(str(ConfigError(error.what, file=str(file), line=number, where=error.where)))

    with counting("Importing") as told:
        jobs = jobs or os.cpu_count() or 1
        brought = app.upkeep.bring(file, outlet, jobs, fault, lambda done: told(done, 0))
    if as_json:
        print_json(
            {
                "items": {"new": brought.new, "known": brought.known},
                "hits": {"new": brought.hits},
                "bad_lines": brought.bad,
            }
        )
    else:
        click.echo(
            f"{brought.new} new items with {brought.hits} hits, {brought.known} known, "
            f"{brought.bad} bad lines."
        )
    if brought.bad:
        sys.exit(BAD_LINES)


@click.command()
@click.argument("item", metavar="ITEM", type=NUMBER)
@click.option("--reason", required=True, help="Why; kept with the time.")
@with_app
def erase(app: App, item: int, *, reason: str) -> None:
    """Take the words of one ITEM out of the archive, and keep it from coming back.

    Its title, text, address, versions and evidence are gone for good, and so is its page in
    MONITOR_PRESERVE.

    Example: monitor erase 4711 --reason "request of the person named"
    """
    if app.upkeep.erase(item, reason):
        note(f"Item {item} is erased.")
    else:
        note(f"Item {item} was erased before.")
    if preserving.forget(app, item):
        note("Its preserved page is deleted.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be deleted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def retention(app: App, *, dry_run: bool, as_json: bool) -> None:
    """Delete what is older than MONITOR_RETENTION keeps it; without that setting, nothing.

    Example: MONITOR_RETENTION=fetch_events=400d monitor retention --dry-run
    """
    counts = app.upkeep.forget(dry_run=dry_run)
    if as_json:
        print_json({"dry_run": dry_run, "deleted": counts})
        return
    if not counts:
        click.echo("Everything is kept: MONITOR_RETENTION is not set.")
    for kind, count in counts.items():
        click.echo(f"{kind}: {count} rows {'would be' if dry_run else 'were'} deleted.")
