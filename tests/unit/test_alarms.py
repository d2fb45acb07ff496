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


def test_the_end_of_a_problem_is_told() -> None:
    over = notice([], [told(DISK, HOUR)], make.NOW)

    assert [one.alarm.name for one in over.over] == ["service disk"]
    assert over.subject == "Narrative monitor: 1 over"


def test_a_notice_names_the_mend_and_stays_short() -> None:
    many = [Alarm(f"feed f-{number}", "is silent") for number in range(100)]
    text = notice([DISK, *many], [], make.NOW).text

    assert "- service disk: 90 MB free -> free some space" in text
    assert "… and 61 more" in text
