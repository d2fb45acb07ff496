"""What subscribers are told at once: a narrative, or what a saved search finds, that surges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.domain.subscription import Alerts, Subscription

CALM: Final = timedelta(hours=48)  # so long without a surge until another of its kind is told


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched: a narrative, or a search that somebody keeps, written `person/name`.

    Empty countries mean all.
    """

    narrative: str = ""
    search: str = ""
    countries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called in the outbox: `narrative open-balkan`."""
        return f"search {self.search}" if self.search else f"narrative {self.narrative}"

    @property
    def key(self) -> str:
        """What tells it from every other watch."""
        return " ".join([self.name, *sorted(self.countries)])


@dataclass(frozen=True, slots=True)
class Surge:
    """A watch that is told much more than usual in the window now, and since when it has been.

    `now` and `usual` count tellings by the same feeds: an outlet tells a story once.
    """

    watch: Watch
    began_at: datetime
    now: int
    usual: float
    outlets: int


def watches(one: Subscription, narratives: Sequence[str]) -> list[Watch]:
    """Return what a subscription watches.

    Every narrative that it chose, else all of them, unless it names searches: then these alone.
    """
    if one.alerts is Alerts.NONE:
        return []
    chosen = one.narratives or (() if one.searches else narratives)
    told = [Watch(narrative=name, countries=one.countries) for name in chosen]
    return told + [Watch(search=name, countries=one.countries) for name in one.searches]


def began(last: tuple[datetime, datetime] | None, now: datetime) -> datetime:
    """Return when a surge began that is seen now.

    `last` says when the one before began and was seen last: after a short calm it is the same.
    """
    if last is None or now - last[1] >= CALM:
        return now
    return last[0]
