"""`monitor review`."""

import getpass
from collections.abc import Callable
from typing import IO, Any, Final, TypeVar

import click

from monitor.app import App
from monitor.app.review import export_labels, import_labels
from monitor.cli.context import with_app
from monitor.cli.options import language
from monitor.cli.output import note, print_json, print_table
from monitor.domain.errors import ConfigError
from monitor.domain.hit import Stance
from monitor.domain.queue import Place
from monitor.domain.review import REASONS, Decision, Review, Verdict
from monitor.domain.text import safe_line

Command = TypeVar("Command", bound=Callable[..., Any])

MAX_NAME: Final = 100


class Reason(click.Choice[str]):
    """A reason of the fixed vocabulary; `old item` is read as `old-item`."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the reason."""
        return super().convert("-".join(value.lower().replace("_", " ").split()), param, ctx)


def by_option(command: Command) -> Command:
    """Add `--by`."""
    return click.option(
        "--by", default=_me, metavar="NAME", callback=_name, help="Who decides; your login name."
    )(command)


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "operator"


def _name(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    name = safe_line(value).strip()
    if not name or len(name) > MAX_NAME:
        raise click.BadParameter(f"a name has 1 to {MAX_NAME} characters")
    return name


@click.group()
def review() -> None:
    """Decide on hits: confirm, dismiss or leave open, with name and time; nothing is erased.

    Example: monitor review list && monitor review set 17 --dismiss --reason homonym
    """


@review.command("list")
@click.option("--limit", default=20, type=click.IntRange(1, 1000), show_default=True)
@click.option("--lang", multiple=True, metavar="L", help="Only these; else those of the profile.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@by_option
@with_app
def list_(app: App, *, limit: int, lang: tuple[str, ...], as_json: bool, by: str) -> None:
    """Show what to look at next: hits where a look is worth most, and a part at random.

    A `random item` is read whole, whatever was found in it: `monitor review read ID`.

    Example: monitor review list --by ana --limit 20
    """
    places = app.quality.queue(by, limit, list(map(language, lang)))
    rows = [_queued(place) for place in places]
    if as_json:
        print_json({"by": by, "queue": rows})
    elif rows:
        headings = ("hit", "item", "lang", "narrative", "score", "why", "title")
        print_table(headings, [[row[name] or "" for name in headings] for row in rows])
    else:
        note("Nothing is left to review.")


def _queued(place: Place) -> dict[str, object]:
    case, found = place.case, place.case or place.item
    if found is None:
        raise TypeError("a place without hit or item")
    narratives = place.item.narratives if place.item else ()
    return {
        "hit": str(case.hit_id) if case else None,
        "item": str(found.item_id),
        "narrative": case.narrative if case else " ".join(narratives) or None,
        "score": case.score if case else None,
        "grade": str(case.grade) if case else None,
        "why": ", ".join(place.why[:3]),
        "title": found.title,
        "summary": found.summary,
        "outlet": found.outlet_id,
        "lang": found.lang,
        "first_seen_at": f"{found.first_seen_at:%Y-%m-%dT%H:%M:%SZ}",
        "rules": list(case.rules) if case else [],
        "story_size": case.story_size if case else None,
        "decided": {one.by: str(one.verdict) for one in case.opinions} if case else {},
    }


@review.command("set")
@click.argument("hit")
@click.option("--confirm", "verdicts", flag_value="confirmed", multiple=True, help="It carries it.")
@click.option("--dismiss", "verdicts", flag_value="dismissed", multiple=True, help="It does not.")
@click.option("--unsure", "verdicts", flag_value="unsure", multiple=True, help="Cannot tell.")
@click.option("--stance", type=click.Choice([str(s) for s in Stance]), help="Yours.")
@click.option("--reason", type=Reason(REASONS), help="Why it is dismissed.")
@click.option("--note", "words", default="", metavar="TEXT", help="For colleagues.")
@by_option
@with_app
def set_(  # noqa: PLR0913, PLR0917 - the flags of the public contract
    app: App,
    hit: str,
    verdicts: tuple[str, ...],
    stance: str | None,
    reason: str | None,
    words: str,
    by: str,
) -> None:
    """Decide on HIT, the id that `monitor search` and `monitor review list` print.

    Example: monitor review set 17 --dismiss --reason homonym --by ana
    """
    if len(set(verdicts)) != 1:
        raise ConfigError("say one of --confirm, --dismiss and --unsure")
    verdict = Verdict(verdicts[0])
    said = Decision(verdict, by, app.clock.now(), stance or "", reason or "", words)
    found = app.reviews.decide(hit, said)
    click.echo(f"{found.narrative}: {verdict} by {by}: {safe_line(found.title)}")


@review.command("undo")
@click.argument("hit")
@by_option
@with_app
def undo(app: App, hit: str, by: str) -> None:
    """Take back the decision on HIT that stands; the one before it stands again.

    Example: monitor review undo 17
    """
    found, stands = app.reviews.undo(hit, by)
    now = stands.decision.verdict if stands and stands.decision else "unreviewed"
    click.echo(f"{found.narrative}: {now} again: {safe_line(found.title)}")


@review.command("history")
@click.argument("hit")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def history(app: App, hit: str, *, as_json: bool) -> None:
    """Show everything that was said of HIT, oldest first.

    Example: monitor review history 17
    """
    rows = [_told(row) for row in app.reviews.history(hit)]
    if as_json:
        print_json({"hit": hit, "history": rows})
    elif rows:
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        note("Nobody has decided on it yet.")


def _told(row: Review) -> dict[str, object]:
    said = row.decision
    return {
        "id": row.id,
        "at": f"{row.at:%Y-%m-%dT%H:%M:%SZ}",
        "by": row.by,
        "verdict": str(said.verdict) if said else f"undoes {row.undoes}",
        "stance": said.stance if said else "",
        "reason": said.reason if said else "",
        "note": said.note if said else "",
    }


@review.command("read")
@click.argument("item")
@click.option("--carries", multiple=True, metavar="ID", help="A narrative that it carries.")
@click.option("--none", "nothing", is_flag=True, help="It carries none of the catalogue's.")
@by_option
@with_app
def read(app: App, item: str, carries: tuple[str, ...], *, nothing: bool, by: str) -> None:
    """Say which narratives a whole ITEM carries, found by the matcher or not.

    The queue asks for this at random: so it can be estimated what is missed. It also decides the
    item's hits that nobody has decided on.

    Example: monitor review read 2041 --none
    """
    if nothing == bool(carries):
        raise ConfigError("say --none, or each narrative with --carries")
    app.known_narratives(carries)
    found = app.reviews.read(item, by, carries)
    click.echo(f"{', '.join(carries) or 'none'}: {safe_line(found.title)}")


@review.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True))
@with_app
def export(app: App, file: IO[str]) -> None:
    """Write what people decided to FILE (- is standard output) as a labelled set, a line an item.

    An item is written when it was read whole, or when each of its hits was confirmed or dismissed.
    `make quality QUALITY="--labels FILE"` scores the catalogue on it; names are not written.

    Example: monitor review export labels.jsonl
    """
    note(f"{export_labels(app.database, file)} items.")


@review.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@by_option
@with_app
def import_(app: App, file: IO[str], by: str) -> None:
    """Decide as the labelled set in FILE says, for the items that are in this archive.

    Example: monitor review import labels.jsonl --by ana
    """
    taken = import_labels(app.database, app.clock, file, file.name, by)
    click.echo(
        f"{taken.items} items, {taken.hits} hits decided; {taken.unknown} items are not here, "
        f"{taken.refused} are in a language that {by} has not set."
    )


@review.command("profile")
@click.argument("name", callback=_name)
@click.option("--lang", "learn", multiple=True, metavar="L", help="A language NAME reads.")
@click.option("--without", "drop", multiple=True, metavar="L", help="One they do not.")
@with_app
def profile(app: App, name: str, learn: tuple[str, ...], drop: tuple[str, ...]) -> None:
    """Say which languages a reviewer reads: `sr` means both scripts.

    As soon as one profile exists, a hit is confirmed only by those who set its language.

    Example: monitor review profile ana --lang sr --lang bs
    """
    langs = app.reviews.profile(name, [*map(language, learn)], [*map(language, drop)])
    click.echo(f"{name} reads {' '.join(langs) or 'no language yet'}.")
