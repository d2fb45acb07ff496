"""Take changed files up while the program runs: all of them valid, or none of them used."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from monitor.domain.errors import ConfigError
from monitor.ports import Clock
from monitor.ports.service import Files
from monitor.services.boundary import boundary
from monitor.services.vitals import Trouble, Vitals

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reload:
    """The use case.

    `renew` reads and validates everything, then puts it in the place of the old and says what it
    is now. Raises ConfigError before it has changed anything.
    """

    renew: Callable[[], str]
    files: Files
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
                what = self.renew()
                self.vitals.right(Trouble.CONFIGURATION)
                log.info("reloaded: %s", what)
        except ConfigError as error:
            what = str(error).splitlines()[0]
            self.vitals.wrong(Trouble.CONFIGURATION, what, self.clock.now())
            log.error("reload refused, what was loaded before stays: %s", error)  # noqa: TRY400 - theirs to mend
