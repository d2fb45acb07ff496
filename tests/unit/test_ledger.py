from collections.abc import Sequence
from datetime import timedelta

import make
from fakes import FakeClock
from monitor.adapters.nowhere import ForgetfulStore
from monitor.domain.feed import Feed
from monitor.domain.polling import FetchEvent, Outcome, Poll
from monitor.services.ledger import MOST, Ledger


class Remembering(ForgetfulStore):
    def __init__(self) -> None:
        self.kept: list[int] = []

    def record_unchanged(self, polls: Sequence[tuple[Poll, Feed]]) -> None:
        self.kept.append(len(polls))


def unchanged() -> Poll:
    return make.poll(event=FetchEvent(make.feed().id, make.NOW, Outcome.UNCHANGED))


def test_polls_without_news_are_put_down_together() -> None:
    store = Remembering()
    ledger = Ledger(store, FakeClock())

    for _ in range(MOST + 3):
        ledger.add(unchanged(), make.feed())
    ledger.close()
    ledger.close()

    assert store.kept == [MOST, 3]


def test_none_is_held_back_for_long_while_others_arrive() -> None:
    store, clock = Remembering(), FakeClock()
    ledger = Ledger(store, clock)

    ledger.add(unchanged(), make.feed())
    clock.sleep(timedelta(seconds=1))
    ledger.add(unchanged(), make.feed())

    assert store.kept == [2]
