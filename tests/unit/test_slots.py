from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import slots
from monitor.domain.errors import ConfigError
from monitor.domain.slots import Covered, Slot
from monitor.domain.subscription import Subscription, clock_time, weekday, zone_of

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
HOURS = ("00:00", "00:30", "02:00", "02:30", "03:00", "07:00")


def subscription(at: str = "07:00", **given: object) -> Subscription:
    return Subscription(1, "ana@primer.example", "en", clock_time(at), "Europe/Belgrade", **given)  # type: ignore[arg-type]


def met(one: Subscription, day: date) -> list[Slot]:
    """The slots that are met when somebody looks every ten minutes, three days long."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    looks = (begin + n * timedelta(minutes=10) for n in range(6 * 72))
    return sorted({slot for now in looks if (slot := slots.latest(one, now))}, key=lambda s: s.date)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("at", HOURS)
def test_each_local_date_has_one_slot_whatever_the_clocks_do(day: date, at: str) -> None:
    around = [slot.date for slot in met(subscription(at), day)]

    assert len(around) == len(set(around))
    assert {day - timedelta(days=1), day, day + timedelta(days=1)} <= set(around)


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        (SPRING, "02:30", "2026-03-29T01:30+00:00"),  # skipped: half past three of the new time
        (SPRING, "03:00", "2026-03-29T01:00+00:00"),
        (SPRING, "00:30", "2026-03-28T23:30+00:00"),
        (AUTUMN, "02:30", "2026-10-25T00:30+00:00"),  # comes twice: the first counts
        (AUTUMN, "03:00", "2026-10-25T02:00+00:00"),
        (AUTUMN, "07:00", "2026-10-25T06:00+00:00"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_is_met_once(day: date, at: str, due: str) -> None:
    assert slots.due_at(subscription(at), day) == datetime.fromisoformat(due)


@given(
    st.integers(0, 6 * 365 * 24 * 60),
    st.times(),
    st.sampled_from(["Europe/Belgrade", "Europe/London", "America/New_York", "Asia/Kolkata"]),
)
def test_the_latest_slot_is_past_and_the_next_one_is_not(minute: int, at: time, zone: str) -> None:
    instant = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    one = Subscription(1, "a", "en", at.replace(second=0, microsecond=0), zone)

    slot, following = slots.latest(one, instant), slots.upcoming(one, instant)

    assert slot is not None
    assert slot.due_at <= instant < following.due_at
    assert following.date > slot.date
    assert following.due_at - slot.due_at <= timedelta(hours=26)


def test_the_first_digest_is_that_of_the_next_time_the_hour_comes() -> None:
    started = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past seven in Belgrade
    one = subscription(started_at=started)

    assert slots.latest(one, started + timedelta(hours=23)) is None
    slot = slots.latest(one, started + timedelta(hours=24))
    assert slot == Slot(date(2026, 11, 24), datetime(2026, 11, 24, 6, tzinfo=UTC))
    assert slots.window(one, slot, None).since == slot.due_at - timedelta(days=1)


def test_a_weekly_digest_comes_on_its_day_and_covers_seven() -> None:
    one = subscription(weekday=weekday("mon"))

    slot = slots.latest(one, datetime(2026, 11, 25, tzinfo=UTC))

    assert slot is not None
    assert slot.date == date(2026, 11, 23)
    assert slots.window(one, slot, None).length == timedelta(days=7)


def test_after_days_asleep_one_slot_covers_them_all() -> None:
    one = subscription()
    monday = datetime(2026, 11, 23, 6, tzinfo=UTC)

    slot = slots.latest(one, monday + timedelta(days=3, hours=5))
    assert slot is not None
    window = slots.window(one, slot, Covered(monday - timedelta(days=1), monday))

    assert window.length == timedelta(days=3)
    assert slots.is_catch_up(one, window)


def test_a_day_of_twenty_five_hours_is_no_catch_up() -> None:
    one = subscription()
    before = slots.due_at(one, AUTUMN - timedelta(days=1))

    window = slots.window(one, Slot(AUTUMN, slots.due_at(one, AUTUMN)), Covered(before, before))

    assert window.length == timedelta(hours=25)
    assert not slots.is_catch_up(one, window)


def test_clocks_that_go_back_do_not_stop_digests() -> None:
    one = subscription()
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    year_ahead = now + timedelta(days=365)

    slot = slots.latest(one, now)
    assert slot is not None
    window = slots.window(one, slot, Covered(now, year_ahead))

    assert slot.date == now.astimezone(zone_of(one)).date()
    assert window.length == timedelta(days=1)


@pytest.mark.parametrize("text", ["25:00", "7", "07:60", "seven", "07:00:00"])
def test_a_time_of_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--at"):
        clock_time(text)
