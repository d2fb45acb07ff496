"""The wiring of what keeps an archive for years: rematch, backtest, exports, copies."""

import gc
from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.domain.backtest import Backtest, Difference, summarise
from monitor.domain.matching import MATCHER_VERSION, CompiledCatalogue, Matcher, Vocabulary
from monitor.domain.matching.vocabulary import vocabulary_of
from monitor.domain.narrative import Catalogue
from monitor.domain.rematch import CatalogueNote, Plan, Reached, Run, content_hashes, scope
from monitor.domain.stance import StanceHints
from monitor.ports import Clock, Store
from monitor.services.backtest import Scales, backtest
from monitor.services.parallel import in_order
from monitor.services.rematch import Hire, Rematch, Rows

if TYPE_CHECKING:
    from monitor.adapters.catalogue_uses import CatalogueUses
    from monitor.adapters.database import Database

COMMON_FAMILIES: Final = ("hbs", "sq")  # of most items in the region
INDEXED_MOST: Final = 4  # beyond one item in so many, reading them all is quicker
WORTH_PROCESSES: Final = 20_000  # items: processes of their own take two seconds to begin

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """A backtest, between which catalogues, and how many items were read for it."""

    result: Backtest
    version: str
    candidate_version: str
    items: int


@dataclass(frozen=True)
class Keeping:
    """What is done to the archive as a whole.

    `url` opens the database in other processes; `catalogue` and `matcher` are read when asked for.
    """

    database: "Database"
    url: str
    narratives: Path
    catalogue: Callable[[], Catalogue]
    matcher: Callable[[], Matcher]
    clock: Clock

    @cached_property
    def uses(self) -> "CatalogueUses":
        """The catalogues that items were matched with."""
        from monitor.adapters.catalogue_uses import CatalogueUses

        return CatalogueUses(self.database)

    @property
    def version(self) -> str:
        """The version of the present catalogue."""
        return self.catalogue().version

    def noting(self, store: Store) -> Store:
        """Return a store that notes which catalogue polls use."""
        from monitor.adapters.catalogue_uses import NotingStore

        return NotingStore(store, self.uses, self._note)

    def note_use(self, now: datetime) -> None:
        """Note that items are matched with the present catalogue now."""
        self.uses.note(self.catalogue().version, MATCHER_VERSION, self._note, now)

    def _note(self) -> CatalogueNote:
        catalogue, matcher = self.catalogue(), self.matcher()
        is_same = catalogue.version == matcher.catalogue_version  # the files may have changed
        hashes = content_hashes(catalogue) if is_same else {}
        return CatalogueNote(matcher.catalogue_version, hashes, matcher.vocabulary)

    def rematch(self, since: datetime | None, jobs: int, told: Told, *, full: bool) -> Run:
        """Bring every hit to what the present catalogue says. Raises StorageError, ConfigError.

        Where only some narratives changed, the index names the items to match, unless `full`.
        """
        from monitor.adapters.garbage import no_garbage

        with no_garbage():
            plan, reached = self.planned(since, full=full)
            if reached is not None and is_few(reached.items):
                return self.apply(plan, reached, jobs, told)
        return self.apply(plan, reached, jobs, told)

    def planned(self, since: datetime | None, *, full: bool) -> tuple[Plan, Reached | None]:
        """Return what a rematch has to do, and what it is about; None: everything."""
        self.database.check()
        catalogue = self.catalogue()
        hashes, version = content_hashes(catalogue), catalogue.version
        uses = [] if full else self.uses.in_play()
        changed = scope(hashes, [narratives for _, narratives in uses])
        others = {used for used, _ in uses} - {version}
        before = None if changed is None else self.uses.vocabularies(others, MATCHER_VERSION)
        self.uses.note(
            version,
            MATCHER_VERSION,
            lambda: CatalogueNote(version, hashes, vocabulary_of(self._compiled(catalogue))),
            self.clock.now(),
        )
        reached = None
        if changed is not None and before is not None:
            reached = self._reached(changed, since, [catalogue], before)
        if reached is None:
            changed = None
        return Plan(version, MATCHER_VERSION, since, changed), reached

    def apply(self, plan: Plan, reached: Reached | None, jobs: int, told: Told) -> Run:
        """Do a rematch here, with so many processes."""
        from monitor.adapters.rematch_rows import RematchBook

        book = RematchBook(self.database, None if reached is None else reached.items)
        hire = self.hire(plan.since)
        if reached is not None and is_few(reached.items):
            sought = reached.narratives
            jobs, hire = 1, Hire(lambda: self._at_hand(self.catalogue(), plan.since, sought))
        return Rematch(book, self.clock, partial(in_order, hire)).run(plan, jobs, told)

    def hire(self, since: datetime | None) -> Hire:
        """Return what builds the work of a process that matches the archive again."""
        return Hire(partial(rows_and_matcher, self.url, self.narratives, since))

    def _at_hand(
        self, catalogue: Catalogue, since: datetime | None, sought: frozenset[str]
    ) -> tuple[Rows, Matcher]:
        """Return what this process matches with, of what it has loaded already.

        Words mean what they do in the whole catalogue; only some narratives are looked for.
        """
        from monitor.adapters.rematch_rows import StoredItems

        known = self._compiled(catalogue)
        known = replace(known, narratives=tuple(n for n in known.narratives if n.id in sought))
        rows = StoredItems(self.url, since, sought)
        return rows, Matcher(known, StanceHints(catalogue.stance_cues))

    def _compiled(self, catalogue: Catalogue) -> CompiledCatalogue:
        from monitor.adapters import compiled
        from monitor.adapters.garbage import no_garbage

        if catalogue.version not in self._loaded:
            with no_garbage():
                self._loaded[catalogue.version] = compiled.load_compiled(catalogue)
        return self._loaded[catalogue.version]

    @cached_property
    def _loaded(self) -> dict[str, CompiledCatalogue]:
        return {}

    def backtest(self, candidate: Path, since: datetime | None, jobs: int, told: Told) -> Compared:
        """Hold the catalogue of a directory against the present one, on the archive.

        Raises StorageError, ConfigError.
        """
        from monitor.adapters import catalogue

        other = catalogue.load(candidate)
        return self.weigh(candidate, other, self.chosen(other, since), (since, jobs), told)

    def chosen(self, other: Catalogue, since: datetime | None) -> frozenset[int] | None:
        """Return the items on which another catalogue may not agree; None: read all."""
        from monitor.adapters import compiled

        self.database.check()
        present = self.catalogue()
        changed = scope(content_hashes(other), [content_hashes(present)])
        compiled.load_compiled(other)  # once, before every process would
        if changed is None:
            return None
        before = [vocabulary_of(self._compiled(present))]
        reached = self._reached(changed, since, [present, other], before)
        return None if reached is None else reached.items

    def weigh(
        self,
        candidate: Path,
        other: Catalogue,
        chosen: frozenset[int] | None,
        how: tuple[datetime | None, int],
        told: Told,
    ) -> Compared:
        """Do a backtest here; `how` is since when, and with how many processes."""
        from monitor.adapters import candidates
        from monitor.adapters.slices import slices

        since, jobs = how
        total = candidates.count(self.database, since) if chosen is None else len(chosen)
        jobs = 1 if is_few(chosen) else jobs
        build = partial(_rows_and_matchers, self.url, self.narratives, candidate, since)
        parts = slices(self.database, None if chosen is None else sorted(chosen), since)
        read = 0

        def heard(done: int) -> None:
            nonlocal read
            read = done
            told(done, total)

        return self.compared(backtest(Scales(build), parts, jobs, heard), other, lambda: read)

    def compared(
        self, found: Iterable[Difference], other: Catalogue, items: Callable[[], int]
    ) -> Compared:
        """Return what a backtest found; `items` says, at the end, how many were read."""
        from monitor.adapters import candidates

        reviews = candidates.verdicts(self.database)
        result = summarise(found, reviews, self.clock.now())
        return Compared(result, self.catalogue().version, other.version, items())

    def _reached(
        self,
        changed: frozenset[str],
        since: datetime | None,
        catalogues: Sequence[Catalogue],
        before: Sequence[Vocabulary],
    ) -> Reached | None:
        """Return what may gain or lose a hit; None where all should be read.

        Hits are of the last of `catalogues` or of the others; `before` are other vocabularies.
        """
        from monitor.adapters import candidates
        from monitor.adapters.garbage import no_garbage
        from monitor.domain.matching.candidates import reach

        if not changed and not before:
            return Reached(frozenset(), changed)
        words = cache(lambda: candidates.vocabulary(self.database))
        items, sought = candidates.bearing(self.database, changed), set(changed)
        for catalogue in catalogues:
            known = self._compiled(catalogue)
            with no_garbage():
                found = reach(known, changed, before if catalogue is catalogues[-1] else (), words)
            items |= candidates.holding(self.database, found.needs)
            items |= candidates.bearing_words(self.database, found.shifted)
            sought |= found.narratives
        is_most = len(items) * INDEXED_MOST > candidates.count(self.database, since)
        return None if is_most else Reached(frozenset(items), frozenset(sought))


def is_few(items: Sized | None) -> bool:
    """Say whether these are done sooner than other processes would have begun."""
    return items is not None and len(items) < WORTH_PROCESSES


def _rows_and_matchers(
    url: str, narratives: Path, candidate: Path, since: datetime | None
) -> tuple[Rows, Matcher, Matcher]:
    from monitor.adapters.compiled import matcher_of

    rows, matcher = rows_and_matcher(url, narratives, since)
    return rows, matcher, matcher_of(candidate)


def rows_and_matcher(url: str, narratives: Path, since: datetime | None) -> tuple[Rows, Matcher]:
    """Return what a process reads the archive with, and matches it."""
    from monitor.adapters.compiled import matcher_of
    from monitor.adapters.rematch_rows import StoredItems

    matcher = matcher_of(narratives)
    matcher.prepare(COMMON_FAMILIES)
    gc.freeze()  # the catalogue's tables never become garbage: do not look through them again
    return StoredItems(url, since), matcher
