"""How narratives move today and this week, by country, against their own past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.domain.digest import Direction, Movement, Window
from monitor.domain.movement import claim
from monitor.ports import Archive

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
PAST_DAYS: Final = 14
PAST_WEEKS: Final = 8


@dataclass(frozen=True, slots=True)
class Moved:
    """One narrative, in one country or (empty) in all: the day, the week, and what they claim."""

    narrative: str
    country: str
    day: Movement
    week: Movement
    today: Direction
    this_week: Direction


def moved(
    archive: Archive,
    now: datetime,
    countries: Sequence[str] = ("",),
    narratives: Sequence[str] = (),
) -> list[Moved]:
    """Return the movement of each narrative in each of these countries; empty means in all.

    Narratives that were never seen in a country are left out; those that move come first.
    """
    day, week = Window(now - DAY, now), Window(now - WEEK, now)
    found = []
    for country in countries:
        places = (country,) if country else ()
        weeks = {one.narrative: one for one in archive.movements(week, PAST_WEEKS, places)}
        for one in archive.movements(day, PAST_DAYS, places):
            if one.here is None or (narratives and one.narrative not in narratives):
                continue
            longer = weeks[one.narrative]
            said = claim(one, day), claim(longer, week)
            found.append(Moved(one.narrative, country, one, longer, *said))
    return sorted(found, key=_rank)


def _rank(moved: Moved) -> tuple[bool, bool, int, str, str]:
    loud = {Direction.NEW, Direction.RISING}
    return (
        moved.today not in loud,
        moved.this_week not in loud,
        -moved.week.now,
        moved.narrative,
        moved.country,
    )
