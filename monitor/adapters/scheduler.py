"""APScheduler as nothing but a clock that ticks: due times are ours, in the database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

TICKS: Final = 4  # different ticks that may run side by side


def new_scheduler() -> BackgroundScheduler:
    """Return a scheduler that keeps nothing: memory store, UTC, no misfire limit."""
    return BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(TICKS)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )


def every(scheduler: BackgroundScheduler, interval: timedelta, tick: Callable[[], None]) -> None:
    """Call `tick` now and then at an interval, never twice at a time."""
    seconds = interval.total_seconds()
    scheduler.add_job(tick, "interval", seconds=seconds, next_run_time=datetime.now(UTC))
