"""What 10,000 to 1,000,000 feeds cost: a simulation of a day, and how far it is from what is measured.

`PYTHONPATH=.:tests python -m bench.scaling` simulates, with the unit costs below. With `--measure` it first
measures them on the service with 500 feeds, and holds what they say of cycles of 1,000 and of 10,000
feeds against such cycles, five of each in turn: a quarter of an hour.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace
from typing import Final

from bench.outlets import ENTRIES, ONE_IN
from monitor.domain import schedule
from monitor.domain.feed import Document, Feed, FeedState, Outlet, OutletKind
from monitor.domain.polling import FetchEvent, Outcome
from monitor.services.tick import PLAN_EVERY

SAMPLE: Final = 2_000  # feeds that are simulated one by one
DAY: Final = timedelta(days=1)
BEGIN: Final = datetime(2026, 11, 23, tzinfo=UTC)
SHOWN: Final = 25  # entries of a document: no more than these can be new
SIZES: Final = (10_000, 100_000, 1_000_000)
SMALL: Final = 500
HELD: Final = (1_000, 10_000)
ROUNDS: Final = 5
PACE_S: Final = 20.0  # a cycle of the bench takes at least so long: four feeds a host, 5 s apart
A_SECOND: Final = 100  # polls at most: so many does a tick of the embedded engine put in its queue


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds on one core of the machine that this was developed on, and bytes."""

    unchanged: float = 3.8  # a poll that brings nothing, leases and all
    one_new: float = 9.4  # a poll that brings one new item
    item: float = 1.8  # each further one
    plan: float = 0.036  # a feed's share of a plan, which is made every ten minutes
    idle_s: float = 5.0  # a second of the service at rest
    engine: float = 1.8  # a job of the engine of workers, its PostgreSQL included
    postgres: float = 5.5  # a poll's share of PostgreSQL
    item_bytes_sqlite: float = 1_391
    item_bytes_postgres: float = 2_819

    def cycle_s(self, feeds: int, new_one_in: int) -> float:
        """Return what one poll of each feed costs, where one in so many has one new item."""
        polls = feeds * (self.unchanged + (self.one_new - self.unchanged) / new_one_in)
        seconds = max(PACE_S, feeds / A_SECOND)
        return (polls + seconds * self.idle_s) / 1000


@dataclass(frozen=True, slots=True)
class Day:
    """What happens to one feed on a day, on average."""

    polls: float
    with_new: float
    items: float


def simulated(chance: random.Random, feeds: int = SAMPLE, days: int = 4) -> Day:
    """Let feeds of every rate publish, and poll them at the pace that they are polled at.

    The first days, in which the pace is learned, are not counted.
    """
    rates = [min(200.0, 3 * chance.paretovariate(0.9)) for _ in range(feeds)]  # items a day
    queue = [(BEGIN, number) for number in range(feeds)]
    heapify(queue)
    states = [FeedState(f"f{number}") for number in range(feeds)]
    last = [BEGIN] * feeds
    polls = with_new = items = 0
    end, counted = BEGIN + days * DAY, BEGIN + (days - 1) * DAY
    while (at := queue[0][0]) < end:
        number = queue[0][1]
        due = rates[number] * ((at - last[number]) / DAY)
        new = min(SHOWN, _poisson(chance, due))
        states[number] = _polled(number, states[number], at, new)
        last[number] = at
        if at >= counted:
            polls, with_new, items = polls + 1, with_new + (new > 0), items + new
        heapreplace(queue, (states[number].next_poll_at or end, number))
    return Day(polls / feeds, with_new / feeds, items / feeds)


_OUTLET: Final = Outlet("o", "O", "RS", ("sr",), OutletKind.PRIVATE, "https://o.example/")


def _polled(number: int, state: FeedState, at: datetime, new: int) -> FeedState:
    feed = Feed(f"f{number}", "https://o.example/rss", _OUTLET)
    if not new:
        return schedule.unchanged(feed, state, at)
    event = FetchEvent(feed.id, at, Outcome.OK, new=new, known=SHOWN - new)
    return schedule.fetched(feed, state, event, Document(feed.url, b""))


def _poisson(chance: random.Random, mean: float) -> int:
    count, total = 0, chance.expovariate(1)
    while total < mean and count < SHOWN:
        count, total = count + 1, total + chance.expovariate(1)
    return count


