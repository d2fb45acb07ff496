import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.parse.jsonfeed import read_json_feed
from monitor.adapters.parse.worker import read
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import Entry
from support.feed_documents import SERBIAN, many

VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: object, **fields: object) -> str:
    return json.dumps({"version": VERSION, "title": "P", "items": items, **fields})


def test_a_json_feed_is_read() -> None:
    items = [
        {"id": i, "url": f"https://primer.example/{i}", "title": title, "content_html": "<p>a</p>b"}
        for i, title in enumerate(many(SERBIAN, 50))
    ]
    body = b"\xef\xbb\xbf" + feed(*items, language="sr-Latn").encode()

    parsed = read(Document("https://primer.example/feed.json", body), FeedType.FEED)

    assert [entry.title for entry in parsed.entries] == many(SERBIAN, 50)
    assert parsed.entries[7].guid == "7"
    assert parsed.entries[7].summary == "a b"
    assert parsed.language == "sr-Latn"


def test_every_field_has_its_place() -> None:
    item = {
        "id": "x",
        "external_url": "https://primer.example/x",
        "title": "5 < 7 &amp;",
        "summary": "Uvod",
        "content_text": "Ceo tekst",
        "date_published": "2026-11-23T07:00:00+01:00",
        "language": "bs",
    }

    (entry,) = read_json_feed(feed(item)).entries

    assert entry == Entry(
        guid="x",
        link="https://primer.example/x",
        title="5 < 7 &amp;",
        summary="Uvod",
        text="Ceo tekst",
        published_raw="2026-11-23T07:00:00+01:00",
        language="bs",
    )


def test_entries_that_are_dropped_are_counted() -> None:
    items = [{"title": "t"}] * 999 + ["not an item"] * 3

    parsed = read_json_feed(feed(*items))

    assert len(parsed.entries) == 999
    assert parsed.dropped == (("too_many", 2), ("malformed_entry", 1))


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"version": 1}', '{"version": "1.0", "items": []}', "[" * 100_000, "[1]"]
)
def test_other_json_is_unsupported(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_json_feed(text)

    assert caught.value.reason == "unsupported_format"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["id", "url", "title", "content_html", "summary"]), JSON))
def test_any_item_is_read(item: dict[str, object]) -> None:
    assert len(read_json_feed(feed(item)).entries) == 1
