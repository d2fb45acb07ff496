from datetime import timedelta

import make
from monitor.domain.alarms import Alarm, ToldAlarm, notice

DISK = Alarm("service disk", "90 MB free", "free some space")
FEED = Alarm("feed primer-vesti", "has brought nothing new")
HOUR = timedelta(hours=1)


def told(alarm: Alarm, ago: timedelta) -> ToldAlarm:
    return ToldAlarm(alarm, make.NOW - ago, make.NOW - ago)


def test_a_new_problem_is_told_once() -> None:
    first = notice([DISK, FEED], [], make.NOW)

    assert first.new == (DISK, FEED)
    assert not notice([DISK, FEED], first.told(make.NOW), make.NOW + HOUR)


def test_a_lasting_problem_is_told_again_daily() -> None:
    assert notice([DISK], [told(DISK, 25 * HOUR)], make.NOW).lasting[0].alarm == DISK
    assert not notice([DISK], [told(DISK, 23 * HOUR)], make.NOW)


def test_the_end_of_a_problem_is_told_with_the_next_day() -> None:
    assert not notice([], [told(DISK, 23 * HOUR)], make.NOW)

    over = notice([], [told(DISK, 24 * HOUR)], make.NOW)

    assert [one.alarm.name for one in over.over] == ["service disk"]
    assert over.subject == "Narrative monitor: 1 over"


def test_a_notice_names_the_mend_and_stays_short() -> None:
    many = [Alarm(f"feed f-{number}", "is silent") for number in range(100)]
    text = notice([DISK, *many], [], make.NOW).text

    assert "- service disk: 90 MB free -> free some space" in text
    assert "… and 61 more" in text


def test_what_comes_and_goes_is_told_once_a_day() -> None:
    remembered: dict[str, ToldAlarm] = {}
    mails = 0
    for minute in range(0, 3 * 24 * 60, 10):
        now = make.NOW + timedelta(minutes=minute)
        present = [DISK] if minute // 10 % 2 else []
        found = notice(present, list(remembered.values()), now)
        mails += bool(found)
        remembered |= {one.alarm.name: one for one in found.told(now)}
        for one in found.over:
            del remembered[one.alarm.name]

    assert mails <= 4


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    assert notice([DISK], [told(DISK, -24 * HOUR)], make.NOW).lasting
