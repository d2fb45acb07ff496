"""Reading only what is new gives what reading the whole gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import make
from monitor.adapters.parse import worker
from monitor.adapters.parse.feeds import disarm
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, Feed, FeedType
from monitor.domain.identity import Sorted
from monitor.domain.item import KnownItem, ParsedFeed
from monitor.domain.memory import Memory, pack, unpack
from monitor.domain.skim import cut
from monitor.services.reading import DocumentReader, Reading
from support.feed_documents import ALBANIAN, CYRILLIC, SERBIAN, atom, many, news_sitemap, rdf, rss

FEED = make.feed()
WRITERS: dict[str, Callable[[Sequence[str]], str]] = {
    "rss": rss,
    "rdf": rdf,
    "atom": atom,
    "atom 0.3": lambda titles: atom(titles, version="0.3"),
    "sitemap": news_sitemap,
}


@pytest.fixture(autouse=True, scope="module")
def _disarmed() -> None:
    disarm()


@dataclass
class Here:
    """The parser without its processes; remembers how many bytes it was given."""

    given: list[int] = field(default_factory=list)

    def parse(self, document: Document, feed_type: FeedType) -> ParsedFeed:
        self.given.append(len(document.body))
        return worker.read(document, feed_type)


@dataclass
class Shelf:
    """As much of a store as reading needs; `forgets` makes it remember no entry."""

    forgets: bool = False
    items: dict[int, KnownItem] = field(default_factory=dict)
    remembered: bytes = b""

    def known(self, outlet_id: str, keys: Sequence[str]) -> Mapping[str, KnownItem]:
        del outlet_id
        owners = {key: item for item in self.items.values() for key in item.keys}
        return {key: owners[key] for key in keys if key in owners}

    def memory(self, feed_id: str) -> Memory:
        del feed_id
        return Memory() if self.forgets else unpack(self.remembered)

    def keep(self, found: Sorted, memory: Memory | None) -> None:
        for item in found.new:
            number = len(self.items)
            self.items[number] = KnownItem(number, item.keys, item.content_hash, 1, item.feed_id)
        for edit in found.edited:
            old = self.items[edit.item_id]
            self.items[edit.item_id] = replace(
                old, content_hash=edit.item.content_hash, versions=edit.version
            )
        for number, keys in found.learned_keys:
            old = self.items[number]
            self.items[number] = replace(old, keys=(*old.keys, *keys))
        if memory is not None:
            self.remembered = pack(memory)


@dataclass
class Reader:
    """One way of reading a feed's documents, one after another."""

    feed: Feed = FEED
    shelf: Shelf = field(default_factory=Shelf)
    parser: Here = field(default_factory=Here)

    def read(self, body: bytes, charset: str = "") -> Reading | str:
        document = Document(self.feed.url, body, charset=charset)
        reader = DocumentReader(self.parser, self.shelf)  # type: ignore[arg-type] # what it needs
        try:
            reading = reader.read(self.feed, document, make.NOW)
        except ParseError as error:
            return error.reason
        self.shelf.keep(reading.found, reading.memory)
        return reading


def told(reading: Reading | str) -> object:
    """What must be the same, however it was read."""
    if isinstance(reading, str):
        return reading
    found = reading.found
    skips = sorted(reading.skips)
    return found.new, found.edited, found.known_count, found.learned_keys, skips


def same(bodies: Iterable[bytes], feed: Feed = FEED) -> Reader:
    """Read documents both ways, compare, and return the reader that skims."""
    skims, whole = Reader(feed), Reader(feed, Shelf(forgets=True))
    for body in bodies:
        assert told(skims.read(body)) == told(whole.read(body))
        assert skims.shelf.items == whole.shelf.items
    return skims


def entry(guid: int, link: int, title: int, mark: str) -> str:
    name = f"<guid>{guid}</guid>" if guid else ""
    where = f"<link>https://primer.example/vest/{link}</link>" if link else ""
    return f"<item>{name}{where}<title>{escape(SERBIAN[title])}</title>{mark}</item>"


