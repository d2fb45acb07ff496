"""What operators keep their feed list with, under one name."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from monitor.domain.changes import Changes, changes
from monitor.domain.discovery import Discovery
from monitor.domain.feed import Feed
from monitor.domain.health import Health
from monitor.domain.outlines import ImportPlan
from monitor.ports import Clock, FeedBook, FeedHistory, Fetcher, Outlines, Parser, SiteReader
from monitor.services.discover import Discover
from monitor.services.feed_diff import Difference, difference
from monitor.services.feed_editing import EditFeeds, NewFeed
from monitor.services.feed_health import FeedHealth


@dataclass(frozen=True, slots=True)
class FeedTools:
    """The use cases, wired; what costs something is a function, called when it is needed.

    `book` is asked for with whether a list that is not there may be made.
    """

    listed: Callable[[], Sequence[Feed]]
    packaged: Callable[[], Sequence[Feed]]
    book: Callable[[bool], FeedBook]
    history: Callable[[], FeedHistory]
    web: Callable[[], AbstractContextManager[tuple[Fetcher, Parser]]]
    site: SiteReader
    outlines: Outlines
    clock: Clock

    def health(self) -> list[Health]:
        """Return the condition of every enabled feed, worst first. Raises StorageError."""
        return FeedHealth(self.history(), self.listed, self.clock).report()

    def changes(self) -> Changes:
        """Return what changed since yesterday. Raises StorageError."""
        return changes(self.health())

    def discover(self, url: str) -> Discovery:
        """Return the feeds of the site that an address belongs to. Raises ConfigError."""
        with self.web() as (fetcher, parser):
            service = Discover(fetcher, parser, self.site, self.clock)
            return service.discover(url, self.listed())

    def add(self, new: NewFeed) -> tuple[Feed, str]:
        """Add a feed; return it, and file and line where it stands. Raises ConfigError."""
        book = self.book(False)
        feed = EditFeeds(book).add(new)
        return feed, f"{book.shown}:{book.line(feed.id)}"

    def readdress(self, feed_id: str, url: str) -> Feed:
        """Give a listed feed another address; return it as it was. Raises ConfigError."""
        return EditFeeds(self.book(False)).readdress(feed_id, url)

    def diff(self) -> Difference:
        """Compare the operator's list with the packaged one. Raises ConfigError."""
        return difference(self.listed(), self.packaged())

    def take_in(self, file: str) -> tuple[ImportPlan, str]:
        """Add the feeds of an OPML file, all or none; return what became of each, and the list.

        Raises ConfigError.
        """
        book = self.book(True)
        plan = EditFeeds(book).take_in(self.outlines.read(file))
        return plan, book.shown

    def give_out(self) -> str:
        """Return the list as OPML, without names and passwords. Raises ConfigError."""
        return self.outlines.write(self.listed())
