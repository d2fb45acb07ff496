"""Wiring of the service: what `monitor run` starts, watches and ends."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Final

from monitor import __version__
from monitor.adapters import leases
from monitor.adapters.disk import DatabaseDisk
from monitor.adapters.health import Listener
from monitor.adapters.lock import one_instance
from monitor.adapters.metrics import PrometheusMeter
from monitor.adapters.scheduler import every, new_scheduler
from monitor.adapters.store import SqlStore
from monitor.adapters.watchdog import Supervisor, Watchdog
from monitor.adapters.watched_files import WatchedFiles
from monitor.app.chores import chores, teller
from monitor.app.engine import EMBEDDED, jobs_of, reaping
from monitor.app.pulse import Pulse
from monitor.domain.errors import AlreadyRunningError, StorageError
from monitor.ports.service import Job
from monitor.services import vitals
from monitor.services.chores import TASK as CHORE
from monitor.services.chores import Chores
from monitor.services.hosts import TASK, PollHost
from monitor.services.poll import PollFeeds
from monitor.services.reload import Reload
from monitor.services.roster import Parts, Roster
from monitor.services.tick import Tick
from monitor.services.vitals import Report, Trouble, Vitals

if TYPE_CHECKING:
    from monitor.app import App

log = logging.getLogger(__name__)
Tasks = Mapping[str, Callable[[Job], None]]
TICK: Final = timedelta(seconds=1)
LOOK_AT_FILES: Final = timedelta(seconds=2)
LOOK_AT_CHORES: Final = timedelta(seconds=10)
LOOK_AT_OURSELVES: Final = timedelta(seconds=15)
END_WITHIN: Final = timedelta(seconds=7)  # of the ten that we promise


@dataclass(frozen=True, slots=True)
class Signals:
    """What the outside asks of the service."""

    stop: Event = field(default_factory=Event)
    reload: Event = field(default_factory=Event)


def run(app: "App", signals: Signals, pulse: Pulse | None = None, *, force: bool) -> bool:
    """Run until told to stop; return whether all work had ended by then.

    `pulse` is what others look at: from now on it is that of the service.
    """
    app.database.check(create=True)
    with ExitStack() as stack:
        lock = None if force else stack.enter_context(one_instance(app.database))
        poller = stack.enter_context(app.poller())
        service = Service(app, poller, signals)
        if pulse:
            pulse.report, pulse.metrics = service.report, service.meter.page
        service.jobs.prepare()
        if lock and app.settings.engine == EMBEDDED:  # workers go on while we are away
            voided = service.polling.hosts.release_all() + service.chores.leases.release_all()
            log.info("started %s", __version__, extra={"voided_leases": voided})
        stack.enter_context(service.listening())
        scheduler = new_scheduler()
        ticks = (
            (service.tick_hosts, TICK),
            (service.tick_chores, LOOK_AT_CHORES),
            (service.reap, LOOK_AT_CHORES),
            (service.reload, LOOK_AT_FILES),
            (service.look_at_ourselves, LOOK_AT_OURSELVES),
        )
        service.chores.plan()
        for tick, interval in ticks:
            every(scheduler, interval, tick)
        scheduler.start()
        try:
            service.wait(lock.keep if lock else lambda: None)
        finally:
            scheduler.pause()
            scheduler.shutdown(wait=False)
            ended = service.end()
        return ended


class Service:
    """The parts of a running service."""

    def __init__(
        self, app: "App", poller: PollFeeds, signals: Signals, *, follows: bool = False
    ) -> None:
        self.app, self.signals = app, signals
        self.meter = PrometheusMeter()
        self.vitals = Vitals(app.clock.now())
        self.watchdog, self.supervisor = Watchdog(), Supervisor(os.environ)
        store = SqlStore(app.database)
        hosts = leases.hosts(app.database)
        roster = Roster(self._parts(app, poller), store, hosts, follows)
        self.polling = PollHost(
            roster=roster,
            hosts=hosts,
            store=store,
            store_under=lambda lease: self.app.keeping.noting(
                SqlStore(app.database, hosts.guard(lease))
            ),
            clock=app.clock,
            vitals=self.vitals,
            meter=self.meter,
            stop=signals.stop,
        )
        self.chores = Chores(
            chores(self.present), leases.chores(app.database), app.clock, self.meter
        )
        self.tasks: Tasks = {TASK: self.polling, CHORE: self.chores}
        self.jobs = jobs_of(app, self.tasks)
        self._reap = reaping(app, self.jobs)
        self.disk = DatabaseDisk(app.database.file)
        self.tick = Tick(self.polling, self.jobs, app.clock, self.disk, self.vitals, self.meter)
        self.reload = Reload(
            renew=lambda: self._renew(poller),
            files=WatchedFiles([app.feeds_file, app.narratives_directory]),
            vitals=self.vitals,
            clock=app.clock,
            asked=signals.reload,
        )
        self.tell = teller(self.present, vitals.SERVICE, lambda: vitals.alarms(self.report()))

    def present(self) -> "App":
        """Return the program with its files as last read."""
        return self.app

    def tick_hosts(self) -> None:
        """Tick, and say that we still do."""
        self.tick()
        self.watchdog.feed()

    def tick_chores(self) -> None:
        """Start the chores that are due."""
        self.chores.tick(self.jobs)

    def _look_at_engine(self) -> None:
        try:
            state = self.jobs.state()
        except StorageError as error:
            log.debug("the engine waits for the database: %s", error)
            return
        self.meter.set("jobs_waiting", state.waiting)
        self.meter.set("jobs_running", state.running)
        self.meter.set("parts_waiting", state.parts_waiting)
        self.meter.set("parts_running", state.parts_running)
        self.meter.set("jobs_lag_seconds", state.lag.total_seconds())
        self.meter.set("workers", state.workers)
        self.meter.set("workers_dead", state.dead_workers)

    def reap(self) -> None:
        """Give back what workers held that died."""
        try:
            if dead := self._reap():
                log.warning("%d jobs of dead workers are due again", dead)
        except StorageError as error:
            log.debug("the dead wait for the database: %s", error)

    def report(self) -> Report:
        """Return how we do."""
        return self.vitals.report(self.app.clock.now())

    def look_at_ourselves(self) -> None:
        """Turn what we know of ourselves into numbers and alarms."""
        report, meter = self.report(), self.meter
        meter.set("up", float(not report.troubles))
        wrong = {trouble for trouble, _, _ in report.troubles}
        for trouble in Trouble:
            meter.set(f"trouble:{trouble}", float(trouble in wrong))
        for name, at in (("tick", report.ticked_at), ("poll", report.polled_at)):
            meter.set(f"last_{name}_timestamp_seconds", at.timestamp() if at else 0)
        meter.set("feeds", report.feeds)
        if Trouble.DATABASE not in wrong:
            self._look_at_engine()
        meter.set("disk_free_bytes", self.disk.free_bytes() or 0)
        if Trouble.DATABASE not in wrong:
            self.tell()

    def wait(self, keep_lock: Callable[[], None]) -> None:
        """Watch over the ticks until told to stop. Raises AlreadyRunningError if outrun."""
        self.supervisor.say("READY=1")
        turns = 0
        while not self.signals.stop.wait(1):
            turns += 1
            if self.watchdog.is_starved:
                self.watchdog.end_the_process()
            self.supervisor.say("WATCHDOG=1")
            if turns % LOOK_AT_OURSELVES.seconds == 0:
                try:
                    keep_lock()
                except AlreadyRunningError:
                    raise
                except StorageError as error:
                    log.debug("the lock waits for the database: %s", error)

    def end(self) -> bool:
        """Let running jobs end, give leases back; return whether all ended in time."""
        self.signals.stop.set()
        self.supervisor.say("STOPPING=1")
        self.jobs.close()
        ended = self.jobs.settle(END_WITHIN)
        try:
            self.polling.abandon()
        except StorageError as error:
            log.warning("leases lapse by themselves: %s", error)
        log.info("stopped", extra={"all_ended": ended})
        return ended

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Answer /health and /metrics, if that is wanted and the address is free."""
        where = self.app.settings.metrics_listen
        if where in {"", "off"}:
            yield
            return
        host, _, port = where.rpartition(":")
        try:
            listener = Listener(
                (host.strip("[]"), int(port)), Pulse(self.report).health, self.meter.page
            )
        except OSError as error:
            log.warning("no /health and /metrics on %s: %s", where, error.strerror)
            yield
            return
        listener.start()
        try:
            yield
        finally:
            listener.close()

    def _parts(self, app: "App", poller: PollFeeds) -> Parts:
        listed = frozenset(feed.url for feed in app.feeds)
        return Parts(app.feeds, replace(poller, matcher=app.matcher, listed=listed))

    def _renew(self, poller: PollFeeds) -> str:
        fresh = self.app.renewed()
        parts = self._parts(fresh, poller)
        narratives, version = len(fresh.catalogue.narratives), fresh.matcher.catalogue_version
        self.app = fresh
        self.polling.roster.swap(parts)
        return f"{len(parts.feeds)} feeds, {narratives} narratives, catalogue {version}"
