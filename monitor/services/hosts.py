"""Poll one leased host: its due feeds one after another, within a box of time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Lock
from typing import Final
from zlib import crc32

from monitor.domain import schedule
from monitor.domain.errors import LeaseLostError, StorageError
from monitor.domain.feed import Feed
from monitor.domain.hosts import host_of, next_visit
from monitor.domain.polling import FetchEvent, Poll
from monitor.ports import Clock, Store
from monitor.ports.service import Job, Lease, Leases, Meter
from monitor.services.reach import Reach
from monitor.services.roster import Roster
from monitor.services.vitals import Trouble, Vitals

log = logging.getLogger(__name__)
BOX: Final = timedelta(seconds=60)  # far below the lease
TASK: Final = "poll_host"
FENCE: Final = "fence"
KNOWN: Final = "known"  # a sum of the feeds that whoever leased the host knows of
SOON: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class PollHost:
    """The job. `store_under` is a store that refuses to record once the lease is lost."""

    roster: Roster
    hosts: Leases
    store: Store
    store_under: Callable[[Lease], Store]
    clock: Clock
    vitals: Vitals
    meter: Meter
    reach: Reach = field(default_factory=Reach)
    stop: Event = field(default_factory=Event)
    _held: dict[str, Lease] = field(default_factory=dict)
    _unreleased: list[Lease] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, job: Job) -> None:
        """Poll what is due at a host, and give its lease back."""
        lease = Lease(job.key, int(job.arguments[FENCE]))
        feeds, is_behind = self._feeds(lease.name, job)
        with self._lock:
            self._held[lease.name] = lease
        try:
            if not self.stop.is_set() and not self.vitals.has(Trouble.DATABASE):
                self._poll(lease, feeds)
            self._release(lease, feeds, is_behind=is_behind)
        except LeaseLostError as error:
            log.warning("%s", error)
        except StorageError as error:
            self._note(error)
            with self._lock:
                self._unreleased.append(lease)
        finally:
            with self._lock:
                self._held.pop(lease.name, None)

    def release_the_rest(self) -> None:
        """Give back what could not be given back while the database was away."""
        with self._lock:
            rest, self._unreleased[:] = list(self._unreleased), []
        for lease in rest:
            try:
                self._release(lease, self.roster.of(lease.name))
            except StorageError:
                with self._lock:
                    self._unreleased.append(lease)
                raise

    def abandon(self) -> None:
        """Give back the leases of jobs that did not end in time; they can commit nothing more."""
        with self._lock:
            held = list(self._held.values())
        for lease in held:
            self.hosts.release(lease, self.clock.now())

    def forgive(self) -> None:
        """Take back failures that were blamed on feeds before it was clear that we are offline."""
        events = self.reach.to_forgive()
        if not events:
            return
        feeds = {feed.id: feed for feed in self.roster.parts.feeds}
        states = self.store.states(event.feed_id for event in events)
        for event in events:
            feed, state = feeds.get(event.feed_id), states.get(event.feed_id)
            if feed and state and state.last_poll_at == event.at:
                after = schedule.forgiven(feed, state, self.clock.now())
                self.store.record(Poll(replace(event, reason="offline"), after), feed)

    def _feeds(self, host: str, job: Job) -> tuple[Sequence[Feed], bool]:
        """Return a host's feeds, and whether whoever leased it knows of others than we do."""
        feeds = self.roster.of(host)
        if self.roster.follows and _known(feeds) != job.arguments.get(KNOWN):
            self.roster.plan(self.clock.now())
            feeds = self.roster.of(host)
        return feeds, self.roster.follows and _known(feeds) != job.arguments.get(KNOWN)

    def _poll(self, lease: Lease, feeds: Sequence[Feed]) -> None:
        now, store = self.clock.now(), self.store_under(lease)
        states = store.states(feed.id for feed in feeds)  # so that it knows outlets as they are
        due = schedule.due(feeds, states, now)
        if not due or next_visit(feeds, states, now) > now:
            return
        polled = 0

        def is_over() -> bool:
            # A pause between two requests is waited for in the database, not on a thread.
            has_paused = polled and any(feed.host_delay for feed in due)
            late = self.clock.now() >= now + BOX
            return bool(has_paused or late or self.stop.is_set())

        def seen(feed: Feed, event: FetchEvent) -> None:
            nonlocal polled
            polled += 1
            self.vitals.polled_at = event.at
            self.meter.polled(feed, event)

        poller = replace(
            self.roster.parts.poller,
            store=store,
            is_over=is_over,
            offline=lambda events, _hosts: self.reach.judge(lease.name, events),
        )
        result = poller.poll(due, seen, states)
        self.meter.hits(result.new_hits)

    def _release(self, lease: Lease, feeds: Sequence[Feed], *, is_behind: bool = False) -> None:
        now = self.clock.now()
        feeds = self.roster.of(lease.name) or feeds  # files may have been read again meanwhile
        states = self.store.states(feed.id for feed in feeds)
        again = next_visit(feeds, states, now)
        # Feeds that we have not heard of yet may be due: whoever has comes back soon.
        self.hosts.release(lease, min(again, now + SOON) if is_behind else again)
        if any(host_of(feed, states.get(feed.id)) != lease.name for feed in feeds):
            self.roster.replan()

    def _note(self, error: StorageError) -> None:
        if self.vitals.wrong(Trouble.DATABASE, str(error), self.clock.now()):
            log.error("database: %s", error)


def job_of(lease: Lease, feeds: Sequence[Feed]) -> Job:
    """Return the job that polls a leased host, which has these feeds."""
    return Job(TASK, lease.name, {FENCE: lease.fence, KNOWN: _known(feeds)})


def _known(feeds: Sequence[Feed]) -> int:
    return crc32("\n".join(sorted(feed.id for feed in feeds)).encode())
