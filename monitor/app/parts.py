"""The parts of the program: the only module that knows every one of them.

Adapters are imported where they are built: `monitor match` must not wait for a database driver.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.app.delivery import Delivering
from monitor.app.exporting import Exporting
from monitor.app.keeping import Keeping
from monitor.app.upkeep import Upkeep
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed
from monitor.domain.matching import Matcher
from monitor.domain.narrative import Catalogue
from monitor.domain.rematch import Edition, edition_of
from monitor.domain.retention import kept
from monitor.ports import Archive, Clock
from monitor.ports.reading import Reading
from monitor.services.digest import DigestService
from monitor.services.feed_tools import FeedTools
from monitor.services.people import PeopleDesk
from monitor.services.quality import Quality
from monitor.services.review import Desk
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.adapters.database import Database
    from monitor.adapters.event_rows import EventMemory
    from monitor.adapters.learned.likeness import Likeness

FEEDS: Final = "feeds.yaml"


@dataclass(frozen=True)
class Parts:
    """What the program is made of. Each part is built when it is first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def database(self) -> "Database":
        """The database; nothing is touched before it is used."""
        from monitor.adapters.database import Database

        return Database(self.settings.database_url.get_secret_value())

    @cached_property
    def feeds_file(self) -> Path:
        """The operator's list, else `feeds.yaml` here, else the packaged one."""
        from monitor.adapters.packaged import packaged

        here = Path(FEEDS)
        return self.settings.feeds or (here if here.exists() else packaged(FEEDS))

    @cached_property
    def narratives_directory(self) -> Path:
        """The operator's catalogue, else the packaged one."""
        from monitor.adapters.packaged import packaged

        return self.settings.narratives or packaged("narratives")

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """Every feed of the list. Raises ConfigError."""
        from monitor.adapters import feedlist

        return feedlist.load(self.feeds_file)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue as its authors wrote it. Raises ConfigError."""
        from monitor.adapters import catalogue

        return catalogue.load(self.narratives_directory)

    @cached_property
    def edition(self) -> Edition:
        """What is noted of the catalogue, which is read where nothing is. Raises ConfigError."""
        from monitor.adapters import compiled

        is_read = "catalogue" in self.__dict__
        known = None if is_read else compiled.noted(self.narratives_directory)
        return known or edition_of(self.catalogue)

    @cached_property
    def matcher(self) -> Matcher:
        """The compiled catalogue."""
        from monitor.adapters.compiled import matcher_of

        matcher = matcher_of(self.narratives_directory)
        _ = self.edition  # of the same files: they may be edited before it is asked for
        return matcher

    @cached_property
    def events(self) -> "EventMemory":
        """Fetch events, read once for all that asks how feeds did."""
        from monitor.adapters.event_rows import EventMemory

        return EventMemory(self.database)

    @cached_property
    def archive(self) -> Archive:
        """What people read. Raises StorageError where the schema is not the present one."""
        from monitor.adapters.archive import SqlArchive

        self.database.check()
        return SqlArchive(self.database, events=self.events)

    @cached_property
    def replica(self) -> "Database | None":
        """The copy of the database that searches are sent to, if there is one. Raises ConfigError."""
        from monitor.adapters.database import Database

        given = self.settings.read_database_url
        if given and self.database.is_sqlite:
            what = "MONITOR_READ_DATABASE_URL is for PostgreSQL; MONITOR_DATABASE_URL names SQLite"
            raise ConfigError(what)
        return Database(given.get_secret_value()) if given else None

    @cached_property
    def searched(self) -> Archive:
        """What people search: the archive, or its replica, which may be moments behind."""
        from monitor.adapters.archive import SqlArchive

        if self.replica is None:
            return self.archive
        self.replica.check()
        return SqlArchive(self.replica)

    @cached_property
    def keeping(self) -> Keeping:
        """What is done to the archive as a whole."""
        url = self.settings.database_url.get_secret_value()
        where, clock = self.narratives_directory, self.clock
        return Keeping(
            self.database, url, where, lambda: self.catalogue, clock, lambda: self.edition
        )

    @cached_property
    def reading(self) -> Reading:
        """What pages look up. Raises StorageError where the schema is not the present one."""
        from monitor.adapters.reading import SqlReading

        self.database.check()
        return SqlReading(self.database)

    @cached_property
    def feed_tools(self) -> FeedTools:
        """What operators look after the feeds with."""
        from monitor.app.feed_tools import feed_tools

        return feed_tools(self)

    @cached_property
    def reviews(self) -> Desk:
        """Where reviewers sit. Raises StorageError."""
        from monitor.app.review import review_desk

        return review_desk(self.database, self.clock)

    @cached_property
    def quality(self) -> Quality:
        """The reviewers' queue and what their decisions say. Raises StorageError."""
        from monitor.app.review import quality_of

        return quality_of(self.database, self.clock, lambda: self.catalogue.narratives)

    @cached_property
    def people(self) -> PeopleDesk:
        """Who may sign in, and what they did. Raises StorageError."""
        from monitor.app.people import people_desk

        return people_desk(self.database, self.clock)

    def _digests(self) -> DigestService:
        return DigestService(self.archive, lambda: self.feeds, lambda: self.catalogue.narratives)

    @cached_property
    def delivery(self) -> Delivering:
        """What brings digests to people."""
        from monitor.app.alerting import alerts_of

        return Delivering(
            self.settings, self.clock, self.database, self._digests, lambda: alerts_of(self)
        )

    @cached_property
    def likeness(self) -> "Likeness":
        """What finds items like another. Raises ConfigError without the extra, StorageError."""
        from monitor.app.learning import needing_the_extra

        with needing_the_extra():
            from monitor.adapters.learned.likeness import Likeness
        self.database.check()
        return Likeness(self.database)

    @property
    def upkeep(self) -> Upkeep:
        """Backups, copies, imports, erasing, retention."""
        return Upkeep(
            self.database,
            self.clock,
            lambda: self.feeds,
            lambda: self.matcher,
            self.narratives_directory,
            self.keeping.note_use,
            kept(self.settings.retention),
            self.keeping.uses.unsettled,
        )

    @property
    def exporting(self) -> Exporting:
        """Any search as a file. Raises StorageError where there is no database."""
        excerpt = self.settings.excerpt_chars
        return Exporting(
            self.archive, self.database, self.clock, excerpt, lambda: self.catalogue.narratives
        )
