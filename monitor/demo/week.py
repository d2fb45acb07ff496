"""The sample week: what fictional outlets publish, read from `week/*.json` into values.

One file an outlet, one line an item. `narratives` and `stance` are the truth as it was written:
tests compare the matcher with them, and no feed ever carries them.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from monitor.domain.digest import Window
from monitor.domain.feed import Outlet, OutletKind
from monitor.domain.hit import Stance

TIMEZONE: Final = "Europe/Belgrade"
_ZONE: Final = ZoneInfo(TIMEZONE)
_MONDAY: Final = datetime(2026, 11, 2, tzinfo=_ZONE)

WEEK: Final = Window(_MONDAY, _MONDAY + timedelta(days=7))


class FeedFormat(StrEnum):
    """The formats in which the sample outlets publish."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ServedFeed:
    """How an outlet serves its feed, faults of real feeds included.

    `malformed`: ampersands stay raw and the document breaks off before its end. From `dead_from`
    on the address answers 404.
    """

    id: str
    format: FeedFormat
    encoding: str
    cdata: bool = False
    html_summary: bool = False
    charset_in_header: bool = False
    link_suffix: str = ""
    malformed: bool = False
    dead_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A later wording under the same guid and address."""

    at: datetime
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One thing that an outlet publishes at an instant, with the truth about it.

    `dated` is the date it bears, which may be false. `syndicated` names a text that several
    outlets carry, empty if this is theirs alone.
    """

    at: datetime
    dated: datetime
    title: str
    summary: str
    slug: str
    has_guid: bool = True
    has_offset: bool = True
    edit: Edit | None = None
    syndicated: str = ""
    narratives: tuple[str, ...] = ()
    stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class SampleOutlet:
    """A fictional outlet, its feed, and its week, oldest first."""

    outlet: Outlet
    feed: ServedFeed
    publications: tuple[Publication, ...] = field(default=())


def day(number: int) -> Window:
    """Return the local day of the week, 1 for its Monday to 7 for its Sunday."""
    return Window(_instant(number), _instant(number + 1))


def load_week() -> tuple[SampleOutlet, ...]:
    """Return every outlet of the sample week, by file name."""
    folder = files("monitor.demo") / "week"
    documents = sorted((f for f in folder.iterdir() if f.name.endswith(".json")), key=str)
    return tuple(
        _outlet(_OutletFile.model_validate_json(f.read_text(encoding="utf-8"))) for f in documents
    )


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FeedEntry(_Strict):
    id: str
    format: FeedFormat
    encoding: str
    cdata: bool = False
    html_summary: bool = False
    charset_in_header: bool = False
    link_suffix: str = ""
    malformed: bool = False
    dead_from_day: int | None = None


class _EditEntry(_Strict):
    day: int
    at: time
    title: str
    summary: str


class _Line(_Strict):
    day: int
    at: time
    title: str
    summary: str
    slug: str
    narratives: tuple[str, ...] = ()
    stance: Stance | None = None
    syndicated: str = ""
    edited: _EditEntry | None = None
    no_guid: bool = False
    no_offset: bool = False
    dated: datetime | None = None


class _OutletFile(_Strict):
    id: str
    name: str
    country: str
    languages: tuple[str, ...]
    kind: OutletKind
    homepage: str
    feed: _FeedEntry
    items: tuple[_Line, ...]


def _outlet(file: _OutletFile) -> SampleOutlet:
    outlet = Outlet(file.id, file.name, file.country, file.languages, file.kind, file.homepage)
    publications = sorted((_publication(line) for line in file.items), key=lambda p: p.at)
    return SampleOutlet(outlet, _served(file.feed), tuple(publications))


def _served(entry: _FeedEntry) -> ServedFeed:
    return ServedFeed(
        id=entry.id,
        format=entry.format,
        encoding=entry.encoding,
        cdata=entry.cdata,
        html_summary=entry.html_summary,
        charset_in_header=entry.charset_in_header,
        link_suffix=entry.link_suffix,
        malformed=entry.malformed,
        dead_from=None if entry.dead_from_day is None else _instant(entry.dead_from_day),
    )


def _publication(line: _Line) -> Publication:
    at = _instant(line.day, line.at)
    edited = line.edited
    return Publication(
        at=at,
        dated=line.dated or at,
        title=line.title,
        summary=line.summary,
        slug=line.slug,
        has_guid=not line.no_guid,
        has_offset=not line.no_offset,
        edit=None if edited is None else _edit(edited),
        syndicated=line.syndicated,
        narratives=line.narratives,
        stance=line.stance,
    )


def _edit(entry: _EditEntry) -> Edit:
    return Edit(_instant(entry.day, entry.at), entry.title, entry.summary)


def _instant(number: int, at: time = time.min) -> datetime:
    date = _MONDAY.date() + timedelta(days=number - 1)
    return datetime.combine(date, at, tzinfo=_ZONE)
