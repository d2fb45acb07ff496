"""Plan alerts: one frozen message for each surge and subscriber who watches for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qs

from monitor.domain.compose import Material, compose
from monitor.domain.delivery import ALERT, Planned, State
from monitor.domain.digest import Digest, Pace, Window
from monitor.domain.errors import ConfigError
from monitor.domain.hit import ArchivedHit, Grade
from monitor.domain.language import normalise_tag
from monitor.domain.movement import Telling, comparable, pace, surges
from monitor.domain.review import Verdict
from monitor.domain.subscription import DAY, Alerts, Standing, Subscription
from monitor.domain.surge import Surge, Watch, watches
from monitor.ports import Archive, Clock, Filters
from monitor.ports.delivery import Outbox, Press, Subscribers, Surges, Token
from monitor.services.boundary import boundary
from monitor.services.digest import PAST_DAYS, DigestRequest, DigestService


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert that was planned, or would be."""

    subscription: Subscription
    surge: Surge


@dataclass(frozen=True)
class PlanAlerts:
    """The use case.

    `narratives` are the ids that may surge; `unsettled` returns those whose rules changed since an
    instant; `search` the query of a saved one, None if nobody keeps it.
    """

    subscribers: Subscribers
    outbox: Outbox
    surges: Surges
    archive: Archive
    digests: DigestService
    press: Press
    clock: Clock
    token: Callable[[], Token]
    narratives: Callable[[], Sequence[str]]
    unsettled: Callable[[datetime], frozenset[str]]
    search: Callable[[str], str | None]

    def plan(self, *, dry: bool = False) -> list[Alert]:
        """Plan an alert for each surge that somebody watches and was not told of; safe to repeat.

        Raises StorageError.
        """
        watching = [
            one
            for one in self.subscribers.all(Standing.ACTIVE)
            if one.alerts is not Alerts.NONE and not self.press.fault(one.channel)
        ]
        if not watching:
            return []
        now, names = self.clock.now(), self.narratives()
        window = Window(now - DAY, now)
        watched = {one.id: watches(one, names) for one in watching}
        rising = self._rising({watch for some in watched.values() for watch in some}, window)
        began = self.surges.seen([watch.key for watch in rising], now, dry=dry)
        found = []
        for watch, moved in rising.items():
            usual = round(moved.expected, 1)
            surge = Surge(watch, began[watch.key], moved.now, usual, moved.outlets)
            told = self.outbox.taken(surge.began_at.date(), ALERT + watch.name)
            waiting = [one for one in watching if watch in watched[one.id] and one.id not in told]
            found += self._tell(waiting, surge, window, dry=dry) if waiting else []
        return found

    def _rising(self, wanted: set[Watch], window: Window) -> Mapping[Watch, Pace]:
        """Return what surges of these, in a steady order."""
        unsettled = self.unsettled(window.since - PAST_DAYS * DAY)
        found: dict[Watch, Pace] = {}
        for countries in sorted({watch.countries for watch in wanted}):
            moves = {
                one.narrative: one.pace
                for one in self.archive.movements(window, PAST_DAYS, countries)
            }
            for watch in sorted(wanted, key=lambda one: one.key):
                if watch.countries != countries or watch.narrative in unsettled:
                    continue
                moved = moves.get(watch.narrative)
                if watch.search:
                    moved = self._searched(watch, window, unsettled)
                if moved and surges(moved):
                    found[watch] = moved
        return found

    def _searched(self, watch: Watch, window: Window, unsettled: frozenset[str]) -> Pace | None:
        """Return how a saved search moved; None where it cannot be said."""
        filters = self._filters(watch)
        if filters is None or unsettled & set(filters.narratives or self.narratives()):
            return None
        wide = replace(filters, since=window.since - PAST_DAYS * DAY, until=window.until)
        tellings = [
            Telling(
                watch.search,
                hit.country,
                hit.outlet_id,
                hit.feed_id,
                hit.story_id or str(hit.item_id),
                -((hit.first_seen_at - window.since) // window.length),
            )
            for hit in self.archive.window_hits(wide)
            if _counts(hit)
        ]
        sights = self.archive.sights(window, PAST_DAYS, filters.countries)
        return pace(tellings, sights, comparable(sights))

    def _filters(self, watch: Watch) -> Filters | None:
        query = self.search(watch.search)
        if query is None:
            return None
        asked = filters_of(query)
        return replace(asked, countries=watch.countries) if watch.countries else asked

    def _tell(
        self, waiting: Sequence[Subscription], surge: Surge, window: Window, *, dry: bool
    ) -> list[Alert]:
        digest = self._digest(surge, window)
        if not digest.items:
            return []
        kind, day = ALERT + surge.watch.name, surge.began_at.date()
        found = []
        for one in waiting:
            with boundary(f"the alert of subscription {one.id}"):
                token = self.token()
                name, payload = self.press.freeze(digest, one, f"{day} {kind}", token.text)
                planned = Planned(
                    one.id,
                    day,
                    kind,
                    self.clock.now(),
                    State.READY,
                    message_id=name,
                    payload=payload,
                    token_hash=token.hashed,
                )
                if dry or self.outbox.plan(planned, self.clock.now()):
                    found.append(Alert(one, surge))
        return found

    def _digest(self, surge: Surge, window: Window) -> Digest:
        """Compose what there is of one watch."""
        watch = surge.watch
        chosen = (watch.narrative,) if watch.narrative else ()
        material = self.digests.gather(DigestRequest(window, chosen, watch.countries))
        hits = material.hits if watch.narrative else self._found(watch, window, material)
        told = replace(material, hits=hits, withdrawn=(), fact_checks=_about(material, hits))
        return replace(compose(told, window), surge=surge, overall=None)

    def _found(self, watch: Watch, window: Window, material: Material) -> Sequence[ArchivedHit]:
        filters = self._filters(watch)
        if filters is None:
            return ()
        asked = replace(filters, since=window.since, until=window.until)
        found = {hit.hit_id for hit in self.archive.window_hits(asked)}
        return [hit for hit in material.hits if hit.hit_id in found]


def filters_of(query: str) -> Filters:
    """Return the filters of a saved search, without its times. Raises ConfigError."""
    asked = parse_qs(query)

    def of(name: str) -> tuple[str, ...]:
        return tuple(value for value in asked.get(name, ()) if value)

    grades = [Grade(grade) for grade in of("grade") if grade in set(Grade)]
    if len(grades) < len(of("grade")):
        raise ConfigError(f"a saved search asks for an unknown grade: {query[:80]}")
    return Filters(
        query=" ".join(of("q")).strip(),
        narratives=of("narrative"),
        countries=tuple(code.upper() for code in of("country")),
        langs=tuple(normalise_tag(tag) or tag for tag in of("lang")),
        outlets=of("outlet"),
        stances=of("stance"),
        reviews=of("review"),
        grade=grades[0] if grades else None,
    )


def _about(material: Material, hits: Sequence[ArchivedHit]) -> Sequence[ArchivedHit]:
    told = {hit.hit.narrative for hit in hits}
    return [check for check in material.fact_checks if check.hit.narrative in told]


def _counts(hit: ArchivedHit) -> bool:
    return hit.hit.grade is Grade.DIGEST and hit.review != Verdict.DISMISSED
