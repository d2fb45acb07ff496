"""The doctor: look at each part, and say what to mend."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from monitor.domain.errors import MonitorError
from monitor.domain.feed import Feed
from monitor.domain.health import Condition, Health
from monitor.domain.narrative import Catalogue
from monitor.ports.service import Checked, JobsState

LATE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one part. `status` is ok, warn or fail."""

    check: str
    status: str
    what: str
    mend: str = ""


def examine(checks: Sequence[tuple[str, Callable[[], Finding]]]) -> list[Finding]:
    """Run every check; a part that raises has failed, and the others are looked at all the same."""
    findings = []
    for name, check in checks:
        try:
            findings.append(check())
        except MonitorError as error:
            first, *rest = str(error).splitlines()
            more = f" (and {len(rest)} more)" if rest else ""
            findings.append(Finding(name, "fail", f"{first}{more}"))
    return findings


class Schema(Protocol):
    """What the doctor asks of a database."""

    @property
    def shown(self) -> str:
        """The address with its password masked."""

    def check(self) -> None:
        """Raise StorageError unless the schema is the present one."""

    def revision(self) -> str | None:
        """Return the revision of the schema, or None where there is none."""


def look_at_database(database: Schema) -> Finding:
    """Find whether there is a database with the present schema. Raises StorageError."""
    database.check()
    return Finding("database", "ok", f"{database.shown}, schema {database.revision()}")


def look_at_engine(state: JobsState) -> Finding:
    """Find whether workers do the jobs that wait."""
    what = (
        f"{state.waiting} jobs wait, {state.running} run, {state.workers} workers, "
        f"{state.dead_workers} silent, oldest job {state.lag.total_seconds():.0f} s"
    )
    if state.parts_waiting or state.parts_running:
        what += f"; of a rematch or backtest {state.parts_waiting} parts wait, "
        what += f"{state.parts_running} run"
    if not state.workers:
        mend = "start `monitor worker` with the same settings, on this machine or another"
        return Finding("engine", "fail" if state.waiting else "warn", what, mend)
    if state.lag > LATE:
        return Finding("engine", "warn", what, "start more workers, or give them more at once")
    return Finding("engine", "ok", what)


def look_at_invariants(checked: Sequence[Checked]) -> list[Finding]:
    """Find whether what must always be true of the database is true."""
    mend = "stop the service, keep a copy of the database, restore the last backup, report this"
    return [
        Finding("invariant", "fail", f"{one.rule}: broken by {one.broken}", mend)
        if one.broken
        else Finding("invariant", "ok", one.rule)
        for one in checked
    ]


def look_at_feeds(where: str, feeds: Sequence[Feed]) -> Finding:
    """Find how much of the feed list is switched on."""
    on = sum(feed.enabled for feed in feeds)
    return Finding("feeds", "ok", f"{where}: {on} of {len(feeds)} switched on")


def look_at_health(report: Sequence[Health]) -> Finding:
    """Find how the feeds do."""
    counts = Counter(one.condition for one in report)
    what = ", ".join(f"{counts[one]} {one}" for one in Condition if counts[one])
    if counts[Condition.GONE] + counts[Condition.FAILING] + counts[Condition.SILENT]:
        return Finding("health", "warn", what, "see `monitor feeds health`")
    return Finding("health", "ok", what or "no feed is switched on")


def look_at_narratives(where: str, catalogue: Catalogue, unmet: int) -> Finding:
    """Find whether the catalogue meets its own examples; `unmet` is how many it does not."""
    what = f"{where}: {len(catalogue.narratives)} narratives"
    if unmet:
        mend = "run `monitor narratives check`"
        return Finding("narratives", "fail", f"{what}, {unmet} examples not met", mend)
    return Finding("narratives", "ok", f"{what}, version {catalogue.version}")


def look_at_contact(contact: str) -> Finding:
    """Find whether the owners of feeds can tell who polls them."""
    if contact:
        return Finding("contact", "ok", "sent with every request")
    what = "the feeds' owners cannot tell who polls them"
    return Finding("contact", "warn", what, "set MONITOR_CONTACT to an address or e-mail")


def look_at_mail(sender: str, *, is_on: bool) -> Finding:
    """Find whether mail can be sent."""
    if not is_on:
        return Finding("mail", "ok", "off: MONITOR_SMTP_URL is not set")
    if not sender:
        return Finding("mail", "fail", "mail has no sender", "set MONITOR_MAIL_FROM")
    return Finding("mail", "ok", f"from {sender}")
