import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.errors import StorageError
from monitor.domain.feed import Feed, Validators
from monitor.domain.hit import Hit
from monitor.domain.polling import EditedItem, Poll
from monitor.ports import Filters


def stored_titles(archive: SqlArchive) -> list[str]:
    return [row.title for row in archive.items(Filters(), 100).rows]


def test_a_poll_is_stored_whole(store: SqlStore, archive: SqlArchive) -> None:
    poll = make.poll(make.item("Naslov prvi"), make.item("Naslov drugi"), hits=(make.hit(),))

    new_hits = store.record(poll, make.feed())

    assert new_hits == 2
    assert stored_titles(archive) == ["Naslov drugi", "Naslov prvi"]
    (state,) = store.states(["primer-vesti"]).values()
    assert state == poll.state
    assert archive.events(Window(make.NOW, make.NOW + timedelta(1))) == [poll.event]


def test_a_poll_recorded_twice_changes_nothing(store: SqlStore, archive: SqlArchive) -> None:
    poll = make.poll(make.item("Naslov"), hits=(make.hit(),))
    store.record(poll, make.feed())

    again = store.record(poll, make.feed())

    assert again == 0
    assert stored_titles(archive) == ["Naslov"]
    assert len(archive.hits(Filters(), 10).rows) == 1
    assert len(archive.events(Window(make.NOW, make.NOW + timedelta(1)))) == 1


def test_a_stored_item_is_known_by_each_of_its_keys(store: SqlStore) -> None:
    item = make.item("Naslov", guid="urn:a")
    store.record(make.poll(item), make.feed())

    known = store.known("primer", [*item.keys, "g:nobody"])

    assert known.keys() == set(item.keys)
    assert {found.content_hash for found in known.values()} == {item.content_hash}


def test_keys_of_another_outlet_are_unknown(store: SqlStore) -> None:
    item = make.item("Naslov")
    store.record(make.poll(item), make.feed())

    assert store.known("drugi", item.keys) == {}


def edited(store: SqlStore, *hits: Hit) -> None:
    old = make.item("Naslov sa gresskom", guid="urn:a", url="https://primer.example/a")
    store.record(make.poll(old, hits=(make.hit(),)), make.feed())
    new = make.item("Naslov sa greškom", guid="urn:a", url="https://primer.example/a")
    (found,) = {known.item_id for known in store.known("primer", old.keys).values()}
    later = make.NOW + timedelta(hours=1)
    poll = replace(make.poll(at=later), edited=(EditedItem(found, 2, new, hits),))
    store.record(poll, make.feed())
    store.record(replace(poll, event=replace(poll.event, at=later + timedelta(1))), make.feed())


def test_an_edit_is_a_new_version_of_the_same_item(store: SqlStore, archive: SqlArchive) -> None:
    edited(store, make.hit())

    (row,) = archive.items(Filters(), 10).rows
    assert row.title == "Naslov sa greškom"
    assert row.first_seen_at == make.NOW


def test_search_forgets_the_words_that_an_edit_removed(
    store: SqlStore, archive: SqlArchive
) -> None:
    edited(store, make.hit())

    assert archive.items(Filters(query="gresskom"), 10).rows == ()
    assert len(archive.items(Filters(query="greskom"), 10).rows) == 1


def test_a_hit_that_the_edited_text_no_longer_has_is_retired(
    store: SqlStore, archive: SqlArchive
) -> None:
    edited(store, make.hit("rs-secession"))

    narratives = [row.hit.narrative for row in archive.hits(Filters(), 10).rows]
    assert narratives == ["rs-secession"]


def test_a_failure_keeps_items_and_validators(store: SqlStore, archive: SqlArchive) -> None:
    poll = make.poll(make.item("Naslov"))
    state = replace(poll.state, validators=Validators('"abc"', "yesterday"), body_hash="00")
    store.record(replace(poll, state=state), make.feed())
    failed = replace(make.poll(at=make.NOW + timedelta(1)), state=replace(state, failures=1))

    store.record(failed, make.feed())

    (after,) = store.states(["primer-vesti"]).values()
    assert after == replace(state, failures=1)
    assert stored_titles(archive) == ["Naslov"]