ENTRIES = st.builds(
    entry,
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 4),
    st.sampled_from(
        [
            "",
            "<slash:comments>3</slash:comments>",
            "<description><![CDATA[<p>jedan</p>]]></description>",
            "<description><![CDATA[ </item> ]]></description>",
            "<!-- <item> -->",
            "<description>R&D &nbsp;</description>",
            "<pubDate>Mon, 23 Nov 2026 07:00:00 +0100</pubDate>",
        ]
    ),
)
DOCUMENTS = st.lists(
    st.tuples(
        st.lists(ENTRIES, max_size=6),
        st.sampled_from(["", "<language>sr</language>", "<!-- <item> -->", "<ttl>60</ttl>"]),
        st.sampled_from(["", "<item/>", "<textInput><title>t</title></textInput>", "</rss>"]),
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=150, deadline=timedelta(seconds=5))
@given(DOCUMENTS)
def test_any_run_of_documents_reads_the_same_both_ways(
    documents: list[tuple[list[str], str, str]],
) -> None:
    space = 'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    same(
        f'<rss version="2.0" {space}><channel>{head}{"".join(items)}{tail}</channel></rss>'.encode()
        for items, head, tail in documents
    )


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("words", [SERBIAN, CYRILLIC, ALBANIAN], ids=["latin", "cyrillic", "sq"])
def test_one_new_entry_costs_no_more_than_itself(kind: str, words: Sequence[str]) -> None:
    titles = many(words, 50)
    feed = make.feed(type=FeedType.NEWS_SITEMAP if kind == "sitemap" else FeedType.FEED)
    write = WRITERS[kind]

    reader = same([write(titles[:49]).encode(), write(titles).encode()], feed)

    first, second = reader.parser.given
    assert second < first / 8


@pytest.mark.parametrize("encoding", ["windows-1250", "iso8859-2"])
def test_a_small_rest_is_read_in_the_encoding_of_the_whole(encoding: str) -> None:
    titles = many(SERBIAN, 50)

    reader = same([rss(titles[:49]).encode(encoding), rss(titles).encode(encoding)])

    assert len(reader.parser.given) == 2
    assert reader.parser.given[1] < reader.parser.given[0] / 8


def test_a_clock_in_the_head_costs_no_parsing() -> None:
    pages = [rss(SERBIAN, head=f"<lastBuildDate>{n}</lastBuildDate>").encode() for n in range(3)]

    assert len(same(pages).parser.given) == 1


def test_an_entry_that_bears_a_known_name_is_read_with_all_the_others() -> None:
    one = "<item><guid>1</guid><title>Prvi</title></item>"
    other = "<item><guid>1</guid><title>Drugi</title></item>"
    two = "<item><guid>2</guid><title>Treći</title></item>"

    reader = same(
        f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
        for items in (one + two, one + two + other, other + one + two, one + two)
    )

    assert len(reader.shelf.items) == 2


@pytest.mark.parametrize(
    "items",
    [
        "<item><title>a</title>",
        "<item/><item><title>a</title></item>",
        "<item><item><title>a</title></item></item>",
        "<item><title><![CDATA[ </item> ]]></title></item>",
        "<!-- <item><title>a</title></item> -->",
        "<item><title>a</title></item>" * 2,
        "".join(f"<item><title>{n}</title></item>" for n in range(1001)),
    ],
)
def test_what_may_be_cut_wrongly_is_not_cut(items: str) -> None:
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()

    assert cut(Document(FEED.url, body), FEED) is None


def test_another_namespace_or_time_zone_makes_every_entry_new_to_look_at() -> None:
    body = rss(SERBIAN)
    digests = [
        {block.digest for block in pieces.blocks}
        for text, feed in (
            (body, FEED),
            (body.replace("<rss ", '<rss xmlns:x="urn:x" '), FEED),
            (body, make.feed(timezone="Europe/Tirane")),
            (body, make.feed(outlet=make.outlet(id="drugi"))),
        )
        if (pieces := cut(Document(FEED.url, text.encode()), feed))
    ]

    assert len(digests) == 4
    assert len(set.union(*digests)) == 4 * len(SERBIAN)


@given(
    st.dictionaries(
        st.binary(min_size=8, max_size=8),
        st.lists(st.sampled_from("glat"), max_size=3).map(
            lambda kinds: tuple(f"{kind}:{n:032x}" for n, kind in enumerate(kinds))
        ),
        max_size=5,
    ),
    st.integers(0, 21_600),
)
def test_memory_is_the_same_after_packing(keys: dict[bytes, tuple[str, ...]], wish_s: int) -> None:
    memory = Memory(keys, "utf-8", wish_s)

    assert unpack(pack(memory)) == memory


@given(st.binary(max_size=200))
def test_damaged_memory_is_no_fault(packed: bytes) -> None:
    assert isinstance(unpack(packed), Memory)
