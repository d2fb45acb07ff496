"""Outlets, their feeds, and what a fetch brings home."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class FeedType(StrEnum):
    """How a feed's documents are read."""

    FEED = "feed"
    NEWS_SITEMAP = "news-sitemap"


class OutletKind(StrEnum):
    """Who owns or funds an outlet: a fact with a source, never a judgement."""

    PUBLIC_BROADCASTER = "public-broadcaster"
    STATE_OWNED = "state-owned"
    PRIVATE = "private"
    AGENCY = "agency"
    INVESTIGATIVE = "investigative"
    FACT_CHECKER = "fact-checker"
    OFFICIAL = "official"
    INTERNATIONAL = "international"
    FOREIGN_STATE = "foreign-state"


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher. `country` is ISO 3166-1 alpha-2, XK for Kosovo, INT for international."""

    id: str
    name: str
    country: str
    languages: tuple[str, ...]
    kind: OutletKind
    homepage: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One polled address of an outlet, as the operator lists it."""

    id: str
    url: str
    outlet: Outlet
    type: FeedType = FeedType.FEED
    enabled: bool = True
    interval: timedelta = timedelta(minutes=30)
    timezone: str = "Europe/Belgrade"  # IANA zone of dates that name none
    host_delay: timedelta = timedelta(seconds=5)
    headers: tuple[tuple[str, str], ...] = ()
    allow_http: bool = False  # redirects may lead from https to http
    note: str = ""


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request conditional (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of one fetched feed, content-encoding undone, and what came with them.

    `url` is where they were found after redirects. `charset` is what the Content-Type header
    declared, or empty; `encoding` is certain, where it is known. `max_age` is how long the server asks us to stay away, if it says so.
    """

    url: str
    body: bytes
    content_type: str = ""
    charset: str = ""
    encoding: str = ""
    validators: Validators = field(default_factory=Validators)
    max_age: timedelta | None = None
    moved_to: str = ""  # the end of a chain of permanent redirects, or empty


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we remember of a feed between polls. All instants are aware UTC."""

    feed_id: str
    validators: Validators = field(default_factory=Validators)
    body_hash: str = ""
    interval_s: int = 0  # learned from the feed's rhythm; 0: as listed
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    reason: str = ""  # of the last failure, empty after a success
    listed_url: str = ""  # what the operator listed when `address` was learned
    address: str = ""  # where permanent redirects lead; empty: as listed
    moved_to: str = ""  # where the last permanent redirect led
    moved_seen: int = 0  # how often in a row it led there
    next_poll_at: datetime | None = None  # None: never polled
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_full_at: datetime | None = None  # last 200, for servers that lie with 304
    last_new_at: datetime | None = None  # when a poll last brought a new item
