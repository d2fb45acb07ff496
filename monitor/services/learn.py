"""Train the second opinion: labels and catalogue become lessons, lessons a model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from monitor.domain.errors import ConfigError
from monitor.domain.labels import Label
from monitor.domain.learning import read_by_model
from monitor.domain.lessons import ENOUGH, Lesson, lessons_of_catalogue, lessons_of_labels
from monitor.domain.narrative import Catalogue
from monitor.ports.learning import Embedder, Reader, Trained_co, Trainer


@dataclass(frozen=True, slots=True)
class Learn(Generic[Trained_co]):
    """The use case. `reader` gives the rules' grades and the concepts."""

    reader: Reader
    embedder: Embedder
    trainer: Trainer[Trained_co]
    catalogue: Catalogue

    def lessons(self, labels: Iterable[Label]) -> list[Lesson]:
        """Return what there is to learn from, as the rules see it."""
        lessons = [*lessons_of_labels(labels), *lessons_of_catalogue(self.catalogue)]
        known = {narrative.id for narrative in self.catalogue.narratives}
        return [self._read(one, known) for one in lessons]

    def train(self, lessons: Sequence[Lesson]) -> Trained_co:
        """Return the model. Raises ConfigError where no narrative has enough labels."""
        vectors = self.embedder.embed([read_by_model(one.passage) for one in lessons])
        model = self.trainer.train(lessons, vectors, self.reader.catalogue_version)
        if not any(one.is_served for one in model.figures):
            raise ConfigError(
                f"no narrative has {ENOUGH} labelled items that carry it; review some more, or "
                "give further files with --labels"
            )
        return model

    def _read(self, lesson: Lesson, known: set[str]) -> Lesson:
        """Add what the rules and concepts say of a text, and leave out unknown narratives."""
        hits = self.reader.match(lesson.passage) if lesson.is_label else ()
        return replace(
            lesson,
            carried=lesson.carried & known,
            grades=tuple(sorted((hit.narrative, hit.grade) for hit in hits)),
            concepts=self.reader.concepts(lesson.passage),
        )
