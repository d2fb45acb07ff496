"""Thousands of healthy feeds on loopback, for `service`: ten entries each, real in size and words.

Run as a module, it prints its port. `GET /!next` gives one feed in twenty a new entry, `GET /!all`
every one, `GET /!ten` every one ten. Every other feed knows ETags; the rest repeat their bytes. A
feed's number is its path.
"""

import asyncio
import random
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from bench.made_items import SEED, Words

ENTRIES: Final = 10
ONE_IN: Final = 20
CARRIES: Final = 0.03  # entries with a phrase of the catalogue
PHRASE: Final = "Otvoreni Balkan"


@dataclass
class Outlets:
    """The documents; each entry is made of its feed's number and its own."""

    round: int = 0
    for_all: int = 0  # entries that every feed has published
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311

    @cached_property
    def words(self) -> Words:
        return Words("hbs", self.chance)

    def version(self, number: int) -> int:
        """Return how many entries a feed has published since the first ones."""
        return (self.round + number % ONE_IN) // ONE_IN + self.for_all

    def document(self, number: int) -> bytes:
        """Return a feed, its newest entry first."""
        newest = self.version(number) + ENTRIES
        entries = (self.entry(number, n) for n in range(newest, newest - ENTRIES, -1))
        head = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        return f"{head}<title>List {number}</title>{''.join(entries)}</channel></rss>".encode()

    def entry(self, number: int, of: int) -> str:
        chance = random.Random(number << 20 | of)  # noqa: S311
        title, body = self.words.draw(chance, 10), self.words.draw(chance, 36)
        if chance.random() < CARRIES:
            body[3:3] = [PHRASE]
        link = f"https://list{number}.example/vesti/{of}"
        return (
            f"<item><title>{' '.join(title).capitalize()}</title><link>{link}</link>"
            f'<guid isPermaLink="true">{link}</guid><description>{" ".join(body)}</description>'
            "<pubDate>Mon, 23 Nov 2026 07:00:00 +0100</pubDate></item>"
        )

    def answer(self, request: bytes) -> bytes:
        """Return the whole answer to a request."""
        path = request.split(b" ", 2)[1].decode().strip("/")
        if path.startswith("!"):
            self.round += path == "!next"
            self.for_all += {"!all": 1, "!ten": ENTRIES}.get(path, 0)
            return _reply(b"200 OK", b"")
        number = int(path)
        tag = b'"%d"' % self.version(number) if number % 2 else b""
        if tag and b"if-none-match: " + tag in request.lower():
            return _reply(b"304 Not Modified", b"", b"ETag: " + tag + b"\r\n")
        fields = b"Content-Type: application/rss+xml\r\n" + (b"ETag: %s\r\n" % tag if tag else b"")
        return _reply(b"200 OK", self.document(number), fields)


def _reply(status: bytes, body: bytes, fields: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
    return head % (status, len(body), fields) + body


async def _main() -> None:
    outlets = Outlets()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(outlets.answer(await reader.readuntil(b"\r\n\r\n")))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", 0, backlog=1000)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
