"""Keep the pages of hits as evidence: each fetched once, as robots.txt allows, at leisure."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from monitor.domain.errors import FetchError
from monitor.domain.hit import ArchivedHit
from monitor.domain.preserving import (
    Entry,
    History,
    Outcome,
    PageWanted,
    Preserved,
    pages_of,
)
from monitor.domain.sharing import Names
from monitor.domain.urls import canonical
from monitor.ports import Clock
from monitor.ports.preserving import Camera, Captured, Vault
from monitor.services.boundary import boundary
from monitor.services.visits import DISALLOWED, BusyError, Limits, Visits, Way

NO_ADDRESS: Final = "the item has no http or https address"
FAULT: Final = "a fault of this program; see the log"


@dataclass(slots=True)
class Preserve:
    """The use case, for one run. `names` are the permanent names of hits."""

    visits: Visits
    camera: Camera
    vault: Vault
    names: Names
    clock: Clock

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
                captured = self._captured(wanted, self.visits.way(held, page.outlet_id))
        except BusyError:
            return None
        except FetchError as error:
            return self._failed(wanted, str(error))
        return self.vault.keep(wanted, self.names_of(wanted), captured)

    def _captured(self, page: PageWanted, way: Way) -> Captured:
        if not way.may_go(page.url):
            raise FetchError("forbidden", DISALLOWED)
        try:
            return self.camera.capture(page.url, way.may_go)
        finally:
            way.leave()

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
