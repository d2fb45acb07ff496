import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.parse.worker import read
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import Entry, ParsedFeed
from support.feed_documents import (
    ALBANIAN,
    CYRILLIC,
    SERBIAN,
    atom,
    cdf,
    declared,
    many,
    rdf,
    rss,
    rss_with,
)

URL = "https://primer.example/rss"


def parsed(body: bytes) -> ParsedFeed:
    return read(Document(URL, body), FeedType.FEED)


def only(item: str) -> Entry:
    (entry,) = parsed(rss_with(item)).entries
    return entry


@pytest.mark.parametrize(
    "document",
    [
        rss(many(SERBIAN, 120)),
        rdf(many(CYRILLIC, 60)),
        atom(many(ALBANIAN, 50)),
        atom(many(SERBIAN, 50), version="0.3"),
        cdf(many(SERBIAN, 10)),
        rss(many(SERBIAN, 3)).replace("2.0", "0.91"),
        rss(many(SERBIAN, 3)).replace(' version="2.0"', ""),
    ],
    ids=["rss", "rdf", "atom", "atom03", "cdf", "rss091", "rss-unversioned"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_titles_and_links_are_those_that_feedparser_sees(document: str, encoding: str) -> None:
    body = declared(document, encoding)
    expected = feedparser.parse(declared(document, "utf-8")).entries

    entries = parsed(body).entries

    assert expected
    assert [entry.title for entry in entries] == [entry.title for entry in expected]
    assert [entry.link for entry in entries] == [entry.link for entry in expected]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("5 &lt; 7 i 7 &gt; 5", "5 < 7 i 7 > 5"),
        ("{{7*7}} ${x} ]]&gt;", "{{7*7}} ${x} ]]>"),
        ("<![CDATA[5 < 7]]>", "5 < 7"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("&lt;img src=x onerror=alert(1)&gt;", "<img src=x onerror=alert(1)>"),
        ("Rekli su &amp;quot;ne&amp;quot; &amp;amp; otišli", 'Rekli su "ne" & otišli'),
        ("<![CDATA[Nova &#8222;faza&#8220; &amp; kraj]]>", "Nova „faza“ & kraj"),
        ("<![CDATA[<b>Hitno:</b> sneg <br/>u maju]]>", "Hitno: sneg u maju"),
        ("  Dva  razmaka\n i red ", "Dva  razmaka i red"),
        ("R&amp;D &amp; AT&amp;T", "R&D & AT&T"),
        ("a\u200bb\u00adc \u202ed", "a\u200bb\u00adc \u202ed"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_a_title_keeps_its_letters_and_loses_its_markup(written: str, title: str) -> None:
    assert only(f"<title>{written}</title>").title == title


def test_running_text_is_freed_of_markup_scripts_and_styles() -> None:
    html = (
        "<p>Prvi red.</p><p>Drugi&nbsp;red &amp;amp; kraj</p><script>x()</script>"
        "<style>p{}</style><ul><li>jedan</li><li>dva</li></ul><img src='a.png' alt='slika'>"
    )

    entry = only(f"<title>t</title><description><![CDATA[{html}]]></description>")

    assert entry.summary == "Prvi red. Drugi red &amp; kraj jedan dva"


def test_full_text_is_kept_beside_the_summary() -> None:
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    text = "<content:encoded><![CDATA[<p>Ceo <b>tekst</b></p>]]></content:encoded>"
    both = rss(["t"], extra=f"<description>Uvod</description>{text}")
    alone = rss(["t"], extra=text)

    with_both = parsed(declared(both.replace("<rss", f"<rss {space}"), "utf-8")).entries[0]
    with_one = parsed(declared(alone.replace("<rss", f"<rss {space}"), "utf-8")).entries[0]

    assert (with_both.summary, with_both.text) == ("Uvod", "Ceo tekst")
    assert (with_one.summary, with_one.text) == ("Ceo tekst", "")


def test_fields_are_bounded() -> None:
    long = "č" * 100_000
    item = (
        f"<title>{long}</title><description>{long}</description><guid>{long}</guid>"
        f"<pubDate>{long}</pubDate><link>https://primer.example/{long}</link>"
    )

    feed = parsed(rss_with(item))

    entry = feed.entries[0]
    assert (len(entry.title), len(entry.summary), entry.link) == (1000, 32_000, "")
    assert len(entry.guid) < 100
    assert len(entry.published_raw) <= 200
    assert "link_too_long:1" in feed.notes


@pytest.mark.parametrize("item", ["<item/>", "<item><title>t</title></item>", "<item >\n</item>"])
def test_of_too_many_entries_the_first_thousand_are_read_and_the_rest_counted(item: str) -> None:
    body = f'<rss version="2.0"><channel>{item * 1500}</channel></rss>'.encode()

    feed = parsed(body)

    assert len(feed.entries) == 1000
    assert feed.dropped == (("too_many", 500),)
    assert feed.notes == ()


def test_items_named_in_comments_and_cdata_are_not_counted() -> None:
    talk = "<![CDATA[" + "<item>" * 2000 + "]]>"
    feed = parsed(rss_with(f"<!-- {'<item>' * 2000} --><title>t</title><author>{talk}</author>"))

    assert [entry.title for entry in feed.entries] == ["t"]
    assert feed.dropped == ()


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("</channel></rss>", ""),
        ("<item>", "<item><x>&nbsp;</x>"),
        ("<item>", "<item><x>Rock & roll</x>"),
        ("</item></channel>", "</item><item><title>pola"),
        ("<rss", "PHP Notice: x\n<rss"),
    ],
)
def test_good_items_of_a_broken_document_are_kept(whole: str, broken: str) -> None:
    document = rss(many(SERBIAN, 5)).replace(whole, broken, 1)

    feed = parsed(document.encode())

    assert [entry.title for entry in feed.entries[:5]] == many(SERBIAN, 5)
    assert "malformed" in feed.notes


def test_what_the_feed_says_of_itself_is_kept() -> None:
    space = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    period = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    head = "<language>sr-RS</language>"

    by_ttl = parsed(rss(["t"], head=head + "<ttl>45</ttl>").encode())
    by_period = parsed(rss(["t"], head=head + period).replace("<rss", f"<rss {space}").encode())
    absurd = parsed(rss(["t"], head="<ttl>999999</ttl>").encode())

    assert (by_ttl.language, by_ttl.min_interval_s) == ("sr-RS", 45 * 60)
    assert by_period.min_interval_s == 30 * 60
    assert absurd.min_interval_s == 6 * 3600


def test_relative_links_are_resolved_and_hostile_ones_left_to_the_domain() -> None:
    assert only("<title>t</title><link>/vest/1</link>").link == "https://primer.example/vest/1"
    assert only("<title>t</title><link>javascript:x</link>").link == "javascript:x"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty_body"),
        (b" \n\t", "empty_body"),
        (b"\0\0", "empty_body"),
        (b"<html><title>Login</title></html>", "not_a_feed"),
        (b"plain words", "not_a_feed"),
        (b'{"error": 403}', "unsupported_format"),
        (b"[1, 2]", "unsupported_format"),
        (b"<opml version='2.0'><body/></opml>", "unsupported_format"),
        (b"<urlset><url><loc>https://a.example/1</loc></url></urlset>", "unsupported_format"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parsed(body)

    assert caught.value.reason == reason


def test_an_empty_feed_is_a_feed() -> None:
    assert parsed(b'<rss version="2.0"><channel><title>t</title></channel></rss>').entries == ()


@given(
    st.lists(
        st.sampled_from(
            [
                "<item>",
                "</item>",
                "<title>",
                "</title>",
                "<![CDATA[",
                "]]>",
                "&",
                "&#x1;",
                "&lt;",
                "<link>",
                "</link>",
                "č",
                "ж",
                "<b>",
                "<!--",
                "-->",
                "\x93",
                "<description>",
                "<",
                "&nbsp;",
            ]
        ),
        max_size=40,
    )
)
def test_any_soup_of_tags_is_read_or_refused(parts: list[str]) -> None:
    body = f'<rss version="2.0"><channel>{"".join(parts)}</channel></rss>'.encode()

    feed = parsed(body)

    assert all(len(entry.title) <= 1000 for entry in feed.entries)
