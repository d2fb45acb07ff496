"""Quality from reviews: precision of what was found, recall of what there was.

`reviewed` is what people said of the hits that they happened to see; the queue leads them to the
doubtful ones. `random` counts only the hits that stand first in an order without meaning, as far
as all of them were looked at, each language by itself: an honest sample, and fewer of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, takewhile
from typing import Final

from monitor.domain.cases import Case, ReadSample
from monitor.domain.estimate import Estimate, Stratum, kappa, place, share, stratified
from monitor.domain.hit import Grade
from monitor.domain.review import Verdict

#: What hits are grouped by; a hit may be of several groups of a kind, as of its rules.
GROUPINGS: Final[dict[str, Callable[[Case], Sequence[str]]]] = {
    "grade": lambda case: (str(case.grade),),
    "narrative": lambda case: (case.narrative,),
    "lang": lambda case: (case.lang,),
    "rule": lambda case: [f"{case.narrative}/{rule}" for rule in case.rules],
    "outlet": lambda case: (case.outlet_id,),
    "week": lambda case: (_week(case.first_seen_at),),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Hits that have something in common, and what people said of them."""

    name: str
    hits: int
    confirmed: int
    dismissed: int
    unsure: int
    reviewed: Estimate
    random: Estimate


@dataclass(frozen=True, slots=True)
class Recall:
    """An estimate of the share of what there was that was found: hits of at least a grade.

    It rests on `read` whole items, in which `missed` narratives had not been found.
    """

    estimate: Estimate
    read: int
    missed: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people who saw the same hits agree; kappa is None where chance explains it."""

    people: tuple[str, str]
    hits: int
    agreed: int
    kappa: float | None
    stance_kappa: float | None


def groups(cases: Sequence[Case], grouping: Callable[[Case], Sequence[str]]) -> list[Group]:
    """Return each group that has hits, by name."""
    members: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for name in grouping(case):
            members[name].append(case)
    drawn = {case.hit_id for case in drawn_at_random(cases)}
    return [group(name, members[name], drawn) for name in sorted(members)]


def group(name: str, cases: Sequence[Case], drawn: set[int]) -> Group:
    """Sum up some hits; `drawn` are the random ones among all."""
    counts = {verdict: sum(case.verdict is verdict for case in cases) for verdict in Verdict}
    confirmed, dismissed = counts[Verdict.CONFIRMED], counts[Verdict.DISMISSED]
    return Group(
        name=name,
        hits=len(cases),
        confirmed=confirmed,
        dismissed=dismissed,
        unsure=counts[Verdict.UNSURE],
        reviewed=share(confirmed, confirmed + dismissed),
        random=stratified(strata(cases, drawn)),
    )


def drawn_at_random(cases: Iterable[Case]) -> list[Case]:
    """Return the hits that stand first in the shuffled order of their language, all looked at."""
    by_lang: dict[str, list[Case]] = defaultdict(list)
    for case in sorted(cases, key=lambda case: place(case.hit_id)):
        by_lang[case.lang].append(case)
    return [
        case
        for ordered in by_lang.values()
        for case in takewhile(lambda case: case.opinions and case.verdict, ordered)
    ]


def strata(cases: Iterable[Case], drawn: set[int]) -> list[Stratum]:
    """Return a stratum a language; who is unsure says nothing either way."""
    by_lang: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_lang[case.lang].append(case)
    made = []
    for some in by_lang.values():
        sample = [case for case in some if case.hit_id in drawn and case.decided]
        right = sum(case.verdict is Verdict.CONFIRMED for case in sample)
        made.append(Stratum(len(some), right, len(sample)))
    return made


def recall(
    cases: Sequence[Case], samples: Sequence[ReadSample], grade: Grade | None, narrative: str = ""
) -> Recall:
    """Estimate recall of hits of this grade (None: any) from the items read at random.

    Found is the number of hits times their precision; missed is the number of items times what a
    random item holds that was not found. The interval takes the worse end of both.
    """
    mine = [case for case in cases if narrative in {"", case.narrative}]
    counted = [case for case in mine if grade in {None, case.grade}]
    found_in = {(case.item_id, case.narrative) for case in counted}
    langs = {sample.lang for sample in samples if sample.read}
    hits = [case for case in counted if case.lang in langs]
    drawn = {case.hit_id for case in drawn_at_random(cases)}
    right = stratified(strata(hits, drawn))
    gaps, missed = [], 0
    for sample in samples:
        holds = [
            (item_id, name)
            for item_id, narratives in sample.read
            for name in narratives
            if narrative in {"", name}
        ]
        lost = sum(pair not in found_in for pair in holds)
        missed += lost
        gaps.append(Stratum(sample.items, lost, len(sample.read)))
    gap = stratified(gaps)
    items = sum(sample.items for sample in samples if sample.read)
    return Recall(_recall(len(hits), right, items, gap), gap.n, missed)


def _recall(hits: int, right: Estimate, items: int, gap: Estimate) -> Estimate:
    if not gap.n or (hits and not right.n):
        return share(0, 0)

    def of(found: float, lost: float) -> float:
        return found / (found + lost) if found + lost else 1.0

    value = of(hits * (right.share or 0.0), items * (gap.share or 0.0))
    low, high = of(hits * right.low, items * gap.high), of(hits * right.high, items * gap.low)
    return Estimate(value, low, high, gap.n)


def agreements(cases: Iterable[Case]) -> list[Agreement]:
    """Return each two people who saw the same hits, those with most hits first."""
    verdicts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    stances: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for case in cases:
        for one, other in combinations(sorted(case.opinions, key=lambda said: said.by), 2):
            people = one.by, other.by
            verdicts[people].append((str(one.verdict), str(other.verdict)))
            if one.stance and other.stance:
                stances[people].append((one.stance, other.stance))
    found = [
        Agreement(
            people=people,
            hits=len(pairs),
            agreed=sum(one == other for one, other in pairs),
            kappa=kappa(pairs),
            stance_kappa=kappa(stances[people]),
        )
        for people, pairs in verdicts.items()
    ]
    return sorted(found, key=lambda one: (-one.hits, one.people))


def _week(at: datetime) -> str:
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"
