"""How a narrative moved: this window against the equal windows before it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from statistics import median
from typing import Final

from monitor.domain.digest import Direction, Movement, Trend, Window
from monitor.domain.hit import ArchivedHit

MIN_HISTORY: Final = 3  # windows; fewer make no "usual"
MIN_CHANGE: Final = 3  # items; smaller steps are chance
MIN_OUTLETS: Final = 2  # one outlet's busy day is no trend
RATIO: Final = 2.0


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
    past = _usable(movement, window, began)
    if len(past) < MIN_HISTORY:
        return Trend(Direction.UNTOLD_HISTORY, movement.now, past=past)
    told = Trend(Direction.STEADY, movement.now, float(median(past)), past)
    first = movement.first_seen_at
    if first is not None and window.holds(first):
        return replace(told, direction=Direction.NEW)
    return replace(told, direction=_direction(told, outlets))


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


def movements_of(
    hits: Iterable[ArchivedHit],
    window: Window,
    past: int,
    firsts: Mapping[str, datetime | None],
) -> tuple[Movement, ...]:
    """Count movements from hits themselves, where the archive's own counts don't fit a filter.

    `hits` cover the window and `past` windows before it; `firsts` says when the archive first
    saw each narrative anywhere, which the filtered hits cannot tell.
    """
    counts: dict[str, list[int]] = {name: [0] * (past + 1) for name in firsts}
    for one in hits:
        back = _windows_back(one.first_seen_at, window)
        if one.review != "dismissed" and 0 <= back <= past:
            counts.setdefault(one.hit.narrative, [0] * (past + 1))[back] += 1
    return tuple(
        Movement(name, tally[0], tuple(tally[1:]), firsts.get(name))
        for name, tally in sorted(counts.items())
    )


def _windows_back(instant: datetime, window: Window) -> int:
    """Return 0 for the window itself, 1 for the one before it, and so on; -1 for the future."""
    return -1 if instant >= window.until else -((instant - window.since) // window.length)
