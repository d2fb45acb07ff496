"""What was frozen to be read or sent names nobody who was erased."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.database import Database
from monitor.adapters.erasing import erase
from monitor.adapters.outbox_rows import put
from monitor.adapters.review_rows import SqlReviews
from monitor.domain.delivery import ALERT, Planned, State
from monitor.domain.review import Decision, Verdict
from monitor.domain.subscription import Channel
from monitor.ports import Filters
from support.delivering import Delivering


@pytest.fixture
def service(tmp_path: Path, database_url: str) -> Iterator[Delivering]:
    made = Delivering(tmp_path, kept_in=database_url)
    yield made
    made.close()


def erased(service: Delivering, query: str) -> None:
    (row,) = service.archive.items(Filters(query=query), 9).rows
    erase(service.database, row.item_id, "asked for", service.clock.now())


def letters(service: Delivering) -> list[tuple[str, bool]]:
    """Return of each delivery, oldest first, how it stands and whether its words are there."""
    kept = tables.delivery.c
    with service.database.reading() as connection:
        query = sa.select(kept.state, kept.payload.is_not(None)).order_by(kept.id)
        return [(str(state), bool(there)) for state, there in connection.execute(query)]


def test_no_feed_shows_an_erased_item_and_a_letter_that_waits_is_told_anew_without_it(
    service: Delivering,
) -> None:
    feed = service.add("redakcija", channel=Channel.ATOM)
    ana = service.add("ana@primer.example")
    service.publish("Balkan otvoren Imenović", "Balkan drugi")
    service.pass_time(hours=24)
    service.plan()
    assert letters(service) == [("sent", True), ("ready", True)]

    erased(service, "imenović")

    assert service.outbox.published(feed.id) == []
    assert letters(service) == [("sent", False), ("cancelled", False)]
    service.pass_time(hours=24)
    assert {plan.subscription.id: plan.items for plan in service.plan()} == {feed.id: 0, ana.id: 1}


def test_letters_of_other_items_stay(service: Delivering) -> None:
    service.add("redakcija", channel=Channel.ATOM)
    service.publish("Balkan prvi")
    service.pass_time(hours=24)
    service.plan()
    service.publish("Balkan otvoren Imenović")
    service.pass_time(hours=24)
    service.plan()

    erased(service, "imenović")

    assert letters(service) == [("sent", True), ("sent", False)]


def test_reviewers_editions_and_alerts_that_could_tell_it_are_gone_though_no_ledger_has_them(
    service: Delivering,
) -> None:
    reviewer = service.add("redakcija", channel=Channel.ATOM, reviewer=True)
    service.publish("Balkan otvoren Imenović")
    with service.database.writing() as connection:
        connection.execute(sa.update(tables.hit).values(grade="review"))
        at = service.clock.now() + timedelta(hours=2)
        day, words = at.date(), b"Imenovic"
        alert = Planned(reviewer.id, day, f"{ALERT}x", at, State.SENT, payload=words)
        put(connection, alert, at)
    service.pass_time(hours=24)
    service.plan()

    erased(service, "imenović")

    assert letters(service) == [("sent", False), ("sent", False)]


def test_a_message_that_is_there_no_more_is_not_released(service: Delivering) -> None:
    service.add()
    service.publish("Balkan otvoren Imenović")
    service.pass_time(hours=24)
    service.plan()
    with service.database.writing() as connection:
        connection.execute(sa.update(tables.delivery).values(state=State.FAILED))
    erased(service, "imenović")

    now = service.clock.now()

    assert service.outbox.release([], [State.FAILED], State.READY, now) == 0


def test_notes_of_reviewers_on_an_erased_item_are_gone_and_their_verdicts_stay(
    service: Delivering,
) -> None:
    service.publish("Balkan otvoren Imenović")
    (hit,) = service.archive.hits(Filters(), 9).rows
    reviews = SqlReviews(service.database)
    said = Decision(Verdict.CONFIRMED, "ana", make.NOW, note="Imenović je to i rekao")
    reviews.decide(hit.hit_id, said)

    erased(service, "imenović")

    (row,) = rows(service.database, tables.review)
    assert (row.note, row.verdict, row.by) == ("", "confirmed", "ana")


def test_a_file_that_is_in_use_has_nothing_of_an_erased_item_any_more(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/used.db")) as other:
        other.upgrade()
        service = Delivering(tmp_path, kept_in=f"sqlite:///{tmp_path}/used.db")
        service.publish("Balkan otvoren Imenovic")
        with other.reading() as connection:
            connection.execute(sa.select(tables.item)).all()

        erased(service, "imenovic")

        kept = [path.read_bytes() for path in tmp_path.glob("used.db*")]
        assert not any(b"menovic" in content for content in kept)
        service.close()


def rows(database: Database, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with database.reading() as connection:
        return list(connection.execute(sa.select(table)))
