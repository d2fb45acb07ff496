"""How a story or a narrative spread, as far as our feeds saw: who brought it first, who then.

First here is first in our feeds. It says nothing of the origin: an outlet that we do not read may
have been before, and a feed that we poll seldom seems late.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

NOTE: Final = "First in our feeds is not the origin: who is not read may have been before."


@dataclass(frozen=True, slots=True)
class Sighting:
    """One item, or so many of one outlet, country and language, of which it is the first."""

    item_id: int
    title: str
    url: str
    outlet_id: str
    outlet_name: str
    country: str
    lang: str
    first_seen_at: datetime
    items: int = 1


@dataclass(frozen=True, slots=True)
class Appearance:
    """Where something first appeared in one outlet, country or language, and how often since."""

    key: str
    first: Sighting
    items: int


@dataclass(frozen=True, slots=True)
class Propagation:
    """The orders of first appearance, the first in our feeds first."""

    items: int
    outlets: tuple[Appearance, ...]
    countries: tuple[Appearance, ...]
    langs: tuple[Appearance, ...]


def propagation(sightings: Iterable[Sighting]) -> Propagation:
    """Return in which order something appeared over outlets, countries and languages.

    Items seen at the same instant stand in the order of their numbers.
    """
    ordered = sorted(sightings, key=lambda one: (one.first_seen_at, one.item_id))
    return Propagation(
        items=sum(one.items for one in ordered),
        outlets=_appearances(ordered, lambda one: one.outlet_id),
        countries=_appearances(ordered, lambda one: one.country),
        langs=_appearances(ordered, lambda one: one.lang),
    )


def _appearances(
    ordered: Iterable[Sighting], key_of: Callable[[Sighting], str]
) -> tuple[Appearance, ...]:
    firsts: dict[str, Sighting] = {}
    counts: dict[str, int] = {}
    for one in ordered:
        key = key_of(one)
        firsts.setdefault(key, one)
        counts[key] = counts.get(key, 0) + one.items
    return tuple(Appearance(key, first, counts[key]) for key, first in firsts.items())
