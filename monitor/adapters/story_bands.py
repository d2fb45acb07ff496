"""The bands of new items (`domain.story`), some hundred thousand at once: sorted and compared."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from monitor.domain.imprint import Imprint


class Bands:
    """Bands in their order, for neighbours go to the same page, each with the item that bears it.

    `numbers` are those of the items, and grow.
    """

    def __init__(self, numbers: Sequence[int], imprints: Sequence[Imprint]) -> None:
        bands = np.fromiter(chain.from_iterable(one.bands for one in imprints), np.int64)
        bearers = np.repeat(np.array(numbers, np.int64), [len(one.bands) for one in imprints])
        order = np.argsort(bands, kind="stable")
        self._bands, self._bearers = bands[order], bearers[order]

    def rows(self) -> list[int]:
        """Return each band followed by the number of its item."""
        pairs: list[int] = np.stack((self._bands, self._bearers), axis=1).ravel().tolist()
        return pairs

    def until(self, number: int) -> list[int]:
        """Return the bands of items up to this number, each once."""
        theirs = self._bands[self._bearers <= number]
        is_first = np.ones(len(theirs), bool)
        is_first[1:] = theirs[1:] != theirs[:-1]  # they are in order
        found: list[int] = theirs[is_first].tolist()
        return found

    def meeting(self, met: Iterable[int]) -> set[int]:
        """Return the items that bear one of these bands, or one that another of them bears."""
        meets = np.isin(self._bands, np.fromiter(met, np.int64))
        alike = self._bands[1:] == self._bands[:-1]
        meets[1:] |= alike
        meets[:-1] |= alike
        return set(self._bearers[meets].tolist())
