from datetime import timedelta

import pytest

from monitor.domain.digest import Direction, Movement
from monitor.domain.trend import began_at, trend
from support.digests import LONG_AGO, WINDOW

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "before", "direction"),
    [
        (9, (2, 3, 2, 3), Direction.RISING),
        (4, (0, 0, 0, 0), Direction.RISING),
        (2, (0, 0, 0, 0), Direction.STEADY),  # two items are chance
        (5, (4, 3, 4, 3), Direction.STEADY),  # not twice the usual
        (1, (8, 9, 7, 8), Direction.FALLING),
        (0, (2, 2, 2, 2), Direction.STEADY),
    ],
)
def test_a_narrative_moves_when_both_the_step_and_the_ratio_are_large(
    now: int, before: tuple[int, ...], direction: Direction
) -> None:
    move = Movement("open-balkan", now, before, LONG_AGO)

    told = trend(move, WINDOW, began=LONG_AGO, outlets=3, poor=False)

    assert told.direction is direction


def test_one_outlets_busy_day_is_no_rise() -> None:
    move = Movement("open-balkan", 20, (1, 1, 1, 1), LONG_AGO)

    told = trend(move, WINDOW, began=LONG_AGO, outlets=1, poor=False)

    assert told.direction is Direction.STEADY


def test_the_usual_is_the_median_and_survives_one_wild_day() -> None:
    move = Movement("open-balkan", 2, (2, 90, 2, 1, 3), LONG_AGO)

    told = trend(move, WINDOW, began=LONG_AGO, outlets=2, poor=False)

    assert told.usual == 2.0
    assert told.past == (3, 1, 2, 90, 2)


def test_a_narrative_the_archive_never_saw_before_is_new() -> None:
    move = Movement("open-balkan", 1, (0, 0, 0, 0), WINDOW.since)

    told = trend(move, WINDOW, began=LONG_AGO, outlets=1, poor=False)

    assert told.direction is Direction.NEW


def test_nothing_is_claimed_when_coverage_was_poor() -> None:
    move = Movement("open-balkan", 0, (9, 9, 9, 9), LONG_AGO)

    told = trend(move, WINDOW, began=LONG_AGO, outlets=0, poor=True)

    assert told.direction is Direction.UNTOLD_COVERAGE
    assert told.usual is None


def test_a_young_archive_makes_no_claim_and_calls_nothing_new() -> None:
    began = WINDOW.since - 2 * DAY
    move = Movement("open-balkan", 9, (0, 0, 0, 0), WINDOW.since + timedelta(hours=1))

    told = trend(move, WINDOW, began=began, outlets=4, poor=False)

    assert told.direction is Direction.UNTOLD_HISTORY
    assert told.past == (0, 0)


def test_windows_before_the_archive_began_are_not_counted_as_zeros() -> None:
    began = WINDOW.since - 4 * DAY
    move = Movement("open-balkan", 3, (3, 3, 3, 3, 0, 0, 0, 0, 0, 0), began)

    told = trend(move, WINDOW, began=began, outlets=2, poor=False)

    assert told.usual == 3.0


def test_the_archive_began_with_its_first_hit() -> None:
    moves = (
        Movement("a", 0, (), WINDOW.since),
        Movement("b", 0, (), LONG_AGO),
        Movement("c", 0, ()),
    )

    assert began_at(moves) == LONG_AGO
    assert began_at(()) is None
