"""Replay the sample week: serve it on loopback, poll it for real, compose the last day's digest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from monitor import app as wiring
from monitor.app import App
from monitor.demo.server import feed_list, serving
from monitor.demo.week import TIMEZONE, day, load_week
from monitor.domain.digest import Window
from monitor.domain.feed import Feed
from monitor.services.digest import DigestRequest
from monitor.services.poll import Polled, PollFeeds
from monitor.settings import Settings

EVERY: Final = timedelta(hours=2)
FILES: Final = (("html", "digest.html"), ("markdown", "digest.md"), ("text", "digest.txt"))
DATABASE: Final = "monitor.db"
DAYS: Final = 7


class DemoClock:
    """Keeps the port `Clock` on the demo's own time: nobody waits."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the demo's present instant."""
        return self._now

    def sleep(self, wait: timedelta) -> None:
        """Let no time pass: the demo's server is polite to itself."""

    def set(self, now: datetime) -> None:
        """Go to another instant."""
        self._now = now.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Replay:
    """What the demo leaves behind."""

    database: Path
    feeds: Path
    digest: str  # as text
    files: tuple[Path, ...]
    last_day: date


def replay(out: Path, said: Callable[[int, list[Polled]], None]) -> Replay:
    """Replay the week below `out`, which is emptied of an earlier demo; `said` hears of each day.

    Raises StorageError, ConfigError and OSError as the parts do.
    """
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob(f"{DATABASE}*"):
        old.unlink()
    week = load_week()
    clock = DemoClock(day(1).since)
    with serving(week, clock.now) as base_url:
        feeds = out / "feeds.yaml"
        feeds.write_text(feed_list(week, base_url), encoding="utf-8")
        app = wiring.build(_settings(out / DATABASE, feeds), clock)
        app.init()
        with app.poller() as service:
            for number in range(1, DAYS + 1):
                said(number, _replay_day(service, app.feeds, clock, day(number)))
        return _written(app, out, day(DAYS))


def _settings(database: Path, feeds: Path) -> Settings:
    return Settings.model_validate(
        {
            "database_url": f"sqlite:///{database}",
            "feeds": feeds,
            "allow_private_networks": True,
            "contact": "demo@narrative-monitor.example",
        }
    )


def _replay_day(
    service: PollFeeds, feeds: Sequence[Feed], clock: DemoClock, window: Window
) -> list[Polled]:
    polls = []
    at = window.since + EVERY
    while at <= window.until:
        clock.set(at - timedelta(minutes=1))
        polls.append(service.poll(feeds))
        at += EVERY
    return polls


def _written(app: App, out: Path, window: Window) -> Replay:
    digest = app.digest(DigestRequest(window))
    files = []
    for form, name in FILES:
        path = out / name
        path.write_text(app.render(digest, form, "en", TIMEZONE), encoding="utf-8")
        files.append(path)
    text = (out / "digest.txt").read_text(encoding="utf-8")
    last_day = window.last.astimezone(ZoneInfo(TIMEZONE)).date()
    return Replay(out / DATABASE, out / "feeds.yaml", text, tuple(files), last_day)
