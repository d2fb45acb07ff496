"""Articles on loopback, read where the feed's words leave a narrative open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

import make
from fakes import FakeClock
from monitor import app as wiring
from monitor.adapters.pages.reader import ArticleReader
from monitor.adapters.pages.rows import SqlPages
from monitor.adapters.store import SqlStore
from monitor.app import App, full_text
from monitor.domain.errors import ConfigError, ParseError
from monitor.domain.feed import Document
from monitor.domain.hit import Grade
from monitor.domain.identity import content_hash
from monitor.domain.pages import MOST_TRIES, FullText, Gathered
from monitor.domain.polling import EditedItem
from monitor.ports import Filters
from monitor.services.visits import Limits
from monitor.settings import Settings
from support.raw_server import RawServer, redirect, reply

PARAGRAPHS = (
    "Predsednik je rekao da Otvoreni Balkan služi samo podeli teritorija i susedi su to odbacili.",
    "Na sednici se govorilo i o putevima i školama u kojima od jeseni rade novi nastavnici.",
    "Odbornici su se razišli bez odluke i najavili da će se ponovo sastati sledeće nedelje.",
)
PAGE = (
    "<html><head><title>Vest</title><script>alert(1)</script></head><body><nav>Meni Kontakt</nav>"
    f"<article><h1>Vest</h1>{''.join(f'<p>{one}</p>' for one in PARAGRAPHS)}</article>"
    "<footer>Sva prava</footer></body></html>"
).encode()
HTML = "Content-Type: text/html; charset=utf-8"
LIMITS = Limits(20, timedelta(hours=9))
OPEN = make.hit(score=66.0, grade=Grade.REVIEW)


@pytest.fixture
def web() -> Iterator[RawServer]:
    robots = b"User-agent: *\nDisallow: /zatvoreno\n"
    answers = {
        "/robots.txt": reply(robots, "Content-Type: text/plain"),
        "/vest": reply(PAGE, HTML),
        **dict.fromkeys(("/vest-0", "/vest-1", "/vest-2"), reply(PAGE, HTML)),
        "/dalje": redirect("/vest"),
        "/u-zatvoreno": redirect("/zatvoreno/x"),
        "/kratko": reply(b"<html><p>Samo za pretplatnike</p></html>", HTML),
        "/nema": reply(status="404 Not Found"),
        "/pdf": reply(b"%PDF-1.7", "Content-Type: application/pdf"),
    }
    with RawServer(answers) as server:
        yield server


@pytest.fixture
def on_each(database_url: str) -> Iterator[App]:
    yield from wired(database_url)


@pytest.fixture
def app(sqlite_url: str) -> Iterator[App]:
    yield from wired(sqlite_url)


def wired(url: str) -> Iterator[App]:
    settings = {"database_url": url, "allow_private_networks": True, "fulltext": True}
    made = wiring.build(Settings.model_validate(settings), FakeClock())
    yield made
    made.database.close()


def run(app: App) -> Gathered:
    return full_text.read_articles(app, LIMITS, lambda _done: None)


def store(app: App, *urls: str, score: float = 66.0, text: str = "") -> None:
    items = [make.item(f"Naslov {url}", url=url, text=text) for url in urls]
    SqlStore(app.database).record(
        make.poll(*items, hits=(replace(OPEN, score=score),)), make.feed()
    )


def reasons(app: App) -> dict[str, int]:
    """Return how often each reason was noted, by asking what would be tried again."""
    with app.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT reason, count(*) FROM page GROUP BY reason")
        return {row[0]: row[1] for row in rows}


def test_an_article_is_read_stored_searched_and_matched(on_each: App, web: RawServer) -> None:
    app = on_each
    store(app, web.url("/vest"))

    done = run(app)

    assert (done.kept, done.failed, done.busy) == (1, 0, 0)
    (row,) = app.archive.items(Filters(query="nastavnici"), 10).rows
    (hit,) = app.archive.hits(Filters(), 10).rows
    assert row.item_id == hit.item_id
    assert {found.field for found in hit.hit.evidence} == {"text"}
    assert run(app) == Gathered()


def test_the_feed_may_go_on_saying_the_same_and_may_edit(on_each: App, web: RawServer) -> None:
    app = on_each
    url = web.url("/vest")
    store(app, url)
    run(app)
    items = SqlStore(app.database)
    item = make.item(f"Naslov {url}", url=url)

    known = items.known("primer", item.keys)

    (found,) = {one.item_id: one for one in known.values()}.values()
    assert found.content_hash == item.content_hash
    new = replace(item, title="Novi naslov", content_hash=content_hash("Novi naslov", "", ""))
    edit = EditedItem(found.item_id, 2, new, (OPEN,))
    items.record(replace(make.poll(), edited=(edit,)), make.feed())
    assert run(app).kept == 1


def test_pages_that_may_not_or_cannot_be_read_are_named_and_tried_again_later(
    app: App, web: RawServer
) -> None:
    store(app, *map(web.url, ("/zatvoreno/x", "/u-zatvoreno", "/kratko", "/pdf", "/nema")))

    done = run(app)

    assert (done.kept, done.failed) == (0, 5)
    assert reasons(app) == {"forbidden": 1, "bad_redirect": 1, "no_article": 2, "not_found": 1}
    assert not any(b" /zatvoreno" in request for request in web.requests)
    assert run(app) == Gathered()
    for _ in range(MOST_TRIES):
        app.clock.sleep(timedelta(hours=7))
        run(app)
    with app.database.reading() as connection:
        tries = connection.exec_driver_sql("SELECT max(tries) FROM page").scalar()
    assert tries == MOST_TRIES


def test_only_items_near_a_threshold_and_without_a_text_are_asked_for(
    app: App, web: RawServer
) -> None:
    store(app, web.url("/vest?a"), score=95.0)
    store(app, web.url("/vest?b"), score=55.0)
    store(app, web.url("/vest?c"), text="Sve je već u feedu.")

    assert run(app) == Gathered()
    assert web.requests == []


def test_requests_to_one_host_are_apart(app: App, web: RawServer) -> None:
    store(app, *(web.url(f"/vest-{n}") for n in range(3)))
    begun = app.clock.now()

    assert run(app).kept == 3
    assert app.clock.now() - begun >= timedelta(seconds=3 * 5)  # robots.txt, and three pages


def test_an_item_that_was_edited_meanwhile_is_left_alone(app: App, web: RawServer) -> None:
    store(app, web.url("/vest"))
    book = SqlPages(app.database)
    (item,) = book.open_items(make.NOW - timedelta(hours=1))
    late = replace(item, content_hash="another")

    assert book.open_items(make.NOW + timedelta(hours=1)) == []
    assert book.keep(late, full_text_of("Tekst"), app.clock.now()) == 0
    assert len(book.open_items(make.NOW)) == 1


def full_text_of(text: str) -> FullText:
    return FullText(text, (), "c1", "m1")


def test_a_page_that_takes_too_long_is_given_up() -> None:
    long = ("<article>" + f"<p>{PARAGRAPHS[0]}</p>" * 20_000).encode()

    with (
        ArticleReader("test", time_limit=timedelta(seconds=0.1)) as reader,
        pytest.raises(ParseError) as caught,
    ):
        reader.text(Document("https://primer.example/", long, "text/html"))

    assert caught.value.reason == "parse_timeout"


def test_it_is_off_by_default_and_says_so() -> None:
    app = wiring.build(Settings.model_validate({}), FakeClock())

    with pytest.raises(ConfigError, match="MONITOR_FULLTEXT: is off"):
        full_text.require(app)