def table(costs: Costs, day: Day) -> Iterator[str]:
    """Yield what a day of so many feeds takes, a line a size."""
    yield f"a feed a day: {day.polls:.1f} polls, {day.with_new:.1f} with news, {day.items:.1f} items"
    own = day.polls * costs.unchanged + day.with_new * (costs.one_new - costs.unchanged)
    own += (day.items - day.with_new) * costs.item + costs.plan * (DAY / PLAN_EVERY - day.polls)
    for feeds in SIZES:
        embedded = feeds * own / 86_400_000
        scaled = feeds * (own + day.polls * costs.engine) / 86_400_000
        postgres = feeds * day.polls * costs.postgres / 86_400_000
        items = feeds * day.items
        yield (
            f"{feeds:>9,} feeds: {feeds * day.polls / 86_400:8,.1f} polls/s, {items / 1e6:6.2f} M items"
            f" a day; cores: {embedded:6.2f} embedded, or {scaled:7.2f} of workers and {postgres:7.2f}"
            f" of PostgreSQL; a year {items * 365 / 1e9:5.2f} G items,"
            f" {items * 365 * costs.item_bytes_sqlite / 1e12:5.2f} TB in SQLite,"
            f" {items * 365 * costs.item_bytes_postgres / 1e12:6.2f} TB in PostgreSQL"
        )


class Bench:
    """A service that polls its feeds when told to."""

    def __init__(self, process: "subprocess.Popen[str]", feeds: int) -> None:
        self.feeds, self._process = feeds, process

    def cycle(self, word: str) -> None:
        """Have it do this cycle; what that took is `said` later."""
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def said(self) -> tuple[float, float]:
        """Wait for the end of a cycle; return the seconds of CPU and of time that it took."""
        assert self._process.stdout
        used = json.loads(self._process.stdout.readline())
        return used["cpu_s"], used["wall_s"]


@contextmanager
def bench(feeds: int) -> Iterator[Bench]:
    """Start a service; it first says when all its feeds are known."""
    command = [sys.executable, "-m", "bench.service", str(feeds), "--told"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Bench(process, feeds)
        assert process.stdin
        process.stdin.close()


def measured(rounds: int, held: Sequence[int]) -> Costs:
    """Measure the unit costs; print how far cycles of many feeds are from what they say."""
    with ExitStack() as stack:
        small, *others = benches = [stack.enter_context(bench(n)) for n in (SMALL, *held)]
        for one in benches:
            one.said()
        seen: dict[int | str, list[float]] = {}
        for _ in range(rounds):
            _one_round(small, others, seen)
            print({name: f"{some[-1]:.2f}" for name, some in seen.items()}, flush=True)  # noqa: T201
    found = {name: statistics.median(some) for name, some in seen.items()}
    costs = replace(
        Costs(),
        unchanged=found["none"],
        one_new=found["all"],
        item=(found["ten"] - found["all"]) / (ENTRIES - 1),
        idle_s=found["idle"],
        plan=found["plan"],
    )
    for feeds in held:
        said = costs.cycle_s(feeds, ONE_IN)
        print(  # noqa: T201
            f"a cycle of {feeds:,} feeds: simulated {said:.1f} s, measured {found[feeds]:.1f} s of CPU"
            f" ({said / found[feeds] - 1:+.0%})"
        )
    return costs


def _one_round(small: Bench, others: Sequence[Bench], seen: dict[int | str, list[float]]) -> None:
    """Measure the unit costs and cycles of many feeds: what disturbs the ones disturbs the others."""
    *shorter, longest = others
    longest.cycle("next")  # half a core for minutes: beside it the others take turns
    small.cycle("idle")
    idle, seconds = small.said()
    seen.setdefault("idle", []).append(1000 * idle / seconds)
    for word in ("none", "all", "ten"):  # there is a plan in each
        small.cycle(word)
        cost, seconds = small.said()
        rest = seconds * seen["idle"][-1]
        seen.setdefault(word, []).append((1000 * cost - rest) / SMALL)
    small.cycle("plan")
    seen.setdefault("plan", []).append(1000 * small.said()[0] / SMALL)
    for one in shorter:
        one.cycle("next")
        seen.setdefault(one.feeds, []).append(one.said()[0])
    seen.setdefault(longest.feeds, []).append(longest.said()[0])


def main() -> None:
    """Print what is measured and simulated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--feeds", type=int, nargs="+", default=HELD)
    given = parser.parse_args()
    costs = measured(given.rounds, given.feeds) if given.measure else Costs()
    print(costs)  # noqa: T201
    for row in table(costs, simulated(random.Random(20261127))):  # noqa: S311 - no secret
        print(row)  # noqa: T201


if __name__ == "__main__":
    main()
