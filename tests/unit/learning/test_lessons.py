from monitor.domain.hit import Passage
from monitor.domain.labels import Label
from monitor.domain.lessons import ENOUGH, Lesson, data_hash, lessons_of_labels, served


def label(number: int, *, group: str = "", judged: tuple[str, ...] | None = None) -> Label:
    return Label(str(number), f"Naslov {number}", "", "", "bs", "", ("x",), judged, group=group)


def test_equal_and_near_identical_texts_teach_once() -> None:
    labels = [label(1), label(1), label(2, group="g"), label(3, group="g")]

    assert {one.id for one in lessons_of_labels(labels)} == {"1", "2"}


def test_too_few_labels_are_refused_and_the_refusal_says_why() -> None:
    few = lessons_of_labels(label(number) for number in range(ENOUGH - 1))
    enough = lessons_of_labels(label(number) for number in range(ENOUGH))

    assert served(few, ["x"])[0].refusal == f"{ENOUGH - 1} labelled items carry it, 8 are needed"
    assert served(enough, ["x"])[0].is_served


def test_what_nobody_judged_weighs_less() -> None:
    lesson = Lesson("", Passage("t"), frozenset({"x"}), frozenset({"x"}))

    assert lesson.weight("x") > lesson.weight("y") > 0


def test_the_hash_of_the_data_changes_with_a_label_and_with_nothing_else() -> None:
    one, same = lessons_of_labels([label(1)]), lessons_of_labels([label(1)])
    other = lessons_of_labels([label(1, judged=("x",))])

    assert data_hash(one) == data_hash(same) != data_hash(other)
