"""The shapes of what reviewers' decisions say, and of what they look at next."""

from datetime import datetime

from pydantic import BaseModel

from monitor.web.api.reports import Told


class Estimate(Told):
    """A share with its 95 % interval, from `n` judgements; null without any."""

    share: float | None
    low: float
    high: float
    n: int


class Group(Told):
    """Hits that have something in common; `random` counts only those drawn at random."""

    name: str
    hits: int
    confirmed: int
    dismissed: int
    unsure: int
    reviewed: Estimate
    random: Estimate


class Recall(Told):
    """The share of what there was that was found: always an estimate, from items read whole."""

    estimate: Estimate
    read: int
    missed: int


class Agreement(Told):
    """How far two people agree; kappa is null where chance explains it."""

    people: tuple[str, str]
    hits: int
    agreed: int
    kappa: float | None
    stance_kappa: float | None


class Runaway(Told):
    """A rule that finds a large share of what one feed brings."""

    rule: str
    feed_id: str
    hits: int
    items: int


class Effect(Told):
    """What a change would have done to the hits that readers saw or would see."""

    gained: int
    lost: int
    gained_confirmed: int
    gained_dismissed: int
    lost_confirmed: int
    lost_dismissed: int


class Threshold(Told):
    """Another digest threshold by which the decided hits are told apart better."""

    narrative: str
    present: float
    suggested: float
    f1_present: float
    f1_suggested: float
    labels: int
    backtest: Effect


class Exclusion(Told):
    """Words that stand in hits dismissed for one reason and in no confirmed hit."""

    narrative: str
    reason: str
    lang: str
    words: list[str]
    dismissals: int
    backtest: Effect


class Quality(BaseModel):
    """How good the hits are, as far as people reviewed them, and what to change.

    `dead_rules` is null where the archive is too young to tell.
    """

    since: datetime
    until: datetime
    overall: Group
    groups: dict[str, list[Group]]
    recall: dict[str, Recall]
    recall_by_narrative: dict[str, Recall]
    agreements: list[Agreement]
    wrong_rules: list[str]
    dead_rules: list[str] | None
    runaways: list[Runaway]
    thresholds: list[Threshold]
    exclusions: list[Exclusion]


class QueuePlace(BaseModel):
    """What to look at next and why: a hit, or (where `hit_id` is null) a whole item."""

    why: list[str]
    item_id: str
    hit_id: str | None
    narrative: str | None
    title: str
    lang: str


class Queue(BaseModel):
    """The reviewers' queue, the first to look at first."""

    places: list[QueuePlace]
