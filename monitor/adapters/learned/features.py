"""From texts to the numbers that a linear model weighs: letters, concepts, embedding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from monitor.domain.hit import Passage
from monitor.domain.learning import read_by_model
from monitor.domain.matching.fold import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from monitor.ports.learning import Vectors

BUCKETS: Final = 1 << 14
FEWEST: Final = 3  # texts that must have a sequence of letters
# How much each kind weighs against the others: chosen by trying, held-out texts among the tried ones.
OF_EMBEDDING: Final = 3.0
OF_CONCEPTS: Final = 2.0

_LETTERS: Final = {
    "analyzer": "char_wb",
    "ngram_range": (3, 5),
    "n_features": BUCKETS,
    "alternate_sign": False,
    "norm": None,
}


@dataclass(frozen=True, slots=True)
class Features:
    """What is counted, as learned from the training texts."""

    mean: "NDArray[np.float32]"  # of their vectors
    rarity: "NDArray[np.float32]"  # of each bucket of letters; 0: too rare to say anything
    concepts: tuple[str, ...]

    def matrix(
        self,
        passages: Sequence[Passage],
        concepts: Sequence[frozenset[str]],
        vectors: "Vectors",
    ) -> Any:  # noqa: ANN401 - scipy has no types
        """Return a sparse row a passage: embedding, letters, concepts."""
        letters = normalize(_letters(passages) @ sp.diags(self.rarity))
        return sp.hstack(
            [
                sp.csr_matrix((vectors - self.mean) * np.float32(OF_EMBEDDING)),
                letters,
                self._concepts(concepts),
            ],
            format="csr",
            dtype=np.float32,
        )

    def _concepts(self, found: Sequence[frozenset[str]]) -> Any:  # noqa: ANN401
        place = {name: number for number, name in enumerate(self.concepts)}
        rows = np.zeros((len(found), len(place)), np.float32)
        for number, names in enumerate(found):
            for name in names & place.keys():
                rows[number, place[name]] = OF_CONCEPTS / np.sqrt(len(names))
        return sp.csr_matrix(rows)


def learned(
    passages: Sequence[Passage], concepts: Sequence[frozenset[str]], vectors: "Vectors"
) -> Features:
    """Return what to count, learned from these texts."""
    counts = _letters(passages)
    texts_with = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity = np.where(texts_with >= FEWEST, np.log((1 + len(passages)) / (1 + texts_with)) + 1, 0)
    return Features(
        mean=vectors.mean(axis=0, dtype=np.float64).astype(np.float32),
        rarity=rarity.astype(np.float32),
        concepts=tuple(sorted(frozenset[str]().union(*concepts))),
    )


def _letters(passages: Sequence[Passage]) -> Any:  # noqa: ANN401
    """Count sequences of three to five folded letters, dampened, in hashed buckets."""
    counts = HashingVectorizer(**_LETTERS).transform(fold(read_by_model(one)) for one in passages)
    counts.data = 1 + np.log(counts.data)
    return counts
