"""The catalogue: narratives, their concepts, rules, phrases and examples, as analysts write them.

These are the words of the YAML files, validated, not yet compiled (`domain.matching` does that).
"""

from dataclasses import dataclass, field
from typing import Final

FAMILIES: Final = ("hbs", "sq", "mk", "ru", "en")  # sr, hr, bs and cnr are one: hbs
DEFAULT_WITHIN: Final = 30  # tokens
DIGEST_THRESHOLD: Final = 70.0
REVIEW_THRESHOLD: Final = 40.0


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of a concept or one phrase: its text in one language family.

    `line` is where it stands in `file`, for messages. `weight` is 0–100 points (phrases only).
    """

    lang: str
    text: str
    weight: float = 100.0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Concept:
    """A named thing that rules speak of, with its words in each language."""

    id: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A combination of concepts. `all_of` is a conjunction of OR-groups of concept ids.

    Every group must be met, and none of `none_of` may be, within `within` tokens (0: anywhere in
    the item). `weight` may be negative: such a rule takes points away.
    """

    id: str
    all_of: tuple[tuple[str, ...], ...]
    none_of: tuple[str, ...] = ()
    within: int = DEFAULT_WITHIN
    ordered: bool = False
    field: str = "any"  # any, title or lead (title and summary)
    weight: float = 70.0
    langs: tuple[str, ...] = ()  # families; empty: all
    countries: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must be found at `grade` (digest or review), or must not be found (none)."""

    lang: str
    title: str
    summary: str = ""
    grade: str = "digest"  # digest, review or none
    stance: str = ""  # checked where given
    line: int = 0


@dataclass(frozen=True, slots=True)
class Narrative:
    """A recurring story line, worded neutrally, tracked whoever voices it.

    `titles` has display names by interface language besides the English `title`.
    `paragraphs` are those of the article that name the claim. No hit implies a technique of
    `disarm`: those describe what actors do, which only an analyst can say.
    """

    id: str
    title: str
    summary: str
    paragraphs: tuple[int, ...]
    rationale: str
    rules: tuple[Rule, ...]
    phrases: tuple[Word, ...]
    examples: tuple[Example, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    digest_threshold: float = DIGEST_THRESHOLD
    review_threshold: float = REVIEW_THRESHOLD
    min_words: int = 0
    langs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    file: str = ""
    disarm: tuple[str, ...] = ()  # techniques that an analyst names: T0003, T0022.001


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All narratives and the concepts they share. `version` is a hash of the content.

    Concepts of one narrative's file are named `narrative-id/concept-id`.
    """

    version: str
    narratives: tuple[Narrative, ...]
    concepts: tuple[Concept, ...]
    stance_cues: tuple[tuple[str, tuple[Word, ...]], ...] = field(default=())
