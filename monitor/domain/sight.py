"""How well a window could be seen: which feeds answered, which fail, which are silent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedNote:
    """A feed that is failing (with a reason) or silent (without), and since when if we know.

    `siblings` are all enabled feeds of its outlet, itself included.
    """

    feed_id: str
    outlet: str
    country: str
    reason: str = ""
    since: datetime | None = None
    siblings: int = 1


@dataclass(frozen=True, slots=True)
class CountryCoverage:
    """How well one country could be seen. `ok` counts feeds whose last poll succeeded."""

    country: str
    feeds: int  # enabled
    polled: int
    ok: int
    silent: int
    items: int

    @property
    def blind(self) -> bool:
        """Whether there are feeds and fewer than half of those polled answered."""
        return self.feeds > 0 and (self.polled == 0 or 2 * self.ok < self.polled)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well the window could be seen; countries by number of feeds, languages by items."""

    feeds: int  # enabled
    polled: int
    ok: int
    failing: tuple[FeedNote, ...]
    silent: tuple[FeedNote, ...]
    countries: tuple[CountryCoverage, ...]
    langs: tuple[tuple[str, int], ...]
    items: int
    newly: tuple[FeedNote, ...] = ()  # failing or silent, and neither when the window began
    recovered: tuple[FeedNote, ...] = ()  # the other way round

    @property
    def blind(self) -> bool:
        """Whether fewer than half of the polled feeds answered, or none was polled."""
        return self.polled == 0 or 2 * self.ok < self.polled

    @property
    def poor(self) -> bool:
        """Whether too few feeds answered for a comparison with other windows."""
        return self.polled == 0 or 10 * self.ok < 7 * self.polled

    @property
    def blind_countries(self) -> tuple[str, ...]:
        """Countries of which too little was seen, in the order of `countries`."""
        return tuple(one.country for one in self.countries if one.blind)
