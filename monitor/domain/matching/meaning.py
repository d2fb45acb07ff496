"""What words mean to the catalogue: terms, and what follows for rules and phrases."""

from dataclasses import dataclass
from typing import NamedTuple

#: A rule or a phrase by the numbers of its narrative and of itself in there.
Address = tuple[int, int]


class Lead(NamedTuple):
    """What follows once a pattern is met: marks of rules' groups, and phrases."""

    marks: int = 0
    phrases: tuple[Address, ...] = ()


class Partial(NamedTuple):
    """A pattern of several words, one of which was met: which others it needs, and its lead.

    The rarest of the others stands apart: it alone rules out most.
    """

    rarest: int
    rest: frozenset[int]
    lead: Lead


@dataclass(slots=True, eq=False)
class Meaning:
    """A set of terms that words may be, and its clues; one object for all words that share it.

    `marks` and `phrases` follow from the word alone, `partial` if others are met with it, for
    which `needed` are the terms that others wait for; `rarest` are those of `partial`. Everything
    that an item's words say is here, side by side: looking it up elsewhere would cost more than
    reading it.
    """

    terms: tuple[int, ...]
    is_abbreviation: bool = False
    marks: int = 0
    phrases: tuple[Address, ...] = ()
    needed: tuple[int, ...] = ()
    partial: tuple[Partial, ...] = ()
    rarest: tuple[int, ...] = ()
