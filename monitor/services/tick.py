"""The tick: lease what is due and hand it to the engine. As often as one likes, by whomever.

That of a worker leases nothing; it keeps the worker's knowledge of feeds and hosts fresh.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.domain.errors import StorageError
from monitor.domain.schedule import CLOCK_SLACK
from monitor.ports import Clock
from monitor.ports.service import Disk, Jobs, Meter
from monitor.services.hosts import PollHost, job_of
from monitor.services.vitals import MIN_FREE_BYTES, Trouble, Vitals

log = logging.getLogger(__name__)
PLAN_EVERY: Final = timedelta(minutes=10)  # a host that was leased as the list changed waits for it
FOLLOW_EVERY: Final = timedelta(minutes=1)  # a worker hears of no change but by looking


@dataclass(frozen=True, slots=True)
class Tick:
    """The use case."""

    polling: PollHost
    jobs: Jobs
    clock: Clock
    disk: Disk
    vitals: Vitals
    meter: Meter

    def __call__(self) -> None:
        """Lease due hosts and enqueue a job for each, unless we had better not fetch now."""
        now = self.clock.now()
        try:
            self._tick(now)
        except StorageError as error:
            if self.vitals.wrong(Trouble.DATABASE, str(error), now):
                log.error("database: %s", error)  # noqa: TRY400 - an outage, not a bug
        else:
            if self.vitals.right(Trouble.DATABASE):
                log.warning("the database is back")
        self.vitals.ticked_at = now
        self.meter.ran("tick", "done", self.clock.now() - now)

    def _tick(self, now: datetime) -> None:
        self.polling.release_the_rest()
        self._look_at_network(now)
        roster = self.polling.roster
        planned, last = roster.planned_at(), self.vitals.ticked_at
        went_back = last is not None and now < last - CLOCK_SLACK
        every = FOLLOW_EVERY if roster.follows else PLAN_EVERY
        if planned is None or went_back or now - planned >= every:
            roster.plan(now)
            self.vitals.feeds = sum(feed.enabled for feed in roster.parts.feeds)
        if not roster.follows:
            self._lease(now)

    def _lease(self, now: datetime) -> None:
        hosts, roster = self.polling.hosts, self.polling.roster
        waiting, room, has_space = hosts.waiting(now), self.jobs.room(), self._has_space(now)
        self.meter.set("hosts_due", waiting)
        if not waiting or not room or not has_space:
            return
        with hosts.claiming(now, room) as (transaction, leases):
            self.jobs.enqueue([job_of(one, roster.of(one.name)) for one in leases], transaction)

    def _has_space(self, now: datetime) -> bool:
        free = self.disk.free_bytes()
        if free is None or free >= MIN_FREE_BYTES:
            if self.vitals.right(Trouble.DISK):
                log.warning("there is room on the disk again")
            return True
        what = f"{free // 1_000_000} MB free, {MIN_FREE_BYTES // 1_000_000} MB needed: not fetching"
        if self.vitals.wrong(Trouble.DISK, what, now):
            log.error("disk: %s", what)
        return False

    def _look_at_network(self, now: datetime) -> None:
        if not self.polling.reach.is_offline:
            if self.vitals.right(Trouble.NETWORK):
                log.warning("the network is back")
            return
        self.polling.forgive()
        if self.vitals.wrong(Trouble.NETWORK, "most hosts cannot be reached", now):
            log.error("network: most hosts cannot be reached; no feed is blamed")
