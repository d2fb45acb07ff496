"""Two feed lists side by side: what a new release lists, and what the operator does."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.feed import Feed
from monitor.domain.urls import canonical


@dataclass(frozen=True, slots=True)
class Difference:
    """Feeds that only one list has, in its order, and pairs (here, there) that are one feed.

    A pair has the same id and another address, or the same address and another id, or is
    switched on in one list alone.
    """

    only_here: tuple[Feed, ...]
    only_there: tuple[Feed, ...]
    changed: tuple[tuple[Feed, Feed], ...]


def difference(here: Sequence[Feed], there: Sequence[Feed]) -> Difference:
    """Return how two lists differ. A feed is known by its id, else by its address."""
    by_id = {feed.id: feed for feed in there}
    by_url = {canonical(feed.url): feed for feed in there}
    pairs = [(feed, by_id.get(feed.id) or by_url.get(canonical(feed.url))) for feed in here]
    paired = {other.id for _, other in pairs if other}
    return Difference(
        only_here=tuple(feed for feed, other in pairs if other is None),
        only_there=tuple(feed for feed in there if feed.id not in paired),
        changed=tuple((feed, other) for feed, other in pairs if other and _differ(feed, other)),
    )


def _differ(here: Feed, there: Feed) -> bool:
    return (here.id, canonical(here.url), here.enabled) != (
        there.id,
        canonical(there.url),
        there.enabled,
    )
