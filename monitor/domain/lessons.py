"""What the second opinion learns from: labelled items, and what analysts wrote in the catalogue."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.domain.hit import Grade, Passage
from monitor.domain.labels import Label
from monitor.domain.learning import read_by_model, text_key
from monitor.domain.narrative import Catalogue

ENOUGH: Final = 8  # labelled items that carry a narrative; with fewer it is not served
WEIGHT_OF_CATALOGUE: Final = 0.5  # an example or a phrase, against a labelled item
WEIGHT_OF_UNJUDGED: Final = 0.3  # that a text carries nothing else, where nobody said so
FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, what it carries, and what rules and concepts make of it.

    `judged` are the narratives that somebody decided on, None: all. `unseen`: the writers of the
    rules had not read it, so that the rules' grades are as good on it as on any news.
    """

    id: str
    passage: Passage
    carried: frozenset[str]
    judged: frozenset[str] | None = None
    unseen: bool = False
    is_label: bool = True
    grades: tuple[tuple[str, Grade], ...] = ()
    concepts: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The key of its text."""
        return text_key(read_by_model(self.passage))

    @property
    def fold(self) -> int:
        """The part of a cross-validation that it is tested in; equal texts are in the same."""
        return int(self.key[:8], 16) % FOLDS

    def weight(self, narrative: str) -> float:
        """Return how much it says about a narrative."""
        whole = 1.0 if self.is_label else WEIGHT_OF_CATALOGUE
        is_judged = self.judged is None or narrative in self.judged
        return whole * (1.0 if is_judged else WEIGHT_OF_UNJUDGED)


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a narrative was found in cross-validation, where it is served.

    `labels` are the labelled items judged on it, `carried` those that carry it. `right`, `wrong`
    and `missed` count what the text alone makes of them at an even chance.
    """

    narrative: str
    labels: int
    carried: int
    is_served: bool
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what there is that was found."""
        there = self.right + self.missed
        return self.right / there if there else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0

    @property
    def refusal(self) -> str:
        """Say why it is not served; empty if it is."""
        return (
            "" if self.is_served else f"{self.carried} labelled items carry it, {ENOUGH} are needed"
        )


def lessons_of_labels(labels: Iterable[Label]) -> list[Lesson]:
    """Return a lesson each; of equal or near-identical texts only the first."""
    found: dict[str, Lesson] = {}
    groups: set[str] = set()
    for label in labels:
        passage = Passage(label.title, label.summary, label.text, label.lang)
        lesson = Lesson(
            id=label.id,
            passage=passage,
            carried=frozenset(label.labels),
            judged=None if label.judged is None else frozenset(label.judged),
            unseen=label.unseen,
        )
        if label.group in groups or lesson.key in found:
            continue
        groups |= {label.group} - {""}
        found[lesson.key] = lesson
    return [found[key] for key in sorted(found)]


def lessons_of_catalogue(catalogue: Catalogue) -> Iterator[Lesson]:
    """Yield a lesson for each example and phrase; they speak of their own narrative only."""
    for narrative in catalogue.narratives:
        own = frozenset({narrative.id})
        for example in narrative.examples:
            passage = Passage(example.title, example.summary, lang=example.lang)
            carried = frozenset[str]() if example.grade == "none" else own
            yield Lesson("", passage, carried, own, is_label=False)
        for phrase in narrative.phrases:
            yield Lesson("", Passage(phrase.text, lang=phrase.lang), own, own, is_label=False)


def served(lessons: Sequence[Lesson], narratives: Iterable[str]) -> list[Figures]:
    """Return, by narrative, how many labels there are, and whether they are enough."""
    found = []
    for name in sorted(narratives):
        about = [one for one in lessons if one.is_label and one.weight(name) == 1.0]
        carried = sum(name in one.carried for one in about)
        found.append(Figures(name, len(about), carried, carried >= ENOUGH))
    return found


def data_hash(lessons: Iterable[Lesson]) -> str:
    """Return a hash of all that is learned from."""
    digest = hashlib.blake2b(digest_size=8)
    for one in lessons:
        judged = None if one.judged is None else sorted(one.judged)
        said: Mapping[str, object] = {
            "text": one.key,
            "carried": sorted(one.carried),
            "judged": judged,
            "unseen": one.unseen,
            "grades": sorted(one.grades),
            "concepts": sorted(one.concepts),
        }
        digest.update(json.dumps(said, sort_keys=True).encode())
    return digest.hexdigest()
