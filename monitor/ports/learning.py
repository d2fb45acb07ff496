"""What the learned second opinion needs from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from monitor.domain.hit import Grade, Hit, Passage
from monitor.domain.learning import Limits, Neighbour
from monitor.domain.lessons import Figures, Lesson
from monitor.domain.opining import Judgement, Waiting

if TYPE_CHECKING:  # numpy comes with the extra `semantic`
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]  # a row a text, each of length 1


class Embedder(Protocol):
    """From texts to vectors: alike texts have alike vectors, in whatever language."""

    @property
    def name(self) -> str:
        """Which model, and which version of it: vectors of two names are never compared."""

    @property
    def size(self) -> int:
        """How many numbers a vector has."""

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return a vector of length 1 for each text, the same for the same text. Costs ~0.1 s each."""


class VectorBook(Protocol):
    """Vectors that are kept, by the key of their text (`domain.learning.text_key`)."""

    def get(self, keys: Sequence[str]) -> Mapping[str, "Vectors"]:
        """Return those that are known."""

    def put(self, vectors: Mapping[str, "Vectors"]) -> None:
        """Keep these."""


class OpinionBook(Protocol):
    """The side of the database that the second opinion works on."""

    def waiting(self, model: str, since: datetime, limit: int) -> Sequence[Waiting]:
        """Return items that this version of a model has not looked at, the newest first."""

    def vectors(self, embedder: str, hashes: Sequence[str]) -> Mapping[str, "Vectors"]:
        """Return the vectors that are kept, by the hash of an item's words."""

    def keep(self, embedder: str, vectors: Mapping[str, "Vectors"]) -> None:
        """Keep vectors."""

    def commit(self, model: str, judged: Sequence[Judgement], now: datetime) -> int:
        """Write what the model says; return the number of new hits.

        Items that were edited since are passed over: their turn comes again.
        """


class Reader(Protocol):
    """A matcher that also says what a passage speaks of."""

    @property
    def catalogue_version(self) -> str:
        """The content hash of the catalogue that is matched against."""

    @property
    def matcher_version(self) -> str:
        """The version of the matching code."""

    def match(self, passage: Passage) -> Sequence[Hit]:
        """Return at most one hit a narrative, best first."""

    def concepts(self, passage: Passage) -> frozenset[str]:
        """Return the catalogue's concepts that the passage speaks of."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One passage as a model reads it; `grades` are the rules'."""

    passage: Passage
    concepts: frozenset[str]
    grades: Mapping[str, Grade]


class Model(Protocol):
    """What was learned."""

    @property
    def version(self) -> str:
        """A hash of all that makes it answer as it does."""

    @property
    def embedder(self) -> str:
        """The name of the embedder whose vectors it reads."""

    @property
    def catalogue_version(self) -> str:
        """The catalogue it was trained beside."""

    @property
    def limits(self) -> Limits:
        """What it may do."""

    @property
    def figures(self) -> Sequence[Figures]:
        """Every narrative: served, with its cross-validated figures, or not, and why."""

    def probabilities(self, seen: Sequence[Seen], vectors: "Vectors") -> list[dict[str, float]]:
        """Return for each passage the probability of every narrative that is served."""

    def near(self, vector: "Vectors", narrative: str, limit: int) -> Sequence[Neighbour]:
        """Return labelled texts that carry the narrative, the nearest first."""


Trained_co = TypeVar("Trained_co", bound=Model, covariant=True)


class Trainer(Protocol[Trained_co]):
    """What learns."""

    def train(
        self, lessons: Sequence[Lesson], vectors: "Vectors", catalogue_version: str
    ) -> Trained_co:
        """Return a model, the same for the same lessons. A row of `vectors` is a lesson's."""
