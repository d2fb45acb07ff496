from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.domain.compose import Material
from monitor.domain.digest import Movement, Window
from monitor.domain.factcheck import Checks, by_narrative
from monitor.domain.hit import ArchivedHit, ArchivedItem
from monitor.domain.movement import Sight
from monitor.domain.polling import FetchEvent
from monitor.ports import Filters, Page
from monitor.services.digest import DigestRequest, DigestService
from support.digests import WINDOW, sample_material


@dataclass
class SampleArchive:
    """Holds the sample day; remembers which windows were asked for."""

    material: Material = field(default_factory=sample_material)
    asked: list[Filters] = field(default_factory=list)
    movements_of: tuple[str, ...] = ()

    def window_hits(self, filters: Filters) -> Iterator[ArchivedHit]:
        self.asked.append(filters)
        for one in self.material.hits:
            is_inside = (
                filters.since is not None
                and filters.until is not None
                and filters.since <= one.first_seen_at < filters.until
            )
            in_country = not filters.countries or one.country in filters.countries
            is_chosen = not filters.narratives or one.hit.narrative in filters.narratives
            if is_inside and in_country and is_chosen:
                yield one

    def fact_checks(self, since: datetime | None = None) -> Mapping[str, Checks]:
        del since
        return by_narrative(self.material.fact_checks)

    def events(self, window: Window) -> Sequence[FetchEvent]:
        return [one for one in self.material.events if window.holds(one.at)]

    def items_read(self, window: Window) -> Sequence[tuple[str, str, int]]:
        del window
        return self.material.items_read

    def last_new(self) -> Mapping[str, datetime]:
        return self.material.last_new

    def movements(
        self, window: Window, past: int, countries: Sequence[str] = ()
    ) -> Sequence[Movement]:
        del window, past
        self.movements_of = tuple(countries)
        return self.material.movements

    def sights(self, window: Window, past: int, countries: Sequence[str] = ()) -> Sequence[Sight]:
        del window, past, countries
        return ()

    def withdrawn(self, filters: Filters) -> Sequence[ArchivedHit]:
        del filters
        return [one for one in self.material.hits if one.review == "dismissed"]

    def hits(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedHit]:
        raise NotImplementedError

    def items(self, filters: Filters, limit: int, cursor: str = "") -> Page[ArchivedItem]:
        raise NotImplementedError

    def items_named(self, item_ids: Sequence[int]) -> Sequence[ArchivedItem]:
        raise NotImplementedError

    def hit_counts(self) -> Mapping[tuple[str, str], int]:
        raise NotImplementedError


def service(archive: SampleArchive) -> DigestService:
    material = archive.material
    return DigestService(archive, lambda: material.feeds, lambda: material.narratives)


def test_a_digest_holds_what_the_window_held() -> None:
    digest = service(SampleArchive()).compose(DigestRequest(WINDOW))

    assert digest.hits == 11
    assert digest.coverage.items == 1314
    assert digest.coverage.blind_countries == ("AL",)


def test_a_feeds_rhythm_is_read_from_before_the_window() -> None:
    digest = service(SampleArchive()).compose(DigestRequest(WINDOW))

    assert [note.feed_id for note in digest.coverage.silent] == ["krajiski-glas-kultura"]


def test_a_digest_of_one_country_speaks_of_that_country_only() -> None:
    digest = service(SampleArchive()).compose(DigestRequest(WINDOW, countries=("BA",)))

    assert digest.countries == ("BA",)
    assert [row.country for row in digest.coverage.countries] == ["BA"]
    assert digest.coverage.items == 264


def test_the_movement_of_one_country_is_asked_for_as_such() -> None:
    archive = SampleArchive()

    service(archive).compose(DigestRequest(WINDOW, countries=("XK",)))

    assert archive.movements_of == ("XK",)


def test_a_digest_of_one_narrative_has_that_narrative_only() -> None:
    digest = service(SampleArchive()).compose(DigestRequest(WINDOW, narratives=("rs-secession",)))

    assert [one.narrative.id for one in digest.sections] == ["rs-secession"]
