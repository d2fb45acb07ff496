import pytest

from monitor.adapters.site import MAX_LINKS, Sites
from monitor.domain.discovery import How
from monitor.domain.feed import Document

HOME = "https://primer.example/naslovna/"


def page(html: str) -> Document:
    return Document(HOME, html.encode(), "text/html")


def found(html: str) -> list[tuple[str, How]]:
    return [(link.url, link.how) for link in Sites().links(page(html))]


@pytest.mark.parametrize(
    ("tag", "url"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/rss">', "https://primer.example/rss"),
        ("<LINK HREF='vesti.xml' TYPE='Application/Atom+XML' REL='Alternate home'>",
         "https://primer.example/naslovna/vesti.xml"),
        ("<link rel=alternate type='application/feed+json' href='//b.example/f?a=1&amp;b=2'/>",
         "https://b.example/f?a=1&b=2"),
        ("<link rel='feed' href='/f'>", "https://primer.example/f"),
        ("<link rel='alternate'\n type='application/json'\n href='/feed.json'>",
         "https://primer.example/feed.json"),
    ],
)  # fmt: skip
def test_an_announced_feed_is_found_however_it_is_written(tag: str, url: str) -> None:
    assert found(f"<html><head>{tag}</head></html>") == [(url, How.ANNOUNCED)]


@pytest.mark.parametrize(
    "tag",
    [
        "<link rel='stylesheet' type='text/css' href='/rss.css'>",
        "<link rel='alternate' hreflang='en' type='application/rss+xml' href='/en'>",
        "<link rel='alternate' type='application/json' href='/wp-json/wp/v2/pages/7'>",
        "<link rel='alternate' type='application/rss+xml' href='javascript:alert(1)'>",
        "<link rel='alternate' type='application/rss+xml'>",
        "<a href='/pressa/feeding'>x</a>",
        "<a href='mailto:rss@primer.example'>x</a>",
        "<link",
    ],
)
def test_what_is_no_feed_is_not_taken_for_one(tag: str) -> None:
    assert found(tag) == []


def test_links_that_look_like_feeds_come_after_what_is_announced() -> None:
    html = """<base href="https://cdn.example/x/">
      <a title=" Sve   vesti " href="rss/sve">x</a> <a href="?format=feed">y</a>
      <link rel="alternate" type="application/rss+xml" title="Glavni" href="main">"""

    links = Sites().links(page(html))

    assert [(link.url, link.how, link.title) for link in links] == [
        ("https://cdn.example/x/main", How.ANNOUNCED, "Glavni"),
        ("https://cdn.example/x/rss/sve", How.LINKED, "Sve vesti"),
        ("https://cdn.example/x/?format=feed", How.LINKED, ""),
    ]


@pytest.mark.parametrize(
    "html",
    ["<!--" * 250_000, "<a " * 350_000, "<" * 1_000_000, "<a href=/rss>" * 80_000,
     "<a " + "x='" * 300_000, "<link " + "a=b " * 900 + ">"],
    ids=["comments", "open tags", "brackets", "links", "quotes", "attributes"],
)  # fmt: skip
def test_a_hostile_page_is_read_within_bounds(html: str) -> None:
    assert len(found(html)) <= MAX_LINKS


def robots(text: str) -> Document:
    return Document("https://primer.example/robots.txt", text.encode())


def test_robots_speak_to_us_by_name_or_to_all() -> None:
    all_out = Sites().rules(robots("\ufeffUser-agent: *\r\nDisallow: /\r\n"))
    ours = Sites().rules(
        robots(
            "User-agent: western-balkans-narrative-monitor\nDisallow: /tajno\nCrawl-delay: 7\n\n"
            "User-agent: *\nDisallow: /\n"
        )
    )

    assert not all_out.allows(HOME)
    assert ours.allows(HOME)
    assert not ours.allows("https://primer.example/tajno/rss")
    assert ours.delay.total_seconds() == 7


def test_a_site_without_robots_or_with_a_page_in_their_place_minds_nobody() -> None:
    for document in (None, robots("<html><body>404</body></html>"), robots("")):
        rules = Sites().rules(document)

        assert rules.allows(HOME)
        assert (rules.sitemaps, rules.delay.total_seconds()) == ((), 0)


def test_robots_name_sitemaps_and_an_index_more_of_them_news_first() -> None:
    rules = Sites().rules(robots("Sitemap: /mapa.xml\nSitemap: javascript:x\n"))
    index = """<sitemapindex><sitemap><loc> https://primer.example/a.xml </loc></sitemap>
      <sitemap><loc><![CDATA[https://primer.example/news.xml]]></loc></sitemap></sitemapindex>"""

    assert rules.sitemaps == ("https://primer.example/mapa.xml",)
    assert Sites().sitemaps(page(index)) == [
        "https://primer.example/news.xml", "https://primer.example/a.xml",
    ]  # fmt: skip
    assert not Sites().sitemaps(page("<urlset><loc>https://primer.example/a</loc></urlset>"))