def test_many_threads_write_and_none_is_refused(store: SqlStore, archive: SqlArchive) -> None:
    feeds = [make.feed(id=f"f{n}", outlet=make.outlet(id=f"o{n}")) for n in range(20)]
    polls = [make.poll(make.item(f"Naslov {n}", of=feed), of=feed) for n, feed in enumerate(feeds)]
    threads = [
        threading.Thread(target=store.record, args=(poll, feed))
        for poll, feed in zip(polls, feeds, strict=True)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(stored_titles(archive)) == 20


def test_polls_that_edit_the_same_words_into_items_at_once_do_not_wait_for_each_other_for_ever(
    postgres_url: str, request: pytest.FixtureRequest
) -> None:
    databases = [Database(postgres_url) for _ in range(3)]
    for one in databases:
        request.addfinalizer(one.close)
    faults: list[StorageError] = []

    def edited(name: str, *titles: str) -> tuple[Poll, Feed]:
        feed = make.feed(id=name, outlet=make.outlet(id=name, homepage=f"https://{name}.example/"))
        items = [make.item(f"{name} {n}", of=feed) for n in range(len(titles))]
        SqlStore(databases[0]).record(make.poll(*items, of=feed), feed)
        rows = SqlArchive(databases[0]).items(Filters(outlets=(name,)), 9).rows
        numbers = sorted(row.item_id for row in rows)
        held.append(numbers[-1])
        edits = tuple(
            EditedItem(number, 2, replace(item, title=title, content_hash=title), ())
            for number, item, title in zip(numbers, items, titles, strict=True)
        )
        return make.poll(of=feed, at=make.NOW + timedelta(hours=1), edited=edits), feed

    def record(database: Database, poll: Poll, feed: Feed) -> None:
        try:
            SqlStore(database).record(poll, feed)
        except StorageError as fault:
            faults.append(fault)

    held: list[int] = []
    polls = edited("prvi", "zvezda", "avala"), edited("drugi", "avala", "zvezda")
    threads = [
        threading.Thread(target=record, args=(database, *poll))
        for database, poll in zip(databases[1:], polls, strict=True)
    ]
    with databases[0].writing() as connection:  # each waits here with its first word
        last_ones = tables.item.c.id.in_(held)
        connection.execute(sa.select(tables.item).where(last_ones).with_for_update())
        for thread in threads:
            thread.start()
            thread.join(timeout=1)
    for thread in threads:
        thread.join(timeout=30)

    assert faults == []
    assert len(SqlArchive(databases[0]).items(Filters(query="avala"), 9).rows) == 2


def test_an_item_that_breaks_leaves_nothing_of_its_poll(
    store: SqlStore, archive: SqlArchive
) -> None:
    broken = replace(make.item("Naslov dva"), published_at=make.NOW.replace(tzinfo=None))

    with pytest.raises(StorageError):
        store.record(make.poll(make.item("Naslov jedan"), broken), make.feed())

    assert stored_titles(archive) == []
    assert store.states(["primer-vesti"]) == {}


def test_polls_that_changed_nothing_are_stored_together(
    store: SqlStore, archive: SqlArchive
) -> None:
    first = make.feed()
    second = make.feed(id="drugi-vesti", outlet=make.outlet(id="drugi", name="Drugi"))
    store.record(make.poll(make.item("Naslov")), first)
    at = make.NOW + timedelta(hours=1)
    polls = [make.poll(of=feed, at=at) for feed in (first, second)]

    store.record_unchanged(list(zip(polls, (first, second), strict=True)))

    assert store.states([first.id, second.id]) == {poll.state.feed_id: poll.state for poll in polls}
    assert archive.events(Window(at, at + timedelta(1))) == [poll.event for poll in polls]
    assert stored_titles(archive) == ["Naslov"]


def test_feeds_that_have_moved_are_told_from_those_that_have_not(store: SqlStore) -> None:
    feeds = [make.feed(id=f"primer-{n}", url=f"https://primer.example/{n}") for n in range(3)]
    for one in feeds:
        poll = make.poll()
        address = "https://drugi.example/rss" if one.id == "primer-1" else ""
        state = replace(poll.state, feed_id=one.id, address=address, listed_url=one.url)
        event = replace(poll.event, feed_id=one.id)
        store.record(replace(poll, event=event, state=state), one)

    assert store.moved() == store.states(["primer-1"])


@pytest.mark.parametrize(
    "title", ["a\tb", "\\N", "\\.", "a\\", "{NULL,\"'}", "'x':1", "a\nb\r\n\\.\n"]
)
def test_no_text_is_read_as_a_sign_of_the_database(
    store: SqlStore, archive: SqlArchive, title: str
) -> None:
    item = replace(make.item("Naslov"), title=title)

    store.record(make.poll(item), make.feed())

    assert stored_titles(archive) == [title]
