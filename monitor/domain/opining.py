"""Stored items that the second opinion looks at, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.hit import Grade, Hit, Passage


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that a model has not looked at as it is now; `grades` are the rules'."""

    item_id: int
    content_hash: str
    passage: Passage
    grades: Mapping[str, Grade]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model says of an item: `proposed` hits, and how likely those of the rules are."""

    item_id: int
    content_hash: str
    proposed: tuple[Hit, ...]
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Opined:
    """What a run came to. `left` says that more waits."""

    items: int = 0
    embedded: int = 0
    proposed: int = 0
    left: bool = False


def likelihoods(probabilities: Mapping[str, float], found: Sequence[str]) -> dict[str, float]:
    """Return the probabilities of what the rules found, as they are kept."""
    return {name: round(probabilities[name], 4) for name in found if name in probabilities}
