"""The linear model: what it answers, and the texts that it answers from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from monitor.adapters.learned.features import Features, Texts
from monitor.domain.learning import Limits, Neighbour, Weights, probability
from monitor.domain.lessons import Figures
from monitor.ports.learning import Seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from monitor.ports.learning import Vectors


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text that carries narratives, as evidence shows it."""

    id: str
    title: str
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a model. `served` are the narratives, one a row of the coefficients."""

    embedder: str
    catalogue_version: str
    matcher_version: str
    data_hash: str
    served: tuple[str, ...]
    figures: tuple[Figures, ...]
    weights: Weights
    weights_from: int  # texts that the rules' writers had not read; 0: the weights are the usual
    limits: Limits


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted: what is counted, and a row of coefficients a narrative."""

    features: Features
    coefficients: "NDArray[np.float32]"
    intercepts: "NDArray[np.float32]"


class LinearModel:
    """Keeps the port `Model`."""

    def __init__(
        self,
        facts: Facts,
        fit: Fit,
        examples: Sequence[Example],
        vectors: "Vectors",
        version: str = "",
    ) -> None:
        """Take a vector an example."""
        self.facts, self.fit = facts, fit
        self.examples, self.vectors = tuple(examples), vectors
        self._version = version
        self._carrying = {
            name: np.array([name in one.carried for one in self.examples], bool)
            for name in facts.served
        }

    @property
    def version(self) -> str:
        """A hash of the file that it was read from; empty for one that is in no file yet."""
        return self._version

    @property
    def embedder(self) -> str:
        """The name of the embedder whose vectors it reads."""
        return self.facts.embedder

    @property
    def catalogue_version(self) -> str:
        """The catalogue it was trained beside."""
        return self.facts.catalogue_version

    @property
    def limits(self) -> Limits:
        """What it may do."""
        return self.facts.limits

    @property
    def figures(self) -> Sequence[Figures]:
        """Every narrative."""
        return self.facts.figures

    def probabilities(self, seen: Sequence[Seen], vectors: "Vectors") -> list[dict[str, float]]:
        """Return for each passage the probability of every narrative that is served."""
        passages, concepts = [one.passage for one in seen], [one.concepts for one in seen]
        rows = self.fit.features.matrix(Texts.of(passages, concepts, vectors))
        logits = np.asarray(rows @ self.fit.coefficients.T) + self.fit.intercepts
        weights = self.facts.weights
        return [
            {
                name: probability(weights, float(logit), one.grades.get(name))
                for name, logit in zip(self.facts.served, row, strict=True)
            }
            for one, row in zip(seen, logits, strict=True)
        ]

    def near(self, vector: "Vectors", narrative: str, limit: int) -> Sequence[Neighbour]:
        """Return labelled texts that carry the narrative, the nearest first."""
        places = np.flatnonzero(self._carrying[narrative])
        likeness = self.vectors[places] @ vector
        best = np.argsort(-likeness, kind="stable")[:limit]
        return [
            Neighbour(
                self.examples[places[one]].id,
                self.examples[places[one]].title,
                round(max(0.0, min(100.0, 100 * float(likeness[one]))), 1),
            )
            for one in best
        ]
