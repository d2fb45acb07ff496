from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.domain.cases import Opinion, ReadSample, rule_of
from monitor.domain.estimate import place
from monitor.domain.hit import Grade
from monitor.domain.quality import GROUPINGS, agreements, drawn_at_random, groups, recall
from monitor.domain.review import Verdict
from support.cases import case, judged

CONFIRMED, DISMISSED, UNSURE = Verdict


def test_precision_counts_yes_and_no_and_leaves_the_unsure_apart() -> None:
    cases = [judged(1, CONFIRMED), judged(2, DISMISSED), judged(3, UNSURE), case(4)]

    (row,) = groups(cases, GROUPINGS["narrative"])

    assert (row.hits, row.confirmed, row.dismissed, row.unsure) == (4, 1, 1, 1)
    assert row.reviewed.share == 0.5
    assert row.reviewed.n == 2


def test_a_hit_counts_for_each_of_its_rules_and_for_its_iso_week() -> None:
    made = case(1, rules=("a", "b"), first_seen_at=datetime(2027, 1, 3, tzinfo=UTC))

    assert [row.name for row in groups([made], GROUPINGS["rule"])] == [
        "open-balkan/a",
        "open-balkan/b",
    ]
    assert [row.name for row in groups([made], GROUPINGS["week"])] == ["2026-W53"]


def test_only_an_unbroken_beginning_of_the_shuffled_order_is_a_random_sample() -> None:
    order = sorted(range(1, 11), key=place)
    cases = {n: case(n) for n in order}
    for n in (*order[:3], *order[5:8]):
        cases[n] = judged(n, CONFIRMED)

    assert [one.hit_id for one in drawn_at_random(cases.values())] == order[:3]


def test_recall_is_what_was_found_against_what_random_items_hold() -> None:
    hits = [judged(n, CONFIRMED) for n in range(1, 11)]
    read = tuple((n, ("open-balkan",) if n in {1, 50} else ()) for n in range(1, 101))
    samples = [ReadSample("sr-Latn", 100, read)]

    found = recall(hits, samples, Grade.DIGEST)

    assert found.estimate.share == pytest.approx(10 / 11)
    assert found.estimate.low < 10 / 11 < found.estimate.high
    assert (found.read, found.missed) == (100, 1)
    assert recall(hits, samples, Grade.DIGEST, "rs-secession").missed == 0
    assert recall(hits, [ReadSample("sr-Latn", 100, ())], None).estimate.share is None


def test_agreement_is_counted_for_each_two_people() -> None:
    seen = [
        replace(
            case(n),
            verdict=CONFIRMED,
            opinions=(
                Opinion("ana", CONFIRMED, "asserts"),
                Opinion("ben", CONFIRMED if n % 2 else DISMISSED),
            ),
        )
        for n in range(1, 5)
    ]

    (one,) = agreements([*seen, judged(9, CONFIRMED)])

    assert (one.people, one.hits, one.agreed) == (("ana", "ben"), 4, 2)
    assert one.kappa == 0.0
    assert one.stance_kappa is None


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("named: initiative (otvoreni balkan)", "named"),
        ("protiv Otvorenog Balkana", "protiv Otvorenog Balkana"),
        ("Vučić kaže: nema rata", "Vučić kaže: nema rata"),
    ],
)
def test_a_label_of_evidence_leads_to_its_rule(label: str, rule: str) -> None:
    assert rule_of(label) == rule
