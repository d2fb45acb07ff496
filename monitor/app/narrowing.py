"""Which items a change of the catalogue may matter to: what the full-text index can tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from monitor.domain.matching import CompiledCatalogue

if TYPE_CHECKING:
    from monitor.adapters.database import Database
    from monitor.domain.matching.shifts import Shifts

INDEXED_MOST: Final = 4  # beyond one item in so many, reading them all is quicker
NARROWED_FROM: Final = 2_000  # items: fewer are matched sooner than it is known which to match


@dataclass(frozen=True, slots=True)
class Few:
    """Some items of the archive, and the narratives to look for in them."""

    items: set[int] = field(default_factory=set)
    narratives: frozenset[str] = frozenset()


def narrow(
    database: "Database",
    since: datetime | None,
    changed: frozenset[str],
    present: CompiledCatalogue,
    before: Sequence[CompiledCatalogue | None],
    *,
    as_stored: bool,
) -> Few | None:
    """Return the items on which catalogues may differ; None where all should be read.

    They are those in which one of them may find a `changed` narrative, and those with words that
    another narrative reads otherwise now than `before`; None there: nobody knows that catalogue,
    or it had none of the changed narratives. `as_stored`: what those found is what is stored.
    Raises StorageError.
    """
    from monitor.adapters import candidates
    from monitor.domain.matching.candidates import Need, needs, words_met
    from monitor.domain.matching.shifts import shifts

    vocabulary = candidates.vocabulary(database)
    met, wanted = set[str](), list[Need]()
    for known in (present, *filter(None, before)):
        words = words_met(known, changed, vocabulary)
        met.update(*words.values())
        wanted += needs(known, changed, words)
    items = candidates.bearing(database, changed) | candidates.holding(database, wanted)
    narratives = changed
    for moved in (shifts(present, each, changed, met) for each in before):
        less = candidates.holding(database, moved.less)
        if as_stored:
            less &= candidates.bearing(database, moved.losing)
        further = _further(database, moved, changed, present, vocabulary)
        items |= less | further.items
        narratives |= moved.losing | further.narratives
    is_many = len(items) * INDEXED_MOST > candidates.count(database, since)
    return None if is_many else Few(items, narratives)


def _further(
    database: "Database",
    moved: "Shifts",
    changed: frozenset[str],
    present: CompiledCatalogue,
    vocabulary: Sequence[str],
) -> Few:
    """Return where narratives that did not change may gain hits of words that they read otherwise."""
    from monitor.adapters.candidates import holding
    from monitor.domain.matching.candidates import AllOf, AnyOf, needs, words_met
    from monitor.domain.matching.shifts import hanging_on

    items, narratives = set[int](), set[str]()
    for term, plans in hanging_on(present, moved.more, changed).items():
        words = moved.more[term]
        found, names = holding(database, words), {plan.id for plan in plans}
        if len(found) > NARROWED_FROM:
            part = replace(present, narratives=plans)
            other = needs(part, names, words_met(part, names, vocabulary))
            both = [AllOf((AnyOf(tuple(words)), AnyOf(tuple(other))))] if other else []
            found = holding(database, both)
        items |= found
        narratives |= names
    return Few(items, frozenset(narratives))
