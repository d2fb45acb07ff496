"""`monitor export`."""

import sys
from pathlib import Path
from typing import BinaryIO, Final, Unpack

import click

from monitor.app import App
from monitor.app.exporting import FEEDS, SHARING, into
from monitor.cli.context import with_app
from monitor.cli.options import Asked, filters, filters_of, tlp_option
from monitor.cli.output import counting, note
from monitor.domain.errors import ConfigError

FORMATS: Final = ("csv", "jsonl", "parquet", "xlsx", *FEEDS, *SHARING)
BINARY: Final = ("parquet", "xlsx")


@click.command()
@click.argument("query", default="")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@filters
@click.option("--denominators", is_flag=True, help="What was read a day and outlet, hits or not.")
@click.option("--bom", is_flag=True, help="CSV for spreadsheets that guess the letters wrong.")
@tlp_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file to write.")
@with_app
def export(  # noqa: PLR0913 - the flags of the public contract
    app: App,
    query: str,
    *,
    form: str,
    denominators: bool,
    bom: bool,
    tlp: str,
    out: Path | None,
    **asked: Unpack[Asked],
) -> None:
    """Write every hit of a search to a file, whole: for spreadsheets, DuckDB, pandas or R.

    atom and jsonfeed are for feed readers, stix and misp for sharing platforms (extra `sharing`).
    Each row bears the disclaimer, the catalogue's version, the review and the stance. With
    --denominators: items read and feeds up for each day, outlet, country and language.

    Example: monitor export --format parquet --since 4w --out hits.parquet
    """
    wanted = filters_of(query, asked, app.clock.now())
    if out is None and form in BINARY and sys.stdout.isatty():
        raise ConfigError(f"{form} is no text for a terminal; name a file", where="--out")
    if denominators and form in {*FEEDS, *SHARING}:
        raise ConfigError(
            "denominators are a table; write csv, jsonl, parquet or xlsx", where="--format"
        )
    exporting = app.exporting

    def fill(sink: BinaryIO) -> int:
        if form in SHARING:
            return exporting.objects(wanted, form, sink, lambda done: told(done, 0), tlp=tlp)
        writing = exporting.denominators if denominators else exporting.hits
        return writing(wanted, form, sink, lambda done: told(done, 0), bom=bom)

    with counting("Exporting") as told:
        rows = into(out, sys.stdout.buffer, fill)
    if out:
        note(f"{rows} {'hits' if form in SHARING else 'rows'} in {out}.")
