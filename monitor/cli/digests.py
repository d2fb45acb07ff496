"""`monitor digest`."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from monitor.app import App
from monitor.app.exporting import SHARING, into
from monitor.cli.context import with_app
from monitor.cli.options import country_code, instant, known_zone, tlp_option, zone_option
from monitor.cli.output import note
from monitor.domain.digest import Window
from monitor.domain.errors import ConfigError
from monitor.services.digest import DigestRequest

_LONGEST: Final = timedelta(days=36_525)  # with as many windows before it as it is compared with

FORMATS = ("text", "markdown", "html", "json", "atom", *SHARING)
LANGUAGES = ("en", "sr-Latn", "sr-Cyrl", "bs", "cnr", "mk", "sq")


@click.command()
@click.option("--since", metavar="T", help="Begin of the window; default 24 h before its end.")
@click.option("--until", metavar="T", help="End of the window, not included; default now.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--narrative", multiple=True, metavar="ID", help="Only this narrative.")
@click.option("--country", multiple=True, metavar="CC", help="Only outlets of this country.")
@click.option("--reviewer", is_flag=True, help="Add what lay just below the line.")
@click.option("--preview", metavar="ADDRESS", help="What this subscriber would get now.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file.")
@tlp_option
@zone_option
@with_app
def digest(  # noqa: PLR0913 - the flags of the public contract
    app: App,
    *,
    since: str | None,
    until: str | None,
    form: str,
    lang: str,
    narrative: tuple[str, ...],
    country: tuple[str, ...],
    reviewer: bool,
    preview: str | None,
    out: Path | None,
    tlp: str,
    zone: str,
) -> None:
    """Compose a digest of what was first seen in a window.

    Example: monitor digest --since 24h --format html --lang sr-Latn --out digest.html
    """
    if preview and form in SHARING:
        raise ConfigError("a preview is for people; write text, markdown or html", where="--format")
    if preview:
        for one in app.delivery.subscribers.of(preview):
            _put(app.render(app.delivery.preview(one), form, one.lang, one.zone), out)
        return
    known_zone(zone)
    now = app.clock.now()
    end = instant(until, zone, now, "--until") if until else now
    begin = instant(since, zone, now, "--since") if since else end - timedelta(hours=24)
    if begin >= end:
        raise ConfigError("--since must be before --until")
    if end - begin > _LONGEST:
        raise ConfigError("a digest goes back a hundred years at most", where="--since")
    request = DigestRequest(
        Window(begin, end), narrative, tuple(map(country_code, country)), reviewer_edition=reviewer
    )
    if form in SHARING:
        composed, exporting = app.digest(request), app.exporting
        into(
            out,
            sys.stdout.buffer,
            lambda sink: exporting.digest(composed, request, form, sink, tlp=tlp),
        )
        return
    body = app.render(app.digest(request), form, lang, zone)
    _put(body, out)


def _put(body: str, out: Path | None) -> None:
    if out is None:
        click.echo(body, nl=not body.endswith("\n"))
        return
    write(out, body)
    note(f"Written: {out}")


def write(path: Path, body: str) -> None:
    """Write a text file as UTF-8. Raises ConfigError where that cannot be."""
    try:
        path.write_text(body, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written ({error.strerror})", file=str(path)) from error
