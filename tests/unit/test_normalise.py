from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from make import feed, outlet
from monitor.domain.item import Entry, Item
from monitor.domain.normalise import normalise

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def made(entry: Entry) -> Item:
    item = normalise(entry, feed(), NOW)
    assert isinstance(item, Item)
    return item


def test_an_entry_becomes_an_item() -> None:
    entry = Entry(
        guid="17",
        link="/vest/1?utm_source=rss",
        title="Влада је усвојила закон",
        summary="Увод",
        text="Цео текст",
        published_raw="Mon, 23 Nov 2026 08:05:00",
    )

    item = made(entry)

    assert item.url == "https://primer.example/vest/1"
    assert (item.title, item.summary, item.text) == (entry.title, "Увод", "Цео текст")
    assert item.lang == "sr-Cyrl"
    assert item.published_at == datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
    assert (item.feed_id, item.outlet_id, item.country) == ("primer-vesti", "primer", "RS")


def test_an_entry_that_nothing_identifies_is_refused_with_a_reason() -> None:
    assert normalise(Entry(summary="bez naslova"), feed(), NOW) == "no_identity"


def test_an_absurd_date_is_kept_in_the_feeds_words_only() -> None:
    item = made(Entry(title="t", published_raw="Thu, 01 Jan 1970 00:00:00 GMT"))

    assert item.published_at is None
    assert item.published_raw == "Thu, 01 Jan 1970 00:00:00 GMT"


def test_a_hostile_link_is_no_address() -> None:
    assert made(Entry(title="t", link=" java\tscript:alert(1)")).url == ""


def test_the_entrys_own_language_goes_before_the_feeds() -> None:
    source = feed(outlet=outlet(languages=("sr", "bs", "en")))
    entry = Entry(title="Sarajevo", language="bs")

    item = normalise(entry, source, NOW, feed_language="sr")

    assert isinstance(item, Item)
    assert item.lang == "bs"


def test_other_words_are_another_version() -> None:
    hashes = {
        made(Entry(guid="1", title=title, summary=summary)).content_hash
        for title, summary in [("ab", "c"), ("a", "bc"), ("ab", ""), ("ab", "c")]
    }

    assert len(hashes) == 3


TEXT = st.text(st.characters(), max_size=30)


@given(st.builds(Entry, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT))
def test_any_entry_is_an_item_or_a_reason(entry: Entry) -> None:
    item = normalise(entry, feed(), NOW)

    assert item == "no_identity" or isinstance(item, Item)
