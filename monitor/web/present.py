"""The program that pages speak of: as its files say now, not as they said at the start."""

import logging
from threading import Lock, Thread
from time import monotonic
from typing import Final

from monitor.adapters.watched_files import WatchedFiles
from monitor.app import App
from monitor.domain.errors import MonitorError

log = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 2.0


class Present:
    """Reads a changed feed list at once and changed narratives on a thread of their own.

    Where a changed file is wrong, what was read before stays.
    """

    def __init__(self, app: App, look_every_s: float = LOOK_EVERY_S) -> None:
        self._app = app
        self._every_s = look_every_s
        self._lock = Lock()
        self._looked_at = monotonic()
        self._feeds = WatchedFiles([app.feeds_file])
        self._narratives = WatchedFiles([app.narratives_directory])

    def __call__(self) -> App:
        """Return the program."""
        if monotonic() - self._looked_at > self._every_s and self._lock.acquire(blocking=False):
            try:
                self._looked_at = monotonic()
                self._look()
            finally:
                self._lock.release()
        return self._app

    def read_feeds(self) -> None:
        """Read the feed list again now. Raises ConfigError."""
        fresh = self._app.renewed(keeps_catalogue=True)
        _ = fresh.feeds
        self._app = fresh

    def _look(self) -> None:
        if self._feeds.have_changed():
            try:
                self.read_feeds()
            except MonitorError as error:
                log.warning("the feed list that was read before stays: %s", error)
        if self._narratives.have_changed():
            Thread(target=self._read_narratives, name="narratives", daemon=True).start()

    def _read_narratives(self) -> None:
        fresh = self._app.renewed()
        try:
            _ = fresh.catalogue, fresh.matcher, fresh.feeds
        except MonitorError as error:
            log.warning("the narratives that were read before stay: %s", error)
            return
        self._app = fresh
