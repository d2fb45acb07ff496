"""What compiling asks of a dictionary."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol


class Morphology(Protocol):
    """Inflection, as dictionaries know it. Asked while compiling only."""

    def forms(self, family: str, words: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return the folded forms of the lemmas of each word; an unknown word has no entry.

        Words come as written; a word may be an inflected form itself.
        """

    def words(self, family: str) -> Iterable[str]:
        """Yield every folded word form that the family's dictionary knows."""
