"""Find a site's feeds: what it announces, what its sitemaps hold, and where feeds usually are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from monitor.domain.discovery import (
    Discovery,
    Found,
    How,
    Link,
    Missed,
    guesses,
    looks_like_feed,
    newest,
    origin,
    without_doubles,
)
from monitor.domain.errors import ConfigError, FetchError, ParseError
from monitor.domain.feed import Document, Feed, FeedType, Validators
from monitor.domain.item import ParsedFeed
from monitor.domain.urls import canonical
from monitor.ports import Clock, Fetcher, Parser, SiteReader, SiteRules
from monitor.services.manners import rules_of

SPACING: Final = timedelta(seconds=1)
MAX_REQUESTS: Final = 40
MAX_SITEMAPS: Final = 5
PATIENCE: Final = timedelta(seconds=5)  # a site that wants more between requests is not guessed at
_ZONE: Final = "Europe/Belgrade"  # of dates that name none, as in the feed list's defaults


@dataclass(frozen=True, slots=True)
class Discover:
    """The use case: one request at a time, `spacing` apart at a host, MAX_REQUESTS in all.

    robots.txt is honoured for pages and for guesses; what a site announces as a feed is meant
    for programs, and is fetched.
    """

    fetcher: Fetcher
    parser: Parser
    site: SiteReader
    clock: Clock
    spacing: timedelta = SPACING

    def discover(self, url: str, listed: Iterable[Feed] = ()) -> Discovery:
        """Return the feeds of the site that an address belongs to, or the address if it is one.

        Raises ConfigError for what is no address.
        """
        address = canonical(url if "://" in url else f"https://{url}")
        if not address:
            what = f"{url[:200]!r} is not an http or https address"
            raise ConfigError(what, where="URL")
        known = {canonical(feed.url): feed.id for feed in listed}
        visit = _Visit(self, known)
        visit.go(Link(address, How.GIVEN))
        return Discovery(
            url=address,
            found=tuple(visit.found),
            missed=tuple(visit.missed),
            notes=tuple(visit.notes),
            requests=visit.requests,
        )


@dataclass(slots=True)
class _Visit:
    """One run: what has been asked and seen so far."""

    uses: Discover
    listed: Mapping[str, str]
    found: list[Found] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    requests: int = 0
    delay: timedelta = timedelta(0)
    asked: dict[str, datetime] = field(default_factory=dict)  # by host
    documents: set[str] = field(default_factory=set)
    contents: set[tuple[str, ...]] = field(default_factory=set)

    def go(self, given: Link) -> None:
        """Look at the address itself, then at everything that it leads to."""
        is_feed_like = looks_like_feed(given.url)
        rules = self._rules(given, must_know=not is_feed_like)
        if is_feed_like or (rules and rules.allows(given.url)):
            self._go_from(given, rules)
        elif rules:
            self.notes.append(f"robots.txt of {origin(given.url)} keeps us off the page")
            self._try_all((), rules, given.url)

    def _go_from(self, given: Link, rules: SiteRules | None) -> None:
        page = self._page(given)
        if page is None:
            return
        if rules is None or origin(page.url) != origin(given.url):
            rules = self._rules(Link(page.url, How.GIVEN), must_know=True)
        if rules is not None:
            links = self.uses.site.links(page) if rules.allows(page.url) else ()
            self._try_all(links, rules, page.url)

    def _try_all(self, links: Sequence[Link], rules: SiteRules, base: str) -> None:
        sitemaps = [Link(url, How.SITEMAP) for url in rules.sitemaps[:MAX_SITEMAPS]]
        common = [link for link in guesses(base) if rules.allows(link.url)]
        if self.delay > PATIENCE:
            common = []
            self.notes.append(f"robots.txt asks for {self.delay} between requests")
        if len(common) < len(guesses(base)):
            self.notes.append("robots.txt keeps us from common places of feeds")
        for link in without_doubles([*links, *sitemaps, *common], MAX_REQUESTS):
            self._try(link)

    def _rules(self, given: Link, *, must_know: bool) -> SiteRules | None:
        """Return what the site asks for; None, and say why, where that cannot be known."""
        try:
            rules = rules_of(given.url, self._fetch, self.uses.site)
        except FetchError as error:
            if must_know:
                detail = f"robots.txt: {error.detail or error.reason}"
                self.missed.append(Missed(given, error.reason, detail))
            return None
        self.delay = max(self.delay, rules.delay)
        return rules

    def _page(self, given: Link) -> Document | None:
        """Return the page; None if it is a feed itself, which ends the search, or is not there."""
        try:
            document = self._fetch(given.url)
        except FetchError as error:
            self.missed.append(Missed(given, error.reason, error.detail))
            return None
        for kind in FeedType:
            parsed = self._parsed(document, kind)
            if parsed and (parsed.entries or kind is FeedType.FEED):
                self._keep(given, document, kind, parsed)
                return None
        return document

    def _try(self, link: Link) -> None:
        if self.requests >= MAX_REQUESTS:
            return
        try:
            document = self._fetch(link.url)
            if document.url in self.documents:
                return
            self.documents.add(document.url)
            if link.how is How.SITEMAP:
                self._try_sitemap(link, document)
            else:
                parsed = self.uses.parser.parse(document, FeedType.FEED)
                self._keep(link, document, FeedType.FEED, parsed)
        except (FetchError, ParseError) as error:
            if link.how is not How.GUESSED:
                self.missed.append(Missed(link, error.reason, error.detail))

    def _try_sitemap(self, link: Link, document: Document) -> None:
        """Keep a sitemap that carries news; of an index look at some that may."""
        children = self.uses.site.sitemaps(document)
        for url in children[:MAX_SITEMAPS]:
            if "news" in url.lower():
                self._try(Link(url, How.SITEMAP))
        if not children:
            self._keep_news(link, document)

    def _keep_news(self, link: Link, document: Document) -> None:
        parsed = self._parsed(document, FeedType.NEWS_SITEMAP)
        if parsed and parsed.entries:
            self._keep(link, document, FeedType.NEWS_SITEMAP, parsed)

    def _parsed(self, document: Document, kind: FeedType) -> ParsedFeed | None:
        try:
            return self.uses.parser.parse(document, kind)
        except ParseError:
            return None

    def _keep(self, link: Link, document: Document, kind: FeedType, parsed: ParsedFeed) -> None:
        content = tuple(entry.link or entry.guid or entry.title for entry in parsed.entries)
        if link.how is How.GUESSED and content in self.contents:
            return  # one feed under several names: the first will do
        self.contents.add(content)
        url = document.moved_to or link.url
        found = Found(
            link=link,
            url=url,
            type=kind,
            entries=len(parsed.entries),
            newest_at=newest(parsed, _ZONE, self.uses.clock.now()),
            language=parsed.language,
            listed=self.listed.get(canonical(url), ""),
        )
        self.found.append(found)

    def _fetch(self, url: str) -> Document:
        """Fetch when the host's time has come. Raises FetchError."""
        host, clock = urlsplit(url).netloc, self.uses.clock
        last = self.asked.get(host)
        if last:
            clock.sleep(last + max(self.uses.spacing, self.delay) - clock.now())
        self.asked[host] = clock.now()
        self.requests += 1
        document = self.uses.fetcher.fetch(url, Validators())
        if document is None:
            raise FetchError("protocol_error", "304, although the request was unconditional")
        return document
