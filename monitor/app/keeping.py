"""The wiring of what keeps an archive for years: rematch, backtest, exports, copies."""

import gc
from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.app.narrowing import Few, narrow
from monitor.domain.backtest import Backtest, Difference, summarise
from monitor.domain.errors import ConfigError
from monitor.domain.matching import MATCHER_VERSION, CompiledCatalogue, Matcher
from monitor.domain.narrative import Catalogue
from monitor.domain.rematch import Edition, Plan, Run, edition_of, scope
from monitor.domain.stance import StanceHints
from monitor.ports import Clock, Store
from monitor.services.backtest import Scales, backtest
from monitor.services.parallel import in_order
from monitor.services.rematch import Hire, Rematch, Rows

if TYPE_CHECKING:
    from monitor.adapters.catalogue_uses import CatalogueUses
    from monitor.adapters.database import Database

COMMON_FAMILIES: Final = ("hbs", "sq")  # of most items in the region
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

    `url` opens the database in other processes; `catalogue` is read when asked for, and what is
    noted of it (`edition`) may spare that.
    """

    database: "Database"
    url: str
    narratives: Path
    catalogue: Callable[[], Catalogue]
    clock: Clock
    edition: Callable[[], Edition]

    @cached_property
    def uses(self) -> "CatalogueUses":
        """The catalogues that items were matched with."""
        from monitor.adapters.catalogue_uses import CatalogueUses

        return CatalogueUses(self.database)

    @property
    def version(self) -> str:
        """The version of the present catalogue."""
        return self.edition().version

    def noting(self, store: Store) -> Store:
        """Return a store that notes which catalogue polls use."""
        from monitor.adapters.catalogue_uses import NotingStore

        return NotingStore(store, self.uses, self._hashes)

    def note_use(self, now: datetime) -> None:
        """Note that items are matched with the present catalogue now."""
        self.uses.note(self.version, MATCHER_VERSION, self._hashes, now)

    def _hashes(self) -> Mapping[str, str]:
        return self.edition().contents

    def rematch(self, since: datetime | None, jobs: int, told: Told, *, full: bool) -> Run:
        """Bring every hit to what the present catalogue says. Raises StorageError, ConfigError.

        Where only some narratives changed, the index names the items to match, unless `full`.
        """
        from monitor.adapters.garbage import no_garbage

        with no_garbage():
            plan, candidates = self.planned(since, full=full)
            if is_few(candidates):
                return self.apply(plan, candidates, jobs, told)
        return self.apply(plan, candidates, jobs, told)

    def planned(self, since: datetime | None, *, full: bool) -> tuple[Plan, set[int] | None]:
        """Return what a rematch has to do, and the items that it is about; None: all."""
        self.database.check()
        present, used = self.edition(), self.uses.in_play()
        changed = None if full else scope(present.contents, (each.contents for each in used))
        self.uses.note(present.version, MATCHER_VERSION, self._hashes, self.clock.now())
        few = None if changed is None else self._few(changed, since, present, used, as_stored=True)
        plan = Plan(present.version, MATCHER_VERSION, since, few.narratives if few else None)
        return plan, few.items if few else None

    def apply(self, plan: Plan, candidates: set[int] | None, jobs: int, told: Told) -> Run:
        """Do a rematch here, with so many processes."""
        from monitor.adapters.rematch_rows import RematchBook

        book = RematchBook(self.database, candidates)
        hire = self.hire(plan.since)
        if is_few(candidates):
            jobs, hire = 1, Hire(lambda: self._at_hand(self.edition(), plan))
        return Rematch(book, self.clock, partial(in_order, hire)).run(plan, jobs, told)

    def hire(self, since: datetime | None) -> Hire:
        """Return what builds the work of a process that matches the archive again."""
        return Hire(partial(rows_and_matcher, self.url, self.narratives, since))

    def _at_hand(self, present: Edition, plan: Plan) -> tuple[Rows, Matcher]:
        """Return what this process matches with, of what it has loaded already.

        Words mean what they do in the whole catalogue; only the plan's narratives are looked for.
        """
        from monitor.adapters.rematch_rows import StoredItems

        known, asked = self._compiled(present.version), plan.narratives
        if asked is not None:
            known = replace(known, narratives=tuple(n for n in known.narratives if n.id in asked))
        rows = StoredItems(self.url, plan.since, asked)
        return rows, Matcher(known, StanceHints(present.stance_cues))

    def _compiled(self, version: str) -> CompiledCatalogue:
        """Return the present catalogue compiled, or another one that was loaded."""
        from monitor.adapters import compiled
        from monitor.adapters.garbage import no_garbage

        if version not in self._loaded:
            with no_garbage():
                known = compiled.find(version) or compiled.load_compiled(self.catalogue())
            if known.version != version:
                what = "was edited while it was read; start again"
                raise ConfigError(what, file=str(self.narratives))
            self._loaded[version] = known
        return self._loaded[version]

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

    def chosen(self, other: Catalogue, since: datetime | None) -> set[int] | None:
        """Return the items on which another catalogue may not agree; None: read all."""
        from monitor.adapters import compiled

        self.database.check()
        present, candidate = self.edition(), edition_of(other)
        changed = scope(candidate.contents, [present.contents])
        self._loaded[other.version] = compiled.load_compiled(other)  # once, before processes do
        if changed is None:
            return None
        few = self._few(changed, since, candidate, [present], as_stored=False)
        return few.items if few else None

    def weigh(
        self,
        candidate: Path,
        other: Catalogue,
        chosen: set[int] | None,
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
        return Compared(result, self.version, other.version, items())

    def _few(
        self,
        changed: frozenset[str],
        since: datetime | None,
        present: Edition,
        before: Iterable[Edition],
        *,
        as_stored: bool,
    ) -> Few | None:
        """Return the items on which catalogues may differ; None where all should be read."""
        from monitor.adapters.garbage import no_garbage

        if not changed:
            return Few()
        with no_garbage():
            other = [each for each in before if each.contents != present.contents]
            wanted = {each.version if changed & each.contents.keys() else "" for each in other}
            earlier = [self._earlier(version) for version in sorted(wanted)]
            known = self._compiled(present.version)
            return narrow(self.database, since, changed, known, earlier, as_stored=as_stored)

    def _earlier(self, version: str) -> CompiledCatalogue | None:
        """Return the present catalogue, or one that is still kept compiled; no version: none."""
        from monitor.adapters import compiled

        if version == self.version:
            return self._compiled(version)
        return self._loaded.get(version) or compiled.find(version)


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
