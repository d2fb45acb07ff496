"""Parts of sweeps as workers know them: under a lease, each with how far it is."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.adapters import crash, leases, tables
from monitor.adapters.database import Database
from monitor.adapters.found import as_json
from monitor.adapters.rematch_rows import counts, written
from monitor.adapters.slices import IDS, ranges
from monitor.domain.backtest import Difference
from monitor.domain.rematch import Compared, Plan, Run, Slice
from monitor.domain.sweep import Part, Purpose, Sweep
from monitor.ports.service import Lease

_SWEEP: Final = tables.sweep.c
_PART: Final = tables.sweep_part.c


class SqlParts:
    """Keeps the port `Parts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def taken(self, lease: Lease) -> Part | None:
        """Return the part that a lease is of; None where it is done, gone or another's."""
        query = (
            sa.select(
                tables.sweep_part,
                *(_SWEEP[name] for name in ("purpose", "rematch_id", "candidate_version")),
                *(_SWEEP[name] for name in ("catalogue_version", "matcher_version", "since")),
            )
            .join_from(tables.sweep_part, tables.sweep, _SWEEP.id == _PART.sweep_id)
            .where(_PART.name == lease.name, _PART.fence == lease.fence)
            .where(_PART.done_at.is_(None), _PART.leased_until.is_not(None))
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _part(row)

    def slices(self, part: Part) -> Iterator[Slice]:
        """Yield what is left to do of it."""
        after = part.done.position
        if part.slice.ids:
            left = [one for one in part.slice.ids if one > after]
            for start in range(0, len(left), IDS):
                some = tuple(left[start : start + IDS])
                yield Slice(some[0], some[-1], some)
            return
        first = max(after, part.slice.first - 1)
        for one, _items in ranges(self._database, part.sweep.plan.since, first, part.slice.last):
            yield one

    def failed(self, lease: Lease, reason: str, again_at: datetime) -> None:
        """Note that it did not go, and give the lease back."""
        failures = {"failures": _PART.failures + 1, "reason": reason}
        mine = sa.update(tables.sweep_part).where(_PART.name == lease.name)
        with self._database.writing() as connection:
            connection.execute(
                mine.where(_PART.fence == lease.fence, _PART.done_at.is_(None)).values(
                    **failures, leased_until=None, next_due=again_at
                )
            )

    def keep(self, lease: Lease, items: int, found: Sequence[Difference], now: datetime) -> None:
        """Keep what a part of a backtest found, which is done with that."""
        values = {"items": items, "found": [as_json(one) for one in found]}
        self._update(lease, values | {"done_at": now, "leased_until": None})

    def _update(self, lease: Lease, values: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            leases.parts(self._database).guard(lease)(connection)
            crash.point("part-writing")
            connection.execute(
                sa.update(tables.sweep_part).where(_PART.name == lease.name).values(**values)
            )


class PartBook:
    """Keeps the port `Book` for one part of a rematch. Raises LeaseLostError for a late one."""

    def __init__(self, database: Database, part: Part, lease: Lease) -> None:
        self._database, self._part, self._lease = database, part, lease
        self._parts = SqlParts(database)
        self._refuse_late_work = leases.parts(database).guard(lease)

    def begin(self, plan: Plan, now: datetime) -> Run:
        """Return how far the part is."""
        del plan, now
        return self._part.done

    def slices(self, run: Run) -> Iterator[Slice]:
        """Yield what is left to do, in order."""
        del run
        return self._parts.slices(self._part)

    def total(self, run: Run) -> int:
        """Return how many items are left to do."""
        return max(self._part.items - run.items, 0)

    def commit(self, run: Run, done: Compared, now: datetime) -> tuple[Run, tuple[int, ...]]:
        """Write what changed and how far the part is, if it is still ours."""
        with self._database.writing() as connection:
            self._refuse_late_work(connection)
            is_whole = not self._part.slice.ids
            after, refused = written(connection, run, done, now, with_versions=is_whole)
            mine = sa.update(tables.sweep_part).where(_PART.name == self._lease.name)
            connection.execute(mine.values(**counts(after)))
            crash.point("part-writing")
        crash.point("part-written")
        return after, refused

    def finish(self, run: Run, now: datetime) -> None:
        """Say that the part is done."""
        del run
        with self._database.writing() as connection:
            self._refuse_late_work(connection)
            mine = sa.update(tables.sweep_part).where(_PART.name == self._lease.name)
            connection.execute(mine.values(done_at=now, leased_until=None))


def _part(row: sa.Row[Any]) -> Part:
    plan = Plan(row.catalogue_version, row.matcher_version, row.since)
    run = row.rematch_id or 0
    sweep = Sweep(row.sweep_id, Purpose(row.purpose), plan, run, row.candidate_version)
    done = Run(run, plan, row.position, row.items, row.gained, row.changed, row.lost)
    return Part(row.name, sweep, Slice(row.first, row.last, tuple(row.ids or ())), row.size, done)
