"""Twenty people who search while polls are written, each as soon as the last page has come."""

import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.synchronize import Event
from typing import Final

from bench.archive_queries import Question, quantile
from bench.made_items import SEED, UNTIL, Press
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.domain.feed import FeedState
from monitor.domain.polling import FetchEvent, NewItem, Outcome, Poll
from monitor.web.run import SWITCH_S

READERS: Final = 20
LASTS_S: Final = 15


def write_polls(url: str, stop: Event, written: "multiprocessing.Queue[int]") -> None:
    """Record polls one after another, in a process of its own, until told to stop."""
    database = Database(url)
    store = SqlStore(database)
    press, count, moment = Press({}, SEED + int(time.time())), 0, UNTIL
    for poll in press.polls(1_000_000):
        if stop.is_set():
            break
        moment = max(moment, poll.at)
        event = FetchEvent(poll.feed.id, poll.at, Outcome.OK, new=len(poll.items))
        state = FeedState(poll.feed.id, last_poll_at=poll.at, last_ok_at=poll.at)
        new = tuple(NewItem(item, ()) for item in poll.items)
        store.record(Poll(event, state, new, catalogue_version="b", matcher_version="b"), poll.feed)
        count += len(poll.items)
    database.close()
    written.put(count)


def read_while_a_poll_writes(
    url: str, asked: Sequence[Question], ask: Callable[[Question], object]
) -> Iterator[tuple[str, str, str]]:
    """Yield (what, figure, goal) of all searches together."""
    sys.setswitchinterval(SWITCH_S)  # as the server of pages does
    spawn = multiprocessing.get_context("spawn")
    stop, written = spawn.Event(), spawn.Queue()
    writer = spawn.Process(target=write_polls, args=(url, stop, written))
    writer.start()
    time.sleep(3)  # until it writes
    times: list[float] = []
    faults: list[str] = []
    until = time.monotonic() + LASTS_S

    def read(number: int) -> None:
        chance = random.Random(SEED + number)  # noqa: S311 - no secret
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                ask(chance.choice(asked))
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is counted
                faults.append(f"{type(fault).__name__}: {fault}")
            times.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    count = written.get(timeout=60)
    writer.join()
    spent = LASTS_S + 3
    yield (
        f"{READERS} readers, {count / spent:,.0f} items a second written, p50 ms",
        f"{quantile(times, 0.5):.0f}",
        "",
    )
    yield (
        f"{READERS} readers, p99 ms, of {len(times):,} searches",
        f"{quantile(times, 0.99):.0f}",
        "≤ 300",
    )
    yield f"{READERS} readers, errors {'; '.join(sorted(set(faults))[:2])}", f"{len(faults)}", "0"
