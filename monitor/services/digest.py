"""The digest service: gathers what a window held and has it composed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from monitor.domain.compose import Material, compose
from monitor.domain.digest import Digest, Movement, Window
from monitor.domain.factcheck import REACH
from monitor.domain.feed import Feed, OutletKind
from monitor.domain.hit import ArchivedHit
from monitor.domain.narrative import Narrative
from monitor.domain.polling import FetchEvent
from monitor.ports import Archive, Filters

PAST_DAYS: Final = 14  # windows of a day or less that make the usual
PAST_LONGER: Final = 8  # windows, where they are longer than a day
RHYTHM_PAST: Final = timedelta(days=7)  # how far back a feed's rhythm is read


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What a digest is asked for; empty narratives or countries mean all."""

    window: Window
    narratives: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    reviewer_edition: bool = False


class DigestService:
    """Composes digests from the archive.

    `feeds` and `narratives` are asked for at each digest, for both may be read again while the
    service runs.
    """

    def __init__(
        self,
        archive: Archive,
        feeds: Callable[[], Sequence[Feed]],
        narratives: Callable[[], Sequence[Narrative]],
    ) -> None:
        self._archive = archive
        self._feeds = feeds
        self._narratives = narratives

    def compose(self, request: DigestRequest) -> Digest:
        """Return the digest of what was first seen in the window. Raises StorageError."""
        material = self.gather(request)
        since = request.window.since
        told = [one for one in material.withdrawn if one.first_seen_at < since]
        material = replace(material, withdrawn=told)
        return compose(material, request.window, reviewer_edition=request.reviewer_edition)

    def gather(self, request: DigestRequest, since: datetime | None = None) -> Material:
        """Return what a digest is made of; with `since`, hits from before the window as well."""
        window, countries = request.window, request.countries
        chosen = [feed for feed in self._feeds() if _fits(feed.outlet.country, countries)]
        wide = Window(since or window.since, window.until)
        hits = self._archive.window_hits(_filters(request, wide))
        read = self._archive.items_read(window)
        return Material(
            hits=list(hits),
            movements=self._movements(request),
            events=self._events(window, {feed.id for feed in chosen}),
            items_read=[row for row in read if _fits(row[0], countries)],
            feeds=chosen,
            last_new=self._archive.last_new(),
            narratives=self._narratives(),
            fact_checks=self._fact_checks(request),
            withdrawn=self._archive.withdrawn(_filters(request, window)),
        )

    def _fact_checks(self, request: DigestRequest) -> Sequence[ArchivedHit]:
        """Return those of all countries: a claim answered anywhere is answered."""
        until = request.window.until
        narratives, kinds = request.narratives, (OutletKind.FACT_CHECKER,)
        asked = Filters(narratives=narratives, kinds=kinds, since=until - REACH, until=until)
        return list(self._archive.window_hits(asked))

    def _movements(self, request: DigestRequest) -> Sequence[Movement]:
        window = request.window
        past = PAST_DAYS if window.length <= timedelta(days=1) else PAST_LONGER
        return self._archive.movements(window, past, request.countries)

    def _events(self, window: Window, feed_ids: set[str]) -> Sequence[FetchEvent]:
        wide = Window(window.since - RHYTHM_PAST, window.until)
        return [event for event in self._archive.events(wide) if event.feed_id in feed_ids]


def _fits(country: str, countries: Sequence[str]) -> bool:
    return not countries or country in countries


def _filters(request: DigestRequest, window: Window) -> Filters:
    return Filters(
        narratives=request.narratives,
        countries=request.countries,
        since=window.since,
        until=window.until,
    )
