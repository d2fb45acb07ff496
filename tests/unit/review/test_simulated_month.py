"""The simulated month of docs/review.md, with few seeds; the figures there come from many."""

import pytest

from simulation.month import Outcome, outcome


@pytest.fixture(scope="module")
def months() -> list[Outcome]:
    return [outcome(seed) for seed in (1, 2)]


def test_estimates_of_precision_and_recall_hold_the_truth(months: list[Outcome]) -> None:
    held = sum(right for month in months for right, _ in month.covered.values())
    of = sum(count for month in months for _, count in month.covered.values())

    assert held / of >= 0.95
    for month in months:
        for kind in ("precision, all", "recall, digest", "recall, any"):
            assert month.covered[kind] == (1, 1)


def test_the_queue_finds_twice_as_many_wrong_rules_as_looking_at_random(
    months: list[Outcome],
) -> None:
    for month in months:
        assert month.found >= 2 * month.found_at_random > 0
