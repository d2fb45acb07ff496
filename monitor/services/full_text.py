"""Read whole articles where the feed's words leave it open whether a narrative is carried."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

from monitor.domain.errors import FetchError, ReasonedError
from monitor.domain.feed import Document
from monitor.domain.pages import RECENT, FullText, Gathered, Lines, OpenItem
from monitor.domain.urls import canonical
from monitor.ports import Clock, Matcher
from monitor.ports.pages import ArticleReader, PageBook
from monitor.services.boundary import boundary
from monitor.services.visits import DISALLOWED, BusyError, Limits, Visits, Way


@dataclass(frozen=True, slots=True)
class ReadArticles:
    """The use case, for one run. `matcher` and `lines` are asked for when they are needed."""

    visits: Visits
    reader: ArticleReader
    book: PageBook
    matcher: Callable[[], Matcher]
    lines: Callable[[], Lines]
    clock: Clock

    def run(self, limits: Limits, told: Callable[[Gathered], None]) -> Gathered:
        """Read the articles of items at or near a threshold, newest first. Raises StorageError."""
        done, begun = Gathered(), self.clock.now()
        due = [one for one in self.book.open_items(begun - RECENT) if one.is_due(begun)]
        lines = self.lines() if due else {}
        for item in due:
            is_late = self.clock.now() >= begun + limits.time
            if is_late or done.kept + done.failed >= limits.pages or limits.stopped():
                break
            if item.is_near(lines):
                self._one(item, done)
                told(done)
        return done

    def _one(self, item: OpenItem, done: Gathered) -> None:
        reason, text = "program_fault", ""
        try:
            with boundary(f"the article of item {item.item_id}"):
                document = self._page(item)
                if document is None:
                    done.busy += 1
                    return
                text = self.reader.text(document)
        except ReasonedError as error:
            reason = error.reason
        now = self.clock.now()
        if not text:
            done.failed += 1
            self.book.failed(item, reason, now)
            return
        matcher = self.matcher()
        hits = tuple(matcher.match(replace(item.passage, text=text)))
        versions = (matcher.catalogue_version, matcher.matcher_version)
        done.new_hits += self.book.keep(item, FullText(text, hits, *versions), now)
        done.kept += 1

    def _page(self, item: OpenItem) -> Document | None:
        """Return the page of an item; None where its host is being polled just now."""
        address = canonical(item.url)
        if not address:
            raise FetchError("no_article", "the item has no http or https address")
        try:
            with ExitStack() as held:
                return self._visited(address, self.visits.way(held, item.outlet_id))
        except BusyError:
            return None

    def _visited(self, address: str, way: Way) -> Document:
        if not way.may_go(address):
            raise FetchError("forbidden", DISALLOWED)
        try:
            return self.reader.fetch(address, way.may_go)
        finally:
            way.leave()
