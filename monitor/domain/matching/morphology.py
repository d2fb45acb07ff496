"""What compiling asks of a dictionary."""

from collections.abc import Iterable
from typing import Protocol


class Morphology(Protocol):
    """Inflection, as dictionaries know it. Asked while compiling only."""

    def entries(self, family: str) -> Iterable[tuple[str, str]]:
        """Yield (word form, its base form), both folded, for all words of a language family.

        A form may come more than once; a form that is its own base comes too.
        """

    def words(self, family: str) -> Iterable[str]:
        """Yield every folded word form that the family's dictionary knows."""
