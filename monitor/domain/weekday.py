"""A day against the same weekdays before it: weekends and Mondays are not each other's past."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Final

from monitor.domain.digest import Direction

WEEKS: Final = 8  # looked back at, at most
MIN_WEEKS: Final = 4  # fewer make no "usual"
MIN_CHANGE: Final = 3  # stories; smaller steps are chance
MIN_OUTLETS: Final = 2  # one outlet's busy day is no trend
RATIO: Final = 2.0
LIKE: Final = 0.7  # the least share of feeds up for two days to be compared


@dataclass(frozen=True, slots=True)
class Seen:
    """How well a day could be seen."""

    feeds_polled: int
    feeds_up: int


@dataclass(frozen=True, slots=True)
class DayTrend:
    """What can honestly be said of one narrative on one day. `usual` is None if nothing can."""

    narrative: str
    day: date
    direction: Direction
    stories: int
    items: int
    outlets: int
    usual: float | None = None


def day_trend(
    today: DayTrend,
    stories: Mapping[date, int],
    seen: Mapping[date, Seen],
    unsettled: Collection[str] = (),
) -> DayTrend:
    """Hold a day's stories against the median of the same weekday in the weeks before.

    `stories` are counts by day, none where there were none. Only days that were seen about as well
    count: where coverage fell, or many feeds were added, nothing is claimed, and nothing of
    narratives that are `unsettled`: their rules changed in these weeks.
    """
    if today.narrative in unsettled:
        return _told(today, Direction.UNTOLD_CATALOGUE)
    own = seen.get(today.day)
    if own is None or own.feeds_up < LIKE * own.feeds_polled or not own.feeds_polled:
        return _told(today, Direction.UNTOLD_COVERAGE)
    days = [today.day - timedelta(weeks=weeks) for weeks in range(1, WEEKS + 1)]
    past = [stories.get(day, 0) for day in days if day in seen and _alike(seen[day], own)]
    if len(past) < MIN_WEEKS:
        known = [day for day in days if day in seen and seen[day].feeds_polled]
        short = len(known) < MIN_WEEKS
        return _told(today, Direction.UNTOLD_HISTORY if short else Direction.UNTOLD_COVERAGE)
    return _told(today, _direction(today, past), float(median(past)))


def unfinished(trend: DayTrend) -> DayTrend:
    """Return what can be said of a day that is not over: what has not come yet is no fall."""
    if trend.direction in {Direction.STEADY, Direction.FALLING}:
        return replace(trend, direction=Direction.UNTOLD_COVERAGE)
    return trend


def _alike(one: Seen, other: Seen) -> bool:
    fewer, more = sorted((one.feeds_up, other.feeds_up))
    return fewer >= LIKE * more


def _direction(today: DayTrend, past: Sequence[int]) -> Direction:
    usual = median(past)
    step = today.stories - usual
    if step >= MIN_CHANGE and today.stories >= RATIO * usual and today.outlets >= MIN_OUTLETS:
        return Direction.RISING
    if -step >= MIN_CHANGE and RATIO * today.stories <= usual:
        return Direction.FALLING
    return Direction.STEADY


def _told(today: DayTrend, direction: Direction, usual: float | None = None) -> DayTrend:
    return DayTrend(
        today.narrative, today.day, direction, today.stories, today.items, today.outlets, usual
    )
