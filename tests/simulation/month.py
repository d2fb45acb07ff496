"""A simulated month of reviewing, with known truth: do the estimates hold what they say?

    PYTHONPATH=.:tests python -m simulation.month 20

prints the table that docs/review.md keeps.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Final

import make
from monitor.domain.cases import Case, Opinion, RandomItem, ReadSample
from monitor.domain.estimate import Estimate, place
from monitor.domain.hit import Grade
from monitor.domain.quality import GROUPINGS, groups, recall
from monitor.domain.queue import queue
from monitor.domain.review import Verdict
from monitor.domain.tuning import wrong_rules

DAYS: Final = 30
ITEMS: Final = 600  # a day
CARRYING: Final = 0.06  # of the items
NOISE: Final = 0.04  # of the items: found, and wrongly
FOUND: Final = 0.8  # of what is there
PLACES: Final = 15  # that people look at, a day
NARRATIVES: Final = 12
LANGS: Final = ("sr-Latn", "sr-Cyrl", "bs", "sq", "mk")
OUTLETS: Final = 40
DIGEST: Final = 70.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the simulated catalogue. Rare ones are many, and every fifth is wrong."""

    narrative: str
    name: str
    is_wrong: bool
    often: float


@dataclass
class Month:
    """What happened, what is true of it, and what people have said so far."""

    seed: int
    cases: dict[int, Case] = field(default_factory=dict)
    is_right: dict[int, bool] = field(default_factory=dict)  # by hit
    carried: dict[int, tuple[str, ...]] = field(default_factory=dict)  # by item
    items: dict[int, RandomItem] = field(default_factory=dict)
    read: dict[int, tuple[str, ...]] = field(default_factory=dict)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - a simulation is no secret
        self.rules = [
            Rule(f"n{n % NARRATIVES:02}", f"r{n}", n % 5 == 0, 1 / (1 + n // 12))
            for n in range(180)
        ]

    def day(self, number: int) -> None:
        """Let one day's items come in."""
        for _ in range(ITEMS):
            item_id = len(self.items) + 1
            item = RandomItem(
                item_id=item_id,
                title=f"Naslov {item_id}",
                summary="",
                url="",
                outlet_id=f"o{int(OUTLETS * self.chance.random() ** 2)}",
                lang=self.chance.choices(LANGS, (5, 2, 3, 3, 2))[0],
                first_seen_at=make.NOW + timedelta(days=number),
            )
            self.items[item_id] = item
            self.carried[item_id] = self._truth(item)

    def _truth(self, item: RandomItem) -> tuple[str, ...]:
        carried: tuple[str, ...] = ()
        if self.chance.random() < CARRYING:
            rule = self._rule(is_wrong=self.chance.random() < 0.02)
            carried = (rule.narrative,)
            if self.chance.random() < FOUND:
                self._hit(item, rule, is_right=True)
        if self.chance.random() < NOISE:
            rule = self._rule(is_wrong=self.chance.random() < 0.7)
            if rule.narrative not in carried:
                self._hit(item, rule, is_right=False)
        return carried

    def _rule(self, *, is_wrong: bool) -> Rule:
        some = [rule for rule in self.rules if rule.is_wrong == is_wrong]
        return self.chance.choices(some, [rule.often for rule in some])[0]

    def _hit(self, item: RandomItem, rule: Rule, *, is_right: bool) -> None:
        score = min(100.0, max(40.0, self.chance.gauss(84 if is_right else 76, 9)))
        hit_id = len(self.cases) + 1
        self.is_right[hit_id] = is_right
        self.cases[hit_id] = Case(
            hit_id=hit_id,
            item_id=item.item_id,
            narrative=rule.narrative,
            score=score,
            grade=Grade.DIGEST if score >= DIGEST else Grade.REVIEW,
            rules=(rule.name,),
            title=item.title,
            summary="",
            outlet_id=item.outlet_id,
            feed_id=item.outlet_id,
            country="RS",
            lang=item.lang,
            first_seen_at=item.first_seen_at,
        )

    def review(self) -> None:
        """Look at the first places of the queue."""
        unread = sorted(self.items.keys() - self.read.keys(), key=place)
        drawn = [self.items[item_id] for item_id in unread[:PLACES]]
        for one in list(islice(queue(list(self.cases.values()), drawn, {}), PLACES)):
            if one.case:
                self.decide(one.case.hit_id)
            elif one.item:
                self.read[one.item.item_id] = self.carried[one.item.item_id]
                for case in list(self.cases.values()):
                    if case.item_id == one.item.item_id and not case.opinions:
                        self.decide(case.hit_id)

    def review_at_random(self) -> None:
        """Look at as many hits, drawn at random."""
        still = [hit_id for hit_id, case in self.cases.items() if not case.opinions]
        for hit_id in self.chance.sample(still, min(PLACES, len(still))):
            self.decide(hit_id)

    def decide(self, hit_id: int) -> None:
        """Say the truth of a hit; one time in fifty a person cannot tell."""
        verdict = Verdict.CONFIRMED if self.is_right[hit_id] else Verdict.DISMISSED
        if self.chance.random() < 0.02:
            verdict = Verdict.UNSURE
        said = (Opinion("ana", verdict),)
        self.cases[hit_id] = replace(self.cases[hit_id], verdict=verdict, opinions=said)

    def samples(self) -> list[ReadSample]:
        """Return the items read at random, as the archive would."""
        made = []
        for lang in LANGS:
            ours = sorted((i for i in self.items if self.items[i].lang == lang), key=place)
            end = next((at for at, i in enumerate(ours) if i not in self.read), len(ours))
            made.append(ReadSample(lang, len(ours), tuple((i, self.read[i]) for i in ours[:end])))
        return made


def simulate(seed: int, review: Callable[[Month], None]) -> Month:
    """Return a month that was reviewed day by day."""
    month = Month(seed)
    for number in range(DAYS):
        month.day(number)
        review(month)
    return month


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one month came to: how many intervals held the truth, and which rules were found."""

    covered: dict[str, tuple[int, int]]  # by kind: held, of
    width: dict[str, float]  # mean
    found: int
    found_at_random: int
    wrong: int


def outcome(seed: int) -> Outcome:
    """Simulate a month twice, with the queue and with a random one, and compare with truth."""
    month, other = simulate(seed, Month.review), simulate(seed, Month.review_at_random)
    held: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    cases = list(month.cases.values())
    for name, by in {"all": lambda _: ("all",), **GROUPINGS}.items():
        for row in groups(cases, by):
            members = [case for case in cases if row.name in by(case)]
            truth = sum(month.is_right[case.hit_id] for case in members) / len(members)
            if row.random.n:
                held[f"precision, {name}"].append(_held(row.random, truth))
    for grade in (Grade.DIGEST, None):
        estimate = recall(cases, month.samples(), grade).estimate
        held[f"recall, {grade or 'any'}"].append(_held(estimate, true_recall(month, grade)))
    wrong = truly_wrong(month)
    return Outcome(
        covered={kind: (sum(is_in for is_in, _ in rows), len(rows)) for kind, rows in held.items()},
        width={kind: sum(wide for _, wide in rows) / len(rows) for kind, rows in held.items()},
        found=len(wrong & set(wrong_rules(cases))),
        found_at_random=len(truly_wrong(other) & set(wrong_rules(list(other.cases.values())))),
        wrong=len(wrong),
    )


def _held(estimate: Estimate, truth: float) -> tuple[bool, float]:
    return estimate.low <= truth <= estimate.high, estimate.high - estimate.low


def true_recall(month: Month, grade: Grade | None) -> float:
    """Return the share of what items carry that was found at this grade."""
    found = {
        (case.item_id, case.narrative)
        for case in month.cases.values()
        if grade in {None, case.grade}
    }
    there = [(item, name) for item, names in month.carried.items() for name in names]
    return sum(pair in found for pair in there) / len(there)


def truly_wrong(month: Month) -> set[str]:
    """Return the rules of which most hits are wrong, of those with hits enough to tell."""
    of: dict[str, list[bool]] = defaultdict(list)
    for case in month.cases.values():
        of[f"{case.narrative}/{case.rules[0]}"].append(month.is_right[case.hit_id])
    return {
        name for name, rights in of.items() if len(rights) >= 4 and 2 * sum(rights) < len(rights)
    }


def main(arguments: Sequence[str]) -> None:
    """Print the table of docs/review.md for as many seeds as asked for."""
    outcomes = [outcome(seed) for seed in range(1, int(arguments[0]) + 1)]
    say = sys.stdout.write
    say("| interval | held the truth | mean width |\n| --- | ---: | ---: |\n")
    for kind in outcomes[0].covered:
        held = sum(one.covered[kind][0] for one in outcomes)
        of = sum(one.covered[kind][1] for one in outcomes)
        width = sum(one.width[kind] for one in outcomes) / len(outcomes)
        say(f"| {kind} | {held} of {of} ({100 * held / of:.0f} %) | {width:.2f} |\n")
    found = sum(one.found for one in outcomes) / len(outcomes)
    blind = sum(one.found_at_random for one in outcomes) / len(outcomes)
    wrong = sum(one.wrong for one in outcomes) / len(outcomes)
    worst = min(one.found / max(one.found_at_random, 1) for one in outcomes)
    say(f"\nwrong rules: {wrong:.1f}; found by the queue {found:.1f}, at random {blind:.1f}; ")
    say(f"least ratio of a month {worst:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
