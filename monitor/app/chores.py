"""Wiring of what the service does now and then, beside polling."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from monitor.adapters import fulltext
from monitor.adapters.alarm_rows import SqlAlarms
from monitor.app import full_text, preserving
from monitor.app.opining import Background, require
from monitor.domain.alarms import Alarm
from monitor.domain.delivery import State
from monitor.domain.errors import MonitorError
from monitor.ports.service import Postbox
from monitor.services.alarms import FEED, TellOperators, feed_alarms
from monitor.services.chores import Chore

if TYPE_CHECKING:
    from monitor.app import App

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
DELIVERIES: Final = "deliveries "  # the scope of their alarms
BACKUP: Final = "backup "
FAILED_FOR: Final = timedelta(days=7)  # then nobody sends such a digest any more

Live = Callable[[], "App"]  # the present one: files may have been read again


def chores(live: Live) -> dict[str, Chore]:
    """Return everything that is done at an interval."""
    feeds = replace(
        teller(live, FEED, lambda: feed_alarms(live().feed_tools.health())),
        more=lambda: live().feed_tools.changes().lines,
    )
    deliveries = teller(live, DELIVERIES, partial(_delivery_alarms, live))
    found = {
        "alerts": Chore(10 * MINUTE, partial(_alert, live)),
        "deliver": Chore(MINUTE, partial(_deliver, live)),
        "deliveries": Chore(15 * MINUTE, deliveries),
        "feeds": Chore(HOUR, feeds),
        "rollups": Chore(HOUR, partial(_roll_up, live)),
    }
    if live().database.is_sqlite:
        found["index"] = Chore(HOUR, partial(_merge_index, live))
    else:
        found["months"] = Chore(DAY, partial(_make_months, live))
    if live().settings.backups:
        found["backup"] = Chore(10 * MINUTE, partial(_back_up, live))
    if live().settings.model:
        require()
        found["opinion"] = Chore(MINUTE, Background(live))
    if live().settings.fulltext:
        full_text.require(live())
        found["fulltext"] = Chore(10 * MINUTE, partial(_read_articles, live))
    if live().settings.preserve:
        preserving.require()
        found["preserve"] = Chore(10 * MINUTE, partial(_preserve, live))
    return found


def teller(live: Live, scope: str, source: Callable[[], Sequence[Alarm]]) -> TellOperators:
    """Return what tells operators of one kind of alarms."""
    app = live()
    return TellOperators(scope, source, SqlAlarms(app.database), _postbox(app), app.clock)


def _alert(live: Live) -> None:
    live().delivery.alert()


def _roll_up(live: Live) -> None:
    live().upkeep.roll_up()


def _make_months(live: Live) -> None:
    live().database.keep_months(live().clock.now())


def _merge_index(live: Live) -> None:
    """See to the many small parts that polls write behind a long merge, or a stopped import left."""
    fulltext.merge(live().database)


def _read_articles(live: Live) -> None:
    full_text.read_some(live())


def _preserve(live: Live) -> None:
    preserving.preserve_some(live())


def _back_up(live: Live) -> None:
    """Write the night's backup; operators are told where it fails, and the log in any case."""
    app, failed = live(), []
    directory = app.settings.backups
    assert directory  # noqa: S101 - else there is no such chore
    try:
        app.upkeep.back_up_nightly(directory)
    except MonitorError as error:
        mend = f"see that there is room in {directory} and that it can be written"
        failed.append(Alarm(f"{BACKUP}failed", str(error).splitlines()[0], mend))
        raise
    finally:
        teller(live, BACKUP, lambda: failed)()


def _deliver(live: Live) -> None:
    delivery = live().delivery
    delivery.plan()
    delivery.send()


def _delivery_alarms(live: Live) -> list[Alarm]:
    """Return an alarm a state in which deliveries wait for a person."""
    since = live().clock.now() - FAILED_FOR
    waiting = live().delivery.records([State.FAILED, State.UNKNOWN, State.STALE])
    records = [one for one in waiting if one.state is not State.FAILED or one.created_at > since]
    found = []
    for state in (State.FAILED, State.UNKNOWN, State.STALE):
        count = sum(one.state is state for one in records)
        if count:
            mend = f"see `monitor deliveries list --state {state}`"
            found.append(Alarm(f"{DELIVERIES}{state}", f"{count} are {state}", mend))
    return found


def _postbox(app: "App") -> Postbox | None:
    from monitor.adapters.mail.notice import OperatorsMail

    people = [one for one in app.settings.operators.split(",") if one]
    if not people or app.settings.smtp_url is None:
        return None
    return OperatorsMail(app.delivery.mail(), app.settings.mail_from, people, app.clock)
