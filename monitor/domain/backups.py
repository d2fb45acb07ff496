"""When to back up, and which backups are too old to keep: known by their names alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

HOUR: Final = time(3, tzinfo=UTC)  # once a day, when it is night in the region
KEPT: Final = timedelta(days=14)
_NAME: Final = re.compile(r"monitor-(\d{8}T\d{6})Z\.backup")
_STAMP: Final = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """What to write now, if anything, and what to delete once it is written."""

    name: str | None
    outdated: tuple[str, ...] = ()


def plan(names: Iterable[str], now: datetime) -> BackupPlan:
    """Decide about a directory with these files; files of other names are nobody's business.

    A backup is due where none was begun since the last night's hour. The newest is never
    outdated: a service that was off for a month must not delete all that there is.
    """
    taken = {name: at for name in names if (at := _taken_at(name))}
    night = datetime.combine(now.astimezone(UTC).date(), HOUR)
    night -= timedelta(days=1) if now < night else timedelta(0)
    if any(night <= at <= now for at in taken.values()):
        return BackupPlan(None)
    newest = max(taken, key=taken.__getitem__, default=None)
    outdated = [name for name, at in taken.items() if at < now - KEPT and name != newest]
    return BackupPlan(f"monitor-{now.astimezone(UTC):{_STAMP}}Z.backup", tuple(sorted(outdated)))


def _taken_at(name: str) -> datetime | None:
    found = _NAME.fullmatch(name)
    if not found:
        return None
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
