from math import isclose

import pytest

from monitor.domain.estimate import CYCLE, Stratum, kappa, place, share, stratified, wilson


def test_wilson_s_interval_is_the_published_one() -> None:
    low, high = wilson(81, 263)  # R. G. Newcombe, Statistics in Medicine 17 (1998), table I

    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_without_a_sample_nothing_is_known() -> None:
    nothing = share(0, 0)

    assert (nothing.share, nothing.low, nothing.high) == (None, 0.0, 1.0)


def test_strata_count_by_their_size_not_by_their_sample() -> None:
    whole = stratified([Stratum(900, 9, 10), Stratum(100, 5, 10), Stratum(500, 0, 0)])

    assert whole.share is not None
    assert isclose(whole.share, 0.86)
    assert whole.n == 20
    assert whole.low < 0.86 < whole.high


def test_the_shuffled_order_gives_every_part_of_the_archive_its_share() -> None:
    first = [number for number in range(10_000) if place(number) < CYCLE // 10]

    assert len(first) == pytest.approx(1000, abs=10)
    assert sum(number < 5000 for number in first) == pytest.approx(500, abs=10)


def test_kappa_is_cohen_s() -> None:
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15

    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("yes", "yes")]) is None
    assert kappa([]) is None
