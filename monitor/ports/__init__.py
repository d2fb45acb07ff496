"""What services need from the outside world, as Protocols that adapters keep."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from monitor.domain.digest import Movement, Window
from monitor.domain.discovery import Link
from monitor.domain.factcheck import Checks
from monitor.domain.feed import (
    Document,
    Feed,
    FeedState,
    FeedType,
    Outlet,
    OutletKind,
    Validators,
)
from monitor.domain.health import FeedRecord
from monitor.domain.hit import ArchivedHit, ArchivedItem, Grade, Hit, Passage
from monitor.domain.item import KnownItem, ParsedFeed
from monitor.domain.memory import Memory
from monitor.domain.movement import Sight
from monitor.domain.outlines import Outline
from monitor.domain.polling import FetchEvent, Poll

Row = TypeVar("Row")


class Clock(Protocol):
    """Time, so that services never ask the machine for it."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def sleep(self, wait: timedelta) -> None:
        """Wait; a negative or zero wait returns at once."""


class Fetcher(Protocol):
    """The way to a feed's document."""

    def fetch(
        self,
        url: str,
        validators: Validators,
        headers: Sequence[tuple[str, str]] = (),
        *,
        allow_http: bool = False,
    ) -> Document | None:
        """Return the document, or None where the server says that it is unchanged.

        The request is conditional where validators are given; `allow_http` lets redirects lead
        from https to http. Raises FetchError.
        """


class Parser(Protocol):
    """From bytes to entries, in a process that may be killed."""

    def parse(self, document: Document, feed_type: FeedType) -> ParsedFeed:
        """Return every entry of the document. Raises ParseError."""


class Matcher(Protocol):
    """From text to hits."""

    @property
    def catalogue_version(self) -> str:
        """The content hash of the catalogue that is matched against."""

    @property
    def matcher_version(self) -> str:
        """The version of the matching code."""

    def match(self, passage: Passage) -> Sequence[Hit]:
        """Return at most one hit a narrative, best first.

        Spans refer to the fields as given, not as folded.
        """


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search asks for; an empty part asks for everything. The window is half-open."""

    query: str = ""
    narratives: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    kinds: tuple[OutletKind, ...] = ()  # of outlets
    grade: Grade | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, newest first, and where the next page begins (empty: this is the last)."""

    rows: tuple[Row, ...]
    cursor: str = ""


class Store(Protocol):
    """The side of the database that polls write to."""

    def states(self, feed_ids: Iterable[str]) -> Mapping[str, FeedState]:
        """Return what is remembered of these feeds; an unknown feed has no entry."""

    def moved(self) -> Mapping[str, FeedState]:
        """Return what is remembered of the few feeds that have an address of their own."""

    def known(self, outlet_id: str, keys: Sequence[str]) -> Mapping[str, KnownItem]:
        """Return the stored items of an outlet that bear any of these keys, by key."""

    def memory(self, feed_id: str) -> Memory:
        """Return what is remembered of the entries that the feed's document held last."""

    def postpone(self, feed_ids: Sequence[str], until: datetime) -> None:
        """Let known feeds wait until then, if they would come sooner. Raises StorageError."""

    def record(self, poll: Poll, feed: Feed) -> int:
        """Commit all that a poll changes in one transaction; return the number of new hits.

        Recording the same poll twice is harmless. Raises StorageError.
        """

    def record_unchanged(self, polls: Sequence[tuple[Poll, Feed]]) -> None:
        """Commit polls that changed nothing but their feeds' state, all in one transaction.

        Raises StorageError.
        """


class Archive(Protocol):
    """The side of the database that people read."""

    def hits(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedHit]:
        """Return stored hits, newest first seen first."""

    def withdrawn(self, filters: Filters) -> Sequence[ArchivedHit]:
        """Return digest-grade hits that were dismissed in the window and stand so, latest first.

        Here the window is that of the dismissals.
        """

    def items(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedItem]:
        """Return stored items, hits or not, newest first seen first."""

    def items_named(self, item_ids: Sequence[int]) -> Sequence[ArchivedItem]:
        """Return these items, in this order; one that is not there is left out."""

    def window_hits(self, filters: Filters) -> Iterator[ArchivedHit]:
        """Return every hit whose item was first seen in the window, without paging."""

    def fact_checks(self, since: datetime | None = None) -> Mapping[str, Checks]:
        """Return fact-checkers' hits that answer a claim, by its narrative.

        Older ones than `since` may be left out.
        """

    def events(self, window: Window) -> Sequence[FetchEvent]:
        """Return every fetch event of the window, oldest first."""

    def items_read(self, window: Window) -> Sequence[tuple[str, str, int]]:
        """Return (country, language, number of items first seen in the window)."""

    def last_new(self) -> Mapping[str, datetime]:
        """Return when each feed last brought a new item."""

    def hit_counts(self) -> Mapping[tuple[str, str], int]:
        """Return the number of hits by narrative and language of the item."""

    def movements(
        self, window: Window, past: int, countries: Sequence[str] = ()
    ) -> Sequence[Movement]:
        """Return how each narrative moved, against as many windows before; in some countries."""

    def sights(self, window: Window, past: int, countries: Sequence[str] = ()) -> Sequence[Sight]:
        """Return what could be seen in a window and in as many before it, the present one first."""


class FeedHistory(Protocol):
    """The side of the database that operators look at when they ask how the feeds do."""

    def records(self, window: Window) -> Mapping[str, FeedRecord]:
        """Return what is known of every feed ever polled; `brought` is that of the window."""


class SiteRules(Protocol):
    """What a site asks of programs that read it (RFC 9309)."""

    @property
    def sitemaps(self) -> Sequence[str]:
        """The sitemaps that it names."""

    @property
    def delay(self) -> timedelta:
        """The time that it wants between two requests; zero if it does not say."""

    def allows(self, url: str) -> bool:
        """Say whether a page may be fetched by us."""


class SiteReader(Protocol):
    """From what a site serves to where its feeds may be."""

    def links(self, document: Document) -> Sequence[Link]:
        """Return the feeds that a page announces, then links that look like feeds."""

    def rules(self, robots: Document | None) -> SiteRules:
        """Return what a robots.txt asks for; None is a site without one."""

    def sitemaps(self, document: Document) -> Sequence[str]:
        """Return the sitemaps that an index names, where it is one, those for news first."""


class FeedBook(Protocol):
    """The operator's feed list, to be added to."""

    @property
    def shown(self) -> str:
        """The list's name, for messages."""

    def feeds(self) -> Sequence[Feed]:
        """Return every feed of the list; there may be none. Raises ConfigError."""

    def outlets(self) -> Sequence[Outlet]:
        """Return every outlet of the list, with feeds or without. Raises ConfigError."""

    def line(self, feed_id: str) -> int:
        """Return the line in which a feed stands, 1 for one that is not listed."""

    def append(self, feeds: Sequence[Feed]) -> None:
        """Add feeds, to their outlets where these are listed, else with them; all or none.

        Raises ConfigError where the list would not be valid.
        """

    def readdress(self, feed_id: str, url: str) -> None:
        """Give a listed feed another address. Raises ConfigError as `append` does."""


class Outlines(Protocol):
    """Lists of feeds from and for other programs."""

    def read(self, file: str) -> Sequence[Outline]:
        """Return every feed of a file, in its order. Raises ConfigError."""

    def write(self, feeds: Iterable[Feed]) -> str:
        """Return the feeds as a file, without the names and passwords of addresses."""
