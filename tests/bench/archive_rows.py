"""An archive of millions of items in PostgreSQL, made by the server itself within minutes.

Some tens of thousands of made items are matched and folded as any; the server then repeats them over
the months, each time with numbers, addresses, keys and hashes of their own, and every fourth with a
word that no other item has. Rows, word vectors, keys, stories and hits thus have the shape and size
of real ones. Each month is filled before its indexes are made, as one would bring in an old archive.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.engine import Connection

from bench.archive_fill import Ready, hired, in_batches, phrases
from bench.made_items import UNTIL, Press
from monitor.adapters import tables
from monitor.adapters.bulk import add_rows
from monitor.adapters.fulltext import vector
from monitor.adapters.partitions import Month, after, begins, months
from monitor.adapters.story_rows import SPAN
from monitor.app import App
from monitor.domain.numbering import PER_SECOND, first_number
from monitor.services.parallel import in_order

EVENTS_A_DAY: Final = 4  # of each feed
DAYS: Final = 30.4375  # of a month, on average
_POOL: Final = """
    CREATE TEMPORARY TABLE pool (n int PRIMARY KEY, outlet_id text, feed_id text, country text,
      homepage text, title text, summary text, text text, lang text, minutes int, lag int,
      folded tsvector);
    CREATE TEMPORARY TABLE pool_hit (n int, narrative text, score float8, grade text,
      stance_hint text, evidence json)
"""
# What is the same for every table: the numbers of a month's items, each with what it repeats.
_REPEATED: Final = """
    SELECT p.*, k, {first} + floor(k * {step})::bigint AS id,
      CASE WHEN (hashint8(k) & 3) = 0 THEN translate(left(md5(k::text), 11),
        '0123456789abcdef', 'aeioubdgklmnprst') ELSE '' END AS name
    FROM generate_series({begin}::bigint, {end}::bigint - 1) AS k
    JOIN pool AS p ON p.n = mod(k, {pool})
"""
_SECOND: Final = f"timestamptz '2000-01-01 00:00Z' + (id / {PER_SECOND}) * interval '1 second'"
_ITEM: Final = f"""
    INSERT INTO {{part}} (id, story_id, outlet_id, feed_id, country, url, title, summary, text, lang,
      published_at, published_raw, first_seen_at, content_hash)
    SELECT id, CASE WHEN lag <= k AND lag * {{step}} < {SPAN}
        THEN {{first}} + floor((k - lag) * {{step}})::bigint END,
      outlet_id, feed_id, country, homepage || 'vesti/' || k, title,
      CASE WHEN name <> '' AND text = '' THEN summary || ' ' || name ELSE summary END,
      CASE WHEN name <> '' AND text <> '' THEN text || ' ' || name ELSE text END, lang,
      {_SECOND} - minutes * interval '1 minute', '', {_SECOND}, md5('c' || k)
    FROM ({_REPEATED}) AS made ORDER BY k
"""  # noqa: S608
_FTS: Final = f"""
    INSERT INTO {{part}} (rowid, folded)
    SELECT id, CASE WHEN name = '' THEN folded ELSE folded || (name || ':1')::tsvector END
    FROM ({_REPEATED}) AS made ORDER BY k
"""  # noqa: S608
_KEYS: Final = f"""
    INSERT INTO item_key (key, item_id)
    SELECT decode(kind || md5(kind || k), 'hex'), id
    FROM ({_REPEATED}) AS made, unnest(ARRAY['67', '6c']) AS kind
"""  # noqa: S608
_HITS: Final = f"""
    INSERT INTO hit (item_id, narrative, score, grade, stance_hint, evidence, catalogue_version,
      matcher_version, created_at)
    SELECT id, h.narrative, h.score, h.grade, h.stance_hint, h.evidence, '{{catalogue}}', '{{matcher}}',
      {_SECOND} FROM ({_REPEATED}) AS made JOIN pool_hit AS h ON h.n = made.n ORDER BY id
"""  # noqa: S608
_NAMES: Final = f"""
    INSERT INTO word SELECT name FROM ({_REPEATED}) AS made WHERE name <> ''
    ON CONFLICT DO NOTHING
