from collections.abc import Iterator

from monitor.domain.cases import LEARNED, Case
from monitor.domain.drift import drifts
from monitor.domain.hit import Source
from monitor.domain.queue import queue
from monitor.domain.review import Verdict
from support.cases import case


def decided(right: int, wrong: int, probability: float, rule: str = "r") -> Iterator[Case]:
    verdicts = [Verdict.CONFIRMED] * right + [Verdict.DISMISSED] * wrong
    for number, verdict in enumerate(verdicts):
        yield case(number, verdict=verdict, probability=probability, rules=(rule,))


def test_a_model_that_reviews_agree_with_has_not_drifted() -> None:
    (found,) = drifts(decided(15, 15, 0.5))

    assert (found.source, found.decided, found.expected, found.confirmed) == (
        Source.BOTH,
        30,
        0.5,
        0.5,
    )
    assert not found.has_drifted


def test_a_model_that_promises_more_than_reviews_keep_has_drifted() -> None:
    (found,) = drifts(decided(5, 25, 0.6, LEARNED))

    assert (found.source, found.has_drifted) == (Source.LEARNED, True)


def test_a_few_reviews_say_nothing_and_hits_that_it_was_not_asked_about_do_not_count() -> None:
    unasked = [case(90 + n, verdict=Verdict.DISMISSED) for n in range(30)]

    (found,) = drifts([*decided(0, 5, 0.9), *unasked])

    assert (found.decided, found.has_drifted) == (5, False)


def test_of_two_hits_that_are_alike_the_one_that_the_model_doubts_is_asked_for_first() -> None:
    sure = [case(n, probability=0.99) for n in range(10)]
    doubtful = case(99, probability=0.5)

    first = next(iter(queue([*sure, doubtful], [], {})))

    assert first.case == doubtful
    assert "model in doubt" in first.why
