"""A thousand feeds and ten hostile ones on every loopback address, for `polling`.

Run as a module, it prints its port. `GET /!next` gives one feed in twenty a new
item, `GET /!clocks` lets every document say when it was made from now on.
"""

import asyncio
import gzip
import itertools
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

FEEDS: Final = 1_000
ITEMS: Final = 50
ONE_IN: Final = 20
SEED: Final = 20261123
WORDS: Final = [
    "vlada",
    "sporazum",
    "granica",
    "most",
    "izbori",
    "ministar",
    "odluka",
    "parlament",
    "predsednik",
    "saopštenje",
    "grad",
    "koncert",
    "novinar",
    "sednica",
    "zakon",
    "kiša",
    "energija",
    "gasovod",
    "opština",
    "savez",
    "misija",
    "poslanik",
    "štampa",
    "učionica",
    "žetva",
    "pšenica",
    "putevi",
    "železnica",
    "fabrika",
    "izložba",
    "rukopis",
    "pozorište",
    "utakmica",
    "šuma",
    "reka",
]
XML: Final = b"Content-Type: text/xml\r\n"


def _rss(items: bytes, head: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>%s%s</channel></rss>'
        % (
            head,
            items,
        )
    )


HOSTILE: Final[dict[str, Callable[[], bytes]]] = {
    "nesting": lambda: _rss(b"<item>" + b"<a>" * 400_000),
    "comments": lambda: _rss(b"<item><title>a</title>" + b"<!--" * 1_000_000),
    "brackets": lambda: _rss(b"<item><title>" + b"<" * 4_000_000),
    "attributes": lambda: _rss(b"<item><a " + b"".join(b'a%d="" ' % n for n in range(300_000))),
    "entities": lambda: b'<!DOCTYPE x [<!ENTITY a "%s">]>' % (b"x" * 9_000) + _rss(b"&a;" * 90_000),
    "many-items": lambda: _rss(b"<item/>" * 700_000),
    "markup": lambda: _rss(b"<item><description><![CDATA[" + b"<b>" * 1_000_000 + b"]]>"),
}
BODIES: Final = ("gzip-bomb", "endless", "drip")


@dataclass(slots=True)
class Feeds:
    """The documents, which change when told to."""

    round: int = 0
    has_clocks: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    items: list[list[bytes]] = field(default_factory=list)
    bomb: bytes = b""

    def __post_init__(self) -> None:
        self.items = [[self._item() for _ in range(ITEMS)] for _ in range(FEEDS)]
        self.bomb = gzip.compress(b" " * 200_000_000, 9)

    def next(self) -> None:
        """Give one feed in twenty a new item; its oldest goes."""
        self.round += 1
        for number in range(self.round % ONE_IN, FEEDS, ONE_IN):
            self.items[number] = [self._item(), *self.items[number][:-1]]

    def document(self, number: int) -> bytes:
        """Return a feed of some sixty kilobytes."""
        made = b"<lastBuildDate>round %d</lastBuildDate>" % self.round if self.has_clocks else b""
        return _rss(b"\n".join(self.items[number]), b"<title>Primer</title>" + made)

    def _item(self) -> bytes:
        title, summary = (" ".join(self.chance.choices(WORDS, k=k)) for k in (9, 110))
        link = f"https://primer.example/{self.chance.getrandbits(64):x}"
        return (
            f"<item><title>{title.capitalize()}</title><link>{link}</link>"
            f'<guid isPermaLink="true">{link}</guid><description>{summary}</description>'
            "<pubDate>Mon, 23 Nov 2026 07:00:00 +0100</pubDate></item>"
        ).encode()


async def _answer(feeds: Feeds, path: str) -> AsyncIterator[bytes]:
    name = path.strip("/")
    if name in {"!next", "!clocks"}:
        if name == "!next":
            feeds.next()
        feeds.has_clocks |= name == "!clocks"
        yield _head(b"", 0)
    elif name in HOSTILE:
        body = HOSTILE[name]()
        yield _head(XML, len(body)) + body
    elif name == "gzip-bomb":
        yield _head(XML + b"Content-Encoding: gzip\r\n", len(feeds.bomb)) + feeds.bomb
    elif name in BODIES:
        yield b"HTTP/1.1 200 OK\r\n" + XML + b"\r\n"
        for _ in itertools.count():
            yield b"x" if name == "drip" else b"x" * 65_536
            await asyncio.sleep(0.5 if name == "drip" else 0)
    else:
        body = feeds.document(int(name[1:]))
        yield _head(XML, len(body)) + body


def _head(fields: bytes, length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n" % (length, fields)


async def _main() -> None:
    feeds = Feeds()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            async for piece in _answer(feeds, request.split(b" ")[1].decode()):
                writer.write(piece)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # they have gone: that is what hostile feeds are about
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", 0, backlog=1000)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
