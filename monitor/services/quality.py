"""The reviewers' queue, and what their decisions say of the catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from monitor.domain import quality, tuning
from monitor.domain.cases import LEARNED
from monitor.domain.digest import Window
from monitor.domain.drift import Drift, drifts
from monitor.domain.hit import Grade
from monitor.domain.narrative import Narrative
from monitor.domain.quality import Agreement, Group, Recall
from monitor.domain.queue import ROUND, Place, queue
from monitor.ports import Clock
from monitor.ports.review import Cases, Reviews

RECENT: Final = timedelta(days=28)  # what the queue asks about
EVER: Final = datetime(1990, 1, 1, tzinfo=UTC)  # before any archive
DEAD_AFTER: Final = timedelta(days=90)  # without a hit


@dataclass(frozen=True, slots=True)
class Report:
    """Quality in a window. `dead_rules` is None where the archive is too young to tell.

    Suggestions come of the window's reviews and are tried on the whole archive up to its end;
    an exclusion that would lose a confirmed hit there is no suggestion.
    """

    window: Window
    overall: Group
    groups: dict[str, list[Group]]
    recall: dict[str, Recall]  # by grade: digest, or any
    recall_by_narrative: dict[str, Recall]
    agreements: list[Agreement]
    wrong_rules: list[str]
    dead_rules: list[str] | None
    runaways: list[tuning.Runaway]
    thresholds: list[tuning.Threshold]
    exclusions: list[tuning.Exclusion]
    drifts: list[Drift]


@dataclass(frozen=True, slots=True)
class Quality:
    """Reads what people decided; nothing is kept, so that every decision shows at once."""

    cases: Cases
    reviews: Reviews
    narratives: Callable[[], Sequence[Narrative]]
    clock: Clock

    def queue(self, by: str, limit: int, langs: Sequence[str] = ()) -> list[Place]:
        """Return what to look at next. Without `langs`, those of the profile; else all."""
        now = self.clock.now()
        window = Window(now - RECENT, now + timedelta(microseconds=1))
        levels = {one.id: one.digest_threshold for one in self.narratives()}
        spoken = langs or self.reviews.profiles().get(by, ())
        drawn = self.cases.random_items(window, limit if not spoken else ROUND * limit)
        places = queue(self.cases.cases(window), drawn, levels, by, spoken)
        return list(islice(places, limit))

    def report(self, window: Window) -> Report:
        """Return the report on what was first seen in the window."""
        cases = self.cases.cases(window)
        samples = self.cases.read_samples(window)
        by_rules = [case for case in cases if LEARNED not in case.rules]  # their points are rules'
        thresholds = tuning.thresholds(by_rules, self.narratives())
        exclusions = tuning.exclusions(cases)
        whole = self.cases.cases(Window(EVER, window.until)) if thresholds or exclusions else ()
        excluded = [tuning.exclusion_over(one, whole) for one in exclusions]
        drawn = {case.hit_id for case in quality.drawn_at_random(cases)}
        return Report(
            window=window,
            overall=quality.group("all", cases, drawn),
            groups={name: quality.groups(cases, by) for name, by in quality.GROUPINGS.items()},
            recall={
                "digest": quality.recall(cases, samples, Grade.DIGEST),
                "any": quality.recall(cases, samples, None),
            },
            recall_by_narrative={
                name: quality.recall(cases, samples, Grade.DIGEST, name)
                for name in sorted({case.narrative for case in cases})
            },
            agreements=quality.agreements(cases),
            wrong_rules=tuning.wrong_rules(cases),
            dead_rules=self._dead(),
            runaways=tuning.runaways(cases, self.cases.items_by_feed(window)),
            thresholds=[tuning.threshold_over(one, whole) for one in thresholds],
            exclusions=[one for one in excluded if not one.backtest.lost_confirmed],
            drifts=drifts(cases),
        )

    def _dead(self) -> list[str] | None:
        now = self.clock.now()
        ago = now - DEAD_AFTER
        if not self.cases.has_items(Window(ago - DEAD_AFTER, ago)):
            return None
        alive = self.cases.rules_alive(Window(ago, now + timedelta(microseconds=1)))
        return tuning.dead_rules(self.narratives(), alive)
