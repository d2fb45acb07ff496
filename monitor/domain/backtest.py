"""What another catalogue would have found: the difference, before anybody depends on it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from monitor.domain.hit import Grade, Hit

EXAMPLES: Final = 5  # of what a narrative gains, and of what it loses
WEEK: Final = timedelta(days=7)

Pair = tuple[Hit | None, Hit | None]  # before and after
Reviews = Mapping[tuple[int, str], str]  # verdict by item and narrative


@dataclass(frozen=True, slots=True)
class Difference:
    """One item and narrative on which the two catalogues do not agree."""

    item_id: int
    narrative: str
    before: Hit | None
    after: Hit | None
    title: str
    url: str
    outlet_id: str
    lang: str
    first_seen_at: datetime


@dataclass(slots=True)
class Effect:
    """What changes for one narrative. `changed`: found by both, with another score or grade."""

    narrative: str
    gained: int = 0
    lost: int = 0
    changed: int = 0
    langs: dict[str, Counter[str]] = field(default_factory=dict)
    outlets: dict[str, Counter[str]] = field(default_factory=dict)
    examples: dict[str, list[Difference]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Backtest:
    """The whole difference.

    `reviewed` counts differences by verdict and kind; `confirmed_lost` must be looked at. `digests`
    has the days of the last week (UTC) whose digest would gain or lose hits: (gained, lost).
    """

    effects: tuple[Effect, ...]
    reviewed: Mapping[tuple[str, str], int]
    confirmed_lost: tuple[Difference, ...]
    digests: Mapping[date, tuple[int, int]]


def differences(before: Iterable[Hit], after: Iterable[Hit]) -> list[Pair]:
    """Return the pairs of hits, by narrative, that are not the same."""
    old = {hit.narrative: hit for hit in before}
    new = {hit.narrative: hit for hit in after}
    return [
        (old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def summarise(found: Iterable[Difference], reviews: Reviews, now: datetime) -> Backtest:
    """Count the differences; examples are the latest of each kind."""
    effects: dict[str, Effect] = {}
    reviewed: Counter[tuple[str, str]] = Counter()
    confirmed_lost: list[Difference] = []
    digests: dict[date, list[int]] = {}
    for one in sorted(found, key=lambda one: (one.first_seen_at, one.item_id), reverse=True):
        kind = _kind(one)
        _count(effects.setdefault(one.narrative, Effect(one.narrative)), one, kind)
        verdict = reviews.get((one.item_id, one.narrative), "")
        if verdict:
            reviewed[verdict, kind] += 1
        if verdict == "confirmed" and kind == "lost":
            confirmed_lost.append(one)
        step = _in_digest(one.after) - _in_digest(one.before)
        if step and verdict != "dismissed" and one.first_seen_at > now - WEEK:
            tally = digests.setdefault(one.first_seen_at.date(), [0, 0])
            tally[step < 0] += 1
    return Backtest(
        effects=tuple(effects[name] for name in sorted(effects)),
        reviewed=reviewed,
        confirmed_lost=tuple(confirmed_lost),
        digests={day: (tally[0], tally[1]) for day, tally in sorted(digests.items())},
    )


def _kind(one: Difference) -> str:
    if one.before is None:
        return "gained"
    return "lost" if one.after is None else "changed"


def _count(effect: Effect, one: Difference, kind: str) -> None:
    setattr(effect, kind, getattr(effect, kind) + 1)
    effect.langs.setdefault(one.lang, Counter())[kind] += 1
    effect.outlets.setdefault(one.outlet_id, Counter())[kind] += 1
    examples = effect.examples.setdefault(kind, [])
    if len(examples) < EXAMPLES:
        examples.append(one)


def _in_digest(hit: Hit | None) -> int:
    return int(hit is not None and hit.grade is Grade.DIGEST)
