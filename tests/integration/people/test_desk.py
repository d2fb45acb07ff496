from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes import FakeClock
from monitor.adapters.database import Database
from monitor.app.people import people_desk
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.people import ATTEMPTS, SESSION_LENGTH, Role
from monitor.services.people import PeopleDesk, ThrottledError
from support.vaults import QUICK

GOOD = "zeleni vozovi 1953"


@dataclass
class Hall:
    desk: PeopleDesk
    clock: FakeClock


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    database = Database(f"sqlite:///{tmp_path}/monitor.db")
    clock = FakeClock(datetime(2026, 11, 27, 8, tzinfo=UTC))
    desk = replace(people_desk(database, clock), vault=QUICK)
    desk.add("ana", Role.REVIEWER, GOOD, "test")
    yield Hall(desk, clock)
    database.close()


def test_the_right_password_opens_a_session_and_signing_out_ends_it(hall: Hall) -> None:
    secret = hall.desk.sign_in("ana", GOOD, "192.0.2.1")

    assert secret
    found = hall.desk.of_session(secret)
    assert found
    assert (found.name, found.role) == ("ana", Role.REVIEWER)
    hall.desk.sign_out(secret)
    assert hall.desk.of_session(secret) is None


@pytest.mark.parametrize(("name", "password"), [("ana", "wrong"), ("nobody", GOOD), ("ana", "")])
def test_a_wrong_name_or_password_opens_nothing(hall: Hall, name: str, password: str) -> None:
    assert hall.desk.sign_in(name, password, "192.0.2.1") is None


def test_guessing_is_slowed_for_the_account_from_any_address_and_ends(hall: Hall) -> None:
    for place in range(ATTEMPTS):
        assert hall.desk.sign_in("ana", "wrong", f"192.0.2.{place}") is None

    with pytest.raises(ThrottledError):
        hall.desk.sign_in("ana", GOOD, "198.51.100.7")
    hall.clock.sleep(timedelta(minutes=2))
    assert hall.desk.sign_in("ana", GOOD, "198.51.100.7")


def test_guessing_is_slowed_for_the_address_whatever_the_account(hall: Hall) -> None:
    for place in range(ATTEMPTS):
        hall.desk.sign_in(f"guess-{place}", "wrong", "192.0.2.1")

    with pytest.raises(ThrottledError):
        hall.desk.sign_in("ana", GOOD, "192.0.2.1")


def test_a_session_lasts_while_it_is_used(hall: Hall) -> None:
    secret = hall.desk.sign_in("ana", GOOD, "192.0.2.1") or ""
    for _ in range(3):
        hall.clock.sleep(SESSION_LENGTH - timedelta(hours=1))
        assert hall.desk.of_session(secret)

    hall.clock.sleep(SESSION_LENGTH + timedelta(hours=1))
    assert hall.desk.of_session(secret) is None


def test_a_new_password_or_role_or_removal_ends_every_session(hall: Hall) -> None:
    changes: tuple[Callable[[], None], ...] = (
        lambda: hall.desk.set_password("ana", GOOD, "test"),
        lambda: hall.desk.set_role("ana", Role.REVIEWER, "test"),
        lambda: hall.desk.remove("ana", "test"),
    )
    for change in changes:
        secret = hall.desk.sign_in("ana", GOOD, "192.0.2.1") or ""
        change()
        assert hall.desk.of_session(secret) is None


def test_people_change_their_own_password_only_with_the_old_one(hall: Hall) -> None:
    (ana,) = hall.desk.everybody()

    assert not hall.desk.change_password(ana, "wrong", "sasvim nova lozinka")
    assert hall.desk.change_password(ana, GOOD, "sasvim nova lozinka")
    assert hall.desk.sign_in("ana", "sasvim nova lozinka", "192.0.2.1")


@pytest.mark.parametrize("password", ["kratka", "aaaaaaaaaaaaaa", "x" * 300])
def test_weak_or_endless_passwords_are_refused_and_never_shown(hall: Hall, password: str) -> None:
    with pytest.raises(ConfigError) as refused:
        hall.desk.add("marko", Role.VIEWER, password, "test")
    assert password not in str(refused.value)


def test_tokens_work_until_they_are_revoked_by_their_owner(hall: Hall) -> None:
    hall.desk.add("marko", Role.VIEWER, GOOD, "test")
    secret = hall.desk.new_token("ana", "notebook", "ana")
    (token,) = hall.desk.people.tokens()
    ana, marko = hall.desk.everybody()

    assert hall.desk.of_token(secret) == ana
    with pytest.raises(NotFoundError):
        hall.desk.revoke_token(token.id, marko)
    hall.desk.revoke_token(token.id, ana)
    assert hall.desk.of_token(secret) is None


def test_the_database_holds_no_secret_in_clear(hall: Hall, tmp_path: Path) -> None:
    secrets = (hall.desk.sign_in("ana", GOOD, "192.0.2.1"), hall.desk.new_token("ana", "", "ana"))

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("monitor.db*"))
    assert all(secret and secret.encode() not in kept for secret in (*secrets, GOOD))


def test_who_did_what_can_be_read(hall: Hall) -> None:
    hall.desk.sign_in("ana", "wrong", "192.0.2.1")

    refused, added = hall.desk.people.log(10)
    assert (refused.person, refused.action, refused.detail) == (
        "ana",
        "sign-in refused",
        "192.0.2.1",
    )
    assert (added.person, added.action) == ("test", "person added")


def test_a_search_kept_again_under_its_name_keeps_the_address_of_its_feed(hall: Hall) -> None:
    hall.desk.save_search("ana", "granica", "q=granica")
    (before,) = hall.desk.people.searches("ana")
    hall.desk.save_search("ana", "granica", "q=granice")
    (after,) = hall.desk.people.searches("ana")

    assert after.query == "q=granice"
    assert hall.desk.people.search_of_feed(before.feed_key) == after
