"""How the running program does, for whoever watches it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.domain.errors import StorageError
from monitor.services.vitals import Report, Trouble, Vitals, shown

if TYPE_CHECKING:
    from monitor.app import App


@dataclass
class Pulse:
    """What is felt from outside. `metrics` only where numbers are kept: by the service."""

    report: Callable[[], Report]
    metrics: Callable[[], bytes] | None = None

    def health(self) -> tuple[bool, Mapping[str, object]]:
        """Return whether nothing works, and how the program does, as /health shows it."""
        report = self.report()
        return report.is_severe, shown(report, __version__)


def of_pages(app: "App") -> Pulse:
    """Return the pulse of pages that run by themselves: they live on their database."""
    vitals = Vitals(app.clock.now())

    def report() -> Report:
        now = app.clock.now()
        try:
            app.database.check()
            vitals.right(Trouble.DATABASE)
        except StorageError as error:
            vitals.wrong(Trouble.DATABASE, str(error), now)
        vitals.ticked_at = now
        return vitals.report(now)

    return Pulse(report)
