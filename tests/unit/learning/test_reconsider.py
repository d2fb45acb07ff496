import pytest

from monitor.domain.hit import Evidence, Grade, Hit, Passage, Source, Stance
from monitor.domain.learning import (
    Limits,
    Neighbour,
    Opinion,
    Weights,
    probability,
    reconsider,
)

LIMITS = Limits()
PASSAGE = Passage(title="  Most preko rijeke  ", summary="Sažetak")
NEAR = (Neighbour("a", "Most se gradi", 91.0),)


def hit(narrative: str, grade: Grade, points: float = 50.0) -> Hit:
    evidence = (Evidence("title", 2, 6, "Most", "most", 100.0),)
    return Hit(narrative, points, grade, Stance.UNCLEAR, evidence)


@pytest.mark.parametrize(
    ("grade", "chance", "after"),
    [
        (Grade.DIGEST, 0.0, Grade.REVIEW),
        (Grade.DIGEST, 0.3, Grade.REVIEW),
        (Grade.DIGEST, 0.31, Grade.DIGEST),
        (Grade.REVIEW, 0.5, Grade.DIGEST),
        (Grade.REVIEW, 0.49, Grade.REVIEW),
        (Grade.REVIEW, 0.02, Grade.REVIEW),
        (Grade.REVIEW, 0.01, None),
    ],
)
def test_a_rule_hit_moves_between_the_grades_within_the_limits(
    grade: Grade, chance: float, after: Grade | None
) -> None:
    found = reconsider([hit("x", grade)], {"x": Opinion(chance, NEAR)}, PASSAGE, LIMITS)

    assert [(one.grade, one.source, one.probability) for one in found] == (
        [(after, Source.BOTH, chance)] if after else []
    )


def test_alone_it_only_proposes_for_review_however_sure_it_is() -> None:
    (found,) = reconsider([], {"x": Opinion(1.0, NEAR), "y": Opinion(0.19)}, PASSAGE, LIMITS)

    assert (found.narrative, found.grade, found.source) == ("x", Grade.REVIEW, Source.LEARNED)
    assert found.score < 70


def test_its_evidence_is_the_nearest_text_and_quotes_ours() -> None:
    (found,) = reconsider([], {"x": Opinion(0.9, NEAR)}, PASSAGE, LIMITS)
    (piece,) = found.evidence

    assert piece.quote == PASSAGE.title[piece.start : piece.end] == "Most preko rijeke"
    assert (piece.field, piece.phrase, piece.score) == ("title", "nearest: Most se gradi", 91.0)


def test_a_narrative_without_an_opinion_is_as_the_rules_left_it() -> None:
    rules = hit("x", Grade.REVIEW)

    assert reconsider([rules], {}, PASSAGE, LIMITS) == (rules,)


def test_no_item_gets_more_proposals_than_the_limit() -> None:
    opinions = {name: Opinion(0.9, NEAR) for name in "abcdef"}

    assert len(reconsider([], opinions, PASSAGE, LIMITS)) == LIMITS.proposals


def test_the_probability_grows_with_the_text_and_with_the_grade() -> None:
    weights = Weights(text=0.7, alone=0.3, digest=2.0, review=1.0, base=-1.5)
    grades = [None, Grade.REVIEW, Grade.DIGEST]

    assert probability(weights, 3.0, None) > probability(weights, -3.0, None)
    assert [probability(weights, -1.0, grade) for grade in grades] == sorted(
        probability(weights, -1.0, grade) for grade in grades
    )
