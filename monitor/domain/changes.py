"""What changed in the feeds' health since yesterday: what broke, what fell silent, what is back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from monitor.domain.health import Condition, Health

TROUBLED: Final = (Condition.GONE, Condition.FAILING, Condition.SILENT)
SHOWN: Final = 10  # feeds named of each kind; the report has them all


@dataclass(frozen=True, slots=True)
class Changes:
    """The feeds whose condition is another than a day ago, in the order of the report."""

    gone: tuple[Health, ...] = ()
    failing: tuple[Health, ...] = ()
    silent: tuple[Health, ...] = ()
    recovered: tuple[Health, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything changed."""
        return any(feeds for _, feeds in self.kinds)

    @property
    def kinds(self) -> tuple[tuple[str, tuple[Health, ...]], ...]:
        """Each kind of change by its name, worst first."""
        return (
            ("gone", self.gone),
            ("failing", self.failing),
            ("silent", self.silent),
            ("recovered", self.recovered),
        )

    @property
    def lines(self) -> list[str]:
        """Each kind that there is as a line: how many feeds, and which."""
        return [f"{_count(name, feeds)}: {_named(feeds)}" for name, feeds in self.kinds if feeds]


def changes(report: Iterable[Health]) -> Changes:
    """Return which feeds do worse than a day ago, and which do well again.

    A spell in which we were offline ourselves is no change, and a feed's first day is none.
    """
    moved = [one for one in report if one.condition is not one.yesterday]
    return Changes(
        gone=_now(moved, Condition.GONE),
        failing=_now(moved, Condition.FAILING),
        silent=_now(moved, Condition.SILENT),
        recovered=tuple(one for one in _now(moved, Condition.OK) if one.yesterday in TROUBLED),
    )


def _now(moved: Iterable[Health], condition: Condition) -> tuple[Health, ...]:
    return tuple(one for one in moved if one.condition is condition)


def _count(name: str, feeds: tuple[Health, ...]) -> str:
    return f"{len(feeds)} recovered" if name == "recovered" else f"{len(feeds)} newly {name}"


def _named(feeds: tuple[Health, ...]) -> str:
    names = [one.feed.id for one in feeds]
    more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return ", ".join(names[:SHOWN] + more)
