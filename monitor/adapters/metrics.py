"""Numbers for Prometheus. Labels come from fixed vocabularies: a feed can invent none."""

from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from monitor.domain.feed import Feed
from monitor.domain.polling import FetchEvent

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
GAUGES: Final = {
    "hosts_due": "Hosts that wait to be polled",
    "jobs_waiting": "Jobs that wait",
    "jobs_running": "Jobs that run",
    "parts_waiting": "Parts of a rematch or backtest that wait",
    "parts_running": "Parts of a rematch or backtest that run",
    "jobs_lag_seconds": "How long the oldest job has waited",
    "workers": "Workers that live",
    "workers_dead": "Workers that went silent",
    "feeds": "Feeds that are switched on",
    "last_poll_timestamp_seconds": "When a feed was last polled",
    "last_tick_timestamp_seconds": "When the service last ticked",
    "disk_free_bytes": "Room on the disk of the database",
    "up": "1 while nothing is wrong with the service",
}


class PrometheusMeter:
    """Keeps the port `Meter`."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self._polls = Counter(
            "monitor_polls", "Attempts on feeds", ["outcome", "reason"], registry=registry
        )
        self._items = Counter(
            "monitor_items", "Entries of polled documents", ["kind"], registry=registry
        )
        self._hits = Counter("monitor_hits", "New hits", registry=registry)
        self._fetch = Histogram(
            "monitor_poll_seconds", "Duration of a poll", registry=registry, buckets=SECONDS
        )
        self._jobs = Counter(
            "monitor_tasks", "Ticks and chores", ["task", "result"], registry=registry
        )
        self._task_seconds = Counter(
            "monitor_task_seconds", "Time spent in ticks and chores", ["task"], registry=registry
        )
        self._gauges = {
            name: Gauge(f"monitor_{name}", what, registry=registry) for name, what in GAUGES.items()
        }
        self._troubles = Gauge(
            "monitor_trouble", "1 while this is wrong", ["trouble"], registry=registry
        )

    def polled(self, feed: Feed, event: FetchEvent) -> None:
        """Count one attempt."""
        del feed
        self._polls.labels(event.outcome, event.reason).inc()
        self._fetch.observe(event.took.total_seconds())
        for kind, count in (("new", event.new), ("known", event.known), ("skipped", event.skipped)):
            self._items.labels(kind).inc(count)

    def hits(self, new: int) -> None:
        """Count new hits."""
        self._hits.inc(new)

    def ran(self, task: str, result: str, took: timedelta) -> None:
        """Count one tick or chore."""
        self._jobs.labels(task, result).inc()
        self._task_seconds.labels(task).inc(max(took.total_seconds(), 0))

    def set(self, name: str, value: float) -> None:
        """Set one of GAUGES, or `trouble:NAME`."""
        kind, _, trouble = name.partition(":")
        (self._troubles.labels(trouble) if trouble else self._gauges[kind]).set(value)

    def page(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)
