"""Fact-checks: which of them stand nearest to a claim. They answer it and never spread it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.domain import excerpt
from monitor.domain.feed import Feed, OutletKind
from monitor.domain.hit import ArchivedHit, FactCheck, Nearness, Stance
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.fold import tokens

REACH: Final = timedelta(days=365)  # older ones are rarely about the same
MOST: Final = 3  # shown with one claim
ALIKE: Final = 0.2  # shared share of the words from which two texts speak of the same
BEGINNING: Final = 5  # letters by which inflected forms are one
SHORTEST: Final = 4  # letters: shorter words say little


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text that makes or carries a claim, as fact-checks are compared with it."""

    item_id: int
    narrative: str
    story_id: str
    words: frozenset[str]


def fact_checkers(feeds: Iterable[Feed]) -> frozenset[str]:
    """Return the outlets whose trade it is."""
    return frozenset(f.outlet.id for f in feeds if f.outlet.kind is OutletKind.FACT_CHECKER)


def answers(hit: ArchivedHit) -> bool:
    """Say whether a fact-checker's hit answers the claim: nobody dismissed it or says otherwise."""
    return hit.review != "dismissed" and hit.stance != Stance.ASSERTS


def claimed(hit: ArchivedHit) -> Claimed:
    """Return a hit as fact-checks are compared with it."""
    words = _words(f"{hit.title} {hit.summary}")
    return Claimed(hit.item_id, hit.hit.narrative, hit.story_id, words)


def nearest(
    claims: Sequence[Claimed], checks: Iterable[tuple[ArchivedHit, Claimed]], most: int = MOST
) -> tuple[FactCheck, ...]:
    """Return the fact-checks nearest to any of these claims of one narrative.

    One of the same story goes first, then those of like words, the most alike first; then, as
    other languages have other words, those of the narrative, newest first.
    """
    best: dict[int, tuple[tuple[int, float, datetime], FactCheck]] = {}
    for hit, check in checks:
        for claim in claims:
            if claim.item_id == check.item_id or claim.narrative != check.narrative:
                continue
            same = bool(check.story_id) and check.story_id == claim.story_id
            alike = _alike(claim.words, check.words)
            near = (
                Nearness.STORY if same else Nearness.TEXT if alike >= ALIKE else Nearness.NARRATIVE
            )
            order = list(Nearness).index(near)
            rank = -order, alike if near is Nearness.TEXT else 0.0, hit.first_seen_at
            if check.item_id not in best or rank > best[check.item_id][0]:
                best[check.item_id] = rank, _fact_check(hit, near)
    ranked = sorted(best.values(), key=lambda one: one[0], reverse=True)
    return tuple(check for _, check in ranked[:most])


def newest(
    checks: Iterable[tuple[ArchivedHit, Claimed]], most: int = MOST
) -> tuple[FactCheck, ...]:
    """Return the newest fact-checks of a narrative that nothing else was found of."""
    ordered = sorted((hit for hit, _ in checks), key=lambda hit: hit.first_seen_at, reverse=True)
    return tuple(_fact_check(hit, Nearness.NARRATIVE) for hit in ordered[:most])


def by_narrative(
    hits: Iterable[ArchivedHit],
) -> Mapping[str, list[tuple[ArchivedHit, Claimed]]]:
    """Return fact-checkers' hits that answer a claim, by its narrative, ready to compare."""
    found: dict[str, list[tuple[ArchivedHit, Claimed]]] = {}
    for hit in hits:
        if answers(hit):
            found.setdefault(hit.hit.narrative, []).append((hit, claimed(hit)))
    return found


def _fact_check(hit: ArchivedHit, near: Nearness) -> FactCheck:
    return FactCheck(
        hit_id=hit.hit_id,
        item_id=hit.item_id,
        title=excerpt.plain(hit.title),
        url=excerpt.link(hit.url),
        outlet_id=hit.outlet_id,
        outlet=hit.outlet_name,
        country=hit.country,
        lang=hit.lang,
        published_at=hit.published_at,
        first_seen_at=hit.first_seen_at,
        near=near,
    )


def _words(text: str) -> frozenset[str]:
    folded = map(ekavian, tokens(text))
    return frozenset(word[:BEGINNING] for word in folded if len(word) >= SHORTEST)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words that both have (Jaccard)."""
    return len(one & other) / len(one | other) if one and other else 0.0
