"""A pass over the whole archive, cut into parts that any worker can do."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.rematch import Plan, Run, Slice


class Purpose(StrEnum):
    """What a sweep is for."""

    REMATCH = "rematch"
    BACKTEST = "backtest"


@dataclass(frozen=True, slots=True)
class Sweep:
    """One rematch, or one backtest, that workers do. `run` is that of the rematch, else 0.

    Who does a part must have the catalogue of the plan; the candidate's files travel with it.
    """

    id: int
    purpose: Purpose
    plan: Plan
    run: int = 0
    candidate_version: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one job does: the items of a slice; `done` is how far it is and what came of it."""

    name: str
    sweep: Sweep
    slice: Slice
    items: int
    done: Run


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is; `reason` is why a part failed last, `failures` how often one did."""

    parts: int
    parts_done: int
    items: int
    items_done: int
    handed_out: int
    failures: int = 0
    reason: str = ""
