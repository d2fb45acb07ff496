"""`monitor preserve`."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from monitor.app import App
from monitor.app import preserving as wiring
from monitor.cli.context import with_app
from monitor.cli.output import counting, note, print_json
from monitor.domain.errors import NotFoundError
from monitor.domain.preserving import Entry, Outcome, Preserved
from monitor.services.visits import Limits

FAULTS, NOTHING = 1, 3
LONGEST: Final = timedelta(hours=12)


@click.command()
@click.argument("hits", metavar="[HIT]…", nargs=-1)
@click.option("--dir", "directory", type=click.Path(file_okay=False, path_type=Path), help="Where.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--verify", is_flag=True, help="Fetch nothing; see that all is as it was.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def preserve(
    app: App,
    hits: tuple[str, ...],
    *,
    directory: Path | None,
    limit: int,
    verify: bool,
    as_json: bool,
) -> None:
    """Keep the pages of hits as evidence: of these, or of every confirmed one, each fetched once.

    Request and answer become a WARC file, with digests, time and catalogue version in a manifest
    (extra `preserve`). robots.txt is obeyed. auto-archiver.csv is for bellingcat's auto-archiver.

    Example: monitor preserve --dir evidence && monitor preserve --dir evidence --verify
    """
    where = wiring.directory_of(app, directory)
    if verify:
        _verify(app, where, as_json=as_json)
        return
    if wrong := [one for one in hits if not one.isdecimal()]:
        raise NotFoundError(f"there is no hit {wrong[0]}; see `monitor search`")
    tried = 0

    with counting("Preserving") as told:

        def seen(entry: Entry) -> None:
            nonlocal tried
            tried += 1
            told(tried, 0)
            if entry.outcome is Outcome.FAILED:
                note(f"{entry.url or entry.item_id}: {entry.reason}")

        done = wiring.preserve(app, where, [int(one) for one in hits], Limits(limit, LONGEST), seen)
    _tell(done, where, as_json=as_json)
    if done.entries and not done.count(Outcome.KEPT):
        sys.exit(NOTHING)


def _tell(done: Preserved, where: Path, *, as_json: bool) -> None:
    kept, failed = done.count(Outcome.KEPT), done.count(Outcome.FAILED)
    if not as_json:
        click.echo(f"{kept} pages kept in {where}, {failed} not; {done.known} were kept or tried.")
        if done.busy:
            click.echo(f"{done.busy} wait for hosts that are being polled.")
        return
    pages = [
        {
            "item_id": str(one.item_id),
            "url": one.url,
            "outcome": one.outcome.value,
            "reason": one.reason or None,
            "file": one.file.name if one.file else None,
            "sha256": one.file.sha256 if one.file else None,
        }
        for one in done.entries
    ]
    counts = {"kept": kept, "failed": failed, "known": done.known, "waiting": done.busy}
    print_json({"directory": str(where), **counts, "pages": pages})


def _verify(app: App, where: Path, *, as_json: bool) -> None:
    faults = wiring.verify(app, where)
    if as_json:
        print_json({"ok": not faults, "faults": [{"file": f.file, "what": f.what} for f in faults]})
    else:
        for one in faults:
            click.echo(f"{one.file}: {one.what}")
        click.echo(f"{len(faults)} faults." if faults else "All is as it was when it was kept.")
    if faults:
        sys.exit(FAULTS)
