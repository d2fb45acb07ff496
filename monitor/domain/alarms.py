"""Decide what to tell operators: a new problem at once, and of the same one no more that day.

After a day it is told again: as lasting, or that it is over. What comes and goes by the hour fills
no mailbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

REMIND_EVERY: Final = timedelta(days=1)
SINCE: Final = "Since yesterday"
SHOWN: Final = 40  # of each kind in one notice


@dataclass(frozen=True, slots=True)
class Alarm:
    """A problem that operators should know of. `name` stays the same while it lasts."""

    name: str
    what: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class ToldAlarm:
    """A problem of which operators were told."""

    alarm: Alarm
    since: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell now, and what to remember once it is told. Empty: nothing to tell."""

    new: tuple[Alarm, ...] = ()
    lasting: tuple[ToldAlarm, ...] = ()
    over: tuple[ToldAlarm, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is something to tell."""
        return bool(self.new or self.lasting or self.over)

    def told(self, now: datetime) -> list[ToldAlarm]:
        """Return what has been told once this notice is sent."""
        begun = [ToldAlarm(alarm, now, now) for alarm in self.new]
        return begun + [replace(told, told_at=now) for told in self.lasting]

    @property
    def subject(self) -> str:
        """The notice in a few words, ours alone: nothing that a feed said."""
        parts = [
            f"{len(alarms)} {word}"
            for word, alarms in (("new", self.new), ("lasting", self.lasting), ("over", self.over))
            if alarms
        ]
        return f"Narrative monitor: {', '.join(parts)}"

    @property
    def text(self) -> str:
        """The notice, a problem a line, with its mend."""
        return self.text_with(())

    def text_with(self, since_yesterday: Sequence[str]) -> str:
        """Return the notice, with what else changed since yesterday at its end."""
        new = [_line(alarm) for alarm in self.new]
        lasting = [
            f"{_line(told.alarm)} (since {told.since:%Y-%m-%d %H:%M} UTC)" for told in self.lasting
        ]
        over = [f"{told.alarm.name}: {told.alarm.what}" for told in self.over]
        sections = (
            ("New problems", new),
            ("Still so", lasting),
            ("Over", over),
            (SINCE, [*since_yesterday]),
        )
        return "\n\n".join(_section(title, lines) for title, lines in sections if lines) + "\n"


def notice(alarms: Sequence[Alarm], told: Sequence[ToldAlarm], now: datetime) -> Notice:
    """Return what to tell about the present problems, given what was told before."""
    known = {one.alarm.name: one for one in told}
    again = {name for name, one in known.items() if _may_be_told_again(one, now)}
    present = {alarm.name: alarm for alarm in alarms}
    return Notice(
        new=tuple(alarm for name, alarm in present.items() if name not in known),
        lasting=tuple(
            replace(one, alarm=present[name])
            for name, one in known.items()
            if name in present and name in again
        ),
        over=tuple(one for name, one in known.items() if name not in present and name in again),
    )


def _may_be_told_again(one: ToldAlarm, now: datetime) -> bool:
    """Say whether a day has passed; a clock that was set back counts as one."""
    return not timedelta(0) <= now - one.told_at < REMIND_EVERY


def _line(alarm: Alarm) -> str:
    return f"{alarm.name}: {alarm.what}" + (f" -> {alarm.mend}" if alarm.mend else "")


def _section(title: str, lines: list[str]) -> str:
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines[:SHOWN] + more)])
