"""What a site says of itself: links on a page, robots.txt, an index of sitemaps."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

from monitor.adapters.parse.decode import decode
from monitor.domain.discovery import How, Link, looks_like_feed
from monitor.domain.feed import Document
from monitor.domain.text import safe_line
from monitor.domain.urls import canonical
from monitor.ports import SiteRules

AGENT: Final = "western-balkans-narrative-monitor"
MAX_ROBOTS: Final = 512 * 1024  # RFC 9309, section 2.5: at least 500 KiB must be read
MAX_DELAY: Final = timedelta(seconds=30)
MAX_PAGE: Final = 1024 * 1024
MAX_LINKS: Final = 200
_MAX_TITLE: Final = 200
# Only these tags are parsed, each alone: what html.parser does with hostile pages is quadratic.
_TAGS: Final = re.compile(r"<(?:link|a|base)\s[^<>]{0,4000}>", re.IGNORECASE)
_LOCATION: Final = re.compile(r"<loc>\s{0,100}(?:<!\[CDATA\[)?\s{0,100}([^<\]\s]{1,2048})")
_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/xml",
        "text/xml",
    }
)
_JSON: Final = "application/json"  # JSON Feed 1.0 was announced so; so are the APIs of WordPress


class Sites:
    """Keeps the port `SiteReader`."""

    def links(self, document: Document) -> Sequence[Link]:
        """Return the feeds that a page announces, then links that look like feeds."""
        reader = _Links(document.url)
        for tag in _TAGS.finditer(decode(document.body[:MAX_PAGE], document.charset).text):
            reader.one(tag[0])
            if len(reader.found) >= MAX_LINKS:
                break
        return sorted(reader.found, key=lambda link: link.how is not How.ANNOUNCED)

    def rules(self, robots: Document | None) -> SiteRules:
        """Return what a robots.txt asks for; None is a site without one."""
        parser = RobotFileParser()
        text = robots.body[:MAX_ROBOTS].decode("utf-8-sig", "replace") if robots else ""
        parser.parse(text.splitlines())
        base = robots.url if robots else ""
        named = [canonical(line, base) for line in parser.site_maps() or ()]
        delay = parser.crawl_delay(AGENT)
        wait = timedelta(seconds=min(float(delay or 0), MAX_DELAY.total_seconds()))
        return Rules(lambda url: parser.can_fetch(AGENT, url), tuple(filter(None, named)), wait)

    def sitemaps(self, document: Document) -> Sequence[str]:
        """Return the sitemaps that an index names, where it is one, those for news first."""
        text = decode(document.body[:MAX_PAGE], document.charset).text
        if "<sitemapindex" not in text:
            return ()
        named = [canonical(found[1], document.url) for found in _LOCATION.finditer(text)]
        return sorted(filter(None, named), key=lambda url: "news" not in url.lower())


@dataclass(frozen=True, slots=True)
class Rules:
    """Keeps the port `SiteRules`."""

    may: Callable[[str], bool]
    sitemaps: tuple[str, ...] = ()
    delay: timedelta = timedelta(0)

    def allows(self, url: str) -> bool:
        """Say whether a page may be fetched by us."""
        return self.may(url)


@dataclass(slots=True)
class _Links:
    """Gathers addresses from tags, in the page's order."""

    base: str
    found: list[Link] = field(default_factory=list)

    def one(self, tag: str) -> None:
        parser = _Tag()
        parser.feed(tag)
        given = parser.given
        address = canonical(given.get("href", ""), self.base)
        if not address:
            return
        if parser.name == "base":
            self.base = urljoin(self.base, address)
        elif parser.name == "link" and _announces(given):
            self._add(address, How.ANNOUNCED, given)
        elif parser.name == "a" and looks_like_feed(address):
            self._add(address, How.LINKED, given)

    def _add(self, address: str, how: How, given: dict[str, str]) -> None:
        title = safe_line(given.get("title", ""))[:_MAX_TITLE]
        self.found.append(Link(address, how, title))


class _Tag(HTMLParser):
    """One start tag: its name and attributes, names in lower case."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.name = ""
        self.given: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.name, self.given = tag, {key: value or "" for key, value in reversed(attrs)}


def _announces(given: dict[str, str]) -> bool:
    relations = given.get("rel", "").lower().split()
    media = given.get("type", "").partition(";")[0].strip().lower()
    if "alternate" not in relations or given.get("hreflang"):
        return "feed" in relations
    return media in _TYPES or (media == _JSON and looks_like_feed(given.get("href", "")))
