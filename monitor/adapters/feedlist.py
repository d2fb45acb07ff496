"""Read the operator's feed list. The file is never written here: see `feed_editor`."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from monitor.adapters.yaml_file import Strict, Where, YamlFile, read, validated
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, FeedType, Outlet, OutletKind
from monitor.domain.urls import without_userinfo

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SLUG: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?")
_DURATION: Final = re.compile(r"(\d{1,6})\s*([smhd])")
MAX_FEEDS: Final = 100_000
MAX_HEADER: Final = 1_000


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(str(value).strip())
    if not found:
        raise ValueError("must be a duration such as 30m, 6h or 5s")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _zone(value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be an IANA zone such as Europe/Belgrade") from error


def _url(value: object) -> str:
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or any(char.isspace() for char in text):
        raise ValueError("must be an http or https address")
    return text


def _interval(value: object) -> timedelta:
    wait = _duration(value)
    if wait <= timedelta(0):
        raise ValueError("must be longer than nothing, such as 30m")
    return wait


def _country(value: object) -> str:
    if not re.fullmatch(r"[A-Z]{2}|INT", str(value)):
        raise ValueError("must be an ISO 3166-1 code such as RS, XK for Kosovo, or INT")
    return str(value)


def _language(value: object) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", str(value)):
        raise ValueError("must be a language code such as sr, sr-Cyrl, bs, sq or mk")
    return str(value)


def _header(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > MAX_HEADER:
        raise ValueError("must be one line of text")
    return value


def _version(number: int) -> int:
    if number != 1:
        raise ValueError("must be 1: this program reads no other")
    return number


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError("must be lower-case letters, digits and hyphens, such as primer-vesti")
    return text


def _header_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", text):
        raise ValueError("must be the name of a header, such as Accept-Language")
    return text


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Interval = Annotated[timedelta, BeforeValidator(_interval)]
Zone = Annotated[str, BeforeValidator(_zone)]
Address = Annotated[str, BeforeValidator(_url)]
Country = Annotated[str, BeforeValidator(_country)]
Language = Annotated[str, BeforeValidator(_language)]
Slug = Annotated[str, AfterValidator(_slug)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, BeforeValidator(_header)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class FeedRow(Strict):
    """One feed as the file has it."""

    id: Slug
    url: Address
    type: FeedType = FeedType.FEED
    enabled: bool = True
    interval: Interval | None = None
    timezone: Zone | None = None
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict)
    allow_http: bool = False
    note: str = ""


class OutletRow(Strict):
    """One outlet as the file has it."""

    id: Slug
    name: Name
    country: Country
    languages: Annotated[list[Language], Field(min_length=1)]
    kind: OutletKind
    homepage: Address | None = None
    feeds: list[FeedRow] = Field(default_factory=list)


class Defaults(Strict):
    """What holds for every feed that says nothing else."""

    interval: Interval = timedelta(minutes=30)
    timezone: Zone = "Europe/Belgrade"
    host_delay: Duration = timedelta(seconds=5)


class FeedList(Strict):
    """The whole file."""

    version: Annotated[int, AfterValidator(_version)]
    defaults: Defaults = Defaults()
    outlets: list[OutletRow]


def load(path: Path) -> tuple[Feed, ...]:
    """Return every feed of the list, enabled or not, in its order. Raises ConfigError."""
    source, rows = opened(path)
    feeds = feeds_of(rows)
    if not feeds:
        raise source.fault(("outlets",), "lists no feed; add one under `feeds:`")
    if len(feeds) > MAX_FEEDS:
        raise source.fault(("outlets",), f"lists more than {MAX_FEEDS} feeds; split the list")
    return feeds


def opened(path: Path) -> tuple[YamlFile, FeedList]:
    """Return the file and its validated rows, be there a feed or none. Raises ConfigError."""
    source = read(path)
    rows = validated(source, FeedList)
    _refuse_doubles(source, rows)
    return source, rows


def feeds_of(rows: FeedList) -> tuple[Feed, ...]:
    """Return every feed of the rows, in their order."""
    return tuple(
        _feed(row, outlet_of(outlet), rows.defaults)
        for outlet in rows.outlets
        for row in outlet.feeds
    )


def outlet_of(row: OutletRow) -> Outlet:
    """Return the outlet of a row, without its feeds."""
    return Outlet(
        id=row.id,
        name=row.name,
        country=row.country,
        languages=tuple(row.languages),
        kind=row.kind,
        homepage=row.homepage or "",
    )


def _feed(row: FeedRow, outlet: Outlet, defaults: Defaults) -> Feed:
    return Feed(
        id=row.id,
        url=row.url,
        outlet=outlet,
        type=row.type,
        enabled=row.enabled,
        interval=row.interval or defaults.interval,
        timezone=row.timezone or defaults.timezone,
        host_delay=defaults.host_delay,
        headers=tuple(row.headers.items()),
        allow_http=row.allow_http,
        note=row.note,
    )


def _refuse_doubles(source: YamlFile, rows: FeedList) -> None:
    seen: dict[tuple[str, str], Where] = {}
    faults: list[ConfigError] = []
    for o, outlet in enumerate(rows.outlets):
        parts: list[tuple[str, str, Where]] = [("outlet id", outlet.id, ("outlets", o, "id"))]
        for f, feed in enumerate(outlet.feeds):
            row: Where = ("outlets", o, "feeds", f)
            parts += [("feed id", feed.id, (*row, "id")), ("url", feed.url, (*row, "url"))]
        for what, value, where in parts:
            first = seen.setdefault((what, value), where)
            if first != where:
                also = f"the {what} {without_userinfo(value)} is also in line {source.line(first)}; keep one"
                faults.append(source.fault(where, also))
    if faults:
        raise ConfigError.all_of(faults)
