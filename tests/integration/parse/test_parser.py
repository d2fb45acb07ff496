from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from monitor.adapters.parse import FeedParser
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from support.feed_documents import SERBIAN, many, rss, rss_with

URL = "https://primer.example/rss"
SLOW = rss_with("<link>http://a.example/</link>" * 95_000)  # 3 s, and no storm by any count
HUNGRY = (
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"{}," * 3_000_000 + b"{}]}"
)


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(time_limit=timedelta(seconds=1)) as parser:
        yield parser


def document(body: bytes) -> Document:
    return Document(URL, body)


def titles(parser: FeedParser, body: bytes) -> list[str]:
    return [entry.title for entry in parser.parse(document(body), FeedType.FEED).entries]


def reason(parser: FeedParser, body: bytes) -> str:
    with pytest.raises(ParseError) as caught:
        parser.parse(document(body), FeedType.FEED)
    return caught.value.reason


def test_a_document_is_read_in_another_process(parser: FeedParser) -> None:
    assert titles(parser, rss(many(SERBIAN, 50)).encode()) == many(SERBIAN, 50)


def test_reasons_survive_the_way_home(parser: FeedParser) -> None:
    with pytest.raises(ParseError, match="an HTML page: Prijava") as caught:
        parser.parse(document(b"<html><title>Prijava</title>"), FeedType.FEED)

    assert caught.value.reason == "not_a_feed"


def test_a_document_that_takes_too_long_is_given_up(parser: FeedParser) -> None:
    assert reason(parser, SLOW) == "parse_timeout"
    assert titles(parser, rss(SERBIAN).encode()) == list(SERBIAN)


def test_a_document_that_needs_too_much_memory_is_given_up() -> None:
    with FeedParser(
        workers=1, max_memory_bytes=128 * 1024 * 1024, time_limit=timedelta(seconds=60)
    ) as small:
        assert reason(small, HUNGRY) == "parse_crashed"
        assert titles(small, rss(SERBIAN).encode()) == list(SERBIAN)


def test_hostile_documents_do_not_disturb_the_others(parser: FeedParser) -> None:
    good = rss(many(SERBIAN, 20)).encode()
    bodies = [good, SLOW, good, good, b"<html>", good, good]

    with ThreadPoolExecutor(len(bodies)) as threads:
        jobs = [threads.submit(parser.parse, document(b), FeedType.FEED) for b in bodies]
    errors = [job.exception() for job in jobs]

    assert [str(error).partition(":")[0] if error else "" for error in errors] == [
        "",
        "parse_timeout",
        "",
        "",
        "not_a_feed",
        "",
        "",
    ]
    assert all(len(job.result().entries) == 20 for job in jobs if not job.exception())


def test_a_closed_parser_starts_again_on_use() -> None:
    parser = FeedParser(workers=1)
    parser.close()

    with parser:
        assert titles(parser, rss(SERBIAN).encode()) == list(SERBIAN)
        parser.close()
        assert titles(parser, rss(SERBIAN).encode()) == list(SERBIAN)


def test_processes_that_broke_are_replaced() -> None:
    """As seen where a process ran out of memory while it took a document over."""
    with FeedParser(workers=2) as parser:
        assert titles(parser, rss(SERBIAN).encode()) == list(SERBIAN)
        broken = parser._pool._pool  # noqa: SLF001 - what breaks is inside
        assert broken
        channel = broken._pool_manager.worker_manager.pool_channel  # noqa: SLF001 - as above
        assert channel
        for _ in range(3):
            with suppress(OSError):
                channel.writer.send_bytes(b"no task")
            with suppress(ParseError):  # one may be lost with its process
                titles(parser, rss(SERBIAN).encode())

        assert titles(parser, rss(SERBIAN).encode()) == list(SERBIAN)
        assert parser._pool._pool is not broken  # noqa: SLF001 - as above
