"""Hostile and faulty feeds as one table: what a server says, and what it must lead to."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from support.feed_documents import CYRILLIC, SERBIAN, rss, rss_with
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


def _served(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    return reply(body, *(fields or (XML,)), status=status)


def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(1_000_000)
    return b"".join([*(packer.compress(piece) for _ in range(megabytes)), packer.flush()])


def _item(content: str) -> bytes:
    return _served(rss_with(content))


def transport() -> list[Fault]:
    """Return faults of the connection and of HTTP itself (T05 to T25)."""
    packed = gzip.compress(GOOD)
    coded = [
        Fault(f"coded-{name.replace(', ', '-')}", _served(GOOD, f"Content-Encoding: {name}"),
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
        Fault("t10-announced", _served(b"<rss/>", "Content-Length: 50000000000"), ["too_large"]),
        Fault("t11-cut", _served(GOOD, f"Content-Length: {len(GOOD) + 9}"), ["truncated"]),
        Fault("t12-bomb", _served(_bomb(200), "Content-Encoding: gzip"), ["too_large"], "decoded"),
        Fault("t14-plain", _served(GOOD, "Content-Encoding: gzip"), ["decode_error"]),
        Fault("t14-cut", _served(packed[:-9], "Content-Encoding: gzip"), ["decode_error"]),
        Fault("t14-whole", _served(packed, "Content-Encoding: gzip"), [OK]),
        Fault("t24-cookies", HEAD + cookies + b"\r\n" + GOOD, [OK, "protocol_error"]),
        *_redirects(),
    ]


def _redirects() -> list[Fault]:
    bad = ["file:///etc/passwd", "gopher://a.example/", "ftp://a.example/", "javascript:alert(1)",
           "http://", "http://a.example:0/", "http://a.example:99999/"]  # fmt: skip
    return [
        Fault("t15-loop", redirect("/t15-loop"), ["too_many_redirects"]),
        Fault("t16-endless-302",
              endless(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n", b"x" * 65_536), [OK]),
        Fault("h11-no-location", _served(b"", status="302 Found"), ["unexpected_status"]),
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
        Fault("h05-challenge", _served(page, "cf-mitigated: challenge"), ["forbidden"]),
        Fault("h12-captcha", _served(page, "Content-Type: text/html"), ["not_a_feed"],
              "Proverite da niste robot"),
        Fault("h12-captcha-as-xml", _served(b"<!DOCTYPE html>" + page), ["not_a_feed"],
              "Proverite da niste robot"),
        Fault("h12-text", _served(b"Account suspended"), ["not_a_feed"], "Account suspended"),
        Fault("h13-empty", _served(b""), ["empty_body"]),
        Fault("h13-blank", _served(b" \r\n\t "), ["empty_body"]),
        Fault("h14-no-items", _served(rss([]).encode()), [OK]),
        Fault("h15-large", _served(GOOD + b" " * 5_300_000), ["too_large"]),
    ]  # fmt: skip


def _status(status: str, *fields: str) -> bytes:
    length = () if status[:3] in {"204", "205", "304"} else ("Content-Length: 0",)
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, *length, "", "")).encode()


def content() -> list[Fault]:
    """Return documents that are hostile or broken (C01 to C28)."""
    entities = "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY a{n} '{f'&a{n - 1 if n else str()};' * 10}'>" for n in range(9)
    ) + "]>"  # fmt: skip
    laughs = entities + rss(["&a8;"]).replace("&amp;", "&")
    outside = '<!DOCTYPE rss [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'
    netscape = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "rss-0.91.dtd">'
    broken = {
        "c11-cut": GOOD[:-120], "c11-nbsp": GOOD.replace(b"zakona", b"zakona&nbsp;"),
        "c11-ampersand": GOOD.replace(b"zakona", b"zakona & reda"),
        "c11-junk": b"Warning: mysql\n" + GOOD, "c11-boms": b"\xef\xbb\xbf" * 2 + GOOD,
        "c07-control": GOOD.replace(b"zakona", b"za\0ko\x08na"),
        "c08-bad-byte": GOOD.replace(b"zakona", b"zak\xffona"),
    }  # fmt: skip
    return [
        Fault("c01-entities", _served(laughs.encode()), ["dtd_refused"]),
        Fault("c02-utf-16", _served(laughs.encode("utf-16")), ["dtd_refused"]),
        Fault("c02-comment", _served(b"<!-- x -->" + laughs.encode()), ["dtd_refused"]),
        Fault("c03-netscape", _served(netscape.encode() + GOOD), [OK]),
        Fault("c04-outside", _served(outside.encode() + GOOD), ["dtd_refused"]),
        *(Fault(name, _served(body), [OK]) for name, body in broken.items()),
        *_encodings(),
        *_storms(),
        Fault("c06-items", _served(rss([], extra="").replace("</channel>", "<item/>" * 600_000
              + "</channel>").encode()), [OK]),
        Fault("c12-same-guid", _item("<guid>1</guid><title>A</title></item><item><guid>1</guid>"
              "<title>B</title>"), [OK]),
        Fault("c15-long", _item(f"<guid>{'g' * 9_000}</guid><title>{'t' * 1_000_000}</title>"
              f"<link>https://a.example/{'l' * 100_000}</link>"), [OK]),
        Fault("c16-nothing", _item("<description></description>"), [OK]),
        *(Fault(f"c17-{n}", _item(f"<title>Datum {n}</title><pubDate>{date}</pubDate>"), [OK])
          for n, date in enumerate(["", "juče", "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01",
                                    "9999-12-31T23:59:59Z", "Mon, 23 Nov 26 24:00:00 XYZ"])),
        *(Fault(f"c21-{n}", _item(f"<title>Veza {n}</title><link>{link}</link>"), [OK])
          for n, link in enumerate(["javascript:alert(1)", "data:text/html,x", "vbscript:x",
                                    " java\tscript:alert(1)", "//a.example/x", "/x",
                                    "http://user:pw@a.example/"])),
        *(Fault(f"c22-{n}", _item(f"<title><![CDATA[{title}]]></title>"), [OK])
          for n, title in enumerate(["<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
                                     "</title>", "{{7*7}}", "${x}", "=HYPERLINK(1)",
                                     "Vesti =?UTF-8?Q?=0A?=Bcc: x@y", "Вaл\u200b\u202e"])),
        Fault("c28-sitemap-as-feed", _served(b"<sitemapindex><sitemap/></sitemapindex>"),
              ["unsupported_format"]),
        Fault("c28-json", _served(b'{"a": 1}'), ["unsupported_format"]),
        Fault("c28-broken-json", _served(b'{"version": "https://jsonfeed.org/version/1.1", '
              b'"items": ' + b"[" * 100_000), ["unsupported_format"]),
        Fault("c28-svg", _served(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
              ["unsupported_format"]),
    ]  # fmt: skip


def _encodings() -> list[Fault]:
    text = rss(CYRILLIC)
    strange = ("utf-7", "punycode", "undefined", "cp037", "rot13", "unicode_escape", "hex", "zip")
    return [
        *(Fault(f"c10-{name.replace('_', '-')}", _served(f"<?xml version='1.0' encoding='{name}'?>".encode() + GOOD),
                [OK]) for name in strange),
        *(Fault(f"c09-{name}", _served(text.encode(name), f"Content-Type: text/xml; charset={said}"),
                [OK])
          for name, said in (("cp1251", "windows-1251"), ("iso8859-5", "utf-8"), ("utf-16", "x"))),
    ]  # fmt: skip


def _storms() -> list[Fault]:
    """Return documents that cost a parser far more than they cost their server (C05)."""
    attributes = " ".join(f"a{number}='1'" for number in range(200_000))
    ends = ["too_complex", OK]
    storms = {
        "depth": "<a>" * 100_000, "comments": "<!--" * 200_000, "brackets": "<" * 1_000_000,
        "attributes": f"<item {attributes}/>", "same-attribute": "<item " + "a='1' " * 200_000,
        "open-quotes": "<item " + 'a="' * 100_000, "cdata": "<![CDATA[" * 100_000,
        "instructions": "<?a" * 200_000, "declarations": "<!ENTITY " * 50_000,
        "title": "<item><title>" + "<a " * 1_000_000 + "</title>",
        "ends": "</a>" * 200_000, "author": f"<item><author>{'a' * 200_000}@</author></item>",
    }  # fmt: skip
    return [
        Fault(f"c05-{name}", _served(rss(SERBIAN, head=storm).encode()), ends)
        for name, storm in storms.items()
    ]
