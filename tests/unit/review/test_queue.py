from itertools import islice

from monitor.domain.cases import Opinion
from monitor.domain.queue import RANDOM_HIT, RANDOM_ITEM, Place, queue
from monitor.domain.review import Verdict
from support.cases import case, item, judged

CONFIRMED, DISMISSED = Verdict.CONFIRMED, Verdict.DISMISSED


def ids(places: list[Place]) -> list[int]:
    return [place.case.hit_id for place in places if place.case]


def first_useful(*cases: object) -> Place:
    return list(queue(list(cases), [item(1)], {}))[1]  # type: ignore[arg-type]


def test_of_ten_places_one_is_a_random_item_and_one_a_random_hit() -> None:
    cases = [case(n, rules=(f"rule{n}",)) for n in range(1, 60)]

    places = list(islice(queue(cases, [item(n) for n in range(1, 9)], {}), 30))

    kinds = [place.why[0] for place in places]
    assert kinds.count(RANDOM_ITEM) == 3
    assert kinds.count(RANDOM_HIT) == 3
    assert len(set(ids(places))) == 27


def test_everything_comes_once_and_then_the_queue_ends() -> None:
    cases = [case(n) for n in range(1, 12)]

    places = list(queue(cases, [item(1), item(2)], {}))

    assert sorted(ids(places)) == list(range(1, 12))
    assert sum(place.item is not None for place in places) == 2
    assert not list(queue([], [], {}))


def test_a_new_rule_goes_before_a_known_one() -> None:
    known = [judged(n, CONFIRMED) for n in range(1, 9)]

    place = first_useful(*known, case(20), case(21, rules=("fresh",)))

    assert ids([place]) == [21]
    assert place.why[0] == "new rule"


def test_what_is_near_the_threshold_goes_before_what_is_far() -> None:
    known = [judged(n, CONFIRMED) for n in range(1, 9)]

    place = first_useful(*known, case(20, score=99.0), case(21, score=72.0), case(22, score=50.0))

    assert ids([place]) == [21]


def test_a_rule_that_was_wrong_is_asked_about_until_it_is_settled() -> None:
    doubtful = [judged(n, DISMISSED, rules=("odd",)) for n in range(1, 4)]
    fine = [judged(n, CONFIRMED) for n in range(10, 20)]
    more = [case(30, rules=("odd",)), case(31)]

    assert ids([first_useful(*doubtful, *fine, *more)]) == [30]

    settled = [judged(n, DISMISSED, rules=("odd",)) for n in range(1, 10)]

    assert "doubtful rule" not in first_useful(*settled, *fine, more[0]).why


def test_a_disputed_hit_is_shown_to_a_third_person_and_to_nobody_twice() -> None:
    both = (Opinion("ana", CONFIRMED), Opinion("ben", DISMISSED))
    disputed = case(1, verdict=DISMISSED, opinions=both)
    agreed = judged(2, CONFIRMED)

    assert ids(list(queue([disputed, agreed], [], {}, "cem"))) == [1]
    assert ids(list(queue([disputed, agreed], [], {}, "ana"))) == []


def test_a_big_story_comes_first_and_its_copies_wait() -> None:
    known = [judged(n, CONFIRMED) for n in range(1, 9)]
    copies = [case(n, story_id="7", story_size=9) for n in (20, 21)]

    order = ids(list(queue([*known, *copies, case(22)], [], {})))

    assert order[0] in {20, 21}
    assert order[1] == 22


def test_readers_are_asked_only_for_what_they_read() -> None:
    cases = [case(1), case(2, lang="sq")]

    places = list(queue(cases, [item(1), item(2, "mk")], {}, "besa", ["sq", "mk"]))

    assert ids(places) == [2]
    assert [place.item.item_id for place in places if place.item] == [2]
