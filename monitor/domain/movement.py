"""How a narrative moves: the same feeds, now and before.

A feed that was added, lost or blind changes how much is found, not how much is said. So hits are
compared only between feeds that answered in this window and in most of those before it, and set
against the number of items that these feeds brought. One outlet telling a story twice tells it
once. A fact-check of a claim is no telling of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp
from typing import Final

from monitor.domain.digest import Direction, Movement, Pace, Window

MIN_HISTORY: Final = 3  # windows; fewer make no "usual"
MIN_CHANGE: Final = 3  # tellings; smaller steps are chance
MIN_OUTLETS: Final = 2  # one outlet's busy day is no trend
RATIO: Final = 2.0
CHANCE: Final = 1e-4  # of so many or so few by chance alone: hundreds are looked at a day
WIDE: Final = 5  # outlets; what so many tell is less likely chance,
WIDE_CHANCE: Final = 1e-3  # for the busy days of one outlet do not explain it
CHANGED: Final = 0.1  # the share of feeds that came or went since the last window, beyond which …
MIN_CHANGED: Final = 2  # … and from how many feeds on, no rise and no fall is claimed
SURGE_CHANGE: Final = 5  # tellings, …
SURGE_OUTLETS: Final = 3  # … in so many outlets, make a rise worth an alert


@dataclass(frozen=True, slots=True)
class Sight:
    """What could be seen in one window: feeds that answered, and the items that each brought.

    Unless `polled`, who answered is only known by what was brought: the items were imported.
    """

    answered: frozenset[str]
    items: Mapping[str, int]
    polled: bool = True

    def of(self, feeds: Iterable[str]) -> int:
        """Return how many items these feeds brought."""
        return sum(self.items.get(feed, 0) for feed in feeds)


@dataclass(frozen=True, slots=True)
class Telling:
    """One outlet carrying a narrative, by one item or several of one story.

    `back` counts windows: 0 is the present one, 1 the one before it.
    """

    narrative: str
    country: str
    outlet_id: str
    feed_id: str
    story: str
    back: int


@dataclass(frozen=True, slots=True)
class OutletShare:
    """How often one outlet carried a narrative, and how many of its items were read."""

    narrative: str
    outlet_id: str
    hits: int
    items: int

    @property
    def per_thousand(self) -> float:
        """Hits in a thousand items read."""
        return 1000 * self.hits / self.items


@dataclass(frozen=True, slots=True)
class Comparable:
    """The feeds that can be compared, and in which windows before this one they could be seen."""

    feeds: frozenset[str]
    past: tuple[int, ...]
    poor: bool
    changed: bool = False


def comparable(sights: Sequence[Sight]) -> Comparable:
    """Decide what can be compared; `sights` has the present window first.

    `poor`: of the feeds that usually answer fewer than half do now. `changed`: many answer that
    did not in the window before, or the other way round.
    """
    seen = [back for back, sight in enumerate(sights) if back and sight.answered]
    times: dict[str, int] = defaultdict(int)
    for back in seen:
        for feed in sights[back].answered:
            times[feed] += 1
    regular = {feed for feed, count in times.items() if 2 * count >= len(seen)}
    common = frozenset(regular & sights[0].answered)
    past = tuple(b for b in seen if 2 * len(common & sights[b].answered) >= len(common))
    poor = 2 * len(common) < len(regular)
    return Comparable(common, past, poor, changed=_changed(*sights[:2]))


def _changed(now: Sight, before: Sight | None = None) -> bool:
    if before is None or not (now.polled and before.polled):
        return False
    moved = len(now.answered ^ before.answered)
    return moved >= MIN_CHANGED and moved > CHANGED * len(now.answered | before.answered)


def pace(tellings: Iterable[Telling], sights: Sequence[Sight], same: Comparable) -> Pace:
    """Return how often the same feeds tell it now, and how often they would by their past."""
    told: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for one in tellings:
        if one.feed_id in same.feeds:
            told[one.back].add((one.outlet_id, one.story))
    past = tuple(len(told[back]) for back in reversed(same.past))
    items = sum(sights[back].of(same.feeds) for back in same.past)
    present = sights[0].of(same.feeds)
    expected = sum(past) * present / items if items else 0.0
    return Pace(
        now=len(told[0]),
        expected=expected,
        past=past,
        outlets=len({outlet for outlet, _ in told[0]}),
        feeds=len(same.feeds),
        items=present,
        poor=same.poor,
        changed=same.changed,
    )


def direction(pace: Pace) -> Direction:
    """Decide what can honestly be said. A rise is large, in several outlets, and no chance.

    Where many feeds came or went nothing is said to rise or fall.
    """
    said = _direction(pace)
    is_claim = said in {Direction.RISING, Direction.FALLING}
    return Direction.UNTOLD_COVERAGE if is_claim and pace.changed else said


def surges(pace: Pace) -> bool:
    """Say whether a movement is worth telling at once."""
    large = pace.now - pace.expected >= SURGE_CHANGE and pace.outlets >= SURGE_OUTLETS
    return large and direction(pace) is Direction.RISING


def _direction(pace: Pace) -> Direction:
    if pace.poor:
        return Direction.UNTOLD_COVERAGE
    if len(pace.past) < MIN_HISTORY:
        return Direction.UNTOLD_HISTORY
    change = pace.now - pace.expected
    # A past without any telling is no proof that there never is one: one is assumed.
    usual = max(pace.expected, 1 / len(pace.past))
    if change >= MIN_CHANGE and pace.now >= RATIO * usual and pace.outlets >= MIN_OUTLETS:
        chance = WIDE_CHANCE if pace.outlets >= WIDE else CHANCE
        return Direction.RISING if _at_least(pace.now, usual) < chance else Direction.STEADY
    if -change >= MIN_CHANGE and RATIO * pace.now <= usual:
        return Direction.FALLING if _at_most(pace.now, usual) < CHANCE else Direction.STEADY
    return Direction.STEADY


def movements(
    tellings: Iterable[Telling],
    sights: Sequence[Sight],
    first: Mapping[str, datetime],
    here: Mapping[str, tuple[datetime, datetime]],
) -> list[Movement]:
    """Return the movement of each narrative ever seen.

    `first` says when it was seen first anywhere, `here` when first and last where tellings are of.
    """
    by_narrative: dict[str, list[Telling]] = defaultdict(list)
    for one in tellings:
        by_narrative[one.narrative].append(one)
    same = comparable(sights)
    return [
        Movement(
            narrative=name,
            now=sum(one.back == 0 for one in by_narrative[name]),
            before=_before(by_narrative[name], len(sights)),
            first_seen_at=first[name],
            here=here.get(name),
            pace=pace(by_narrative[name], sights, same),
        )
        for name in sorted(first)
    ]


def claim(movement: Movement, window: Window) -> Direction:
    """Return the direction of a movement that has a pace, `new` if this window saw it first."""
    if movement.pace is None:
        return Direction.UNTOLD_HISTORY
    told = direction(movement.pace)
    first = movement.first_seen_at
    is_new = first is not None and window.holds(first) and movement.pace.now > 0
    untold = {Direction.UNTOLD_COVERAGE, Direction.UNTOLD_HISTORY}
    return Direction.NEW if is_new and told not in untold else told


def _before(tellings: Iterable[Telling], windows: int) -> tuple[int, ...]:
    counts = [0] * windows
    for one in tellings:
        counts[one.back] += 1
    return tuple(counts[1:])


def _at_most(count: int, mean: float) -> float:
    """Return Poisson's probability of `count` or fewer."""
    term = total = exp(-mean)
    for n in range(1, count + 1):
        term *= mean / n
        total += term
    return min(total, 1.0)


def _at_least(count: int, mean: float) -> float:
    return 1 - _at_most(count - 1, mean) if count else 1.0
