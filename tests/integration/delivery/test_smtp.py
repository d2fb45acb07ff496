"""A mail server that fails in every way: one message a slot, and each hit told once."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.subscription import Policy, Standing
from support.delivering import Delivering
from support.smtp_server import SmtpServer

TLS = Path(__file__).parents[2] / "support" / "tls"
ANA, BOJAN, VESA = "ana@primer.example", "bojan@primer.example", "vesa@primer.example"


def ready(service: Delivering, *who: str, **given: object) -> None:
    """Let a digest be due for these subscribers."""
    for address in who or (ANA,):
        service.add(address, **given)
    service.publish("Balkan otvoren", "Balkan zatvoren")
    service.pass_time(hours=24)


def served(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate)
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(TLS / "ca.pem"))


def deliver(service: Delivering, server: SmtpServer, times: int = 1) -> None:
    """Deliver, and let hours pass between attempts."""
    service.url = server.url()
    for _ in range(times):
        service.deliver()
        service.pass_time(hours=2)


def test_a_digest_is_sent_once_however_often_delivering_is_tried(service: Delivering) -> None:
    ready(service)

    with SmtpServer() as server:
        deliver(service, server, times=4)

    (message,) = server.to(ANA)
    assert message["Subject"] == "Narratives, Tuesday, 24 November 2026: 2 items"
    assert service.states == ["sent"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("answer", ["451 4.3.0 later", "421 4.3.2 closing", "drop"])
def test_what_fails_for_now_is_tried_again_and_sent_once(
    service: Delivering, stage: str, answer: str
) -> None:
    ready(service, ANA, BOJAN)
    failures = iter([answer] * 3)

    def script(at: str, _who: str) -> str | None:
        return next(failures, None) if at == stage else None

    with SmtpServer(script) as server:
        deliver(service, server, times=5)

    assert [len(server.to(who)) for who in (ANA, BOJAN)] == [1, 1]
    assert service.states == ["sent", "sent"]


def test_the_wait_grows_and_a_patient_run_keeps_to_it(service: Delivering) -> None:
    ready(service)
    with SmtpServer(lambda stage, _: "451 later" if stage == "rcpt" else None) as server:
        service.url = server.url()
        waits = []
        for _ in range(6):
            service.deliver()
            service.deliver()  # too early
            at = service.records[0].not_before
            assert at is not None
            waits.append(at - service.clock.now())
            service.clock.at = at

    assert waits == [timedelta(minutes=n) for n in (1, 5, 15, 60, 240, 240)]
    assert server.seen.count("rcpt") == 6


def test_an_impatient_run_does_not_wait(service: Delivering) -> None:
    ready(service)
    answers = iter(["451 later"])
    script = lambda stage, _: next(answers, None) if stage == "rcpt" else None  # noqa: E731
    with SmtpServer(script) as server:
        service.url = server.url()
        service.deliver()
        service.pass_time(seconds=1)
        service.send(patient=False)

    assert service.states == ["sent"]


def test_three_days_without_a_server_lose_and_double_nothing(service: Delivering) -> None:
    service.add()
    for day in range(3):
        service.publish(f"Balkan {day}")
        service.pass_time(hours=24)
        service.plan()
        for _ in range(4):
            service.send()
            service.pass_time(minutes=30)
        service.pass_time(hours=-2)
    assert service.states == ["ready"] * 3

    with SmtpServer() as server:
        deliver(service, server, times=2)

    days = [str(message["Subject"]).split(", ")[2][:2] for message in server.to(ANA)]
    assert days == ["24", "25", "26"]
    assert service.states == ["sent"] * 3


def test_a_refused_recipient_bounces_and_the_others_get_their_mail(service: Delivering) -> None:
    ready(service, ANA, BOJAN, VESA)

    def script(stage: str, who: str) -> str | None:
        return "550 5.1.1 no such user" if (stage, who) == ("rcpt", BOJAN) else None

    with SmtpServer(script) as server:
        deliver(service, server, times=3)

    assert [len(server.to(who)) for who in (ANA, BOJAN, VESA)] == [1, 0, 1]
    assert sorted(service.states) == ["bounced", "sent", "sent"]
    assert server.seen.count("rcpt") == 3


def test_three_bounces_in_two_weeks_suspend_a_subscription(service: Delivering) -> None:
    service.add()
    with SmtpServer(lambda stage, _: "550 no" if stage == "rcpt" else None) as server:
        service.url = server.url()
        for _ in range(5):
            service.pass_time(hours=24)
            service.deliver()

    assert service.states == ["bounced"] * 3
    assert service.subscribers.all()[0].standing is Standing.SUSPENDED


@pytest.mark.parametrize("code", ["552 too big", "554 spam", "550 no"])
def test_a_refused_message_fails_at_once(service: Delivering, code: str) -> None:
    ready(service)

    with SmtpServer(lambda stage, _: code if stage == "data" else None) as server:
        deliver(service, server, times=3)

    assert service.states == ["failed"]
    assert service.records[0].error == code
    assert server.seen.count("data") == 1


def test_a_drop_after_the_message_gives_a_double_that_bears_the_same_id(
    service: Delivering,
) -> None:
    ready(service)
    drops = iter(["drop"])

    with SmtpServer(lambda stage, _: next(drops, None) if stage == "after" else None) as server:
        deliver(service, server, times=3)

    first, second = server.to(ANA)
    assert first["Message-ID"] == second["Message-ID"]
    assert server.raw[0] == server.raw[1]
    assert service.states == ["sent"]


def test_whoever_wants_no_doubles_is_left_to_the_operator(service: Delivering) -> None:
    ready(service, policy=Policy.AT_MOST_ONCE)
    drops = iter(["drop"])

    with SmtpServer(lambda stage, _: next(drops, None) if stage == "after" else None) as server:
        deliver(service, server, times=3)

    assert len(server.to(ANA)) == 1
    assert service.states == ["unknown"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_server_that_hangs_costs_no_more_than_the_deadline(
    service: Delivering, stage: str
) -> None:
    ready(service)
    service.deadline = timedelta(seconds=0.5)
    hangs = iter(["hang"])

    with SmtpServer(lambda at, _: next(hangs, None) if at == stage else None) as server:
        deliver(service, server, times=2)

    assert len(server.to(ANA)) == 1
    assert service.states == ["sent"]


def test_a_server_without_tls_gets_nothing_unless_it_is_this_machine(service: Delivering) -> None:
    ready(service)
    with SmtpServer() as server:
        service.url = f"smtp://127.1:{server.port}"  # by its name it could be anywhere
        (sent,) = service.deliver()

    assert sent.answer.text.startswith("smtp_tls")
    assert server.accepted == []
    assert service.states == ["ready"]


def test_a_password_is_never_sent_in_clear(service: Delivering) -> None:
    ready(service)
    with SmtpServer(password="geheim") as server:
        service.url = server.url("ana:geheim")
        (sent,) = service.deliver()

    assert sent.answer.text.startswith("smtp_tls")
    assert "auth" not in server.seen
    assert server.accepted == []


@pytest.mark.parametrize("is_implicit", [False, True])
def test_mail_goes_over_tls_with_a_valid_certificate(
    service: Delivering, *, is_implicit: bool
) -> None:
    ready(service)
    service.tls = trusting()
    with SmtpServer(tls=served("good.pem"), is_implicit=is_implicit) as server:
        deliver(service, server)

    assert [record.error for record in service.records] == [""]
    assert service.states == ["sent"]


@pytest.mark.parametrize("is_implicit", [False, True])
def test_a_bad_certificate_gets_no_mail(service: Delivering, *, is_implicit: bool) -> None:
    ready(service)
    service.tls = trusting()
    with SmtpServer(tls=served("expired.pem"), is_implicit=is_implicit) as server:
        service.url = server.url()
        (sent,) = service.deliver()

    assert sent.answer.text.startswith("smtp_tls")
    assert "certificate" in sent.answer.text
    assert server.accepted == []
    assert service.states == ["ready"]


def test_a_wrong_password_is_named_and_not_shown(service: Delivering) -> None:
    ready(service)
    service.tls = trusting()
    with SmtpServer(tls=served("good.pem"), password="geheim") as server:
        service.url = server.url("ana:falsch")
        (sent,) = service.deliver()

    assert sent.answer.text == "smtp_auth: refused with 535"
    assert "falsch" not in repr(sent)
    assert service.states == ["ready"]


def test_a_faulty_server_is_left_alone_and_blamed_on_no_recipient(service: Delivering) -> None:
    ready(service, *(f"r{n}@primer.example" for n in range(20)))
    with SmtpServer(lambda stage, _: "421 closing" if stage == "mail" else None) as server:
        service.url = server.url()
        service.deliver()
        service.send()

    assert server.seen.count("mail") <= 4  # each of four connections once
    assert service.states == ["ready"] * 20
    assert {record.attempts for record in service.records} == {0}
