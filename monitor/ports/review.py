"""What reviewing needs from the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.domain.cases import Case, RandomItem, ReadSample
from monitor.domain.digest import Window
from monitor.domain.labels import Label
from monitor.domain.review import Decision, Reading, Review


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A stored hit (or, with `hit_id` 0, item) that somebody wants to say something of."""

    hit_id: int
    item_id: int
    narrative: str
    lang: str
    title: str


class Reviews(Protocol):
    """The side of the database that people's decisions are kept in."""

    def hit(self, hit_id: int) -> Reviewable | None:
        """Return a hit, retired ones too: what was decided stays with it."""

    def item(self, item_id: int) -> Reviewable | None:
        """Return an item."""

    def history(self, hit_id: int) -> Sequence[Review]:
        """Return everything said of a hit, oldest first."""

    def decide(self, hit_id: int, decision: Decision) -> None:
        """Append a decision, which now stands; a stance said before stays where none is given."""

    def undo(self, hit_id: int, by: str, at: datetime) -> Review | None:
        """Take back the decision that stands; return the one that stands now."""

    def read(self, reading: Reading, hits: Mapping[int, Decision]) -> None:
        """Append what somebody found in a whole item, and decisions on its hits."""

    def open_hits(self, item_id: int) -> Mapping[int, str]:
        """Return the hits of an item that nobody has decided on, with their narratives."""

    def profiles(self) -> Mapping[str, tuple[str, ...]]:
        """Return the languages that each reviewer with a profile reads."""

    def set_profile(self, name: str, langs: Sequence[str], at: datetime) -> None:
        """Keep which languages a reviewer reads."""


class Cases(Protocol):
    """The side of the database that the queue and the quality report read."""

    def cases(self, window: Window) -> Sequence[Case]:
        """Return the hits of the present catalogue whose item was first seen in the window."""

    def has_items(self, window: Window) -> bool:
        """Say whether any item was first seen in the window."""

    def rules_alive(self, window: Window) -> Collection[tuple[str, str]]:
        """Return (narrative, rule) of whatever made a hit of the present catalogue."""

    def random_items(self, window: Window, limit: int) -> Sequence[RandomItem]:
        """Return the items to be read next, in the shuffled order: hits or not."""

    def read_samples(self, window: Window) -> Sequence[ReadSample]:
        """Return, by language, how many items there are and those read at random."""

    def items_by_feed(self, window: Window) -> Mapping[str, int]:
        """Return how many items each feed brought in the window."""


class Labels(Protocol):
    """Labelled items, out of the database and found again in it."""

    def labels(self) -> Iterator[Label]:
        """Yield every item of which it is known what it carries, oldest first."""

    def hits_of(self, labels: Sequence[Label]) -> Mapping[str, tuple[int, Mapping[str, int]]]:
        """Return the stored item of each label, by its id, and the item's hits by narrative."""
