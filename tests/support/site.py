"""The site on loopback, with a small archive: our own words, some of them hostile."""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import make
from monitor import app as wiring
from monitor.adapters.store import SqlStore
from monitor.app import App
from monitor.app.pulse import of_pages
from monitor.domain.feed import FeedState
from monitor.domain.hit import Evidence
from monitor.domain.people import Role
from monitor.domain.polling import EditedItem, FetchEvent, Outcome, Poll
from monitor.ports import Filters
from monitor.settings import Settings
from monitor.web.pace import Pace
from monitor.web.server import create
from support.vaults import QUICK

PASSWORD = "plavi tramvaj 1911"
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{7*7}} \"'>=HYPERLINK(1)"
FEEDS = """\
version: 1
outlets:
  - {id: primer, name: Primer, country: RS, languages: [sr], kind: private,
     feeds: [{id: primer-vesti, url: "https://primer.example/rss"}]}
  - {id: drini, name: "Drini <b>Sot</b>", country: AL, languages: [sq], kind: private,
     feeds: [{id: drini-lajme, url: "https://drini.example/rss"}]}
  - {id: provera, name: "Provera <i>", country: BA, languages: [bs], kind: fact-checker,
     feeds: [{id: provera-sve, url: "https://provera.example/rss"}]}
"""


@dataclass
class RunningSite:
    """A site that answers. `client()` is nobody; `signed_in(name)` has a session."""

    app: App
    url: str
    edited: int  # the number of the item that was edited
    clients: list[httpx.Client] = field(default_factory=list)
    mailbox: Any = None  # an `SmtpServer`, where the site has one

    def client(self, **headers: str) -> httpx.Client:
        made = httpx.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False)
        self.clients.append(made)
        return made

    @property
    def first(self) -> int:
        """The number of the item that was seen last of those that were not edited."""
        found = self.app.search_items(Filters(query="otvoreni"), 1, "")
        return found.rows[0].item_id

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def signed_in(self, name: str) -> httpx.Client:
        client = self.client()
        come = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert come.status_code == 303, come.text
        return client


@dataclass(frozen=True)
class _Halting:
    """A site whose answers come in two halves: who reads the first before the rest, fails."""

    site: ASGIApp
    seconds: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def halting(message: Message) -> None:
            body = message.get("body", b"")
            if self.seconds and body:
                half = len(body) // 2
                await send({**message, "body": body[:half], "more_body": True})
                await asyncio.sleep(self.seconds)
                message = {**message, "body": body[half:]}
            await send(message)

        await self.site(scope, receive, halting)


@contextmanager
def running(
    home: Path,
    *people: tuple[str, Role],
    settings: Mapping[str, str] = MappingProxyType({}),
    pace: Pace | None = None,
    feeds: str = FEEDS,
    halting: float = 0.0,
) -> Iterator[RunningSite]:
    """Serve an archive in this directory to these people; to everybody if there are none.

    Unless a `pace` is given nobody asks too often. The site halts for `halting` seconds in the
    middle of each answer.
    """
    (home / "feeds.yaml").write_text(feeds, encoding="utf-8")
    app = wiring.build(
        Settings.model_validate(
            {"database_url": f"sqlite:///{home}/monitor.db", "feeds": home / "feeds.yaml"}
            | dict(settings)
        )
    )
    app.init()
    edited = fill(app, datetime.now(UTC))
    for name, role in people:
        replace(app.people, vault=QUICK).add(name, role, PASSWORD, "test")
    server = uvicorn.Server(
        uvicorn.Config(
            _Halting(create(app, of_pages(app), pace=pace or Pace(1e6, 10**6)), halting),
            host="127.0.0.1",
            port=0,
            log_config=None,
            access_log=False,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    site = RunningSite(app, f"http://127.0.0.1:{port}", edited)
    yield site
    site.close()
    server.should_exit = True
    thread.join(10)
    app.database.close()


def fill(app: App, now: datetime) -> int:
    """Store items, hits, an edit and a feed that fails; return the number of the edited item."""
    store = SqlStore(app.database)
    ours = app.feeds[0]
    words = "Otvoreni Balkan ne služi nikome"
    hit = make.hit(evidence=(Evidence("title", 0, 15, words[:15], "otvoreni balkan", 96.0),))
    for number in range(35):
        one = make.item(f"{words} {number}", of=ours, summary=HOSTILE)
        at = now - timedelta(hours=2, minutes=number)
        store.record(make.poll(one, of=ours, at=at, hits=(hit,)), ours)
    hostile = make.item(f"{HOSTILE} Otvoreni Balkan", of=ours, url="https://primer.example/h")
    start = len(HOSTILE) + 1
    seen = make.hit(evidence=(Evidence("title", start, start + 15, words[:15], "x", 96.0),))
    store.record(make.poll(hostile, of=ours, at=now - timedelta(hours=1), hits=(seen,)), ours)
    known = store.known("primer", hostile.keys)
    (item_id,) = {one.item_id for one in known.values()}
    edited = make.item(f"Sasvim nov naslov {HOSTILE}", of=ours, url="https://primer.example/h")
    change = make.poll(of=ours, at=now - timedelta(minutes=30))
    store.record(
        Poll(change.event, change.state, edited=(EditedItem(item_id, 2, edited, (hit,)),)), ours
    )
    checker = app.feeds[2]
    answer = make.item(f"Netačno: {words} {HOSTILE}", of=checker, url="https://provera.example/n")
    at = now - timedelta(days=8)
    store.record(make.poll(answer, of=checker, at=at, hits=(hit,)), checker)
    theirs = app.feeds[1]
    failed = FetchEvent(theirs.id, now, Outcome.FAILED, "forbidden", f"answered 403 {HOSTILE}")
    state = FeedState(theirs.id, failures=3, failing_since=now, reason="forbidden")
    store.record(Poll(failed, state), theirs)
    return item_id
