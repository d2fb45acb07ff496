"""Sweeps as the command that wants one keeps them: cut, handed out, gathered, forgotten."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import leases, tables
from monitor.adapters.database import Database, batches
from monitor.adapters.found import difference
from monitor.adapters.slices import ranges
from monitor.domain.backtest import Difference
from monitor.domain.errors import NotFoundError
from monitor.domain.numbering import BEFORE_ALL
from monitor.domain.rematch import Plan, Run, Slice
from monitor.domain.sweep import Progress, Purpose, Sweep
from monitor.ports.service import Lease, Transaction

PART: Final = int(os.environ.get("ENGINE_PART_ITEMS", "20000"))  # fewer in tests only
KEPT: Final = timedelta(days=7)  # what nobody came back for by then is forgotten

_SWEEP: Final = tables.sweep.c
_PART: Final = tables.sweep_part.c
_RUN: Final = tables.rematch.c


class SqlSweeps:
    """Keeps the port `Sweeps`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rematch(self, run: Run, now: datetime) -> Sweep:
        """Return the sweep of a rematch, a new one if need be. Any other rematch ends."""
        values = _values(Purpose.REMATCH, run.plan, now) | {"rematch_id": run.id}
        others = sa.and_(_SWEEP.purpose == str(Purpose.REMATCH), _SWEEP.rematch_id != run.id)
        with self._database.writing() as connection:
            key = _found(connection, _SWEEP.rematch_id == run.id) or _made(connection, values)
            stale = sa.and_(_SWEEP.started_at < now - KEPT, _SWEEP.id != key)
            _forget(connection, sa.or_(others, stale))
        return Sweep(key, Purpose.REMATCH, run.plan, run.id)

    def backtest(
        self, plan: Plan, candidate_version: str, files: Mapping[str, str], now: datetime
    ) -> Sweep:
        """Return the sweep that holds these files against the catalogue of the plan."""
        values = _values(Purpose.BACKTEST, plan, now) | {"candidate_version": candidate_version}
        same = sa.and_(*(_is(name, values[name]) for name in values if name != "started_at"))
        with self._database.writing() as connection:
            key = _found(connection, same) or _made(connection, values | {"files": dict(files)})
            _forget(connection, sa.and_(_SWEEP.started_at < now - KEPT, _SWEEP.id != key))
        return Sweep(key, Purpose.BACKTEST, plan, candidate_version=candidate_version)

    def cut(self, sweep: Sweep, candidates: Sequence[int] | None, now: datetime) -> int:
        """Make parts of the items behind the last part, or of the candidates; return how many."""
        count = sa.select(sa.func.count(), sa.func.max(_PART.last))
        with self._database.writing() as connection:
            lock = sa.select(_SWEEP.id).where(_SWEEP.id == sweep.id).with_for_update()
            if connection.execute(lock).first() is None:
                return 0
            known, last = connection.execute(count.where(_PART.sweep_id == sweep.id)).one()
            if last is None:
                done = sa.select(_RUN.position).where(_RUN.id == sweep.run)
                begun = connection.execute(done).scalar()
                last = BEFORE_ALL if begun is None else begun
            made = before = int(known)
            for rows in batches(self._parts(sweep, candidates, last)):
                for row in rows:
                    made += 1
                    row |= {"name": f"{sweep.id}:{made}", "sweep_id": sweep.id, "next_due": now}
                connection.execute(sa.insert(tables.sweep_part), rows)
        return made - before

    def _parts(
        self, sweep: Sweep, candidates: Sequence[int] | None, after: int
    ) -> Iterator[dict[str, Any]]:
        if candidates is None:
            for part, items in ranges(self._database, sweep.plan.since, after, items=PART):
                yield _row(part, items)
            return
        for some in batches([one for one in candidates if one > after], PART):
            yield _row(Slice(some[0], some[-1], tuple(some)), len(some))

    def progress(self, sweep: Sweep) -> Progress | None:
        """Return how far it is; None where it is over, or another one took its place."""
        part, undone = _PART, _PART.done_at.is_(None)
        failed = sa.case((undone, part.failures), else_=0)
        reason = sa.select(part.reason).where(part.sweep_id == sweep.id, undone)
        query = sa.select(
            sa.func.count(part.name),
            sa.func.count(part.done_at),
            sa.func.coalesce(sa.func.sum(part.size), 0),
            sa.func.coalesce(sa.func.sum(part["items"]), 0),
            sa.func.count(part.leased_until),
            sa.func.coalesce(sa.func.max(failed), 0),
            reason.order_by(part.failures.desc()).limit(1).scalar_subquery(),
        ).where(part.sweep_id == sweep.id)
        with self._database.reading() as connection:
            if _found(connection, _SWEEP.id == sweep.id) is None:
                return None
            *numbers, why = connection.execute(query).one()
        parts, parts_done, items, items_done, handed_out, failures = map(int, numbers)
        return Progress(parts, parts_done, items, items_done, handed_out, failures, why or "")

    def claiming(
        self, sweep: Sweep, now: datetime, limit: int
    ) -> AbstractContextManager[tuple[Transaction, Sequence[Lease]]]:
        """Lease parts that are not done, at most `limit`."""
        return leases.parts(self._database, sweep.id).claiming(now, limit)

    def forgive(self, sweep: Sweep, now: datetime) -> None:
        """Let parts that failed be tried again."""
        mine = sa.update(tables.sweep_part).where(_PART.sweep_id == sweep.id)
        with self._database.writing() as connection:
            anew = {"failures": 0, "reason": "", "next_due": now}
            connection.execute(mine.where(_PART.failures > 0).values(**anew))

    def run(self, sweep: Sweep) -> Run:
        """Return the rematch with what all parts did. Raises NotFoundError where it is gone."""
        names = ("items", "gained", "changed", "lost")
        sums = [sa.func.coalesce(sa.func.sum(_PART[name]), 0) for name in names]
        query = sa.select(sa.func.coalesce(sa.func.max(_PART.last), BEFORE_ALL), *sums)
        before = sa.select(*(_RUN[name] for name in ("position", *names)), _RUN.finished_at)
        with self._database.reading() as connection:
            is_there = _found(connection, _SWEEP.id == sweep.id) is not None
            found = connection.execute(before.where(_RUN.id == sweep.run)).one_or_none()
            last, *done = connection.execute(query.where(_PART.sweep_id == sweep.id)).one()
        if found is None or (not is_there and found.finished_at is None):
            raise NotFoundError("another rematch took the place of this one")
        position, *counted, finished_at = found
        if finished_at is None:
            counted = [one + more for one, more in zip(counted, done, strict=True)]
        return Run(sweep.run, sweep.plan, max(last, position), *map(int, counted))

    def end(self, sweep: Sweep) -> None:
        """Forget a sweep: what came of it is gathered."""
        with self._database.writing() as connection:
            _forget(connection, _SWEEP.id == sweep.id)

    def differences(self, sweep: Sweep) -> Iterator[Difference]:
        """Yield what the parts of a backtest found."""
        query = sa.select(_PART.found).where(_PART.sweep_id == sweep.id).order_by(_PART.first)
        with self._database.reading() as connection:
            for (found,) in connection.execution_options(yield_per=1).execute(query):
                yield from map(difference, found or ())


