"""Fact-checks: which of them stand nearest to a claim. They answer it and never spread it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
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

_NEARNESSES: Final = tuple(Nearness)
_ORDER: Final = {near: order for order, near in enumerate(Nearness)}

Rank = tuple[int, float, datetime]  # how near: the greater, the nearer


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
    return answers_a_claim(hit.review, hit.stance)


def answers_a_claim(review: str, stance: str) -> bool:
    """Say the same, by the review that stands."""
    return review != "dismissed" and stance != Stance.ASSERTS


def claimed(hit: ArchivedHit) -> Claimed:
    """Return a hit as fact-checks are compared with it."""
    text = f"{hit.title} {hit.summary}"
    return claim_of(hit.item_id, hit.hit.narrative, hit.story_id, text)


def claim_of(item_id: int, narrative: str, story_id: str, text: str) -> Claimed:
    """Return the same, by its parts."""
    return Claimed(item_id, narrative, story_id, _words(text))


@dataclass(frozen=True, slots=True)
class Check:
    """A fact-checker's hit that answers a claim: as it is shown, and as it is compared."""

    shown: FactCheck
    claimed: Claimed


class Checks:
    """The fact-checks of one narrative, newest first, looked up by their words and stories.

    Comparing each with each would cost a page of a search more than all else.
    """

    def __init__(self, checks: Iterable[Check]) -> None:
        self._all = sorted(checks, key=lambda one: one.shown.first_seen_at, reverse=True)
        self._saying: dict[str, list[int]] = {}
        self._of_story: dict[str, list[int]] = {}
        for place, check in enumerate(self._all):
            for word in check.claimed.words:
                self._saying.setdefault(word, []).append(place)
            if check.claimed.story_id:
                self._of_story.setdefault(check.claimed.story_id, []).append(place)
        self._words = frozenset(self._saying)

    def __iter__(self) -> Iterator[Check]:
        return iter(self._all)

    def near(self, claim: Claimed, since: datetime | None, most: int) -> Iterator[tuple[Rank, int]]:
        """Yield how near those are that may be among the `most` nearest, each with its place.

        One may come several times, by different ties.
        """
        said = map(self._saying.__getitem__, claim.words & self._words)
        places = Counter(chain.from_iterable(said))
        ties = [(Nearness.STORY, 0.0, place) for place in self._of_story.get(claim.story_id, ())]
        least = ALIKE * len(claim.words)  # words that both have: the union has at least so many
        for place, both in places.items():
            if both < least:
                continue
            alike = both / (len(claim.words) + len(self._all[place].claimed.words) - both)
            if alike >= ALIKE:
                ties.append((Nearness.TEXT, alike, place))
        newest = range(min(most + 1, len(self._all)))  # one of them may be the claim itself
        ties += [(Nearness.NARRATIVE, 0.0, place) for place in newest]
        for near, alike, place in ties:
            check = self._all[place]
            other = claim.item_id != check.claimed.item_id
            if other and (since is None or check.shown.first_seen_at >= since):
                yield (-_ORDER[near], alike, check.shown.first_seen_at), place

    def shown(self, rank: Rank, place: int) -> FactCheck:
        """Return one, as near as it ranks."""
        shown, near = self._all[place].shown, _NEARNESSES[-rank[0]]
        return shown if shown.near is near else replace(shown, near=near)


def nearest(
    claims: Sequence[Claimed],
    checks: Checks,
    since: datetime | None = None,
    most: int = MOST,
) -> tuple[FactCheck, ...]:
    """Return the fact-checks nearest to any of these claims of one narrative, none before `since`.

    One of the same story goes first, then those of like words, the most alike first; then, as
    other languages have other words, those of the narrative, newest first.
    """
    best: dict[int, Rank] = {}
    for claim in claims:
        for rank, place in checks.near(claim, since, most):
            if place not in best or rank > best[place]:
                best[place] = rank
    ranked = sorted(best.items(), key=lambda one: one[1], reverse=True)
    return tuple(checks.shown(rank, place) for place, rank in ranked[:most])


def newest(checks: Iterable[Check], most: int = MOST) -> tuple[FactCheck, ...]:
    """Return the first of a narrative's, newest first, that nothing else was found of."""
    return tuple(one.shown for one in islice(checks, most))


def by_narrative(hits: Iterable[ArchivedHit]) -> Mapping[str, Checks]:
    """Return fact-checkers' hits that answer a claim, by its narrative, ready to compare."""
    found: dict[str, list[Check]] = {}
    for hit in hits:
        if answers(hit):
            found.setdefault(hit.hit.narrative, []).append(Check(_fact_check(hit), claimed(hit)))
    return {name: Checks(some) for name, some in found.items()}


def _fact_check(hit: ArchivedHit) -> FactCheck:
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
        near=Nearness.NARRATIVE,
    )


@lru_cache(1_024)  # an item has several hits, and stands on pages again and again
def _words(text: str) -> frozenset[str]:
    # As `ekavian` would have them one by one: what it changes begins and ends within a word.
    folded = ekavian(" ".join(tokens(text))).split()
    return frozenset([word[:BEGINNING] for word in folded if len(word) >= SHORTEST])
