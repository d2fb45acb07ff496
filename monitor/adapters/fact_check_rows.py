"""Fact-checks as hits are compared with them, kept in memory: every page of hits asks for a year's.

What came, and what reviewers decided, is read before each answer; what left, texts that were
edited, and what was committed after later numbers, as in PostgreSQL it may be, once in a while.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.bulk import each
from monitor.adapters.database import Database
from monitor.domain import excerpt
from monitor.domain.factcheck import Check, Checks, answers_a_claim, claim_of
from monitor.domain.feed import OutletKind
from monitor.domain.hit import FactCheck, Nearness
from monitor.domain.numbering import first_number
from monitor.domain.review import UNREVIEWED

EVERY: Final = timedelta(minutes=1)  # after so long all are looked through for what left
MOST_KEPT: Final = 50_000  # some 150 MB; where there are more they are read each time
_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_OUTLET: Final = tables.outlet.c
_REVIEW: Final = tables.review.c
_STANDING: Final = tables.standing_review.c
_CHECKERS: Final = _OUTLET.kind == OutletKind.FACT_CHECKER
_STANDS: Final = sa.func.coalesce(_STANDING.review_id, 0).label("review")


Version = tuple[int, int]  # of the item's text, and the review that stands, 0 for none


@dataclass(frozen=True, slots=True)
class _Kept:
    version: Version
    narrative: str
    check: Check


class FactCheckMemory:
    """The fact-checks of all narratives from some item on. `every` and `most`: as above."""

    def __init__(self, database: Database, every: timedelta = EVERY, most: int = MOST_KEPT) -> None:
        self._database, self._every, self._most = database, every.total_seconds(), most
        self._lock = Lock()
        self._forget()

    def checks(self, since: datetime | None) -> Mapping[str, Checks]:
        """Return what answers claims, by narrative; older ones than `since` may be left out."""
        first = first_number(since) if since else 0
        with self._lock, self._database.reading() as connection:
            self._read_on(connection, first)
            found = self._by_narrative
            if len(self._kept) > self._most:
                self._forget()
            return found

    def _forget(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._by_narrative: Mapping[str, Checks] = {}
        self._first: int | None = None  # the number from which on items were looked at
        self._last_hit = self._last_review = 0
        self._looked_at = 0.0

    def _read_on(self, connection: Connection, first: int) -> None:
        last_hit, last_review = connection.execute(_marks()).one()
        now = time.monotonic()
        if self._first is None or first < self._first or now - self._looked_at >= self._every:
            self._first = first if self._first is None else min(first, self._first)
            rows = connection.execute(_listed(self._first))
            listed = {row.id: (row.version, row.review) for row in rows}
            gone = self._kept.keys() - listed.keys()
            kept = {number: one.version for number, one in self._kept.items()}
            stale = {number for number, version in listed.items() if kept.get(number) != version}
            self._looked_at = now
        else:
            gone, stale = set(), set()
            if last_hit != self._last_hit:
                stale = set(connection.scalars(_come(self._last_hit)))
        if last_review != self._last_review:
            stale |= set(connection.scalars(_decided(self._last_review)))
        self._last_hit, self._last_review = last_hit, last_review
        if gone or stale:
            self._renew(connection, stale, gone | stale)

    def _renew(self, connection: Connection, fresh: Iterable[int], old: Iterable[int]) -> None:
        touched = {one.narrative for number in old if (one := self._kept.pop(number, None))}
        for row in connection.execute(
            _rows().where(_HIT.id.in_(sa.select(each(connection, fresh))))
        ):
            if answers_a_claim(row.verdict, row.stance):
                version = row.version, row.review
                self._kept[row.id] = _Kept(version, row.narrative, _check(row))
                touched.add(row.narrative)
        some: dict[str, list[Check]] = {name: [] for name in touched}
        for one in self._kept.values():
            if one.narrative in some:
                some[one.narrative].append(one.check)
        renewed = {name: Checks(checks) for name, checks in some.items()}
        known = {**self._by_narrative, **renewed}
        self._by_narrative = {name: known[name] for name in known if some.get(name, True)}


@cache
def _marks() -> sa.Select[Any]:
    """Return the query of the last hit and the last review, 0 while there is none."""
    hit = sa.select(sa.func.max(_HIT.id)).scalar_subquery()
    review = sa.select(sa.func.max(_REVIEW.id)).scalar_subquery()
    return sa.select(sa.func.coalesce(hit, 0), sa.func.coalesce(review, 0))


def _listed(first: int) -> sa.Select[Any]:
    """Return the query of all from an item on, by the indexes of outlets and of standing hits.

    `+ 0` lets no planner begin with hits or items: those of all others are many times as many.
    """
    return (
        sa.select(_HIT.id, _ITEM.version, _STANDS)
        .select_from(tables.outlet.join(tables.item, _ITEM.outlet_id == _OUTLET.id))
        .join(tables.hit, _HIT.item_id == _ITEM.id + 0)
        .outerjoin(tables.standing_review, _STANDING.hit_id == _HIT.id)
        .where(_CHECKERS, _ITEM.id + 0 >= first, _HIT.retired_at.is_(None))
    )


def _come(last_hit: int) -> sa.Select[Any]:
    return (
        sa.select(_HIT.id)
        .select_from(tables.hit.join(tables.item))
        .join(tables.outlet, _OUTLET.id == _ITEM.outlet_id)
        .where(_CHECKERS, _HIT.id > last_hit)
    )


def _decided(last_review: int) -> sa.Select[Any]:
    return sa.select(_REVIEW.hit_id).where(_REVIEW.id > last_review)


@cache
def _rows() -> sa.Select[Any]:
    names = ("title", "summary", "url", "outlet_id", "country", "lang", "published_at", "version")
    standing = tables.standing_review
    return (
        sa.select(
            _HIT.id,
            _HIT.item_id,
            _HIT.narrative,
            *(_ITEM[name] for name in (*names, "first_seen_at")),
            sa.func.coalesce(_ITEM.story_id, _ITEM.id).label("story"),
            _OUTLET.name.label("outlet_name"),
            _STANDS,
            sa.func.coalesce(_STANDING.verdict, UNREVIEWED).label("verdict"),
            sa.func.coalesce(_STANDING.stance, "").label("stance"),
        )
        .select_from(tables.hit.join(tables.item).outerjoin(standing, _STANDING.hit_id == _HIT.id))
        .join(tables.outlet, _OUTLET.id == _ITEM.outlet_id)
        .where(_CHECKERS, _HIT.retired_at.is_(None))
    )


def _check(row: sa.Row[Any]) -> Check:
    shown = FactCheck(
        hit_id=row.id,
        item_id=row.item_id,
        title=excerpt.plain(row.title),
        url=excerpt.link(row.url),
        outlet_id=row.outlet_id,
        outlet=row.outlet_name,
        country=row.country,
        lang=row.lang,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        near=Nearness.NARRATIVE,
    )
    text = f"{row.title} {row.summary}"
    return Check(shown, claim_of(row.item_id, row.narrative, str(row.story), text))