def candidate_files(connection: Connection, sweep_id: int) -> dict[str, str]:
    """Return the files of the candidate that a backtest is about, by name."""
    query = sa.select(_SWEEP.files).where(_SWEEP.id == sweep_id)
    found: dict[str, str] = connection.execute(query).scalar() or {}
    return found


def _values(purpose: Purpose, plan: Plan, now: datetime) -> dict[str, Any]:
    return {
        "purpose": str(purpose),
        "catalogue_version": plan.catalogue_version,
        "matcher_version": plan.matcher_version,
        "since": plan.since,
        "started_at": now,
    }


def _is(name: str, value: object) -> sa.ColumnElement[bool]:
    return _SWEEP[name].is_(None) if value is None else _SWEEP[name] == value


def _row(part: Slice, items: int) -> dict[str, Any]:
    ids = list(part.ids) if part.ids else None
    row = {"first": part.first, "last": part.last, "ids": ids, "size": items}
    return row | {"position": part.first - 1}


def _found(connection: Connection, which: sa.ColumnElement[bool]) -> int | None:
    return connection.execute(sa.select(_SWEEP.id).where(which).order_by(_SWEEP.id)).scalar()


def _made(connection: Connection, values: Mapping[str, Any]) -> int:
    key = connection.execute(sa.insert(tables.sweep).values(**values)).inserted_primary_key
    assert key is not None  # noqa: S101 - an INSERT of one row always has it
    return int(key[0])


def _forget(connection: Connection, which: sa.ColumnElement[bool]) -> None:
    gone: Collection[int] = connection.execute(sa.select(_SWEEP.id).where(which)).scalars().all()
    for table, column in ((tables.sweep_part, _PART.sweep_id), (tables.sweep, _SWEEP.id)):
        connection.execute(sa.delete(table).where(column.in_(gone)))
