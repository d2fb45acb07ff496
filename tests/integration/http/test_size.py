import gzip
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator
from itertools import repeat

import pytest

from monitor.adapters.http.limits import Limits
from support.fetching import document, failure, fetcher
from support.raw_server import FOREVER, RawServer, Script, Step, reply

FEED = b"<rss version='2.0'><channel><title>Primer</title></channel></rss>" * 50
PATIENT = Limits()


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def bomb(decoded_bytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1_000_000)
    packed = b"".join(packer.compress(block) for _ in range(decoded_bytes // len(block)))
    return packed + packer.flush()


def endless(frame: bytes, piece: bytes) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\n" + frame + b"\r\n"
    yield from repeat(piece)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("GZIP", gzip.compress(FEED)),
        ("identity", FEED),
        ("identity, gzip", gzip.compress(FEED)),
        ("", FEED),
        ("deflate", zlib.compress(FEED)),
        ("deflate", bare_deflate(FEED)),
        ("gzip", gzip.compress(FEED[:100]) + gzip.compress(FEED[100:])),
        ("gzip", gzip.compress(FEED) + bytes(512)),
    ],
)
def test_an_offered_encoding_is_undone(encoding: str, body: bytes) -> None:
    with RawServer(reply(body, f"Content-Encoding: {encoding}")) as server:
        assert document(fetcher(), server.url()).body == FEED


@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "x-unknown", "utf-8"]
)
def test_another_encoding_is_named_and_refused(encoding: str) -> None:
    with RawServer(reply(gzip.compress(FEED), f"Content-Encoding: {encoding}")) as server:
        error = failure(fetcher(), server.url())

    assert (error.reason, error.detail) == ("unsupported_encoding", encoding)


def test_two_encoding_headers_count_as_one_list() -> None:
    twice = ("Content-Encoding: gzip", "Content-Encoding: gzip")
    with RawServer(reply(gzip.compress(gzip.compress(FEED)), *twice)) as server:
        error = failure(fetcher(), server.url())

    assert (error.reason, error.detail) == ("unsupported_encoding", "gzip, gzip")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", FEED, id="plain"),
        pytest.param("deflate", FEED, id="plain deflate"),
        pytest.param("gzip", gzip.compress(FEED)[:-10], id="cut short"),
        pytest.param("gzip", gzip.compress(FEED)[:5], id="cut amid the header"),
        pytest.param("gzip", gzip.compress(FEED)[:-8] + bytes(8), id="wrong checksum"),
        pytest.param("deflate", b"x", id="one byte"),
        pytest.param("gzip", gzip.compress(b"x") * 10_000, id="a storm of members"),
    ],
)
def test_what_cannot_be_decoded_is_an_error(encoding: str, body: bytes) -> None:
    with RawServer(reply(body, f"Content-Encoding: {encoding}")) as server:
        assert failure(fetcher(), server.url()).reason == "decode_error"


@pytest.mark.parametrize("body", [b"", b" \r\n\t\n", b"\xef\xbb\xbf\n", bytes(10)])
def test_a_blank_body_is_not_a_document(body: bytes) -> None:
    with RawServer({"/plain": reply(body), "/gzip": reply(gzip.compress(body), GZIP)}) as server:
        assert failure(fetcher(), server.url("/plain")).reason == "empty_body"
        assert failure(fetcher(), server.url("/gzip")).reason == "empty_body"


GZIP = "Content-Encoding: gzip"


def test_an_empty_body_that_claims_to_be_compressed_is_empty() -> None:
    with RawServer(reply(b"", GZIP)) as server:
        assert failure(fetcher(), server.url()).reason == "empty_body"


def test_a_length_over_the_cap_is_refused_before_the_body() -> None:
    huge = b"HTTP/1.1 200 OK\r\nContent-Length: 50000000000\r\n\r\n"
    with RawServer([huge, FOREVER]) as server:
        error = failure(fetcher(), server.url())

    assert (error.reason, error.detail) == ("too_large", "50,000,000,000 bytes announced")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: endless(b"", b"x" * 65_536), id="no length"),
        pytest.param(
            lambda _: endless(
                b"Transfer-Encoding: chunked\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"
            ),
            id="chunked",
        ),
        pytest.param(
            lambda _: endless(
                b"Transfer-Encoding: chunked\r\n", b"1;" + b"e" * 50_000 + b"\r\nx\r\n"
            ),
            id="chunk extensions",
        ),
    ],
)
def test_an_endless_body_stops_at_the_cap(answer: Script) -> None:
    with RawServer(answer) as server:
        tracemalloc.start()
        error = failure(fetcher(limits=PATIENT), server.url())
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert error.reason == "too_large"
    assert peak_bytes < 20_000_000


def test_a_compression_bomb_costs_no_more_than_the_cap() -> None:
    packed = bomb(2_000_000_000 // 8)
    with RawServer(reply(packed, GZIP)) as server:
        tracemalloc.start()
        error = failure(fetcher(limits=PATIENT), server.url())
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert (error.reason, "decoded" in error.detail) == ("too_large", True)
    assert peak_bytes < 60_000_000


def test_a_bomb_spread_over_members_is_counted_as_one() -> None:
    packed = bomb(4_000_000) * 5
    with RawServer(reply(packed, GZIP)) as server:
        assert failure(fetcher(limits=PATIENT), server.url()).reason == "too_large"


def test_bodies_exactly_at_the_caps_are_taken() -> None:
    limits = Limits(raw_bytes=1_000, decoded_bytes=3_000)
    packed = gzip.compress(b"x" * 3_000)
    answers: dict[str, Iterable[Step]] = {
        "/raw": [reply(b"x" * 1_000)],
        "/decoded": [reply(packed, GZIP)],
        "/over": [reply(gzip.compress(b"x" * 3_001), GZIP)],
    }
    with RawServer(answers) as server:
        web = fetcher(limits=limits)

        assert len(document(web, server.url("/raw")).body) == 1_000
        assert len(document(web, server.url("/decoded")).body) == 3_000
        assert failure(web, server.url("/over")).reason == "too_large"
