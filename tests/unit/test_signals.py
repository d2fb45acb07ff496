"""What signals do to a service that is told to stop."""

import signal
from collections.abc import Iterator

import pytest

from monitor.app.service import Signals
from monitor.cli.run import handled

ENDING = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (*ENDING, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_wish_to_stop_that_comes_after_the_end_is_not_heard(number: signal.Signals) -> None:
    with handled(Signals()) as ends:
        signal.raise_signal(number)

    signal.raise_signal(signal.SIGTERM)  # would end this process, and its code with it

    assert len(ends) == 1


def test_signals_mean_what_they_did_where_none_came() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with handled(Signals()):
        pass

    assert signal.getsignal(signal.SIGTERM) is before
