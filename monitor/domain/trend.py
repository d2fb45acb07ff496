"""How a narrative moved: this window against the equal windows before it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import median

from monitor.domain.digest import Direction, Movement, Pace, Trend, Window
from monitor.domain.movement import MIN_CHANGE, MIN_HISTORY, MIN_OUTLETS, RATIO, claim


def began_at(movements: Iterable[Movement]) -> datetime | None:
    """Return since when the archive has hits at all: what lies before says nothing."""
    firsts = [one.first_seen_at for one in movements if one.first_seen_at is not None]
    return min(firsts, default=None)


def trend(
    movement: Movement, window: Window, *, began: datetime | None, outlets: int, poor: bool
) -> Trend:
    """Decide what can honestly be said about the movement of one narrative.

    `began` is when the archive began, `outlets` how many carried the narrative in this window;
    `poor` coverage forbids any claim, for fewer hits may only mean fewer answers.
    """
    if poor:
        return Trend(Direction.UNTOLD_COVERAGE, movement.now)
    if movement.pace is not None:
        return _paced(movement, movement.pace, window)
    past = _usable(movement, window, began)
    if len(past) < MIN_HISTORY:
        return Trend(Direction.UNTOLD_HISTORY, movement.now, past=past)
    told = Trend(Direction.STEADY, movement.now, float(median(past)), past)
    first = movement.first_seen_at
    if first is not None and window.holds(first):
        return replace(told, direction=Direction.NEW)
    return replace(told, direction=_direction(told, outlets))


def _paced(movement: Movement, pace: Pace, window: Window) -> Trend:
    """Compare the same feeds, where it is known which they are."""
    claimed = claim(movement, window)
    if claimed in {Direction.UNTOLD_COVERAGE, Direction.UNTOLD_HISTORY}:
        return Trend(claimed, movement.now, past=pace.past)
    return Trend(claimed, movement.now, round(pace.expected, 1), pace.past)


def overall(
    movements: Sequence[Movement], window: Window, now: int, *, outlets: int, poor: bool
) -> Trend:
    """Decide what can be said of all narratives together; `now` is the sum of their hits."""
    before = tuple(map(sum, zip(*(one.before for one in movements), strict=False)))
    began = began_at(movements)
    return trend(Movement("", now, before), window, began=began, outlets=outlets, poor=poor)


def _direction(told: Trend, outlets: int) -> Direction:
    usual = told.usual or 0.0
    change = told.now - usual
    if change >= MIN_CHANGE and told.now >= RATIO * usual and outlets >= MIN_OUTLETS:
        return Direction.RISING
    if -change >= MIN_CHANGE and RATIO * told.now <= usual:
        return Direction.FALLING
    return Direction.STEADY


def _usable(movement: Movement, window: Window, began: datetime | None) -> tuple[int, ...]:
    """Return the counts of the windows that the archive covers, oldest first."""
    if began is None:
        return ()
    covered = max((window.since - began) / window.length, 0.0)
    # The window in which the archive began is only half seen, unless it was seen almost whole.
    return tuple(reversed(movement.before[: int(covered + 0.25)]))
