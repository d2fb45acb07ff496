import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

import make
from fakes import FakeClock
from monitor.adapters.parse import FeedParser
from monitor.adapters.site import Sites
from monitor.domain.discovery import Discovery, How
from monitor.domain.errors import ConfigError
from monitor.domain.feed import FeedType
from monitor.services.discover import Discover
from support.feed_documents import rss
from support.fetching import fetcher, guarded
from support.network import StubNetwork
from support.raw_server import Answer, RawServer, redirect, reply

MISSING = reply(b"gone fishing", status="404 Not Found")
HTML = "Content-Type: text/html; charset=utf-8"
DATED = (
    b"<rss version='2.0'><channel><language>sr</language>"
    b"<item><title>Stara vest</title><link>/1</link><pubDate>Mon, 16 Nov 2026 08:00:00 +0100"
    b"</pubDate></item><item><title>Nova vest</title><link>/2</link>"
    b"<pubDate>Sun, 22 Nov 2026 21:30:00 +0100</pubDate></item></channel></rss>"
)
NEWS = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    b' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://x.example/1'
    b"</loc><news:news><news:publication_date>2026-11-20</news:publication_date>"
    b"<news:title>Naslov</news:title></news:news></url></urlset>"
)


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(workers=1) as one:
        yield one


def page(*tags: str) -> bytes:
    return reply("".join(("<html><title>Primer</title>", *tags)).encode(), HTML)


