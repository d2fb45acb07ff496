"""When a digest is due, and what it covers: one slot for each local date, whatever clocks do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from monitor.domain.digest import Window
from monitor.domain.subscription import DAY, Subscription, zone_of

LATE: Final = timedelta(days=7)  # how much later than its item a hit may still be told


@dataclass(frozen=True, slots=True)
class Slot:
    """A local date on which a digest is due, and the instant when its hour comes, in UTC."""

    date: date
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Covered:
    """What a subscription's digests have covered so far, since it was started or resumed.

    `since` is the beginning of the first, `until` the end of the last one.
    """

    since: datetime
    until: datetime


def due_at(subscription: Subscription, day: date) -> datetime:
    """Return the instant of a local date's hour.

    An hour that a clock change skips comes when the clocks have moved on; one that comes twice
    counts the first time.
    """
    local = datetime.combine(day, subscription.at, tzinfo=zone_of(subscription))
    return local.astimezone(UTC)


def latest(subscription: Subscription, now: datetime) -> Slot | None:
    """Return the last slot whose hour has come since the subscription began, or None."""
    today = now.astimezone(zone_of(subscription)).date()
    for back in range(9):  # a week, and a day on either side for the clocks
        day = today - timedelta(days=back)
        if subscription.weekday not in {None, day.weekday()}:
            continue
        due = due_at(subscription, day)
        if due <= now:
            return Slot(day, due) if due > subscription.started_at else None
    return None


def upcoming(subscription: Subscription, now: datetime) -> Slot:
    """Return the next slot whose hour has not come yet."""
    today = now.astimezone(zone_of(subscription)).date()
    days = (today + timedelta(days=n) for n in range(-1, 9))
    slots = [Slot(day, due_at(subscription, day)) for day in days if _fits(subscription, day)]
    return next(slot for slot in slots if slot.due_at > now)


def window(subscription: Subscription, slot: Slot, covered: Covered | None) -> Window:
    """Return what a slot's digest covers: all since the last one, or an ordinary period.

    After days without a digest it is longer than a period: the one digest catches up.
    """
    if covered and covered.until < slot.due_at:
        return Window(covered.until, slot.due_at)
    return Window(slot.due_at - subscription.period, slot.due_at)


def is_catch_up(subscription: Subscription, window: Window) -> bool:
    """Say whether a window reaches back further than an ordinary one; a day may have 25 hours."""
    return window.length > subscription.period + DAY / 8


def _fits(subscription: Subscription, day: date) -> bool:
    return subscription.weekday in {None, day.weekday()}
