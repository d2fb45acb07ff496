"""Where a site's feeds may be, and what was found there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urljoin, urlsplit

from monitor.domain.dates import published
from monitor.domain.feed import FeedType
from monitor.domain.item import ParsedFeed

COMMON_PATHS: Final = (
    "/rss",
    "/feed",
    "/feed/",
    "/rss.xml",
    "/atom.xml",
    "/feed.xml",
    "/index.xml",
    "/feed.json",
    "/rss/latest",
)
_FEED_LIKE: Final = re.compile(
    r"(?:^|[/._?&=-])(?:rss2?|feeds?|atom)(?:$|[/._?&=-])|\.(?:rss|atom|rdf)(?:$|\?)", re.IGNORECASE
)


class How(StrEnum):
    """How an address came to be tried."""

    GIVEN = "given"
    ANNOUNCED = "announced"  # <link rel="alternate">
    LINKED = "linked"  # an ordinary link whose address looks like a feed's
    SITEMAP = "sitemap"  # named in robots.txt, or in a sitemap index named there
    GUESSED = "guessed"  # a common path


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be a feed's, absolute, as found on a page."""

    url: str
    how: How
    title: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was fetched and read. `listed` is its id where the list has it already."""

    link: Link
    url: str
    type: FeedType
    entries: int
    newest_at: datetime | None
    language: str
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """An address that should have been a feed and was none, or a page that could not be read."""

    link: Link
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found at a site, in the order in which it was asked. `requests` counts them."""

    url: str
    found: tuple[Found, ...] = ()
    missed: tuple[Missed, ...] = ()
    notes: tuple[str, ...] = ()
    requests: int = 0

    @property
    def reached_nothing(self) -> bool:
        """Say whether the address that was given could not be read, and nothing else was found."""
        return not self.found and any(one.link.how is How.GIVEN for one in self.missed)


def looks_like_feed(url: str) -> bool:
    """Say whether the path or query of an address names a feed."""
    parts = urlsplit(url)
    return (
        _FEED_LIKE.search(f"{parts.path}?{parts.query}" if parts.query else parts.path) is not None
    )


def origin(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def guesses(url: str) -> list[Link]:
    """Return the common places for feeds on the site of an address."""
    return [Link(urljoin(origin(url), path), How.GUESSED) for path in COMMON_PATHS]


def newest(parsed: ParsedFeed, zone: str, now: datetime) -> datetime | None:
    """Return the latest date of a feed's entries that is neither absurd nor in the future."""
    dates = (published(entry.published_raw, zone, now) for entry in parsed.entries)
    return max((at for at in dates if at), default=None)


def without_doubles(links: Iterable[Link], limit: int) -> Sequence[Link]:
    """Return each address once, as it was named first, at most `limit` of them."""
    firsts: dict[str, Link] = {}
    for link in links:
        firsts.setdefault(link.url, link)
    return list(firsts.values())[:limit]
