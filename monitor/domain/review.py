"""Reviews: what people decide on hits. History is appended to; the latest that stands counts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

UNREVIEWED: Final = "unreviewed"
MAX_NOTE: Final = 2_000  # characters

# Why a hit is dismissed: a fixed vocabulary, so that what recurs can be counted.
REASONS: Final = (
    "homonym",  # the words mean something else here
    "quotation",  # in passing, in somebody's words on another subject
    "satire",
    "sport",
    "old-item",  # published long ago, seen now
    "wrong-narrative",  # it carries another one
    "furniture",  # the site's own words around every text
    "advertisement",
    "other",
)


class Verdict(StrEnum):
    """What a person says of a hit."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's word on one hit. `stance` and `reason` may be empty: nothing was said."""

    verdict: Verdict
    by: str
    at: datetime
    stance: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A row of a hit's history: a decision, or (`undoes`) the taking back of one."""

    id: int
    by: str
    at: datetime
    decision: Decision | None = None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A person read a whole item and names every narrative that it carries, perhaps none."""

    item_id: int
    by: str
    at: datetime
    narratives: tuple[str, ...]


def standing(history: Iterable[Review]) -> Review | None:
    """Return the latest decision that nobody has taken back; `history` is oldest first."""
    rows = tuple(history)
    undone = {row.undoes for row in rows}
    left = [row for row in rows if row.decision is not None and row.id not in undone]
    return left[-1] if left else None


def verdicts_by_person(history: Iterable[Review]) -> dict[str, Verdict]:
    """Return each person's latest verdict that stands."""
    rows = tuple(history)
    undone = {row.undoes for row in rows}
    return {
        row.by: row.decision.verdict
        for row in rows
        if row.decision is not None and row.id not in undone
    }


def reads(lang: str, langs: Collection[str]) -> bool:
    """Say whether somebody who reads `langs` reads `lang`: `sr` covers both of its scripts."""
    return lang == "und" or any(lang == one or lang.startswith(f"{one}-") for one in langs)
