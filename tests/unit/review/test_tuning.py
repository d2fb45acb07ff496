from monitor.domain import tuning
from monitor.domain.hit import Grade
from monitor.domain.narrative import Narrative, Rule, Word
from monitor.domain.review import Verdict
from support.cases import case, judged

CONFIRMED, DISMISSED, _ = Verdict


def narrative() -> Narrative:
    rules = (Rule("named", (("c",),)), Rule("idle", (("c",),)), Rule("off", (("c",),), weight=-50))
    return Narrative("open-balkan", "", "", (), "", rules, (Word("hbs", "nikad viđeno"),))


def test_dead_rules_are_those_that_give_points_and_made_no_hit() -> None:
    assert tuning.dead_rules(
        [narrative()], {(case(1).narrative, rule) for rule in case(1).rules}
    ) == [
        "open-balkan/idle",
        "open-balkan/nikad viđeno",
    ]


def test_a_rule_that_fires_on_a_tenth_of_a_feed_is_a_runaway() -> None:
    cases = [case(n) for n in range(1, 13)]

    (found,) = tuning.runaways(cases, {"primer-vesti": 100})

    assert (found.rule, found.hits, found.items) == ("open-balkan/named", 12, 100)
    assert not tuning.runaways(cases, {"primer-vesti": 1000})
    assert not tuning.runaways(cases[:9], {"primer-vesti": 9})


def test_a_rule_is_wrong_when_more_than_chance_says_so() -> None:
    bad = [judged(n, DISMISSED, rules=("bad",)) for n in range(1, 6)]
    mixed = [judged(n, DISMISSED if n % 2 else CONFIRMED) for n in range(10, 20)]

    assert tuning.wrong_rules([*bad, *mixed]) == ["open-balkan/bad"]


def test_a_threshold_is_suggested_with_what_it_would_have_done() -> None:
    right = [judged(n, CONFIRMED, score=90.0) for n in range(1, 9)]
    wrong = [judged(n, DISMISSED, score=72.0) for n in range(10, 17)]
    unseen = [case(n, score=71.0) for n in range(20, 23)]

    (found,) = tuning.thresholds([*right, *wrong, *unseen], [narrative()])

    assert (found.present, found.suggested, found.labels) == (70.0, 75.0, 15)
    assert found.f1_suggested == 1.0
    assert (found.backtest.lost, found.backtest.lost_dismissed) == (10, 7)
    assert found.backtest.lost_confirmed == found.backtest.gained == 0
    assert not tuning.thresholds(right, [narrative()])


def test_a_reason_that_recurs_proposes_words_to_exclude_and_counts_what_goes() -> None:
    sport = [
        judged(n, DISMISSED, reason="sport", title=f"Otvoreni Balkan turnir {n}") for n in (1, 2, 3)
    ]
    right = [judged(n, CONFIRMED, title="Otvoreni Balkan samit") for n in range(10, 15)]
    later = [case(6, title="Турнир Отворени Балкан"), case(7, title="turnir", grade=Grade.REVIEW)]

    (found,) = tuning.exclusions([*sport, *right, *later])

    assert (found.reason, found.words, found.dismissals) == ("sport", ("turnir",), 3)
    assert (found.backtest.lost, found.backtest.lost_dismissed) == (4, 3)
    assert found.backtest.lost_confirmed == 0
    assert not tuning.exclusions([*sport[:2], *right])
    assert not tuning.exclusions([*sport, *right[1:]])  # too few to tell the claim's own words


def test_a_suggestion_can_be_tried_on_other_hits_than_those_it_came_from() -> None:
    sport = [judged(n, DISMISSED, reason="sport", title=f"Balkan turnir {n}") for n in (1, 2, 3)]
    right = [judged(n, CONFIRMED, title="Balkan samit", score=90.0) for n in range(10, 18)]
    wrong = [judged(n, DISMISSED, score=72.0) for n in range(20, 27)]
    archive = [
        judged(30, CONFIRMED, title="Turnir kao paravan", score=90.0),
        judged(31, CONFIRMED, score=71.0),
        case(32, narrative="rs-secession", title="turnir", score=71.0),
    ]

    (words,) = tuning.exclusions([*sport, *right])
    (level,) = tuning.thresholds([*right, *wrong], [narrative()])

    assert tuning.exclusion_over(words, archive).backtest.lost_confirmed == 1
    assert tuning.threshold_over(level, archive).backtest.lost_confirmed == 1
