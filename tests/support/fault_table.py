"""Hostile and faulty servers as one table: what they say, and what it must lead to."""

import gzip
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from support.feed_documents import SERBIAN, rss
from support.raw_server import Answer, Reset, Step, Wait, redirect, reply

OK: Final = ""  # it is read: no failure
XML: Final = "Content-Type: text/xml"
GOOD: Final = rss(SERBIAN).encode()
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """One server. `reasons` are the failures that may be named, OK for none.

    `words` must stand in what is told of the failure. `is_slow`: it holds its slot to a deadline.
    """

    name: str
    answer: Answer
    reasons: Sequence[str]
    words: str = ""
    is_slow: bool = False


def dripping(start: bytes, drop: bytes) -> Answer:
    """Return a server that says a little every half second, for ever."""

    def script(_request: bytes) -> Iterator[Step]:
        yield start
        for _ in repeat(None):
            yield drop
            yield Wait(0.5)

    return script


def endless(start: bytes, piece: bytes) -> Answer:
    """Return a server that never stops."""

    def script(_request: bytes) -> Iterator[Step]:
        yield start
        yield from repeat(piece)

    return script


def served(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    return reply(body, *(fields or (XML,)), status=status)


def _bomb(megabytes: int) -> bytes:
    """Return so many zeros in gzip. Packed once: after a full flush the same bytes may follow."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    piece = bytes(1_000_000)
    packed = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(piece, checksum)
    head, end = gzip.compress(b"")[:10], struct.pack("<II", checksum, megabytes * len(piece))
    return head + packed * megabytes + packer.flush() + end


def transport() -> list[Fault]:
    """Return faults of the connection and of HTTP itself (T05 to T25)."""
    packed = gzip.compress(GOOD)
    coded = [
        Fault(f"coded-{name.replace(', ', '-')}", served(GOOD, f"Content-Encoding: {name}"),
              ["unsupported_encoding"], name)
        for name in ("br", "zstd", "compress", "gzip, gzip", "x-unknown")
    ]  # fmt: skip
    spoken: list[Answer] = [
        b"", b"\r\n\r\n", b"HELLO\r\n\r\n", b"HTTP/9.9 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", bytes(2_000),
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n<rss></rss>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<rss/>\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss",
        [b"HTTP/1.1 200 OK\r\n", Reset()], [Reset()],
    ]  # fmt: skip
    said = [
        Fault(f"says-{number}", answer, ["protocol_error", "connect_failed", "truncated"])
        for number, answer in enumerate(spoken)
    ]
    many = b"".join(b"X-%d: y\r\n" % number for number in range(200_000))
    cookies = b"".join(b"Set-Cookie: a%d=b\r\n" % number for number in range(10_000))
    return [
        *coded,
        *said,
        Fault("t05-silent", [Wait(60)], ["timeout", "deadline"], is_slow=True),
        Fault("t06-drips-body", dripping(HEAD + b"\r\n<rss>", b" "), ["deadline"], is_slow=True),
        Fault("t07-drips-head", dripping(HEAD, b"X: y\r\n"), ["deadline"], is_slow=True),
        Fault("t08-many-headers", HEAD + many + b"\r\n" + GOOD, ["protocol_error"]),
        Fault("t08-long-header", HEAD + b"X: " + b"y" * 1_000_000, ["protocol_error"]),
        Fault("t09-endless", endless(HEAD + b"\r\n<rss>", b"x" * 65_536), ["too_large"]),
        Fault("t10-announced", served(b"<rss/>", "Content-Length: 50000000000"), ["too_large"]),
        Fault("t11-cut", served(GOOD, f"Content-Length: {len(GOOD) + 9}"), ["truncated"]),
        Fault("t12-bomb", served(_bomb(200), "Content-Encoding: gzip"), ["too_large"], "decoded"),
        Fault("t14-plain", served(GOOD, "Content-Encoding: gzip"), ["decode_error"]),
        Fault("t14-cut", served(packed[:-9], "Content-Encoding: gzip"), ["decode_error"]),
        Fault("t14-whole", served(packed, "Content-Encoding: gzip"), [OK]),
        *_framing(),
        Fault("t24-cookies", HEAD + cookies + b"\r\n" + GOOD, [OK, "protocol_error"]),
        *_redirects(),
    ]


def _framing() -> list[Fault]:
    """Return answers that are odd and in order, or that no browser would mind."""
    size = f"{len(GOOD):x}".encode()
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole = {
        "extension": chunked + size + b";a=b\r\n" + GOOD + b"\r\n0\r\n\r\n",
        "trailer": chunked + size + b"\r\n" + GOOD + b"\r\n0\r\nX: y\r\n\r\n",
        "early-hints": b"HTTP/1.1 103 Early Hints\r\n\r\n" + served(GOOD),
        "http-10": b"HTTP/1.0 200 OK\r\n\r\n" + GOOD,
        "no-type": reply(GOOD),
        "html-type": served(GOOD, "Content-Type: text/html"),
        "two-types": served(GOOD, XML, "Content-Type: text/plain"),
        "empty-field": served(GOOD, XML, "X-Empty:"),
        "no-reason": served(GOOD, status="200"),
        "identity": served(GOOD, "Content-Encoding: identity"),
        "deflate": served(zlib.compress(GOOD), "Content-Encoding: deflate"),
        "bare-deflate": served(zlib.compress(GOOD)[2:-4], "Content-Encoding: deflate"),
        "padded-gzip": served(gzip.compress(GOOD) + bytes(64), "Content-Encoding: gzip"),
        "two-members": served(
            gzip.compress(GOOD[:99]) + gzip.compress(GOOD[99:]), "Content-Encoding: gzip"
        ),
    }
    pieces = b"1\r\n \r\n" * 150_000
    members = gzip.compress(b" ") * 40
    return [
        *(Fault(f"frame-{name}", answer, [OK]) for name, answer in whole.items()),
        Fault("frame-crumbs", chunked + pieces, ["protocol_error"]),
        Fault("frame-members", served(members, "Content-Encoding: gzip"), ["decode_error"]),
    ]


def _redirects() -> list[Fault]:
    bad = ["file:///etc/passwd", "gopher://a.example/", "ftp://a.example/", "javascript:alert(1)",
           "http://", "http://a.example:0/", "http://a.example:99999/"]  # fmt: skip
    return [
        Fault("t15-loop", redirect("/t15-loop"), ["too_many_redirects"]),
        Fault("t16-endless-302",
              endless(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n", b"x" * 65_536), [OK]),
        Fault("h11-no-location", served(b"", status="302 Found"), ["unexpected_status"]),
        *(Fault(f"t15-{status[:3]}", redirect("/there", status), [OK])
          for status in ("301 Moved", "303 Other", "307 For now", "308 For good")),
        Fault("t15-relative", redirect("there"), [OK]),
        Fault("t15-fragment", redirect("/there#a"), [OK]),
        Fault("t15-spaces", redirect("  /there  "), [OK]),
        *(Fault(f"t20-{n}", redirect(where), ["bad_redirect"]) for n, where in enumerate(bad)),
    ]  # fmt: skip


def statuses() -> list[Fault]:
    """Return answers whose status says that this is no feed (H02 to H15)."""
    named = {
        "401 Unauthorized": "forbidden", "403 Forbidden": "forbidden", "404 Not Found": "not_found",
        "410 Gone": "gone", "500 Oops": "server_error", "502 Bad": "server_error",
        "504 Late": "server_error", "206 Partial": "unexpected_status",
        "204 None": "unexpected_status", "205 Reset": "unexpected_status",
        "304 Not Modified": "protocol_error", "999 Denied": "unexpected_status",
    }  # fmt: skip
    others = {
        "unexpected_status": (400, 402, 405, 406, 408, 409, 418, 421, 425, 451, 207, 226, 300),
        "server_error": (501, 505, 507, 508, 520, 521, 522, 523, 524, 525, 526, 530, 599),
    }
    waits = ["120", "Wed, 25 Nov 2099 00:00:00 GMT", "-5", "99999999", "soon", ""]
    page = (
        "<html><head><title>Proverite da niste robot</title></head><body>…</body></html>".encode()
    )
    return [
        *(Fault(f"h-{status[:3]}", _status(status), [why]) for status, why in named.items()),
        *(Fault(f"h08-{n}", _status("429 Slow down", f"Retry-After: {wait}"), ["too_many_requests"])
          for n, wait in enumerate(waits)),
        *(Fault(f"h-{status}", _status(f"{status} Other"), [why])
          for why, some in others.items() for status in some),
        Fault("h09-503", _status("503 Busy", "Retry-After: 60"), ["server_error"]),
        Fault("h05-challenge", served(page, "cf-mitigated: challenge"), ["forbidden"]),
        Fault("h12-captcha", served(page, "Content-Type: text/html"), ["not_a_feed"],
              "Proverite da niste robot"),
        Fault("h12-captcha-as-xml", served(b"<!DOCTYPE html>" + page), ["not_a_feed"],
              "Proverite da niste robot"),
        Fault("h12-text", served(b"Account suspended"), ["not_a_feed"], "Account suspended"),
        Fault("h13-empty", served(b""), ["empty_body"]),
        Fault("h13-blank", served(b" \r\n\t "), ["empty_body"]),
        Fault("h14-no-items", served(rss([]).encode()), [OK]),
        Fault("h15-large", served(GOOD + b" " * 5_300_000), ["too_large"]),
    ]  # fmt: skip


def _status(status: str, *fields: str) -> bytes:
    length = () if status[:3] in {"204", "205", "304"} else ("Content-Length: 0",)
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, *length, "", "")).encode()
