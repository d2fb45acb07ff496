"""Put the parts together: what the program can be asked to do.

Adapters are imported where they are used: `monitor match` must not wait for a database driver.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from monitor.app.parts import Parts
from monitor.domain.digest import Digest, Window
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed
from monitor.domain.hit import ArchivedHit, ArchivedItem, Passage
from monitor.domain.matching import Explanation
from monitor.domain.movement import OutletShare
from monitor.ports import Clock, Filters, Page
from monitor.services.choose import near
from monitor.services.coverage import Covered, covered
from monitor.services.digest import DigestRequest
from monitor.services.examine import Finding
from monitor.services.examples import Unmet, unmet
from monitor.services.factchecks import with_fact_checks
from monitor.services.phrases import Sought, sought
from monitor.services.poll import Polled, PollFeeds, Seen
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.app.keeping import Keeping
    from monitor.app.pulse import Pulse
    from monitor.app.service import Signals
    from monitor.app.sweeping import Sweeping


class App(Parts):
    """The program, wired."""

    @property
    def sweeping(self) -> "Keeping | Sweeping":
        """What matches the archive again: processes here, or workers."""
        from monitor.app.engine import EMBEDDED
        from monitor.app.sweeping import Sweeping

        return self.keeping if self.settings.engine == EMBEDDED else Sweeping(self)

    def init(self) -> str:
        """Create or upgrade the schema; return where it is. Raises StorageError."""
        self.database.upgrade()
        return self.database.shown

    def chosen_feeds(self, ids: Sequence[str], *, every: bool) -> list[Feed]:
        """Return the feeds to poll now: the named ones, every enabled one, or those due.

        Raises ConfigError for a name that is not listed or is switched off.
        """
        from monitor.app.feeds import chosen

        return chosen(self, ids, every=every)

    def poll(self, feeds: Sequence[Feed], seen: Seen) -> Polled:
        """Poll these feeds once, whatever their due time. Raises StorageError."""
        with self.poller() as service:
            return service.poll(feeds, seen)

    def probe(self, feeds: Sequence[Feed], seen: Seen) -> Polled:
        """Fetch and read these feeds as a poll does, and store nothing."""
        from monitor.adapters.nowhere import ForgetfulStore
        from monitor.app.feeds import poller

        with poller(self, ForgetfulStore()) as service:
            return service.poll(feeds, seen)

    @contextmanager
    def poller(self) -> Iterator[PollFeeds]:
        """Hold what polling needs, processes for parsing among it, for as many polls as wanted."""
        from monitor.app.feeds import poller, store_of

        with poller(self, store_of(self)) as service:
            yield service

    def outlet_shares(self, window: Window, narratives: Sequence[str]) -> list[OutletShare]:
        """Return hits over items read, by narrative and outlet. Raises StorageError."""
        from monitor.app.review import outlet_shares

        return outlet_shares(self.database, window, narratives)

    def renewed(self, *, keeps_catalogue: bool = False) -> "App":
        """Return the program on the same database, with its files to be read again."""
        fresh = App(self.settings, self.clock)
        for name in ("database", *(("catalogue", "matcher") if keeps_catalogue else ())):
            fresh.__dict__[name] = getattr(self, name)
        if "likeness" in self.__dict__:  # it holds what took long to read
            fresh.__dict__["likeness"] = self.likeness
        return fresh

    def serve(self, signals: "Signals", pulse: "Pulse | None" = None, *, force: bool) -> bool:
        """Run the service until told to stop; return whether all work had ended by then.

        `pulse` is told how it does.

        Raises AlreadyRunningError, StorageError, ConfigError.
        """
        from monitor.app.service import run

        return run(self, signals, pulse, force=force)

    def work(self, signals: "Signals", concurrency: int, processes: int) -> bool:
        """Be a worker of the engine until told to stop; return whether all work had ended by then.

        Raises StorageError, ConfigError.
        """
        from monitor.app.engine import work

        return work(self, signals, concurrency, processes)

    def match(
        self, streams: tuple[BinaryIO, BinaryIO, TextIO], jobs: int, model: Path | None = None
    ) -> int:
        """Match items as JSON Lines without a database; return the number of bad lines.

        The streams are those of items, hits and problems.
        """
        from monitor.app import matching

        return matching.match(
            self.narratives_directory, model, streams, jobs, self.settings.embedder
        )

    def explain(self, passage: Passage) -> Explanation:
        """Say what the matcher makes of one text, narrative by narrative."""
        from monitor.app import matching

        return matching.explain(self.matcher, passage)

    def unmet_examples(self) -> list[Unmet]:
        """Run every narrative's own examples; return those that fail."""
        return list(unmet(self.catalogue, self.matcher))

    def sought(self) -> Iterator[Sought]:
        """Yield each phrase and concept word once a narrative and language."""
        return sought(self.catalogue)

    def coverage(self) -> list[Covered]:
        """Return what the catalogue covers, with the archive's hits where there is an archive."""
        hits = self.archive.hit_counts() if self.database.exists() else {}
        return list(covered(self.catalogue, hits))

    def examine(self) -> list[Finding]:
        """Look at every part of the installation; say what to mend."""
        from monitor.app.doctoring import examine

        return examine(self)

    def examine_deeply(self) -> list[Finding]:
        """Check what must always be true of the database. Raises StorageError."""
        from monitor.app.doctoring import examine_deeply

        return examine_deeply(self)

    def digest(self, request: DigestRequest) -> Digest:
        """Compose a digest from the database. Raises StorageError, ConfigError."""
        self.known_narratives(request.narratives)
        return self._digests().compose(request)

    def render(self, digest: Digest, form: str, lang: str, zone: str) -> str:
        """Return the digest as text, markdown, html, json or atom."""
        from monitor.adapters.render import render

        return render(digest, form, lang, zone, self.settings.base_url)

    def search_hits(self, filters: Filters, limit: int, cursor: str) -> Page[ArchivedHit]:
        """Return a page of archived hits. Raises StorageError, ConfigError."""
        page = self.searched.hits(filters, limit, cursor)
        return replace(page, rows=with_fact_checks(self.archive, page.rows))

    def search_items(self, filters: Filters, limit: int, cursor: str) -> Page[ArchivedItem]:
        """Return a page of archived items. Raises StorageError, ConfigError."""
        return self.searched.items(filters, limit, cursor)

    def like(self, item_id: int, limit: int) -> list[tuple[ArchivedItem, float]]:
        """Return the items that are most like another, with their likeness, 0 to 100.

        Raises ConfigError without the extra, NotFoundError, StorageError.
        """
        near = dict(self.likeness.nearest(item_id, limit))
        return [(one, near[one.item_id]) for one in self.archive.items_named(list(near))]

    def row(self, found: ArchivedHit | ArchivedItem) -> dict[str, object]:
        """Return a stored hit or item as the flat object of the public contract."""
        from monitor.adapters.exports import hit_row, item_row

        return hit_row(found) if isinstance(found, ArchivedHit) else item_row(found)

    def write_csv(self, rows: Iterable[Mapping[str, object]], sink: TextIO) -> None:
        """Write rows as CSV that a spreadsheet opens without running anything."""
        from monitor.adapters.exports import write_csv

        write_csv(rows, sink)

    def csv_lines(self, rows: Iterable[Mapping[str, object]], kind: str = "") -> Iterator[str]:
        """Yield rows as lines of CSV that a spreadsheet opens without running anything.

        Of the kinds `hits` and `items` there is a head even without rows.
        """
        from monitor.adapters.exports import EXPORT_COLUMNS, ITEM_COLUMNS, csv_lines

        return csv_lines(rows, {"hits": EXPORT_COLUMNS, "items": ITEM_COLUMNS}.get(kind, ()))

    def known_narratives(self, ids: Iterable[str]) -> None:
        """Raise ConfigError for a name that the catalogue has not."""
        known = [narrative.id for narrative in self.catalogue.narratives]
        for name in ids:
            if name not in known:
                raise ConfigError(f"no narrative is called {name}{near(name, known)}")


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Wire the program."""
    from monitor.adapters.clock import SystemClock

    return App(settings, clock or SystemClock())