def announce(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="Vesti" href="{href}">'


def discover(
    parser: FeedParser,
    answers: Mapping[str, Answer],
    path: str = "/",
    clock: FakeClock | None = None,
) -> tuple[Discovery, list[str]]:
    """Return what was found and the paths that were asked for."""
    with RawServer({"*": MISSING} | dict(answers)) as server:
        service = Discover(fetcher(), parser, Sites(), clock or FakeClock())
        listed = [make.feed(url=server.url("/rss"))]
        found = service.discover(server.url(path), listed)
        return found, [line.split(b" ")[1].decode() for line in server.requests]


def urls(found: Discovery) -> list[tuple[str, How]]:
    return [(re.sub(r"^http://[^/]+", "", one.url), one.link.how) for one in found.found]


def test_an_announced_feed_is_fetched_counted_and_dated(parser: FeedParser) -> None:
    found, asked = discover(parser, {"/": page(announce("/glavni")), "/glavni": reply(DATED)})

    (one,) = found.found
    assert urls(found) == [("/glavni", How.ANNOUNCED)]
    assert (one.entries, one.language, one.link.title) == (2, "sr", "Vesti")
    assert one.newest_at == datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    assert asked[:3] == ["/robots.txt", "/", "/glavni"]
    assert found.requests == len(asked)


def test_common_places_are_tried_and_one_feed_is_shown_once(parser: FeedParser) -> None:
    feed = reply(rss(["Jedna vest"]).encode())
    answers = {"/": page(), "/rss": feed, "/feed": redirect("/feed/"), "/feed/": feed}

    found, _ = discover(parser, answers)

    assert urls(found) == [("/rss", How.GUESSED)]
    assert found.found[0].listed == "primer-vesti"


def test_the_address_may_be_a_feed_itself(parser: FeedParser) -> None:
    found, asked = discover(parser, {"/vesti": reply(DATED)}, "/vesti")

    assert urls(found) == [("/vesti", How.GIVEN)]
    assert asked == ["/robots.txt", "/vesti"]


def test_sitemaps_that_robots_name_are_kept_where_they_carry_news(parser: FeedParser) -> None:
    index = b"<sitemapindex><sitemap><loc>%s</loc></sitemap></sitemapindex>"
    plain = b"<urlset><url><loc>https://x.example/</loc></url></urlset>"
    answers: dict[str, Answer] = {
        "/": page(),
        "/robots.txt": reply(b"Sitemap: /plain.xml\nSitemap: /index.xml\nSitemap: /vesti.xml\n"),
        "/plain.xml": reply(plain),
        "/vesti.xml": reply(NEWS),
        "/news-2.xml": reply(NEWS),
        "/index.xml": lambda request: [
            reply(index % (b"http://" + _host(request) + b"/news-2.xml"))
        ],
    }

    found, _ = discover(parser, answers)

    assert urls(found) == [("/news-2.xml", How.SITEMAP), ("/vesti.xml", How.SITEMAP)]
    assert {one.type for one in found.found} == {FeedType.NEWS_SITEMAP}


def _host(request: bytes) -> bytes:
    found = re.search(rb"(?i)\r\nhost: *(\S+)", request)
    return found[1] if found else b""


def test_robots_are_honoured_for_pages_and_guesses(parser: FeedParser) -> None:
    answers = {"/robots.txt": reply(b"User-agent: *\nDisallow: /\n"), "/": page(announce("/rss"))}

    found, asked = discover(parser, answers)

    assert asked == ["/robots.txt"]
    assert not found.found
    assert any("robots.txt" in text for text in found.notes)


def test_a_feed_address_and_what_is_announced_may_be_fetched_all_the_same(
    parser: FeedParser,
) -> None:
    kept_out = reply(b"User-agent: *\nDisallow: /rss\nDisallow: /feed\n")
    feed = reply(DATED)

    given, _ = discover(parser, {"/robots.txt": kept_out, "/rss": feed}, "/rss")
    announced, asked = discover(
        parser, {"/robots.txt": kept_out, "/": page(announce("/feed/x")), "/feed/x": feed}
    )

    assert urls(given) == [("/rss", How.GIVEN)]
    assert urls(announced) == [("/feed/x", How.ANNOUNCED)]
    assert "/feed" not in asked


def test_robots_that_cannot_be_read_keep_us_out(parser: FeedParser) -> None:
    answers = {"/robots.txt": reply(status="503 Unavailable"), "/": page(announce("/rss"))}

    found, asked = discover(parser, answers)

    assert asked == ["/robots.txt"]
    assert found.reached_nothing
    assert [(one.reason, "robots.txt" in one.detail) for one in found.missed] == [
        ("server_error", True)
    ]


def test_an_announced_feed_that_fails_is_named_and_stops_no_other(parser: FeedParser) -> None:
    answers = {
        "/": page(
            announce("/broken"), announce("javascript:x"), announce("/empty"), announce("/a")
        ),
        "/broken": reply(status="500 Oops"),
        "/empty": reply(b"<html><title>Nista</title></html>"),
        "/a": reply(DATED),
    }

    found, _ = discover(parser, answers)

    assert urls(found) == [("/a", How.ANNOUNCED)]
    assert [one.reason for one in found.missed] == ["server_error", "not_a_feed"]


def test_requests_to_a_host_are_a_second_apart_and_bounded(parser: FeedParser) -> None:
    clock = FakeClock()
    begun = clock.now()
    links = [announce(f"/f{n}") for n in range(200)]

    found, asked = discover(parser, {"/": page(*links)}, clock=clock)

    assert len(asked) == found.requests <= 40
    assert clock.now() - begun >= (found.requests - 1) * timedelta(seconds=1)


def test_a_site_may_ask_for_more_time_and_is_not_guessed_at_then(parser: FeedParser) -> None:
    clock = FakeClock()
    begun = clock.now()
    slow = reply(b"User-agent: *\nCrawl-delay: 10\n")
    answers = {"/robots.txt": slow, "/": page(announce("/a")), "/a": reply(DATED)}

    found, asked = discover(parser, answers, clock=clock)

    assert asked == ["/robots.txt", "/", "/a"]
    assert clock.now() - begun >= (found.requests - 1) * timedelta(seconds=10)


def test_nothing_private_is_visited_by_link_or_redirect(parser: FeedParser) -> None:
    with RawServer({"*": reply(DATED)}) as inside:
        answers: dict[str, Answer] = {
            "*": MISSING,
            "/": page(announce(inside.url("/rss")), announce("/away")),
            "/away": redirect(inside.url("/rss")),
        }
        with RawServer(answers) as outside:
            stub = StubNetwork(
                {"primer.example": ["93.184.216.34"]}, {"93.184.216.34": outside.port}
            )
            service = Discover(guarded(stub), parser, Sites(), FakeClock())

            found = service.discover("http://primer.example/")
            refused = service.discover(inside.url("/"))

        assert inside.connections == 0
    assert not found.found
    assert {one.reason for one in found.missed} <= {"blocked_address", "bad_redirect"}
    assert [one.reason for one in refused.missed] == ["blocked_address"]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://x.example/", "http://"])
def test_what_is_no_address_is_wrong_usage(parser: FeedParser, url: str) -> None:
    with pytest.raises(ConfigError, match="is not an http or https address"):
        Discover(fetcher(), parser, Sites(), FakeClock()).discover(url)
