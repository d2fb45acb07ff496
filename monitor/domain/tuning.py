"""What reviews suggest to change in the catalogue, each with what it would do to the archive."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from monitor.domain.cases import Case
from monitor.domain.estimate import wilson
from monitor.domain.hit import Grade
from monitor.domain.language import family
from monitor.domain.matching.fold import tokens
from monitor.domain.narrative import Narrative
from monitor.domain.review import Verdict

RUNAWAY_SHARE: Final = 0.1  # of one feed's items
RUNAWAY_HITS: Final = 10
MIN_LABELS: Final = 12  # decided hits from which a threshold is suggested
MIN_GAIN: Final = 0.03  # of F1; less is noise
STEP: Final = 5.0  # points
RECURS: Final = 3  # dismissals for one reason from which it recurs
SHORTEST: Final = 4  # letters: shorter words say little
MOST_WORDS: Final = 3
LEAST_KEPT: Final = (
    5  # confirmed hits without the words: fewer cannot tell them from the claim's own
)


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a change would have done to the hits of the archive that readers saw or would see."""

    gained: int
    lost: int
    lost_confirmed: int
    lost_dismissed: int
    gained_confirmed: int = 0
    gained_dismissed: int = 0


@dataclass(frozen=True, slots=True)
class Threshold:
    """Another digest threshold by which the decided hits of a narrative are told apart better."""

    narrative: str
    present: float
    suggested: float
    f1_present: float
    f1_suggested: float
    labels: int
    backtest: Backtest


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Words that stand in hits dismissed for one reason and in no confirmed hit."""

    narrative: str
    reason: str
    lang: str
    words: tuple[str, ...]
    dismissals: int
    backtest: Backtest


@dataclass(frozen=True, slots=True)
class Runaway:
    """A rule that finds a large share of what one feed brings: likely the site's own words."""

    rule: str
    feed_id: str
    hits: int
    items: int


def dead_rules(narratives: Iterable[Narrative], alive: Collection[tuple[str, str]]) -> list[str]:
    """Return the rules and phrases that give points and are not among (narrative, rule)."""
    named = [
        (one.id, name)
        for one in narratives
        for name in (
            *(rule.id for rule in one.rules if rule.weight > 0),
            *(phrase.text for phrase in one.phrases),
        )
    ]
    return [f"{narrative}/{rule}" for narrative, rule in named if (narrative, rule) not in alive]


def runaways(cases: Iterable[Case], items_by_feed: Mapping[str, int]) -> list[Runaway]:
    """Return rules that find too large a share of one feed, the largest share first."""
    counts = Counter((f"{c.narrative}/{rule}", c.feed_id) for c in cases for rule in c.rules)
    found = [
        Runaway(rule, feed_id, hits, items_by_feed.get(feed_id, 0))
        for (rule, feed_id), hits in counts.items()
        if hits >= max(RUNAWAY_HITS, RUNAWAY_SHARE * items_by_feed.get(feed_id, 0))
    ]
    return sorted(found, key=lambda one: (-one.hits / max(one.items, 1), one.rule, one.feed_id))


def wrong_rules(cases: Iterable[Case]) -> list[str]:
    """Return the rules that are wrong more often than right, beyond chance."""
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for case in cases:
        if case.decided:
            names = [f"{case.narrative}/{rule}" for rule in case.rules]
            seen.update(names)
            right.update(names if case.verdict is Verdict.CONFIRMED else ())
    return sorted(name for name in seen if wilson(right[name], seen[name])[1] < 0.5)  # noqa: PLR2004 - more often than not


def thresholds(cases: Sequence[Case], narratives: Iterable[Narrative]) -> list[Threshold]:
    """Return, where reviews say so, a better digest threshold for a narrative."""
    by_narrative: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_narrative[case.narrative].append(case)
    suggested = (_threshold(by_narrative[one.id], one) for one in narratives)
    return [one for one in suggested if one]


