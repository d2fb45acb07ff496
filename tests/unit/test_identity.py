from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from make import feed, outlet
from monitor.domain.feed import Feed
from monitor.domain.identity import MAX_KEYS, Sorted, content_hash, keys_of, sort_out
from monitor.domain.item import Item, KnownItem
from monitor.domain.polling import MAX_VERSIONS

SITE = "https://primer.example"


def item(title: str = "Naslov", *, guid: str = "", path: str = "", of: Feed | None = None) -> Item:
    source = of or feed()
    url = SITE + path if path else ""
    return Item(
        keys=keys_of(source, guid, url, title, None),
        feed_id=source.id,
        outlet_id=source.outlet.id,
        country=source.outlet.country,
        url=url,
        title=title,
        summary="",
        text="",
        lang="sr-Latn",
        published_at=None,
        published_raw="",
        content_hash=content_hash(title, "", ""),
    )


class Shelf:
    """A store of items in memory, which keeps what `sort_out` decides."""

    def __init__(self) -> None:
        self.items: dict[int, KnownItem] = {}

    def poll(self, *items: Item) -> Sorted:
        found = sort_out(items, self.known(items))
        for new in found.new:
            number = len(self.items) + 1
            self.items[number] = KnownItem(number, new.keys, new.content_hash, 1, new.feed_id)
        for edit in found.edited:
            self.items[edit.item_id] = replace(
                self.items[edit.item_id],
                content_hash=edit.item.content_hash,
                versions=edit.version,
            )
        for number, keys in found.learned_keys:
            stored = self.items[number]
            self.items[number] = replace(stored, keys=stored.keys + keys)
        return found

    def known(self, items: Iterable[Item]) -> dict[str, KnownItem]:
        wanted = {key for one in items for key in one.keys}
        return {key: one for one in self.items.values() for key in one.keys if key in wanted}


def counts(found: Sorted) -> tuple[int, int, int, tuple[tuple[str, int], ...]]:
    return len(found.new), len(found.edited), found.known_count, found.skips


def test_a_second_poll_of_the_same_document_brings_nothing() -> None:
    shelf = Shelf()
    document = [item(f"t{i}", guid=f"g{i}", path=f"/{i}") for i in range(5)]

    first, second = shelf.poll(*document), shelf.poll(*document)

    assert counts(first) == (5, 0, 0, ())
    assert counts(second) == (0, 0, 5, ())
    assert second.learned_keys == ()


def test_of_one_guid_twice_in_a_document_the_first_wins_and_the_other_is_counted() -> None:
    found = Shelf().poll(item("prvi", guid="1", path="/1"), item("drugi", guid="1", path="/2"))

    assert [one.title for one in found.new] == ["prvi"]
    assert found.skips == (("duplicate", 1),)


def test_guids_that_change_at_every_poll_bring_nothing_new() -> None:
    shelf = Shelf()
    shelf.poll(*(item(f"t{i}", guid=f"a{i}", path=f"/{i}") for i in range(3)))

    found = shelf.poll(*(item(f"t{i}", guid=f"b{i}", path=f"/{i}") for i in range(3)))

    assert counts(found) == (0, 0, 3, ())


def test_an_item_whose_guids_change_does_not_grow_for_ever() -> None:
    shelf = Shelf()

    for i in range(100):
        shelf.poll(item(guid=f"g{i}", path="/1"))

    assert len(shelf.items) == 1
    assert len(shelf.items[1].keys) == MAX_KEYS


def test_changing_guids_without_links_are_known_by_title_and_day() -> None:
    shelf = Shelf()
    shelf.poll(item("a", guid="1"), item("b", guid="2"))

    assert counts(shelf.poll(item("a", guid="3"), item("b", guid="4"))) == (0, 0, 2, ())


def test_an_article_of_two_feeds_of_one_outlet_is_one_item() -> None:
    shelf = Shelf()
    shelf.poll(item("t", guid="1", path="/1"))

    found = shelf.poll(item("t", guid="77", path="/1", of=feed(id="primer-svet")))

    assert counts(found) == (0, 0, 1, ())


def test_two_feeds_with_different_texts_of_one_article_do_not_edit_in_turns() -> None:
    shelf = Shelf()
    shelf.poll(item("kratko", guid="1", path="/1"))

    other = shelf.poll(item("dugo", guid="2", path="/1", of=feed(id="primer-svet")))
    again = shelf.poll(item("kratko", guid="1", path="/1"))

    assert (len(other.edited), len(again.edited)) == (0, 0)


def test_outlets_do_not_share_items() -> None:
    ours = keys_of(feed(), SITE + "/1", SITE + "/1", "t", None)
    theirs = keys_of(feed(outlet=outlet(id="drugi")), SITE + "/1", SITE + "/1", "t", None)

    assert not set(ours) & set(theirs)


