"""Take changed files up while the service runs: all of them valid, or none of them used."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from monitor.domain.errors import ConfigError
from monitor.ports import Clock
from monitor.ports.service import Files
from monitor.services.boundary import boundary
from monitor.services.roster import Parts, Roster
from monitor.services.vitals import Trouble, Vitals

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reload:
    """The use case. `load` reads and validates everything, and changes nothing."""

    load: Callable[[], Parts]
    files: Files
    roster: Roster
    vitals: Vitals
    clock: Clock
    asked: Event = field(default_factory=Event)

    def __call__(self) -> None:
        """Reload if asked to, or if a file is different from when it was last looked at."""
        is_asked = self.asked.is_set()
        self.asked.clear()
        if not (self.files.have_changed() or is_asked):
            return
        try:
            with boundary("reload"):
                self._swap(self.load())
        except ConfigError as error:
            what = str(error).splitlines()[0]
            self.vitals.wrong(Trouble.CONFIGURATION, what, self.clock.now())
            log.error("reload refused, what was loaded before stays: %s", error)  # noqa: TRY400 - theirs to mend

    def _swap(self, parts: Parts) -> None:
        self.roster.swap(parts)
        self.vitals.right(Trouble.CONFIGURATION)
        version = parts.poller.matcher.catalogue_version
        log.info("reloaded: %d feeds, catalogue %s", len(parts.feeds), version)