"""  # noqa: S608
_EVENTS: Final = """
    INSERT INTO fetch_event (feed_id, at, outcome, reason, detail, new, known, skips, notes, took_ms)
    SELECT id, at, 'ok', '', '', 1, 20, '[]', '[]', 300 FROM feed,
      generate_series(timestamptz '{begin}', timestamptz '{end}' - interval '1 second',
        interval '1 day' / {a_day}) AS at
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many items over how many months up to `UNTIL`, and how many of them are made singly."""

    items: int
    months: int
    pool: int

    @property
    def since(self) -> datetime:
        """When the first item was seen."""
        return UNTIL - timedelta(days=DAYS * self.months)

    @property
    def step(self) -> float:
        """By how much numbers grow from item to item."""
        return (first_number(UNTIL) - first_number(self.since)) / self.items

    def part(self, month: Month) -> tuple[int, int]:
        """Return the first of a month's items and the first after it, by their place."""
        first = first_number(self.since)
        ends = (first_number(begins(month)), first_number(begins(after(month))))
        begin, end = (min(max(-int(-(at - first) // self.step), 0), self.items) for at in ends)
        return begin, end


def fill_by_server(app: App, shape: Shape, jobs: int) -> Iterator[tuple[str, float]]:
    """Fill an empty archive; yield each month with the seconds that it took."""
    with app.database.connect("fill") as connection:
        for setting in ("session_replication_role = replica", "timezone = 'UTC'", "jit = off"):
            connection.exec_driver_sql(f"SET {setting}")
        _make_pool(connection, app, shape, jobs)
        connection.commit()
        every = timedelta(days=20)
        steps = int((UNTIL - shape.since) / every) + 1
        spanned = months([*(shape.since + n * every for n in range(steps)), UNTIL])
        for month in sorted(spanned):
            began = time.perf_counter()
            _fill_month(connection, app, shape, month)
            connection.commit()
            yield f"{month[0]:04}-{month[1]:02}", time.perf_counter() - began
        began = time.perf_counter()
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        yield "vacuum", time.perf_counter() - began


def _make_pool(connection: Connection, app: App, shape: Shape, jobs: int) -> None:
    connection.exec_driver_sql(_POOL)
    written: dict[str, int] = {}  # a text, and where it was first
    words: set[str] = set()
    at = 0
    polls = in_batches(Press(phrases(app)).polls(shape.pool))
    for ready in in_order(partial(hired, app.narratives_directory), polls, jobs):
        _introduce(connection, ready)
        _, items, _ = ready
        rows, hits = [], []
        for one in items:
            item, imprint = one.item, one.imprint
            assert imprint
            minutes = int((one.first_seen_at - (item.published_at or UNTIL)).total_seconds() // 60)
            homepage = item.url.partition("vesti/")[0]
            lag = at - first if (first := written.setdefault(item.title, at)) != at else None
            said = item.title, item.summary, item.text, item.lang, minutes, lag
            place = item.outlet_id, item.feed_id, item.country, homepage
            rows.append((at, *place, *said, vector(imprint.words.split())))
            words.update(imprint.words.split())
            for hit in one.hits:
                evidence = json.dumps([asdict(piece) for piece in hit.evidence])
                grades = str(hit.grade), str(hit.stance_hint)
                hits.append((at, hit.narrative, hit.score, *grades, evidence))
            at += 1
        raw = connection.connection.cursor()
        for table, some in (("pool", rows), ("pool_hit", hits)):
            with raw.copy(f"COPY {table} FROM STDIN") as copy:
                for row in some:
                    copy.write_row(row)
    add_rows(connection, tables.word, ("word",), [(word[:200],) for word in sorted(words)])
    connection.exec_driver_sql("ANALYZE pool, pool_hit")


def _introduce(connection: Connection, ready: Ready) -> None:
    for feed in ready[0]:
        outlet = feed.outlet
        about = (outlet.id, outlet.name, outlet.country, str(outlet.kind))
        names = ("id", "name", "country", "kind")
        add_rows(connection, tables.outlet, names, [about], quietly=True)
        add_rows(connection, tables.feed, ("id", "outlet_id"), [(feed.id, outlet.id)], quietly=True)


def _fill_month(connection: Connection, app: App, shape: Shape, month: Month) -> None:
    begin, end = shape.part(month)
    given = {
        "begin": begin,
        "end": end,
        "first": first_number(shape.since),
        "step": repr(shape.step),
        "pool": shape.pool,
        "catalogue": app.matcher.catalogue_version,
        "matcher": app.matcher.matcher_version,
    }
    first, last = begins(month), begins(after(month))
    for table, adding in (("item", _ITEM), ("item_fts", _FTS)):
        part = _part(connection, table, month)
        connection.exec_driver_sql(adding.format(**given, part=part))
        bounds = f"FROM ({first_number(first)}) TO ({first_number(last)})"
        _attach(connection, table, part, bounds)
    part = _part(connection, "fetch_event", month)
    _attach(connection, "fetch_event", part, f"FROM ('{first}') TO ('{last}')")
    opened, closed = max(first, shape.since), min(last, UNTIL)
    events = _EVENTS.format(begin=opened, end=closed, a_day=EVENTS_A_DAY)
    for adding in (_KEYS.format(**given), _HITS.format(**given), _NAMES.format(**given), events):
        connection.exec_driver_sql(adding)


def _part(connection: Connection, table: str, month: Month) -> str:
    name = f"{table}_{month[0]:04}_{month[1]:02}"
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS)")
    return name


def _attach(connection: Connection, table: str, part: str, bounds: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES {bounds}")


def told(lines: Iterator[tuple[str, float]]) -> None:
    """Say how it goes on."""
    for what, seconds in lines:
        print(f"{what}: {seconds:.1f} s", file=sys.stderr, flush=True)  # noqa: T201
