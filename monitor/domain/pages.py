"""Whose full text is worth a request: items whose words in the feed leave a narrative open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.domain.hit import Hit, Passage

NEAR: Final = 10.0  # points of the score from a threshold
RECENT: Final = timedelta(days=2)  # since first sight: an older page may say something else by now
MOST_TRIES: Final = 3
FIRST_WAIT: Final = timedelta(hours=1)  # then six times as long

#: The scores at which hits of a narrative begin to be shown to reviewers, and to readers.
Lines = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item of which only the feed's words are known, and that has hits.

    `content_hash` is of those words; `scores` are its hits', by narrative.
    """

    item_id: int
    url: str
    outlet_id: str
    feed_id: str
    content_hash: str
    passage: Passage
    scores: tuple[tuple[str, float], ...]
    tries: int = 0
    tried_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Say whether its page may be asked for now."""
        if self.tried_at is None:
            return True
        return self.tries < MOST_TRIES and now >= self.tried_at + FIRST_WAIT * 6 ** (self.tries - 1)

    def is_near(self, lines: Lines) -> bool:
        """Say whether a hit lies so near to a threshold that more words may decide."""
        return any(
            abs(score - line) <= NEAR for name, score in self.scores for line in lines.get(name, ())
        )


@dataclass(frozen=True, slots=True)
class FullText:
    """An article's text, and the hits that the item has with it."""

    text: str
    hits: tuple[Hit, ...]
    catalogue_version: str
    matcher_version: str


@dataclass(slots=True)
class Gathered:
    """What a run came to. `busy` are items whose host was being polled."""

    kept: int = 0
    failed: int = 0
    busy: int = 0
    new_hits: int = 0
