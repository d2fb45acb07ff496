"""Visits to pages of outlets: as robots.txt allows, one request at a time, at leisure."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from monitor.domain.discovery import origin
from monitor.domain.errors import FetchError
from monitor.domain.feed import Document, Validators
from monitor.domain.preserving import SPACING
from monitor.ports import Clock, Fetcher, SiteReader, SiteRules
from monitor.ports.preserving import Hosts
from monitor.services.manners import rules_of

DISALLOWED: Final = "robots.txt keeps us off the page"
PATIENCE: Final = timedelta(seconds=30)  # a longer pause between requests is cut to this


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one run may do: a run of the service must end soon and come back."""

    pages: int
    time: timedelta
    stopped: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Visits:
    """What one run knows of the sites that it visits: their rules, and when they were asked.

    `fetcher` is for robots.txt; the pages are the caller's.
    """

    fetcher: Fetcher
    site: SiteReader
    hosts: Hosts
    clock: Clock
    _rules: dict[str, SiteRules | FetchError] = field(default_factory=dict)
    _asked: dict[str, datetime] = field(default_factory=dict)  # by host

    def way(self, held: ExitStack, outlet_id: str) -> "Way":
        """Return the way to one page of an outlet; hosts are kept until `held` is closed."""
        return Way(self, held, outlet_id)

    def rules_of(self, url: str) -> SiteRules:
        """Return what a site asks for. Raises FetchError where that cannot be known."""
        place = origin(url)
        if place not in self._rules:
            try:
                self._rules[place] = rules_of(url, self._robots, self.site)
            except FetchError as error:
                self._rules[place] = error
        known = self._rules[place]
        if isinstance(known, FetchError):
            raise FetchError(known.reason, f"robots.txt: {known.detail or known.reason}")
        return known

    def asked(self, url: str, at: datetime) -> None:
        """Remember that the host of an address was asked for something."""
        host = host_of(url)
        self._asked[host] = max(at, self._asked.get(host, at))

    def wait(self, url: str, delay: timedelta) -> None:
        """Wait until the host of an address may be asked again."""
        last = self._asked.get(host_of(url))
        if last:
            pause = min(max(SPACING, delay), PATIENCE)
            self.clock.sleep(min(last + pause - self.clock.now(), PATIENCE))

    def _robots(self, url: str) -> Document:
        self.wait(url, timedelta(0))
        try:
            document = self.fetcher.fetch(url, Validators())
        finally:
            self.asked(url, self.clock.now())
        if document is None:
            raise FetchError("protocol_error", "304, although the request was unconditional")
        return document


@dataclass(slots=True)
class Way:
    """The way to one page: at each host that it leads to we are the only one who asks."""

    visits: Visits
    held: ExitStack
    outlet_id: str
    hosts: list[str] = field(default_factory=list)
    url: str = ""

    def may_go(self, url: str) -> bool:
        """Say whether robots.txt allows an address, and wait until its time has come.

        Raises BusyError where its host is being polled, FetchError where nobody knows.
        """
        self.leave()
        host = host_of(url)
        if host not in self.hosts:
            if not self.held.enter_context(self.visits.hosts.holding(host, SPACING)):
                raise BusyError(host)
            self.hosts.append(host)
            if polled := self.visits.hosts.asked_at(self.outlet_id):
                self.visits.asked(url, polled)
        rules = self.visits.rules_of(url)
        if not rules.allows(url):
            return False
        self.visits.wait(url, rules.delay)
        self.url = url
        return True

    def leave(self) -> None:
        """Note that what was allowed last has been asked for."""
        if self.url:
            self.visits.asked(self.url, self.visits.clock.now())
            self.url = ""


class BusyError(Exception):
    """A host is being polled; its turn comes later."""


def host_of(url: str) -> str:
    """Return address and port, as the leases of hosts are named."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    return f"{parts.hostname or ''}:{port}"
