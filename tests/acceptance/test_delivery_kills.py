"""`kill -9` at each of the nine moments of a delivery, under both policies."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from fakes import FakeClock
from monitor.domain.subscription import Policy
from support.delivering import FROM, Delivering
from support.service import Scene, mail_to, on_both_engines
from support.smtp_server import SmtpServer

ANA = "ana@primer.example"
MOMENTS = {  # where it dies -> messages that arrive in the end, by policy
    "delivery-before-plan": (1, 1),
    "delivery-in-plan": (1, 1),
    "delivery-planned": (1, 1),
    "delivery-claimed": (1, 1),
    "delivery-before-data": (1, 1),
    "delivery-in-data": (1, 0),
    "delivery-data-sent": (2, 1),
    "delivery-accepted": (2, 1),
    "delivery-settled": (1, 1),
}


def prepared(home: Path, policy: Policy) -> None:
    """Leave a database in which one digest has been due for an hour."""
    zone = ZoneInfo("Europe/Belgrade")
    now = datetime.now(UTC)
    hour = (now - timedelta(hours=1)).astimezone(zone)
    service = Delivering(home, FakeClock(now - timedelta(hours=20)))
    service.add(ANA, at=time(hour.hour, hour.minute), policy=policy)
    service.publish("Balkan otvoren", "Balkan zatvoren")
    service.close()
    outlet = "{id: primer, name: Primer, country: RS, languages: [sr], kind: private"
    feed = "feeds: [{id: primer-vesti, url: 'https://primer.example/rss'}]}"
    text = f"version: 1\noutlets:\n  - {outlet},\n     {feed}\n"
    (home / "feeds.yaml").write_text(text, encoding="utf-8")


def run(home: Path, server: SmtpServer, moment: str = "") -> int:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
    environment |= {"MONITOR_SMTP_URL": server.url(), "MONITOR_MAIL_FROM": FROM}
    if moment:
        environment["CRASH_POINT"] = moment
    command = [sys.executable, "-m", "monitor", "deliver"]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, check=False)
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode


@pytest.mark.parametrize("policy", list(Policy))
def test_a_kill_before_the_answer_is_kept_doubles_the_same_message_or_asks(
    tmp_path: Path, policy: Policy
) -> None:
    check(tmp_path, "delivery-accepted", policy)


@pytest.mark.soak
@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("moment", list(MOMENTS))
def test_a_kill_doubles_and_loses_nothing_but_where_nobody_can_know(
    tmp_path: Path, moment: str, policy: Policy
) -> None:
    check(tmp_path, moment, policy)


def check(tmp_path: Path, moment: str, policy: Policy) -> None:
    prepared(tmp_path, policy)

    with SmtpServer() as server:
        assert run(tmp_path, server, moment) == -9
        before = len(server.to(ANA))
        service = Delivering(tmp_path, FakeClock(datetime.now(UTC)), server.url())
        service.deliver()
        service.pass_time(minutes=5)
        service.deliver()
        messages = server.to(ANA)

    states = service.states
    service.close()
    expected = MOMENTS[moment][policy is Policy.AT_MOST_ONCE]
    if moment == "delivery-data-sent":  # whether the server had the last dot is a race
        assert before <= len(messages) <= expected
    else:
        assert len(messages) == expected
    assert len({message["Message-ID"] for message in messages}) <= 1
    assert states == ["unknown" if _is_lost(moment, policy) else "sent"]


@on_both_engines()
def test_a_service_that_dies_as_a_mail_is_accepted_sends_the_same_one_again(scene: Scene) -> None:
    people = scene.people("ana", "boris")
    with SmtpServer() as mail:
        scene.monitor.feeds(None, primer="https://127.0.0.1:1/rss")
        with scene.service(**mail_to(mail), CRASH_POINT="delivery-accepted") as service:
            assert service.died() == -signal.SIGKILL
        with scene.database.writing() as connection:
            lapsed = "UPDATE delivery SET lease_until = '2026-01-01 00:00:00.000000'"
            connection.execute(sa.text(f"{lapsed} WHERE lease_until IS NOT NULL"))
        scene.everything_is_due()
        with scene.service(**mail_to(mail)) as service:
            sent = "SELECT count(*) FROM delivery WHERE state = 'sent'"
            service.until(lambda: scene.number(sent) == len(people))
            assert service.stop()[0] == 0

    mails = scene.mailed(mail)
    assert mails.keys() == people
    assert len(people) < mails.total() <= 2 * len(people)  # how many were on their way is a race
    scene.is_sound()


@pytest.mark.soak
def test_two_at_once_double_nothing(tmp_path: Path) -> None:
    prepared(tmp_path, Policy.AT_LEAST_ONCE)
    with SmtpServer() as server:
        environment = os.environ | {"MONITOR_SMTP_URL": server.url(), "MONITOR_MAIL_FROM": FROM}
        command = [sys.executable, "-m", "monitor", "deliver"]
        both = [subprocess.Popen(command, cwd=tmp_path, env=environment) for _ in range(2)]
        for one in both:
            one.wait()

    assert len(server.to(ANA)) == 1


def _is_lost(moment: str, policy: Policy) -> bool:
    ambiguous = {"delivery-in-data", "delivery-data-sent", "delivery-accepted"}
    return policy is Policy.AT_MOST_ONCE and moment in ambiguous
