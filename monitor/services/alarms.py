"""Tell the operators what is wrong, once, and that it is over."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitor.domain.alarms import Alarm, notice
from monitor.domain.errors import DeliveryError, StorageError
from monitor.domain.health import Condition, Health
from monitor.ports import Clock
from monitor.ports.service import Alarms, Postbox

log = logging.getLogger(__name__)
FEED: Final = "feed "  # the scope of a feed's alarm
EMPTY_POLLS: Final = 5  # in a row: then it is no pause in publishing any more
FAILING_FOR: Final = timedelta(days=2)  # a feed that is down for a night is nobody's business


@dataclass(frozen=True, slots=True)
class TellOperators:
    """The use case, for the alarms whose names begin with `scope`.

    Without a postbox the log has to do. `more` is what a notice says besides, a line each.
    """

    scope: str
    source: Callable[[], Sequence[Alarm]]
    alarms: Alarms
    postbox: Postbox | None
    clock: Clock
    more: Callable[[], Sequence[str]] = tuple

    def __call__(self) -> None:
        """Look, and send one notice if there is news. What fails is tried again."""
        now = self.clock.now()
        try:
            told = [one for one in self.alarms.told() if one.alarm.name.startswith(self.scope)]
            found = notice(self.source(), told, now)
            if not found:
                return
            text = found.text_with(self.more())
            log.warning("alarms: %s", found.subject, extra={"notice": text})
            if self.postbox:
                self.postbox.send(found.subject, text)
            self.alarms.remember(found.told(now), [one.alarm.name for one in found.over])
        except (StorageError, DeliveryError) as error:
            log.warning("operators could not be told: %s", error)


def feed_alarms(report: Sequence[Health]) -> list[Alarm]:
    """Return the feeds that fell silent, are empty, fail for days, or are gone."""
    found = []
    for one in report:
        if one.empty_polls >= EMPTY_POLLS and not one.failures:
            what = f"has answered {one.empty_polls} times in a row without a single entry"
            found.append(Alarm(f"{FEED}{one.feed.id}", what))
        elif one.condition is Condition.SILENT:
            last = f"{one.last_new_at:%Y-%m-%d %H:%M} UTC" if one.last_new_at else "it was added"
            found.append(Alarm(f"{FEED}{one.feed.id}", f"has brought nothing new since {last}"))
        elif one.condition in {Condition.FAILING, Condition.GONE} and _lasts(one):
            what = f"{one.condition} since {one.failing_since:%Y-%m-%d} UTC ({one.reason})"
            found.append(Alarm(f"{FEED}{one.feed.id}", what))
    return found


def _lasts(one: Health) -> bool:
    if not one.failing_since or not one.next_poll_at:
        return False
    return one.next_poll_at - one.failing_since >= FAILING_FOR
