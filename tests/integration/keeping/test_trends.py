import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

import make
from fakes import FakeClock, WordMatcher
from monitor.adapters.catalogue_uses import CatalogueUses
from monitor.adapters.database import Database
from monitor.adapters.rollups import trends
from monitor.adapters.store import SqlStore
from monitor.app.upkeep import Upkeep
from monitor.domain.digest import Direction
from monitor.domain.weekday import DayTrend, Seen, day_trend
from support import catalogues
from support.program import Program, Ran

DAY = date(2026, 11, 20)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
PAST = [DAY - timedelta(weeks=weeks) for weeks in range(1, 9)]
ALL_UP = {day: Seen(10, 10) for day in [DAY, *PAST]}


def frozen(_since: datetime) -> frozenset[str]:
    return frozenset()


def told(stories: int, outlets: int, past: list[int], seen: dict[date, Seen]) -> Direction:
    today = DayTrend("open-balkan", DAY, Direction.STEADY, stories, stories, outlets)
    return day_trend(today, dict(zip(PAST, past, strict=False)), seen).direction


@pytest.mark.parametrize(
    ("stories", "outlets", "past", "direction"),
    [
        (6, 3, [2, 3, 2, 3], Direction.RISING),
        (6, 1, [2, 3, 2, 3], Direction.STEADY),  # one outlet's busy day
        (3, 3, [1, 1, 1, 1, 1, 1, 1, 1], Direction.STEADY),  # too few stories
        (1, 1, [8] * 8, Direction.FALLING),
        (5, 3, [4] * 8, Direction.STEADY),
    ],
)
def test_a_day_is_held_against_its_weekday(
    stories: int, outlets: int, past: list[int], direction: Direction
) -> None:
    assert told(stories, outlets, past, ALL_UP) == direction


def test_nothing_is_claimed_where_less_was_seen_or_feeds_were_added() -> None:
    fell = ALL_UP | {DAY: Seen(10, 5)}
    added = ALL_UP | {DAY: Seen(30, 30)}
    young = {day: Seen(10, 10) for day in [DAY, *PAST[:3]]}

    assert told(9, 3, [1] * 8, fell) == Direction.UNTOLD_COVERAGE
    assert told(9, 3, [1] * 8, added) == Direction.UNTOLD_COVERAGE
    assert told(9, 3, [1] * 8, young) == Direction.UNTOLD_HISTORY


def test_nothing_is_claimed_of_a_narrative_whose_rules_changed_in_these_weeks() -> None:
    today = DayTrend("open-balkan", DAY, Direction.STEADY, 9, 9, 3)
    past = dict.fromkeys(PAST, 1)

    changed = day_trend(today, past, ALL_UP, {"open-balkan"})
    other = day_trend(today, past, ALL_UP, {"rs-secession"})

    assert (changed.direction, changed.usual) == (Direction.UNTOLD_CATALOGUE, None)
    assert other.direction == Direction.RISING


def told_by(monitor: Program, names: dict[str, str], *arguments: str) -> Ran:
    directory = catalogues.write(monitor.home / "narratives", **names)
    ran = monitor(*arguments, NARRATIVES=str(directory))
    assert ran.code == 0, ran.err
    return ran


def test_a_removed_narrative_keeps_its_history_and_says_that_it_is_removed(
    tmp_path: Path,
) -> None:
    monitor = Program(tmp_path)
    both, one = {"dam": "tajne brana", "town": "grad most"}, {"town": "grad most"}
    rows = [{"id": str(n), "title": f"{n} tajne brana, grad most"} for n in range(4)]
    seen = {"lang": "sr", "first_seen_at": "2026-11-20T09:00:00Z"}
    lines = [json.dumps(row | seen) for row in rows]
    (monitor.home / "past.jsonl").write_text("\n".join(lines), encoding="utf-8")
    told_by(monitor, both, "import", "past.jsonl", "--outlet", "primer")
    asked = ("trends", "--day", "2026-11-20", "--json")
    first = told_by(monitor, both, *asked).json

    told_by(monitor, one, "rematch")
    gone = told_by(monitor, one, "search", "--narrative", "dam", "--format", "jsonl")
    removed = told_by(monitor, one, *asked).json
    told_by(monitor, both, "rematch")
    back = told_by(monitor, both, *asked).json

    def counts(told: dict[str, Any]) -> dict[str, tuple[int, bool]]:
        return {row["narrative"]: (row["items"], row["in_catalogue"]) for row in told["trends"]}

    assert counts(first)["dam"] == (4, True)
    assert gone.out == ""
    assert counts(removed) == counts(first) | {"dam": (4, False)}
    assert counts(back) == counts(first)


