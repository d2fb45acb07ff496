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
class Texts:
    """Some texts, their letters counted: that takes longest, and is the same for every model."""

    letters: Any  # scipy has no types
    concepts: tuple[frozenset[str], ...]
    vectors: "Vectors"

    @classmethod
    def of(
        cls,
        passages: Sequence[Passage],
        concepts: Sequence[frozenset[str]],
        vectors: "Vectors",
    ) -> "Texts":
        """Count the letters of some passages."""
        return cls(_letters(passages), tuple(concepts), vectors)

    def take(self, wanted: "NDArray[np.bool_]") -> "Texts":
        """Return those of the texts that are wanted."""
        concepts = tuple(c for c, is_in in zip(self.concepts, wanted, strict=True) if is_in)
        return Texts(self.letters[wanted], concepts, self.vectors[wanted])


@dataclass(frozen=True, slots=True)
class Features:
    """What is counted, as learned from the training texts."""

    mean: "NDArray[np.float32]"  # of their vectors
    rarity: "NDArray[np.float32]"  # of each bucket of letters; 0: too rare to say anything
    concepts: tuple[str, ...]

    def matrix(self, texts: Texts) -> Any:  # noqa: ANN401 - scipy has no types
        """Return a sparse row a text: embedding, letters, concepts."""
        return sp.hstack(
            [
                sp.csr_matrix((texts.vectors - self.mean) * np.float32(OF_EMBEDDING)),
                normalize(texts.letters @ sp.diags(self.rarity)),
                self._concepts(texts.concepts),
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


def learned(texts: Texts) -> Features:
    """Return what to count, learned from these texts."""
    count = len(texts.concepts)
    texts_with = np.asarray((texts.letters > 0).sum(axis=0)).ravel()
    rarity = np.where(texts_with >= FEWEST, np.log((1 + count) / (1 + texts_with)) + 1, 0)
    return Features(
        mean=texts.vectors.mean(axis=0, dtype=np.float64).astype(np.float32),
        rarity=rarity.astype(np.float32),
        concepts=tuple(sorted(frozenset[str]().union(*texts.concepts))),
    )


def _letters(passages: Sequence[Passage]) -> Any:  # noqa: ANN401
    """Count sequences of three to five folded letters, dampened, in hashed buckets."""
    counts = HashingVectorizer(**_LETTERS).transform(fold(read_by_model(one)) for one in passages)
    counts.data = 1 + np.log(counts.data)
    return counts
