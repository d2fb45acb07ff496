"""A matcher that asks the learned model for a second opinion on what the rules found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.domain.hit import Hit, Passage
from monitor.domain.learning import NEAREST, Neighbour, Opinion, read_by_model, reconsider
from monitor.ports.learning import Embedder, Model, Reader, Seen

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The rules' matcher and the model, as one matcher. Embeds each passage that it is given."""

    reader: Reader
    embedder: Embedder
    model: Model

    @property
    def catalogue_version(self) -> str:
        """The content hash of the catalogue that is matched against."""
        return self.reader.catalogue_version

    @property
    def matcher_version(self) -> str:
        """The version of the matching code."""
        return self.reader.matcher_version

    def match(self, passage: Passage) -> Sequence[Hit]:
        """Return at most one hit a narrative, best first."""
        vectors = self.embedder.embed([read_by_model(passage)])
        return opine(self.reader, self.model, passage, vectors)


def opine(reader: Reader, model: Model, passage: Passage, vectors: "Vectors") -> tuple[Hit, ...]:
    """Return the hits of a passage after the second opinion; `vectors` has its one row."""
    hits = reader.match(passage)
    seen = Seen(passage, reader.concepts(passage), {hit.narrative: hit.grade for hit in hits})
    (known,) = model.probabilities([seen], vectors)
    found = seen.grades.keys()
    opinions = {
        name: Opinion(value, _near(model, vectors, name, value, is_found=name in found))
        for name, value in known.items()
    }
    return reconsider(hits, opinions, passage, model.limits)


def _near(
    model: Model, vectors: "Vectors", name: str, value: float, *, is_found: bool
) -> tuple[Neighbour, ...]:
    """Look for evidence only where it may be shown."""
    shown = value >= (model.limits.raise_at if is_found else model.limits.propose_at)
    return tuple(model.near(vectors[0], name, NEAREST)) if shown else ()
