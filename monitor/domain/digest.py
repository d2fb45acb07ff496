"""The digest: what surfaced in a window, where, how it moved, and how well we could see."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open span `[since, until)` of first-seen times, aware UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """Digest-grade hits of one narrative, in the window and in equal windows before it.

    `before` has the most recent window first. `first_seen_at` is when the archive first saw the
    narrative.
    """

    narrative: str
    now: int
    before: tuple[int, ...]
    first_seen_at: datetime | None = None