def test_hits_that_a_stricter_narrative_lost_do_not_come_back_when_it_is_removed(
    tmp_path: Path,
) -> None:
    monitor = Program(tmp_path)
    line = {"id": "1", "title": "tajne brana", "first_seen_at": "2026-11-20T09:00:00Z"}
    (monitor.home / "past.jsonl").write_text(json.dumps(line), encoding="utf-8")
    loose, strict, gone = {"dam": "tajne brana"}, {"dam": "duboko more"}, {"town": "grad most"}
    told_by(monitor, loose, "import", "past.jsonl", "--outlet", "primer")

    told_by(monitor, loose | gone, "rematch")
    told_by(monitor, strict | gone, "rematch")
    told_by(monitor, gone, "rematch")

    trends = told_by(monitor, gone, "trends", "--day", "2026-11-20", "--json").json["trends"]
    assert trends == []


def test_nothing_is_claimed_of_days_on_which_a_narrative_was_no_longer_looked_for(
    database: Database, store: SqlStore
) -> None:
    uses = CatalogueUses(database)
    out_at = datetime(2026, 11, 14, 9, tzinfo=UTC)
    for version, names, at in (
        ("c1", {"open-balkan": "1", "other": "1"}, out_at - timedelta(days=60)),
        ("c1", {"open-balkan": "1", "other": "1"}, out_at),
        ("c2", {"other": "1"}, out_at + timedelta(hours=1)),
        ("c2", {"other": "1"}, out_at + timedelta(days=20)),
    ):
        uses.note(version, "m1", lambda: names, at)  # noqa: B023 - asked at once
    for number, day in enumerate([DAY, *PAST], 1):
        at = datetime.combine(day, time(9), UTC)
        count = 1 if day == DAY else 7
        items = [make.item(f"Otvoreni Balkan {number} {n} {n * number}") for n in range(count)]
        hits = () if at > out_at else (make.hit(),)
        store.record(make.poll(*items, at=at, hits=hits), make.feed())

    (gone,) = trends(database, DAY, frozen)
    (then,) = trends(database, PAST[0], frozen)

    assert (gone.direction, gone.usual) == (Direction.UNTOLD_CATALOGUE, None)
    assert then.direction == Direction.STEADY


def test_a_day_that_is_not_over_does_not_fall(database: Database, store: SqlStore) -> None:
    for day in PAST:
        for hour in range(6):
            at = datetime.combine(day, time(hour), UTC)
            item = make.item(f"Balkan {day} {hour}")
            store.record(make.poll(item, at=at, hits=(make.hit(),)), make.feed())
    morning = datetime.combine(DAY, time(1), UTC)
    store.record(make.poll(at=morning), make.feed())

    def said(now: datetime) -> list[tuple[str, float | None]]:
        upkeep = Upkeep(
            database, FakeClock(now), tuple, WordMatcher, Path(), lambda _at: None, {}, frozen
        )
        return [(one.direction, one.usual) for one in upkeep.trends(DAY)]

    assert said(morning + timedelta(hours=1)) == [(Direction.UNTOLD_COVERAGE, 6)]
    assert said(morning + timedelta(days=1)) == [(Direction.FALLING, 6)]


@pytest.mark.parametrize(
    ("arguments", "day"),
    [
        (["--day", "2026-11-22", "--tz", "Europe/Belgrade"], "2026-11-22"),
        (["--day", "2026-11-22T00:30", "--tz", "Europe/Belgrade"], "2026-11-21"),
        (["--day", "2026-11-22T23:30-05:00"], "2026-11-23"),
    ],
)
def test_a_day_is_the_same_in_every_zone(tmp_path: Path, arguments: list[str], day: str) -> None:
    monitor = Program(tmp_path)
    monitor("init")

    assert monitor("trends", *arguments, "--json").json["day"] == day


def test_a_day_to_come_is_refused(tmp_path: Path) -> None:
    monitor = Program(tmp_path)
    monitor("init")

    ran = monitor("trends", "--day", "9999-12-31")

    assert (ran.code, ran.err) == (2, "monitor: --day: '9999-12-31' lies in the future\n")
