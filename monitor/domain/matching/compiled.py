"""The compiled catalogue: what matching looks up, as plain values that can be stored."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

#: Part of every hit. Raise it whenever the same text and catalogue could give another result.
MATCHER_VERSION: Final = "5"


class Kind(StrEnum):
    """How a term may be met in a text."""

    INFLECTED = "inflected"
    EXACT = "exact"
    PREFIX = "prefix"
    CAPITALS = "capitals"


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the catalogue. `shape` is how its capitals look (`Kind.CAPITALS` only)."""

    text: str
    family: str
    kind: Kind = Kind.INFLECTED
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase, or one entry of a concept: terms (by number) that stand together.

    `size` counts its words as written, function words included. A `loose` pattern (a phrase) may
    be met in another order, or with a word inserted; else one word may stand between two.
    """

    text: str
    family: str
    terms: tuple[int, ...]
    size: int
    loose: bool = False


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule with concepts by number."""

    id: str
    groups: tuple[tuple[int, ...], ...]
    barred: tuple[int, ...]
    within: int
    ordered: bool
    field: str
    weight: float
    langs: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NarrativePlan:
    """A narrative with patterns by number: `phrases` are (pattern, weight)."""

    id: str
    rules: tuple[RulePlan, ...]
    phrases: tuple[tuple[int, float], ...]
    digest_threshold: float
    review_threshold: float
    min_words: int
    langs: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledCatalogue:
    """Everything a `Matcher` needs.

    `meanings` are the sets of terms, by number in order, that words share; the first is empty.
    `forms` (by family), `capitals` and `prefixes` lead from a folded word, or its beginning, to the
    number of its meaning. `known` are, for each family, real words so near to a form that they could
    be taken for a typo of it. A concept is its id and its patterns by number.
    """

    version: str
    terms: tuple[Term, ...] = ()
    meanings: tuple[tuple[int, ...], ...] = ((),)
    forms: dict[str, dict[str, int]] = field(default_factory=dict)
    capitals: dict[str, int] = field(default_factory=dict)
    prefixes: dict[str, int] = field(default_factory=dict)
    known: dict[str, frozenset[str]] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    concepts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    narratives: tuple[NarrativePlan, ...] = ()