def _threshold(cases: Sequence[Case], narrative: Narrative) -> Threshold | None:
    labels = [case for case in cases if case.decided]
    if len(labels) < MIN_LABELS or len({case.verdict for case in labels}) == 1:
        return None
    present = narrative.digest_threshold
    steps = [narrative.review_threshold + STEP * n for n in range(int(100 / STEP))]
    tried = [at for at in steps if at <= 100]  # noqa: PLR2004 - the highest score
    best = max(tried, key=lambda at: (round(_f1(labels, at), 3), -abs(at - present)))
    before, after = _f1(labels, present), _f1(labels, best)
    if after - before < MIN_GAIN:
        return None
    test = _moved(cases, present, best)
    return Threshold(narrative.id, present, best, before, after, len(labels), test)


def threshold_over(one: Threshold, cases: Iterable[Case]) -> Threshold:
    """Return the suggestion with what it would have done to these hits instead."""
    own = [case for case in cases if case.narrative == one.narrative]
    return replace(one, backtest=_moved(own, one.present, one.suggested))


def _moved(cases: Sequence[Case], present: float, other: float) -> Backtest:
    gained = [case for case in cases if other <= case.score < present]
    lost = [case for case in cases if present <= case.score < other]
    return _backtest(gained, lost)


def _f1(labels: Iterable[Case], threshold: float) -> float:
    right = wrong = missed = 0
    for case in labels:
        shown, true = case.score >= threshold, case.verdict is Verdict.CONFIRMED
        right += shown and true
        wrong += shown and not true
        missed += true and not shown
    total = 2 * right + wrong + missed
    return 2 * right / total if total else 1.0


def exclusions(cases: Sequence[Case]) -> list[Exclusion]:
    """Return words to exclude where one reason to dismiss recurs, most dismissals first.

    The backtest takes away every hit of the narrative in that language family that has a word.
    Nothing is suggested before a few hits were confirmed that have none: with less to compare, a
    word of the claim itself would do.
    """
    found = []
    narratives: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        narratives[case.narrative, family(case.lang)].append(case)
    for (narrative, lang), some in narratives.items():
        if sum(case.verdict is Verdict.CONFIRMED for case in some) < LEAST_KEPT:
            continue
        for reason, count in Counter(c.reason for c in some if c.reason).items():
            words = _telling_words(some, reason) if count >= RECURS else ()
            if words:
                test = _without(some, words)
                found.append(Exclusion(narrative, reason, lang, words, count, test))
    return sorted(found, key=lambda one: (-one.dismissals, one.narrative, one.reason, one.lang))


def exclusion_over(one: Exclusion, cases: Iterable[Case]) -> Exclusion:
    """Return the suggestion with what it would have done to these hits instead."""
    own = [c for c in cases if c.narrative == one.narrative and family(c.lang) == one.lang]
    return replace(one, backtest=_without(own, one.words))


def _without(cases: Iterable[Case], words: Sequence[str]) -> Backtest:
    gone = [case for case in cases if not words_of(case).isdisjoint(words)]
    return _backtest((), [case for case in gone if case.grade is Grade.DIGEST])


def words_of(case: Case) -> frozenset[str]:
    """Return the folded words of a hit's title and summary."""
    return frozenset(tokens(f"{case.title} {case.summary}"))


def _telling_words(cases: Sequence[Case], reason: str) -> tuple[str, ...]:
    """Return the fewest words that cover most dismissals and stand in no confirmed hit."""
    fine = {word for case in cases if case.verdict is Verdict.CONFIRMED for word in words_of(case)}
    left = [words_of(case) - fine for case in cases if case.reason == reason]
    chosen: list[str] = []
    while left and len(chosen) < MOST_WORDS:
        counts = Counter(word for words in left for word in words if len(word) >= SHORTEST)
        word, count = min(counts.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
        if count < RECURS:
            break
        chosen.append(word)
        left = [words for words in left if word not in words]
    return tuple(chosen)


def _backtest(gained: Sequence[Case], lost: Sequence[Case]) -> Backtest:
    def of(cases: Sequence[Case], verdict: Verdict) -> int:
        return sum(case.verdict is verdict for case in cases)

    return Backtest(
        gained=len(gained),
        lost=len(lost),
        lost_confirmed=of(lost, Verdict.CONFIRMED),
        lost_dismissed=of(lost, Verdict.DISMISSED),
        gained_confirmed=of(gained, Verdict.CONFIRMED),
        gained_dismissed=of(gained, Verdict.DISMISSED),
    )
