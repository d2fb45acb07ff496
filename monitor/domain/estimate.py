"""Shares estimated from samples, with the interval in which the truth lies 95 times in 100."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, TypeVar

Z95: Final = 1.96
SHUFFLE: Final = 2_654_435_761  # 2^32 / golden ratio. Source: Knuth, TAOCP 3, 6.4
CYCLE: Final = 1 << 32
PRIME: Final = (1 << 31) - 1  # identifiers may be large: first small enough for 64 bits

Label = TypeVar("Label")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % interval, from `n` judgements; without any nothing is known."""

    share: float | None
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """A sample of `n`, `right` of them right, drawn at random from `size`."""

    size: int
    right: int
    n: int


def wilson(right: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Source: E. B. Wilson, JASA 22 (1927), 209-212.
    """
    if n <= 0:
        return 0.0, 1.0
    share, square = right / n, Z95 * Z95
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def share(right: int, n: int) -> Estimate:
    """Estimate a share from one sample."""
    low, high = wilson(right, n)
    return Estimate(right / n if n else None, low, high, n)


def stratified(strata: Iterable[Stratum]) -> Estimate:
    """Estimate a share of all strata from samples that were drawn in each by itself.

    Strata without a sample are left out. The interval is Wilson's for as many judgements as a
    sample with these weights is worth. Source: L. Kish, Survey Sampling (1965), 11.7.
    """
    known = [stratum for stratum in strata if stratum.n]
    total = sum(stratum.size for stratum in known)
    if not total:
        return share(0, 0)
    value = sum(one.size * one.right / one.n for one in known) / total
    worth = total**2 / sum(one.size**2 / one.n for one in known)
    low, high = wilson(value * worth, worth)
    return Estimate(value, low, high, sum(one.n for one in known))


def place(identifier: int) -> int:
    """Return where a row stands in an order that has nothing to do with what it says.

    Who reads on from the lowest place always has a random sample of all, also of those to come.
    """
    return identifier % PRIME * SHUFFLE % CYCLE


def kappa(pairs: Sequence[tuple[Label, Label]]) -> float | None:
    """Return by how much two people agree beyond chance, None where nothing could be chance.

    1 is perfect, 0 chance. Source: J. Cohen, Educational and Psychological Measurement 20
    (1960), 37-46.
    """
    if not pairs:
        return None
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs) / n
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[label] * second[label] for label in first) / n**2
    return (agreed - chance) / (1 - chance) if chance < 1 else None
