"""A database as the first release left it: its tables, with rows in each of them."""

from datetime import datetime, timedelta
from typing import Any, Final

import alembic.command
import sqlalchemy as sa
from alembic.config import Config
from sqlalchemy.engine import make_url

import make
from monitor.adapters.engines import migrating
from monitor.adapters.packaged import packaged
from monitor.adapters.tables import UtcDateTime
from monitor.domain.feed import Feed
from monitor.domain.item import Item
from monitor.domain.matching.fold import tokens

FIRST: Final = make.feed()
SECOND: Final = make.feed(
    id="drugi-vesti",
    url="https://drugi.example/rss",
    outlet=make.outlet(id="drugi", name="Drugi", homepage="https://drugi.example/"),
)
LEAD: Final = (
    "Ministri spoljnih poslova šest zemalja sastali su se juče u Ohridu i dogovorili zajednički "
    "plan za otvaranje graničnih prelaza, saopštile su službe domaćina posle sastanka"
)
CYRILLIC: Final = (
    "Министри спољних послова шест земаља састали су се јуче у Охриду и договорили заједнички "
    "план за отварање граничних прелаза, саопштиле су службе домаћина после састанка"
)
# In the order in which the first release numbered them: 1, 2, 3, 4. The clock went back once.
ITEMS: Final[tuple[tuple[Item, Feed, datetime], ...]] = (
    (make.item("Suša u Čačku", text="Bunari su presušili."), FIRST, make.NOW - timedelta(days=9)),
    (make.item("Most na Drini", summary=""), FIRST, make.NOW - timedelta(days=11)),
    (make.item("Plan ministara", summary=LEAD), FIRST, make.NOW),
    (make.item("План министара у Охриду", of=SECOND, summary=CYRILLIC), SECOND, make.NOW),
)
EDITED_BEFORE: Final = "Most na reci"
_TYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(
        ("at", "until", "first_seen_at", "edited_at", "created_at", "retired_at", "last_ok_at"),
        UtcDateTime(),
    ),
    **dict.fromkeys(("evidence", "skips", "notes"), sa.JSON()),
}


def make_first_release(url: str) -> None:
    """Make the tables of the first release in an empty database, and fill them."""
    with migrating(make_url(url)) as connection:
        alembic.command.upgrade(_config(connection), "0001")
        for feed in (FIRST, SECOND):
            outlet = feed.outlet
            about = {"name": outlet.name, "country": outlet.country, "kind": outlet.kind.value}
            _add(connection, "outlet", {"id": outlet.id, **about})
            known = {"id": feed.id, "outlet_id": outlet.id, "etag": '"7"', "last_ok_at": make.NOW}
            _add(connection, "feed", known)
        for number, (item, feed, at) in enumerate(ITEMS, 1):
            _add_item(connection, number, item, feed, at)
        _add(connection, "item_version", {**_said(EDITED_BEFORE), "until": make.NOW})
        for number, narrative in ((2, "open-balkan"), (3, "open-balkan"), (3, "old-one")):
            _add_hit(connection, number, narrative)


def downgrade_to_first_release(url: str) -> None:
    """Take a database back to the tables of the first release."""
    with migrating(make_url(url)) as connection:
        alembic.command.downgrade(_config(connection), "0001")


def _config(connection: sa.Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(packaged("migrations")))
    made.attributes["connection"] = connection
    return made


def _add_item(connection: sa.Connection, number: int, item: Item, feed: Feed, at: datetime) -> None:
    names = ("outlet_id", "feed_id", "country", "url", "title", "summary", "text", "lang")
    said = {name: getattr(item, name) for name in (*names, "published_raw", "content_hash")}
    edited = {"version": 2, "edited_at": make.NOW} if number == 2 else {"version": 1}
    _add(connection, "item", {"id": number, **said, "first_seen_at": at, **edited})
    for key in item.keys:
        row = {"outlet_id": feed.outlet.id, "key": key, "item_id": number}
        _add(connection, "item_key", row)
    _add(
        connection,
        "fetch_event",
        {
            "id": number,
            "feed_id": feed.id,
            "at": at + timedelta(seconds=number),
            "outcome": "ok",
            "reason": "",
            "detail": "",
            "new": 1,
            "known": 0,
            "skips": [["no-title", 1]],
            "notes": ["dates"],
            "took_ms": 12,
        },
    )
    words = tokens(f"{item.title}\n{item.summary}\n{item.text}")
    if connection.dialect.name == "postgresql":
        folded = " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))
        adding = "INSERT INTO item_fts VALUES (:id, CAST(:folded AS tsvector))"
    else:
        folded = " ".join(words)
        adding = "INSERT INTO item_fts (rowid, folded) VALUES (:id, :folded)"
    connection.execute(sa.text(adding), {"id": number, "folded": folded})


def _add_hit(connection: sa.Connection, number: int, narrative: str) -> None:
    start = {"field": "title", "start": 0, "end": 4, "phrase": "x", "score": 96.0}
    row = {
        "item_id": number,
        "narrative": narrative,
        "score": 87.5,
        "grade": "digest",
        "stance_hint": "reports",
        "evidence": [{**start, "quote": ITEMS[number - 1][0].title[:4]}],
        "catalogue_version": "c1",
        "matcher_version": "m1",
        "created_at": make.NOW,
        "retired_at": make.NOW if narrative == "old-one" else None,
    }
    _add(connection, "hit", row)


def _said(title: str) -> dict[str, Any]:
    return {"item_id": 2, "version": 1, "title": title, "summary": "", "text": ""}


def _add(connection: sa.Connection, table: str, row: dict[str, Any]) -> None:
    columns: list[Any] = [sa.column(name, _TYPES.get(name)) for name in row]
    connection.execute(sa.insert(sa.table(table, *columns)).values(row))
