"""What each digest covers: every hit once, whatever hours, machines and people do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage

import pytest

from monitor.adapters.backup import back_up, restore
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.subscription import Standing, Subscription
from support.delivering import Delivering
from support.smtp_server import SmtpServer

WANTED = Subscription(0, "ana@primer.example", "sr-Latn", time(7), "Europe/Belgrade")
HOURS = ("00:00", "00:30", "02:00", "02:30", "03:00", "07:00")


def told(service: Delivering) -> list[list[int]]:
    """The hits of each delivery, oldest first."""
    with service.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT delivery_id, hit_id FROM delivery_hit ORDER BY 1, 2"
        ).all()
    found: dict[int, list[int]] = {}
    for delivery, hit in rows:
        found.setdefault(delivery, []).append(hit)
    return list(found.values())


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_change_of_clocks_gives_one_digest_a_date_and_each_hit_once(
    service: Delivering, day: date
) -> None:
    service.clock.at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    for at in HOURS:
        service.add(f"{at[:2]}{at[3:]}@primer.example", at=time.fromisoformat(at))
    for n in range(4 * 24):
        if n % 6 == 0:
            service.publish(f"Balkan {n}")
        service.pass_time(minutes=60)
        service.plan()

    dates: dict[str, list[date]] = {}
    for record in service.records:
        dates.setdefault(record.address, []).append(record.slot_date)
    assert len(dates) == len(HOURS)
    for days in dates.values():
        assert len(days) == len(set(days))
        assert day in days
    hits = [hit for delivery in told(service) for hit in delivery]
    assert max(hits.count(hit) for hit in hits) == len(HOURS)
    assert min(hits.count(hit) for hit in set(hits) if hit <= 10) == len(HOURS)


def test_a_machine_asleep_for_three_days_sends_one_digest_that_says_so(
    service: Delivering,
) -> None:
    service.add()
    service.pass_time(hours=24)
    with SmtpServer() as server:
        service.url = server.url()
        service.deliver()
        for n in range(6):
            service.publish(f"Balkan {n}", at=service.clock.now() + timedelta(hours=12 * n))
        service.pass_time(days=3, hours=5)
        service.deliver()
        service.deliver()

    _, message = server.to("ana@primer.example")
    assert message["Subject"] == "Narratives, 24–27 Nov 2026: 6 items"
    assert told(service) == [[1, 2, 3, 4, 5, 6]]


def test_an_item_of_yesterday_that_is_stored_late_is_in_one_digest(service: Delivering) -> None:
    service.add()
    service.pass_time(hours=24)
    service.plan()
    long_ago = service.clock.now() - timedelta(days=3)
    service.publish("Balkan objavljen", at=service.clock.now() - timedelta(minutes=5))  # mid-poll
    service.publish(
        "Balkan davno", at=service.clock.now() + timedelta(hours=1), published_at=long_ago
    )
    for _ in range(3):
        service.pass_time(hours=24)
        service.plan()

    assert told(service) == [[1, 2]]


def test_what_was_there_before_the_first_window_is_never_sent(service: Delivering) -> None:
    service.publish("Balkan star", at=service.clock.now() - timedelta(hours=30))
    service.add()
    for _ in range(3):
        service.pass_time(hours=24)
        service.plan()

    assert told(service) == []


def test_an_empty_day_is_told_or_not_as_the_reader_chose_and_its_slot_is_taken(
    service: Delivering,
) -> None:
    service.add("note@primer.example")
    service.add("nothing@primer.example", quiet_note=False)
    service.pass_time(hours=24)
    with SmtpServer() as server:
        service.url = server.url()
        service.deliver()
        service.publish("Balkan kasno", at=service.clock.now() - timedelta(hours=1))
        service.deliver()

    assert len(server.to("note@primer.example")) == 1
    assert server.to("nothing@primer.example") == []
    assert sorted(service.states) == ["sent", "skipped"]


def test_filters_choose_what_is_told(service: Delivering) -> None:
    service.add("rs@primer.example", countries=("RS",), quiet_note=False)
    service.add("al@primer.example", countries=("AL",), quiet_note=False)
    service.add("other@primer.example", narratives=("rs-secession",), quiet_note=False)
    service.publish("Balkan otvoren")
    service.pass_time(hours=24)
    service.plan()

    assert sorted(service.states) == ["ready", "skipped", "skipped"]


def test_pausing_cancels_what_waits_and_resuming_begins_anew(service: Delivering) -> None:
    service.add()
    service.publish("Balkan otvoren")
    service.pass_time(hours=24)
    service.plan()

    service.keep.stand("ana@primer.example", Standing.PAUSED)
    service.pass_time(days=10)
    service.plan()
    service.keep.stand("ANA@primer.example", Standing.ACTIVE)
    service.publish("Balkan nov", at=service.clock.now() + timedelta(hours=1))
    service.pass_time(days=1)
    service.plan()

    assert service.states == ["cancelled", "ready"]
    assert told(service) == [[2]]


def test_removing_removes_everything(service: Delivering) -> None:
    service.add()
    service.publish("Balkan otvoren")
    service.pass_time(hours=24)
    service.plan()

    service.keep.remove("ana@primer.example")

    with service.database.reading() as connection:
        tables = ("subscription", "delivery", "delivery_hit", "delivery_event")
        left = [connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar() for t in tables]  # noqa: S608
    assert left == [0, 0, 0, 0]
    with pytest.raises(NotFoundError):
        service.keep.remove("ana@primer.example")


def test_unsubscribing_works_thrice_and_leaves_no_address(service: Delivering) -> None:
    service.base_url = "https://monitor.example"
    service.add()
    service.publish("Balkan otvoren")
    with SmtpServer() as server:
        service.url = server.url()
        service.pass_time(hours=24)
        service.deliver()
        (message,) = server.to("ana@primer.example")
        link = str(message["List-Unsubscribe"]).strip("<>")
        service.pass_time(hours=24)
        service.plan()
        for _ in range(3):
            service.keep.unsubscribe(link.rpartition("/")[2])
        service.send()
        service.pass_time(hours=24)
        service.deliver()

    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(server.accepted) == 1
    assert service.subscribers.all() == []
    assert b"ana@primer" not in (service.home / "monitor.db").read_bytes() or _gone(service)
    with pytest.raises(NotFoundError):
        service.keep.unsubscribe("forged")


def test_whoever_asks_on_a_page_gets_nothing_before_confirming(service: Delivering) -> None:
    service.base_url = "https://monitor.example"
    with SmtpServer() as server:
        service.url = server.url()
        service.keep.ask(WANTED)
        service.pass_time(hours=24)
        service.deliver()
        service.deliver()
        (letter,) = server.to("ana@primer.example")
        token = str(letter["List-Unsubscribe"]).strip("<>").rpartition("/")[2]
        for _ in range(2):
            service.keep.confirm(token)
        service.pass_time(hours=24)
        service.deliver()

    assert letter["Subject"] == "Potvrdite pretplatu"
    assert f"https://monitor.example/confirm/{token}" in body(letter)
    assert len(server.to("ana@primer.example")) == 2
    assert service.subscribers.all()[0].standing is Standing.ACTIVE


def test_an_address_is_asked_once_and_forgotten_if_it_does_not_answer(service: Delivering) -> None:
    service.keep.ask(WANTED)
    with pytest.raises(ConfigError, match="asked already"):
        service.keep.ask(replace(WANTED, at=time(9)))

    service.pass_time(days=8)
    service.send()

    assert service.subscribers.all() == []
    assert service.records == []
    service.keep.ask(WANTED)


def test_a_digest_that_waited_through_a_long_sleep_waits_for_the_operator(
    service: Delivering,
) -> None:
    service.add()
    service.publish("Balkan otvoren")
    service.pass_time(hours=24)
    service.deliver()  # nobody listens
    service.pass_time(hours=40)

    with SmtpServer() as server:
        service.url = server.url()
        service.send()
        assert server.accepted == []
        assert service.states == ["stale"]
        service.outbox.release([], ["stale"], "ready", service.clock.now())  # type: ignore[list-item, arg-type]
        service.send()

    assert len(server.accepted) == 1


def test_what_was_due_before_a_backup_was_restored_is_not_sent_twice(
    service: Delivering,
) -> None:
    service.pass_time(hours=1)
    service.add()
    service.add("nine@primer.example", at=time(9, 30), quiet_note=False)
    service.publish("Balkan otvoren")
    with SmtpServer() as server:
        service.url = server.url()
        service.pass_time(hours=24)
        service.publish("Balkan drugi")
        service.plan()  # two wait, and that of 09:30 is still to come
        copy = service.home / "copy.db"
        back_up(service.database, copy, service.clock.now(), lambda *_: None)
        service.pass_time(hours=3)
        service.deliver()
        service.pass_time(hours=1)
        restore(service.database, copy, service.clock.now(), lambda *_: None, force=True)
        for _ in range(2):
            service.deliver()
        restored = service.states
        service.publish("Balkan nov")
        service.pass_time(hours=24)
        service.deliver()

    assert restored == ["stale", "stale", "stale"]
    assert service.states == ["stale", "stale", "stale", "sent", "sent"]
    assert [len(server.to(f"{name}@primer.example")) for name in ("ana", "nine")] == [2, 3]


def body(message: EmailMessage) -> str:
    """The plain part."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _gone(service: Delivering) -> bool:
    with service.database.reading() as connection:
        dump = connection.exec_driver_sql("SELECT address FROM subscription").scalars().all()
        bodies = connection.exec_driver_sql("SELECT payload FROM delivery").scalars().all()
    return dump == [""] and bodies == [None] * len(bodies)
