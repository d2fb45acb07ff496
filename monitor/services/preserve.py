"""Keep the pages of hits as evidence: each fetched once, as robots.txt allows, at leisure."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from monitor.domain.discovery import origin
from monitor.domain.errors import FetchError
from monitor.domain.feed import Document, Validators
from monitor.domain.hit import ArchivedHit
from monitor.domain.preserving import (
    SPACING,
    Entry,
    History,
    Outcome,
    PageWanted,
    Preserved,
    pages_of,
)
from monitor.domain.sharing import Names
from monitor.domain.urls import canonical
from monitor.ports import Clock, Fetcher, SiteReader, SiteRules
from monitor.ports.preserving import Camera, Captured, Hosts, Vault
from monitor.services.boundary import boundary
from monitor.services.manners import rules_of

DISALLOWED: Final = "robots.txt keeps us off the page"
NO_ADDRESS: Final = "the item has no http or https address"
FAULT: Final = "a fault of this program; see the log"
PATIENCE: Final = timedelta(seconds=30)  # a longer pause between requests is cut to this


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one run may do: a run of the service must end soon and come back."""

    pages: int
    time: timedelta
    stopped: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Preserve:
    """The use case, for one run. `names` are the permanent names of hits."""

    fetcher: Fetcher
    camera: Camera
    site: SiteReader
    vault: Vault
    hosts: Hosts
    names: Names
    clock: Clock
    _rules: dict[str, SiteRules | FetchError] = field(default_factory=dict)
    _asked: dict[str, datetime] = field(default_factory=dict)  # by host

    def run(
        self, hits: Iterable[ArchivedHit], limits: Limits, told: Callable[[Entry], None]
    ) -> Preserved:
        """Keep the pages of these hits that are not kept yet; those of an item follow each other.

        Raises ConfigError where nothing can be written, StorageError.
        """
        done = Preserved()
        ends_at = self.clock.now() + limits.time
        with self.vault.holding():
            known = self.vault.histories()
            for page in pages_of(hits):
                if len(done.entries) >= limits.pages or self.clock.now() >= ends_at:
                    break
                if limits.stopped():
                    break
                self._one(page, known, done, told)
        return done

    def _one(
        self,
        page: PageWanted,
        known: Mapping[int, History],
        done: Preserved,
        told: Callable[[Entry], None],
    ) -> None:
        if not known.get(page.item_id, History()).is_due(self.clock.now()):
            done.known += 1
            return
        entry: Entry | None = self._failed(page, FAULT)
        with boundary(f"the page of item {page.item_id}"):
            entry = self._attempt(page)
        if entry is None:
            done.busy += 1
            return
        if entry.outcome is Outcome.FAILED:
            self.vault.add(entry)
        done.entries.append(entry)
        told(entry)

    def _attempt(self, page: PageWanted) -> Entry | None:
        """Return what came of it; None where a host on the way is being polled just now."""
        address = canonical(page.url)
        if not address:
            return self._failed(page, NO_ADDRESS)
        wanted = replace(page, url=address)
        try:
            with ExitStack() as held:
                captured = self._captured(wanted, _Way(self, held, page.outlet_id))
        except BusyError:
            return None
        except FetchError as error:
            return self._failed(wanted, str(error))
        return self.vault.keep(wanted, self.names_of(wanted), captured)

    def _captured(self, page: PageWanted, way: "_Way") -> Captured:
        if not way.may_go(page.url):
            raise FetchError("forbidden", DISALLOWED)
        try:
            return self.camera.capture(page.url, way.may_go)
        finally:
            way.leave()

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

    def _robots(self, url: str) -> Document:
        self.wait(url, timedelta(0))
        try:
            document = self.fetcher.fetch(url, Validators())
        finally:
            self.asked(url, self.clock.now())
        if document is None:
            raise FetchError("protocol_error", "304, although the request was unconditional")
        return document

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

    def names_of(self, page: PageWanted) -> tuple[str, ...]:
        """Return the permanent names of a page's hits."""
        return tuple(f"urn:uuid:{self.names.hit(one)}" for one in page.hits)

    def _failed(self, page: PageWanted, reason: str) -> Entry:
        return Entry(
            item_id=page.item_id,
            url=page.url,
            outcome=Outcome.FAILED,
            at=self.clock.now(),
            hits=self.names_of(page),
            narratives=page.narratives,
            catalogue_version=page.catalogue_version,
            matcher_version=page.matcher_version,
            reason=reason,
        )


@dataclass(slots=True)
class _Way:
    """The way to one page: at each host that it leads to we are the only one who asks."""

    run: Preserve
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
            if not self.held.enter_context(self.run.hosts.holding(host, SPACING)):
                raise BusyError(host)
            self.hosts.append(host)
            if polled := self.run.hosts.asked_at(self.outlet_id):
                self.run.asked(url, polled)
        rules = self.run.rules_of(url)
        if not rules.allows(url):
            return False
        self.run.wait(url, rules.delay)
        self.url = url
        return True

    def leave(self) -> None:
        """Note that what was allowed last has been asked for."""
        if self.url:
            self.run.asked(self.url, self.run.clock.now())
            self.url = ""


class BusyError(Exception):
    """A host is being polled; its turn comes later."""


def host_of(url: str) -> str:
    """Return address and port, as the leases of hosts are named."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    return f"{parts.hostname or ''}:{port}"
