from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.digest import Direction, Movement, Pace
from monitor.domain.movement import Sight, Telling, claim, comparable, direction, pace, surges
from support.digests import LONG_AGO, WINDOW

OLD = tuple(f"f{n}" for n in range(10))
PAST = 14


def sight(*feeds: str, items: int = 20) -> Sight:
    return Sight(frozenset(feeds), dict.fromkeys(feeds, items))


def told(feed: str, back: int, story: str = "") -> Telling:
    return Telling("open-balkan", "RS", f"outlet-{feed}", feed, story or f"{feed}{back}", back)


def usual(every: int = 5) -> Iterator[Telling]:
    """One of every few feeds tells it in every past window."""
    for back in range(1, PAST + 1):
        yield from (told(feed, back) for feed in OLD[::every])


def judged(now: list[Telling], *sights: Sight) -> Direction:
    seen = [*sights, *[sight(*OLD)] * (PAST + 1 - len(sights))]
    return direction(pace([*usual(), *now], seen, comparable(seen)))


def test_a_story_that_spreads_through_the_same_feeds_is_a_rise() -> None:
    assert judged([told(feed, 0, "s") for feed in OLD]) is Direction.RISING


def test_an_ordinary_day_is_steady() -> None:
    assert judged([told("f1", 0), told("f2", 0), told("f3", 0)]) is Direction.STEADY


def test_feeds_that_were_added_raise_no_alarm() -> None:
    new = tuple(f"n{n}" for n in range(30))
    now = [told("f1", 0), told("f2", 0), *(told(feed, 0) for feed in new)]

    assert judged(now, sight(*OLD, *new)) is Direction.STEADY


def test_feeds_that_were_lost_raise_no_alarm() -> None:
    assert judged([], sight(*OLD[1:6])) is Direction.STEADY


def test_when_most_feeds_are_blind_nothing_is_claimed() -> None:
    assert judged([], sight(*OLD[:3])) is Direction.UNTOLD_COVERAGE
    assert judged([], Sight(frozenset(), {})) is Direction.UNTOLD_COVERAGE


def test_a_blind_past_is_no_silence() -> None:
    dark = [Sight(frozenset(), {})] * 11
    now = [told(feed, 0) for feed in OLD[:4]]

    assert judged(now, sight(*OLD), *dark) is Direction.STEADY


def test_where_many_feeds_came_or_went_since_the_window_before_nothing_is_claimed() -> None:
    rise = [told(feed, 0) for feed in OLD]
    added = sight(*OLD, "g1", "g2")

    assert judged(rise, added) is Direction.UNTOLD_COVERAGE
    assert judged(rise, sight(*OLD, "g1")) is Direction.RISING  # one is an everyday matter
    assert judged([], added) is Direction.STEADY
    assert judged(rise, replace(added, polled=False)) is Direction.RISING  # imported: who can tell


@pytest.mark.parametrize(
    ("outlets", "stories", "expected"),
    [(2, 5, False), (3, 1, False), (3, 2, True), (6, 1, True)],
)
def test_what_surges_is_a_rise_of_some_size(*, outlets: int, stories: int, expected: bool) -> None:
    now = [told(feed, 0, f"{n}") for feed in OLD[:outlets] for n in range(stories)]
    seen = [sight(*OLD)] * (PAST + 1)

    assert surges(pace(now, seen, comparable(seen))) is expected


def test_a_backlog_read_at_once_is_no_rise() -> None:
    now = [told(feed, 0, f"{feed}{n}") for feed in OLD[::5] for n in range(4)]

    assert judged(now, sight(*OLD, items=80)) is Direction.STEADY
    assert judged(now, sight(*OLD)) is Direction.STEADY  # eight of two: chance is not ruled out


def test_one_outlet_s_many_items_of_one_story_are_one_telling() -> None:
    assert judged([told("f1", 0, "s")] * 40) is Direction.STEADY


def test_too_few_windows_say_nothing() -> None:
    seen = [sight(*OLD)] * 3

    assert direction(pace([], seen, comparable(seen))) is Direction.UNTOLD_HISTORY


def test_a_narrative_is_new_only_where_known_feeds_tell_it() -> None:
    first = WINDOW.since + timedelta(hours=1)
    by_old, by_new = (
        Movement("x", 2, (), first, pace=Pace(now, 0.0, (0,) * PAST, 1, 10, 200)) for now in (1, 0)
    )

    assert claim(by_old, WINDOW) is Direction.NEW
    assert claim(by_new, WINDOW) is Direction.STEADY
    assert claim(Movement("x", 2, (), LONG_AGO), WINDOW) is Direction.UNTOLD_HISTORY
