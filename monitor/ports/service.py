"""What the service needs from outside, beside what polling needs."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from monitor.domain.alarms import ToldAlarm
from monitor.domain.feed import Feed
from monitor.domain.polling import FetchEvent


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do soon. Two jobs of one task and key never run at the same time."""

    task: str
    key: str
    arguments: Mapping[str, int | str] = field(default_factory=dict)


class Transaction(Protocol):
    """A transaction under way, as far as others need to know of it."""

    def after_commit(self, do: Callable[[], None]) -> None:
        """Call this once the transaction is committed; never, if it is not."""


@dataclass(frozen=True, slots=True)
class JobsState:
    """What an engine has to do: `lag` is how long the oldest job has waited.

    Parts of a rematch or backtest, which may wait for long, are counted by themselves.
    """

    waiting: int
    running: int
    lag: timedelta = timedelta(0)
    workers: int = 1
    dead_workers: int = 0
    parts_waiting: int = 0
    parts_running: int = 0


class Jobs(Protocol):
    """The engine that runs jobs: at least once, unless the process dies; then the lease lapses."""

    def prepare(self) -> None:
        """Make ready what the engine needs; safe to repeat. Raises StorageError."""

    def enqueue(self, jobs: Sequence[Job], within: Transaction) -> None:
        """Run these soon, if the transaction is committed.

        A job whose task and key wait or run already waits for that one, or is left out.
        """

    def room(self) -> int:
        """Return how many more jobs it makes sense to enqueue now."""

    def state(self) -> JobsState:
        """Return what waits and runs. Raises StorageError."""

    def reap(self, give_back: Callable[[Job], None]) -> int:
        """Give back the leases of jobs whose worker died; return how many there were."""

    def settle(self, wait: timedelta) -> bool:
        """Wait until nothing of this process is left to do; return whether that came in time."""

    def close(self) -> None:
        """Start nothing any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a thing until it lapses. What a later lease has taken over is lost."""

    name: str
    fence: int


class Leases(Protocol):
    """Who works on what, kept in the database and timed by its clock."""

    def plan(self, due: Mapping[str, datetime]) -> None:
        """Know exactly these things, due then. What is leased keeps its lease."""

    def learn(self, latest: Mapping[str, datetime], now: datetime) -> None:
        """Know these things too: a new one is due now, a known one when it was.

        What was to wait for longer than `latest` says, by a clock that was set back since, is due
        now.
        """

    def claiming(
        self, now: datetime, limit: int, names: Sequence[str] | None = None
    ) -> AbstractContextManager[tuple[Transaction, Sequence[Lease]]]:
        """Lease what is due, at most `limit`, in a transaction that ends with the block."""

    def release(self, lease: Lease, next_due: datetime) -> None:
        """Give a lease back; one that was lost meanwhile changes nothing."""

    def release_all(self) -> int:
        """Void every lease, whoever holds it; return how many there were."""

    def waiting(self, now: datetime) -> int:
        """Return how many things are due and not leased."""


class Disk(Protocol):
    """Where the database lives."""

    def free_bytes(self) -> int | None:
        """Return the room that is left, or None where we cannot know."""


class Files(Protocol):
    """What operators edit."""

    def have_changed(self) -> bool:
        """Say whether something is different from the last time this was asked."""


class Meter(Protocol):
    """Numbers that operators watch. Labels come from fixed vocabularies only."""

    def polled(self, feed: Feed, event: FetchEvent) -> None:
        """Count one attempt."""

    def hits(self, new: int) -> None:
        """Count new hits."""

    def ran(self, task: str, result: str, took: timedelta) -> None:
        """Count one job or tick."""

    def set(self, name: str, value: float) -> None:
        """Set one of the gauges."""


class Alarms(Protocol):
    """What operators were told, so that a restart tells nothing twice."""

    def told(self) -> Sequence[ToldAlarm]:
        """Return every problem that was told and has not ended."""

    def remember(self, told: Sequence[ToldAlarm], over: Sequence[str]) -> None:
        """Keep what was told, and forget what is over."""


class Postbox(Protocol):
    """The way to the operators."""

    def send(self, subject: str, text: str) -> None:
        """Send them a notice. Raises DeliveryError."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule about the database, and how many rows break it."""

    rule: str
    broken: int
