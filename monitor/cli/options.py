"""Options that several commands share: times, zones, filters."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict, TypeVar
from zoneinfo import ZoneInfo

import click

from monitor.domain.errors import ConfigError
from monitor.domain.hit import Grade, Stance
from monitor.domain.language import normalise_tag
from monitor.domain.numbering import EARLIEST
from monitor.ports import Filters

Command = TypeVar("Command", bound=Callable[..., Any])

#: The number of an item: negative before 1970, and of 64 bits.
NUMBER: Final = click.IntRange(-(2**63) + 1, 2**63 - 1)
_AGO: Final = re.compile(r"(\d{1,5})([hdw])")
_COUNTRY: Final = re.compile("[A-Z]{2}|INT")
_HOURS: Final = {"h": 1, "d": 24, "w": 168}
_REVIEWS: Final = ("unreviewed", "confirmed", "dismissed", "unsure")


class Asked(TypedDict):
    """The values of the filter options, as click hands them over."""

    narrative: tuple[str, ...]
    country: tuple[str, ...]
    lang: tuple[str, ...]
    outlet: tuple[str, ...]
    stance: tuple[str, ...]
    review: tuple[str, ...]
    grade: str | None
    since: str | None
    until: str | None
    zone: str


def zone_option(command: Command) -> Command:
    """Add `--tz`."""
    return click.option(
        "--tz",
        "zone",
        metavar="ZONE",
        default="UTC",
        show_default=True,
        help="IANA zone of times without an offset, and of times shown.",
    )(command)


def tlp_option(command: Command) -> Command:
    """Add `--tlp`."""
    return click.option(
        "--tlp",
        type=click.Choice(["clear", "green", "amber", "red"]),
        default="amber",
        show_default=True,
        help="Whom STIX and MISP may be passed on to (FIRST's TLP).",
    )(command)


def filters(command: Command) -> Command:
    """Add the filters of the public contract; the command gets them as keywords of `Asked`."""
    options = [
        click.option("--narrative", multiple=True, metavar="ID", help="Only this narrative."),
        click.option("--country", multiple=True, metavar="CC", help="RS BA ME XK MK AL INT …"),
        click.option(
            "--lang", multiple=True, metavar="L", help="sr (both scripts) sr-Cyrl bs sq …"
        ),
        click.option("--outlet", multiple=True, metavar="ID", help="Only this outlet."),
        click.option("--stance", multiple=True, type=click.Choice([str(s) for s in Stance])),
        click.option("--review", multiple=True, type=click.Choice(_REVIEWS)),
        click.option("--grade", type=click.Choice([str(g) for g in Grade])),
        click.option("--since", metavar="T", help="From here on: 2026-11-22, 24h, 7d, 4w …"),
        click.option("--until", metavar="T", help="Up to but not including this time."),
    ]
    for option in reversed(options):
        command = option(command)
    return zone_option(command)


def filters_of(query: str, asked: Asked, now: datetime) -> Filters:
    """Return what is asked for. Raises ConfigError for a time, zone or language that is none."""
    zone = asked["zone"]
    return Filters(
        query=query,
        narratives=asked["narrative"],
        countries=tuple(map(country_code, asked["country"])),
        langs=tuple(map(language, asked["lang"])),
        outlets=asked["outlet"],
        stances=asked["stance"],
        reviews=asked["review"],
        grade=Grade(asked["grade"]) if asked["grade"] else None,
        since=instant(asked["since"], zone, now, "--since") if asked["since"] else None,
        until=instant(asked["until"], zone, now, "--until") if asked["until"] else None,
    )


def instant(text: str, zone: str, now: datetime, flag: str) -> datetime:
    """Read `2026-11-22`, `2026-11-22T06:00+01:00`, or `24h`, `7d`, `4w` ago, as aware UTC.

    A time without an offset is of `zone`. Raises ConfigError.
    """
    local = known_zone(zone)
    try:
        at = _read(text.strip(), local, now)
    except (ValueError, OverflowError):
        at = None
    if at is None or at < EARLIEST:
        what = f"{text!r} is not a time; write 2026-11-22, 2026-11-22T06:00+01:00, 24h, 7d or 4w"
        raise ConfigError(what, where=flag)
    return at


def _read(text: str, local: ZoneInfo, now: datetime) -> datetime:
    if ago := _AGO.fullmatch(text):
        return now - timedelta(hours=int(ago[1]) * _HOURS[ago[2]])
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=local)).astimezone(UTC)


def known_zone(name: str) -> ZoneInfo:
    """Return the zone. Raises ConfigError where it is not in the IANA list."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        what = f"{name!r} is not an IANA zone; write for example Europe/Belgrade"
        raise ConfigError(what, where="--tz") from error


def country_code(text: str) -> str:
    """Return the code as we write it. Raises ConfigError."""
    code = text.strip().upper()
    if not _COUNTRY.fullmatch(code):
        what = f"{text!r} is not a country's code; write for example RS, XK or INT"
        raise ConfigError(what, where="--country")
    return code


def language(text: str) -> str:
    """Return the tag as we write it. Raises ConfigError."""
    known = normalise_tag(text)
    if not known:
        raise ConfigError(
            f"{text!r} is not a language; write for example sr, bs, sq", where="--lang"
        )
    return known
