import pytest

from monitor.adapters.parse.worker import read
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import Entry, ParsedFeed
from support.feed_documents import SERBIAN, declared, many, news_sitemap, rss


def parsed(body: bytes) -> ParsedFeed:
    return read(Document("https://primer.example/news.xml", body), FeedType.NEWS_SITEMAP)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1250", "utf-16"])
def test_a_news_sitemap_is_read(encoding: str) -> None:
    feed = parsed(declared(news_sitemap(many(SERBIAN, 80)), encoding))

    assert [entry.title for entry in feed.entries] == many(SERBIAN, 80)
    assert feed.language == "sr"
    assert feed.dropped == ()
    assert feed.entries[3] == Entry(
        link="https://primer.example/3",
        title=many(SERBIAN, 4)[3],
        published_raw="2026-11-23T07:00:00+01:00",
        language="sr",
    )


def test_addresses_without_news_are_counted() -> None:
    document = news_sitemap(["t"]).replace(
        "</urlset>", "<url><loc>https://primer.example/o-nama</loc></url></urlset>"
    )

    feed = parsed(document.encode())

    assert len(feed.entries) == 1
    assert feed.dropped == (("no_title", 1),)


def test_of_too_many_addresses_the_first_thousand_are_read() -> None:
    feed = parsed(news_sitemap(many(SERBIAN, 1200)).encode())

    assert len(feed.entries) == 1000
    assert feed.dropped == (("too_many", 200),)
    assert feed.notes == ()


@pytest.mark.parametrize("cut", [0, 40])
def test_good_addresses_of_a_broken_sitemap_are_kept(cut: int) -> None:
    document = news_sitemap(["jedan", "dva & po", "tri", "četiri"]).replace("&amp;", "&")

    feed = parsed(document[: len(document) - cut].encode())

    assert [entry.title for entry in feed.entries] == ["jedan", "tri", "četiri"][: 3 - bool(cut)]
    assert feed.dropped == (("malformed_entry", 1 + bool(cut)),)
    assert "malformed" in feed.notes


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (rss(["t"]).encode(), "unsupported_format"),
        (b"<sitemapindex><sitemap/></sitemapindex>", "unsupported_format"),
        (b"<html></html>", "not_a_feed"),
        (b'<!DOCTYPE u [<!ENTITY a "b">]><urlset/>', "dtd_refused"),
        (b"{}", "not_a_feed"),
    ],
)
def test_what_is_no_news_sitemap_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parsed(body)

    assert caught.value.reason == reason