def test_an_edited_title_is_a_version_of_the_same_item() -> None:
    shelf = Shelf()
    shelf.poll(item("Naslof", guid="1", path="/1"))

    found = shelf.poll(item("Naslov", guid="1", path="/1"))

    assert counts(found) == (0, 1, 1, ())
    assert (found.edited[0].item_id, found.edited[0].version) == (1, 2)
    assert len(shelf.items) == 1


def test_an_edited_title_is_a_version_where_only_the_link_identifies() -> None:
    shelf = Shelf()
    shelf.poll(item("Naslof", path="/1"))

    assert counts(shelf.poll(item("Naslov", path="/1"))) == (0, 1, 1, ())
    assert counts(shelf.poll(item("Naslov", path="/1"))) == (0, 0, 1, ())


def test_an_item_edited_too_often_is_frozen() -> None:
    shelf = Shelf()

    edits = [len(shelf.poll(item(f"{i} h", guid="1", path="/1")).edited) for i in range(40)]

    assert sum(edits) == MAX_VERSIONS - 1
    assert edits[-1] == 0


def test_different_guids_with_one_link_in_a_document_are_different_items() -> None:
    shelf = Shelf()
    document = [item(f"t{i}", guid=f"g{i}", path="/uzivo") for i in range(3)]

    assert counts(shelf.poll(*document)) == (3, 0, 0, ())
    assert counts(shelf.poll(*document)) == (0, 0, 3, ())
    assert counts(shelf.poll(document[1])) == (0, 0, 1, ())


def test_a_new_entry_with_the_link_of_one_still_there_is_new() -> None:
    shelf = Shelf()
    old = item("t1", guid="g1", path="/uzivo")
    shelf.poll(old)

    found = shelf.poll(item("t2", guid="g2", path="/uzivo"), old)

    assert counts(found) == (1, 0, 1, ())
    assert counts(shelf.poll(item("t2", guid="g2", path="/uzivo"))) == (0, 0, 1, ())


def test_entries_without_guid_and_with_one_link_are_told_apart_by_title() -> None:
    shelf = Shelf()
    document = [item("a", path="/uzivo"), item("b", path="/uzivo"), item("a", path="/uzivo")]

    assert counts(shelf.poll(*document)) == (2, 0, 0, (("duplicate", 1),))
    assert counts(shelf.poll(item("b", path="/uzivo"))) == (0, 0, 1, ())


def test_a_link_to_the_homepage_identifies_nothing() -> None:
    shelf = Shelf()
    document = [item(t, path="/") for t in "abc"]

    assert counts(shelf.poll(*document)) == (3, 0, 0, ())
    assert counts(shelf.poll(*document)) == (0, 0, 3, ())
    assert not any(key.startswith(("l:", "a:")) for one in document for key in one.keys)


def test_the_feeds_own_address_identifies_nothing() -> None:
    here = feed(url=SITE + "/rss", outlet=outlet(homepage=SITE + "/sr/"))

    assert keys_of(here, "", SITE + "/rss", "", None) == ()
    assert keys_of(here, "", SITE + "/sr", "", None) == ()
    assert keys_of(here, SITE, "", "", None) == ()


def test_an_entry_without_guid_link_and_title_has_no_key() -> None:
    assert keys_of(feed(), " ", "", " \n", None) == ()


def test_a_key_is_short_however_long_a_guid_is() -> None:
    keys = keys_of(feed(), "g" * 9000, SITE + "/1", "t", None)

    assert [len(key) for key in keys] == [34, 34]
    assert [key[:2] for key in keys] == ["g:", "l:"]


def test_a_new_item_bears_no_key_of_another() -> None:
    shelf = Shelf()
    shelf.poll(item("a", guid="1", path="/x"))

    found = shelf.poll(item("a", guid="1", path="/x"), item("b", guid="2", path="/x"))

    assert not set(found.new[0].keys) & set(shelf.items[1].keys)


ITEMS = st.builds(
    item,
    st.sampled_from(["a", "b", "c"]),
    guid=st.sampled_from(["", "1", "2", "3"]),
    path=st.sampled_from(["", "/", "/1", "/2"]),
)


@given(st.lists(st.lists(ITEMS, max_size=6), max_size=5))
def test_whatever_comes_every_entry_is_counted_once_and_keys_stay_unique(
    documents: list[Sequence[Item]],
) -> None:
    shelf = Shelf()

    for document in documents:
        found = shelf.poll(*document)
        skipped = sum(count for _, count in found.skips)
        borne = [key for one in shelf.items.values() for key in one.keys]

        assert len(found.new) + found.known_count + skipped == len(document)
        assert all(one.keys for one in found.new)
        assert len(borne) == len(set(borne))


@given(st.lists(ITEMS, max_size=8))
def test_polling_a_document_twice_changes_nothing_the_second_time(document: list[Item]) -> None:
    shelf = Shelf()
    shelf.poll(*document)

    again = shelf.poll(*document)

    assert again.new == ()
