"""What the service knows of itself: shown by /health, turned into alarms. Safe between threads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Final

from monitor.domain.alarms import Alarm

MIN_FREE_BYTES: Final = 200_000_000  # below it nothing is fetched: what we have must stay safe
SERVICE: Final = "service "  # the scope of an alarm of the service itself
SETTLED: Final = timedelta(minutes=2)
LATE: Final = timedelta(minutes=2)  # without a tick


class Trouble(StrEnum):
    """What can be wrong with the service as a whole."""

    DATABASE = "database"
    DISK = "disk"
    CONFIGURATION = "configuration"
    NETWORK = "network"
    TICK = "tick"


MENDS: Final = {
    Trouble.DATABASE: "see that the database runs and answers; the service resumes by itself",
    Trouble.DISK: "free some space; fetching resumes by itself",
    Trouble.CONFIGURATION: "mend the file: until then the service works with what it had",
    Trouble.NETWORK: "see why this machine reaches hardly anybody; no feed is blamed meanwhile",
    Trouble.TICK: "look at the log; the service ends itself if this lasts",
}
# Without these nothing works: what watches the service is told 503.
SEVERE: Final = frozenset({Trouble.DATABASE, Trouble.TICK})


@dataclass(frozen=True, slots=True)
class Report:
    """How the service does. `troubles` maps what is wrong to (what, since)."""

    now: datetime
    started_at: datetime
    ticked_at: datetime | None
    polled_at: datetime | None
    feeds: int
    troubles: tuple[tuple[Trouble, str, datetime], ...]

    @property
    def status(self) -> str:
        """`ok`, `starting` before the first tick, else `degraded`."""
        if self.troubles:
            return "degraded"
        return "ok" if self.ticked_at else "starting"

    @property
    def is_severe(self) -> bool:
        """Say whether nothing works until it is mended."""
        return any(trouble in SEVERE for trouble, _, _ in self.troubles)


@dataclass(slots=True)
class Vitals:
    """The present state, written by ticks and jobs."""

    started_at: datetime
    ticked_at: datetime | None = None
    polled_at: datetime | None = None
    feeds: int = 0
    _troubles: dict[Trouble, tuple[str, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wrong(self, trouble: Trouble, what: str, now: datetime) -> bool:
        """Note that something is wrong; return whether that is news."""
        with self._lock:
            known = self._troubles.get(trouble)
            self._troubles[trouble] = (what, known[1] if known else now)
            return known is None

    def right(self, trouble: Trouble) -> bool:
        """Note that something is right; return whether that is news."""
        with self._lock:
            return self._troubles.pop(trouble, None) is not None

    def has(self, trouble: Trouble) -> bool:
        """Say whether this is wrong now."""
        with self._lock:
            return trouble in self._troubles

    def report(self, now: datetime) -> Report:
        """Return how the service does now."""
        with self._lock:
            troubles = dict(self._troubles)
        last = self.ticked_at or self.started_at
        if now - last > LATE:
            troubles[Trouble.TICK] = (f"no tick since {last:%Y-%m-%d %H:%M:%S} UTC", last)
        return Report(
            now=now,
            started_at=self.started_at,
            ticked_at=self.ticked_at,
            polled_at=self.polled_at,
            feeds=self.feeds,
            troubles=tuple((name, *about) for name, about in sorted(troubles.items())),
        )


def shown(report: Report, version: str) -> Mapping[str, object]:
    """Return a report as the JSON object of /health."""
    return {
        "status": report.status,
        "version": version,
        "started_at": report.started_at.isoformat(),
        "last_tick_at": report.ticked_at.isoformat() if report.ticked_at else None,
        "last_poll_at": report.polled_at.isoformat() if report.polled_at else None,
        "feeds": report.feeds,
        "troubles": [
            {"what": name, "detail": what, "since": at.isoformat(), "mend": MENDS[name]}
            for name, what, at in report.troubles
        ],
    }


def alarms(report: Report) -> list[Alarm]:
    """Return what operators should know of the service itself: what lasts for some minutes."""
    return [
        Alarm(f"{SERVICE}{trouble}", what, MENDS[trouble])
        for trouble, what, since in report.troubles
        if report.now - since >= SETTLED
    ]
