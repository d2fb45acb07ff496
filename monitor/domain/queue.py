"""The reviewers' queue: where a look is worth most, and a part at random that keeps it honest.

Of ten places one is an item drawn from *all* items, hit or not: from it recall is estimated. One
is a hit drawn from all hits: from it precision is. Eight are the hits of most use.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Final

from monitor.domain.cases import Case, RandomItem
from monitor.domain.estimate import place, wilson
from monitor.domain.hit import Grade
from monitor.domain.narrative import DIGEST_THRESHOLD
from monitor.domain.review import Verdict, reads

RANDOM_ITEM: Final = "random item"
RANDOM_HIT: Final = "random hit"
ROUND: Final = 10  # places, of which one is a random item and one a random hit
NEAR: Final = 15.0  # points from the digest's threshold within which it is near
DOUBT: Final = 2.0  # of use is a hit that the second opinion gives an even chance
NEW: Final = 5  # judgements from which a rule or an outlet is no longer new
HALF: Final = 0.5  # a rule that is wrong more often than right is wrong
COPY: Final = 10.0  # times less is learned from another copy of a story
BIG: Final = 3  # items from which a story is big
ENOUGH: Final = 3  # people on one hit


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the queue: a hit, or a whole item; and why it is there."""

    why: tuple[str, ...]
    case: Case | None = None
    item: RandomItem | None = None


@dataclass(slots=True)
class Known:
    """What is known of rules and outlets. `seen` also counts what the queue already asks for."""

    seen: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    stories: set[tuple[str, str]] = field(default_factory=set)

    def add(self, case: Case) -> None:
        """Count a hit that somebody looked at or is about to."""
        names = _names(case)
        self.seen.update(names)
        if case.verdict is Verdict.CONFIRMED:
            self.right.update(names)
        elif case.verdict is Verdict.DISMISSED:
            self.wrong.update(names)
        if case.story_id:
            self.stories.add((case.narrative, case.story_id))

    def doubt(self, name: str) -> float:
        """Return 0 to 1: how much another look at this rule may change what we think of it."""
        right, wrong = self.right[name], self.wrong[name]
        low, high = wilson(right, right + wrong)
        if not wrong or high < HALF or low > HALF:
            return 0.0
        asked = self.seen[name] - right - wrong
        return (wrong + 1) / (right + wrong + 2) / (1 + asked / 2)


def queue(
    cases: Sequence[Case],
    items: Sequence[RandomItem],
    thresholds: Mapping[str, float],
    by: str = "",
    langs: Sequence[str] = (),
) -> Iterator[Place]:
    """Yield the places, the first to look at first, until nothing is left.

    `items` are those of the random part, in its order. `by` is not asked again for what they
    decided on, and, where they set `langs`, only for what they read.
    """
    mine = [case for case in cases if not langs or reads(case.lang, langs)]
    wanted = [case for case in mine if _is_open(case, by)]
    known = Known()
    for case in cases:
        if case.opinions:
            known.add(case)
    drawn = iter([one for one in items if not langs or reads(one.lang, langs)])
    hits = iter(sorted((c for c in wanted if not c.opinions), key=lambda c: place(c.hit_id)))
    useful = _by_use(wanted, thresholds, known)
    given: set[int] = set()
    turn = 0
    while True:
        kind = {ROUND // 2: RANDOM_HIT, 0: RANDOM_ITEM}.get(turn % ROUND, "")
        turn += 1
        one = _next_item(drawn) if kind == RANDOM_ITEM else _next_hit(hits, given, kind)
        one = one or _next_useful(useful, given) or _next_item(drawn) or _next_hit(hits, given)
        if one is None:
            return
        if one.case:
            given.add(one.case.hit_id)
        yield one


def _is_open(case: Case, by: str) -> bool:
    if any(one.by == by for one in case.opinions):
        return False
    people = len(case.opinions)
    return not people or (people < ENOUGH and (case.disputed or case.verdict is Verdict.UNSURE))


def _next_item(drawn: Iterator[RandomItem]) -> Place | None:
    item = next(drawn, None)
    return Place((RANDOM_ITEM,), item=item) if item else None


def _next_hit(hits: Iterator[Case], given: set[int], kind: str = RANDOM_HIT) -> Place | None:
    if not kind:
        return None
    case = next((one for one in hits if one.hit_id not in given), None)
    return Place((kind,), case) if case else None


def _next_useful(useful: Iterator[Place], given: set[int]) -> Place | None:
    return next((one for one in useful if one.case and one.case.hit_id not in given), None)


def _by_use(
    cases: Iterable[Case], thresholds: Mapping[str, float], known: Known
) -> Iterator[Place]:
    """Yield by use, the greatest first. Asking for a hit makes others like it less useful.

    Uses only ever fall, so a hit that still leads after its use is counted anew is the first.
    """
    heap = []
    for case in cases:
        use = sum(_uses(case, thresholds, known).values())
        heap.append((-use, place(case.hit_id), case))
    heapq.heapify(heap)
    while heap:
        before, order, case = heapq.heappop(heap)
        uses = _uses(case, thresholds, known)
        use = -sum(uses.values())
        if heap and use > before and (use, order) > heap[0][:2]:
            heapq.heappush(heap, (use, order, case))
            continue
        if not case.opinions:
            known.add(case)
        yield Place(tuple(sorted(uses, key=lambda why: -uses[why])), case)


def _uses(case: Case, thresholds: Mapping[str, float], known: Known) -> dict[str, float]:
    """Return why a look at this hit is of use, and how much."""
    rules = [f"{case.narrative}/{rule}" for rule in case.rules]
    newest = min((known.seen[rule] for rule in rules), default=NEW)
    met = known.seen[f"outlet {case.outlet_id}"]
    distance = abs(case.score - thresholds.get(case.narrative, DIGEST_THRESHOLD))
    likely = case.probability or 0.0
    repeats = (case.narrative, case.story_id) in known.stories
    uses = {
        "disagreement": 4.0 if case.disputed else 2.0 * (case.verdict is Verdict.UNSURE),
        "doubtful rule": 4.0 * max((known.doubt(rule) for rule in rules), default=0.0),
        "new rule": 3.0 / (1 + newest) if newest < NEW else 0.0,
        "new outlet": 1.0 / (1 + met) if met < NEW else 0.0,
        "model in doubt": DOUBT * 4 * likely * (1 - likely),
        "near the threshold": max(0.0, 1 - distance / NEAR),
        "big story": min(log2(case.story_size), 4.0) / 4 if case.story_size >= BIG else 0.0,
        "shown to readers": 0.1 * (case.grade is Grade.DIGEST),
    }
    return {why: use / (COPY if repeats else 1) for why, use in uses.items() if use > 0}


def _names(case: Case) -> list[str]:
    return [*(f"{case.narrative}/{rule}" for rule in case.rules), f"outlet {case.outlet_id}"]
