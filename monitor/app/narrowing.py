"""Which items a change of the catalogue may matter to: what the full-text index can tell."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from monitor.domain.matching import CompiledCatalogue

if TYPE_CHECKING:
    from monitor.adapters.database import Database
    from monitor.domain.matching.shifts import Shifts

log = logging.getLogger(__name__)
INDEXED_MOST: Final = 4  # beyond one item in so many, reading them all is quicker
FURTHER_MOST: Final = 1_000  # items read for the sake of narratives that did not change


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
    or it had none of the changed narratives. `as_stored`: what those found is what is stored, so
    that hits may be lost, or change, where they are; and where other narratives may gain some in
    many items, those are not read, of which the log tells. Raises StorageError.
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
    narratives, left = changed, frozenset[str]()
    for moved in (shifts(present, each, changed, met) for each in before):
        held = {word: candidates.holding(database, [word]) for word in moved.less | moved.more}
        read = frozenset[str]().union(*moved.less.values(), *moved.more.values())
        if as_stored:
            held, many = _worth_reading(database, moved, held, read)
            left |= many
        items = items.union(*held.values())
        narratives |= read
    if len(items) * INDEXED_MOST > candidates.count(database, since):
        return None
    if left:
        what = (
            "hits of %s may be missing in items with words that are read otherwise now, too many to"
            " look at each time: `monitor rematch --full` does"
        )
        log.warning(what, ", ".join(sorted(left)))
    return Few(items, narratives)


def _worth_reading(
    database: "Database",
    moved: "Shifts",
    held: Mapping[str, set[int]],
    read: frozenset[str],
) -> tuple[dict[str, set[int]], frozenset[str]]:
    """Return of the items with each word those that have a hit, and so many others as are worth it.

    With them come the narratives for which there are more that may gain one.
    """
    from monitor.adapters.candidates import bearing

    hit = {name: bearing(database, [name]) for name in read}
    found, others, left = dict[str, set[int]](), set[int](), frozenset[str]()
    for word, items in sorted(held.items(), key=lambda one: len(one[1])):
        gaining = moved.more.get(word, frozenset())
        theirs = moved.less.get(word, frozenset()) | gaining
        found[word] = items.intersection(set[int]().union(*(hit[name] for name in theirs)))
        if gaining and len(others | items) > FURTHER_MOST:
            left |= gaining
        elif gaining:
            others |= items
            found[word] = items
    return found, left
