"""Forty simulated days of movement: feeds come, go and fall silent, and one story truly spreads.

    PYTHONPATH=.:tests python -m simulation.spread 20

prints the figures that docs/review.md keeps.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Final

from monitor.domain.digest import Direction
from monitor.domain.movement import Sight, Telling, comparable, direction, pace

DAYS: Final = 40
PAST: Final = 14
NARRATIVES: Final = 27
COUNTRIES: Final = ("RS", "BA", "ME", "XK", "MK", "AL")
ADDED, LOST, BLIND, BACK, SPREAD = 18, 24, 29, 30, 36  # days
ALARMS: Final = {Direction.RISING, Direction.FALLING, Direction.NEW}


@dataclass(frozen=True, slots=True)
class Source:
    """A simulated feed: `volume` items a day, `lean` times the usual tellings."""

    name: str
    country: str
    volume: float
    lean: float


@dataclass
class World:
    """Items and tellings by hour since the beginning."""

    seed: int
    sources: list[Source] = field(default_factory=list)
    items: list[tuple[float, Source]] = field(default_factory=list)
    tellings: list[tuple[float, Source, str, str]] = field(default_factory=list)  # … story

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - a simulation is no secret
        self.sources = [
            Source(f"f{n}", COUNTRIES[n % 6], chance.uniform(5, 60), chance.uniform(0.3, 2))
            for n in range(100)
        ]
        rates = [0.03 / (1 + n) for n in range(NARRATIVES)]  # tellings an item
        for day in range(DAYS):
            weekend = 0.6 if day % 7 in {5, 6} else 1.0
            for number, source in enumerate(self.sources):
                if not _answers(number, day):
                    continue
                catching_up = 2.0 if day == BACK else 1.0
                many = _poisson(chance, source.volume * weekend * catching_up)
                for _ in range(many):
                    self.items.append((24 * day + 24 * chance.random(), source))
                for name, rate in enumerate(rates):
                    for _ in range(_poisson(chance, rate * source.lean * many)):
                        at = 24 * day + 24 * chance.random()
                        self.tellings.append((at, source, f"n{name:02}", f"{at}"))
        for number, hour in enumerate((5, 6, 7, 7, 8, 8, 9, 9, 10, 11, 12, 14)):
            at = 24 * SPREAD + hour + chance.random()
            self.tellings.append((at, self.sources[number], "n20", "the story"))

    def judged(self, until: float, country: str = "") -> Iterator[tuple[str, Direction]]:
        """Yield what is said of each narrative of the 24 hours before this one."""
        inside = [one for one in self.items if not country or one[1].country == country]
        sights = []
        for back in range(PAST + 1):
            end = until - 24 * back
            counts: dict[str, int] = {}
            for at, source in inside:
                if end - 24 <= at < end:
                    counts[source.name] = counts.get(source.name, 0) + 1
            sights.append(Sight(frozenset(counts), counts))
        same = comparable(sights)
        told: dict[str, list[Telling]] = {f"n{n:02}": [] for n in range(NARRATIVES)}
        for at, source, name, story in self.tellings:
            back = int((until - at) // 24) if at < until else -1
            if 0 <= back <= PAST and country in {"", source.country}:
                place = source.country, source.name, source.name
                told[name].append(Telling(name, *place, story, back))
        for name, tellings in told.items():
            yield name, direction(pace(tellings, sights, same))


def _answers(number: int, day: int) -> bool:
    if number >= 60 and day < ADDED:
        return False  # forty feeds are added on one day
    if number < 12 and LOST <= day < SPREAD - 4:
        return False  # a dozen is lost for some days
    return day != BLIND or number % 10 == 0  # a day on which hardly any feed answers


def _poisson(chance: random.Random, mean: float) -> int:
    limit, count, product = exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


@dataclass(frozen=True, slots=True)
class Watched:
    """False alarms with how often one was possible, and how soon the spread was seen."""

    alarms: int
    judged: int
    on_changes: int  # of the alarms: on days when feeds came, went or were blind
    hours: float | None


def watch(seed: int) -> Watched:
    """Look at every morning, in all countries and in each, and at the spread hour by hour."""
    world, alarms, judged, on_changes = World(seed), 0, 0, 0
    for day in range(PAST, DAYS + 1):
        for country in ("", *COUNTRIES):
            for name, said in world.judged(24.0 * day, country):
                if name == "n20" and day > SPREAD:
                    continue
                judged += 1
                alarms += said in ALARMS
                on_changes += said in ALARMS and day - 1 in {ADDED, LOST, BLIND, BACK, SPREAD - 4}
    seen = (
        hour - 5.0
        for hour in range(5, 25)
        if dict(world.judged(24.0 * SPREAD + hour))["n20"] is Direction.RISING
    )
    return Watched(alarms, judged, on_changes, next(seen, None))


def main(arguments: Sequence[str]) -> None:
    """Print the figures of docs/review.md for as many seeds as asked for."""
    watched = [watch(seed) for seed in range(1, int(arguments[0]) + 1)]
    judged = sum(one.judged for one in watched)
    alarms, changes = sum(w.alarms for w in watched), sum(w.on_changes for w in watched)
    hours = sorted(one.hours for one in watched if one.hours is not None)
    say = sys.stdout.write
    say(f"false alarms: {alarms} of {judged} judgements, {changes} of them on days of change\n")
    say(f"spread seen in {len(hours)} of {len(watched)} worlds, after {hours} hours\n")


if __name__ == "__main__":
    main(sys.argv[1:])
