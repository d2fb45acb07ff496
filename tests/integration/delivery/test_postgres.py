"""The outbox in PostgreSQL: slots, claims by several at once, leases, restores, alerts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.outbox import SqlOutbox
from monitor.adapters.surge_rows import SqlSurges
from monitor.domain.delivery import Answer, Settlement, State, Verdict
from monitor.domain.subscription import Alerts, Channel, Standing
from support.delivering import Delivering
from support.smtp_server import SmtpServer

MAIL = [Channel.EMAIL]


@pytest.fixture
def service(tmp_path: Path, postgres_url: str) -> Iterator[Delivering]:
    made = Delivering(tmp_path, kept_in=postgres_url)
    yield made
    made.close()


def test_digests_are_planned_once_sent_once_and_forgotten_with_the_reader(
    service: Delivering,
) -> None:
    service.add(narratives=("open-balkan",), alerts=Alerts.ALSO, searches=("rade/x",))
    service.add("al@primer.example", countries=("AL",), quiet_note=False)
    service.publish("Balkan otvoren")
    answers = iter(["451 later", None])
    with SmtpServer(lambda stage, _: next(answers) if stage == "rcpt" else None) as server:
        service.url = server.url()
        service.pass_time(hours=24)
        service.deliver()
        assert sorted(service.states) == ["ready", "skipped"]
        service.pass_time(minutes=2)
        service.deliver()
        service.deliver()

    assert sorted(service.states) == ["sent", "skipped"]
    assert len(server.accepted) == 1
    service.keep.stand("ana@primer.example", Standing.PAUSED)
    service.keep.remove("ana@primer.example")
    with service.database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.delivery_hit)) == 0


def test_threads_that_claim_at_once_get_different_messages(service: Delivering) -> None:
    for number in range(6):
        service.add(f"r{number}@primer.example")
    service.publish("Balkan otvoren")
    service.pass_time(hours=24)
    service.plan()
    now, together, claimed = service.clock.now(), Barrier(3), []

    def work() -> None:
        outbox = SqlOutbox(service.database)
        together.wait()
        while claim := outbox.claim(MAIL, now, before=now):
            claimed.append(claim.id)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claimed) == len(set(claimed)) == 6


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_can_settle_no_more(
    service: Delivering,
) -> None:
    service.add()
    service.publish("Balkan otvoren")
    service.pass_time(hours=24)
    service.plan()
    now = service.clock.now()
    first = service.outbox.claim(MAIL, now, before=now)
    later = now + timedelta(minutes=4)
    service.outbox.sweep(later)
    second = service.outbox.claim(MAIL, later, before=later)
    assert first is not None
    assert second is not None

    done, answer = Settlement(State.SENT), Answer(Verdict.ACCEPTED, 250)

    assert not service.outbox.begin_data(first, later)
    assert not service.outbox.settle(first, done, answer, later)
    assert service.outbox.begin_data(second, later)
    assert service.outbox.settle(second, done, answer, later)


def test_what_waits_when_a_backup_is_restored_waits_for_the_operator(service: Delivering) -> None:
    service.add()
    service.publish("Balkan otvoren")
    service.pass_time(hours=24)
    service.plan()
    service.pass_time(hours=1)
    with service.database.writing() as connection:
        row = {"at": service.clock.now(), "what": "restore", "detail": ""}
        connection.execute(sa.insert(tables.upkeep), row)
    service.pass_time(minutes=1)

    service.send()

    assert service.states == ["stale"]


def test_a_surge_is_remembered_until_it_has_been_calm(service: Delivering) -> None:
    surges, now = SqlSurges(service.database), service.clock.now()

    seen = [
        surges.seen(["narrative x"], now + timedelta(hours=hours), dry=dry)["narrative x"]
        for hours, dry in ((0, False), (30, False), (60, True), (60, False), (110, False))
    ]

    assert [(at - now) // timedelta(hours=1) for at in seen] == [0, 0, 0, 0, 110]
