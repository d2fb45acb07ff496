import make
from monitor.domain.errors import StorageError
from monitor.domain.health import Condition, Health
from monitor.services.examine import Finding, examine, look_at_health, look_at_mail


def test_a_part_that_fails_hides_no_other() -> None:
    def broken() -> Finding:
        raise StorageError("no disk\nno hope")

    found = examine([("database", broken), ("mail", lambda: look_at_mail("", is_on=False))])

    assert [(one.status, one.what) for one in found] == [
        ("fail", "no disk (and 1 more)"),
        ("ok", "off: MONITOR_SMTP_URL is not set"),
    ]


def test_feeds_that_fail_or_fell_quiet_are_counted_and_new_ones_are_no_worry() -> None:
    feed = make.feed()
    fresh = [Health(feed, Condition.OK), Health(feed, Condition.NEW)]

    calm = look_at_health(fresh)
    alarm = look_at_health([*fresh, Health(feed, Condition.SILENT)])

    assert (calm.status, calm.what) == ("ok", "1 new, 1 ok")
    assert (alarm.status, alarm.what) == ("warn", "1 silent, 1 new, 1 ok")
    assert "feeds health" in alarm.mend


def test_mail_without_a_sender_fails() -> None:
    assert look_at_mail("", is_on=True).status == "fail"
    assert look_at_mail("desk@example.org", is_on=True).what == "from desk@example.org"
