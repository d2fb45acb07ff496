"""Leases in the database: one process at a time works on a host, and a late one is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import crash, tables
from monitor.adapters.database import Database, batches, insert
from monitor.domain.errors import LeaseLostError
from monitor.domain.schedule import LONGEST_WAIT
from monitor.ports.service import Lease

LEASE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SqlTransaction:
    """Keeps the port `Transaction`; engines in the same database use its connection."""

    connection: Connection
    later: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, do: Callable[[], None]) -> None:
        """Call this once the transaction is committed."""
        self.later.append(do)


class SqlLeases:
    """Keeps the port `Leases` in one table: `host`, `chore` or `sweep_part`.

    `among` says which of them may be leased, where not all may.
    """

    def __init__(
        self,
        database: Database,
        table: sa.Table,
        lease: timedelta = LEASE,
        among: sa.ColumnElement[bool] | None = None,
    ) -> None:
        self._database, self._table, self._lease = database, table, lease
        self._among = sa.true() if among is None else among

    def plan(self, due: Mapping[str, datetime]) -> None:
        """Know exactly these things, due then; what is leased is left as it is."""
        table = self._table
        with self._database.writing() as connection:
            free = self._is_free(_now(connection))
            known = {row.name for row in connection.execute(sa.select(table.c.name))}
            for some in batches(known - due.keys()):
                connection.execute(sa.delete(table).where(table.c.name.in_(some), free))
            for rows in batches([{"name": name, "next_due": at} for name, at in due.items()]):
                wanted = insert(connection, table)
                renewed = {"next_due": wanted.excluded.next_due}
                connection.execute(
                    wanted.on_conflict_do_update(index_elements=["name"], set_=renewed, where=free),
                    rows,
                )

    def learn(self, latest: Mapping[str, datetime], now: datetime) -> None:
        """Know these things too: a new one is due now, a known one when it was, or by its latest."""
        table = self._table
        rows = [{"name": name, "next_due": now} for name in latest]
        with self._database.writing() as connection:
            connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)
            for name, at in latest.items():
                late = sa.update(table).where(table.c.name == name, table.c.next_due > at)
                connection.execute(late.values(next_due=now))

    @contextmanager
    def claiming(
        self, now: datetime, limit: int, names: Sequence[str] | None = None
    ) -> Iterator[tuple[SqlTransaction, Sequence[Lease]]]:
        """Lease what is due, longest first, in a transaction that ends with the block."""
        with self._database.writing() as connection:
            transaction = SqlTransaction(connection)
            yield transaction, self._claimed(connection, now, limit, names)
        crash.point("claimed")
        for do in transaction.later:
            do()

    def release(self, lease: Lease, next_due: datetime) -> None:
        """Give a lease back; one that was lost meanwhile changes nothing."""
        table = self._table
        mine = sa.update(table).where(table.c.name == lease.name, table.c.fence == lease.fence)
        with self._database.writing() as connection:
            connection.execute(mine.values(leased_until=None, next_due=next_due))

    def release_all(self) -> int:
        """Void every lease, whoever holds it; return how many there were."""
        table = self._table
        leased = sa.update(table).where(table.c.leased_until.is_not(None))
        with self._database.writing() as connection:
            voided = leased.values(leased_until=None, fence=table.c.fence + 1)
            return connection.execute(voided).rowcount

    def waiting(self, now: datetime) -> int:
        """Return how many things are due and not leased."""
        with self._database.reading() as connection:
            free = self._is_free(_now(connection))
            count = sa.select(sa.func.count()).select_from(self._table)
            return connection.scalar(count.where(self._among, free, self._is_due(now))) or 0

    def take(self, name: str) -> Lease | None:
        """Lease a thing that is known and free, due or not; None where there is none."""
        table = self._table
        with self._database.writing() as connection:
            at = _now(connection)
            taken = sa.update(table).where(table.c.name == name, self._is_free(at))
            taken = taken.values(leased_until=at + self._lease, fence=table.c.fence + 1)
            fence = connection.execute(taken.returning(table.c.fence)).scalar()
        return None if fence is None else Lease(name, fence)

    def knows(self, name: str) -> bool:
        """Say whether there is such a thing."""
        query = sa.select(self._table.c.name).where(self._table.c.name == name)
        with self._database.reading() as connection:
            return connection.execute(query).scalar() is not None

    def put_back(self, lease: Lease, pause: timedelta) -> None:
        """Give a lease back; the thing is due when it was, but not before `pause` is over."""
        table = self._table
        mine = sa.update(table).where(table.c.name == lease.name, table.c.fence == lease.fence)
        with self._database.writing() as connection:
            soonest = sa.bindparam("soonest", _now(connection) + pause, table.c.next_due.type)
            due = sa.case((table.c.next_due < soonest, soonest), else_=table.c.next_due)
            connection.execute(mine.values(leased_until=None, next_due=due))

    def guard(self, lease: Lease) -> Callable[[Connection], None]:
        """Return what refuses, inside a transaction, the work of a lease that was lost."""
        table = self._table

        def refuse_late_work(connection: Connection) -> None:
            mine = sa.select(table.c.leased_until).where(
                table.c.name == lease.name, table.c.fence == lease.fence
            )
            if connection.scalar(mine.with_for_update()) is None:
                raise LeaseLostError(f"{lease.name} is no longer ours (lease {lease.fence})")

        return refuse_late_work

    def _claimed(
        self, connection: Connection, now: datetime, limit: int, names: Sequence[str] | None
    ) -> list[Lease]:
        table, at = self._table, _now(connection)
        due = sa.select(table.c.name).where(self._among, self._is_free(at), self._is_due(now))
        if names is not None:
            due = due.where(table.c.name.in_(names))
        chosen = due.order_by(table.c.next_due).limit(limit).with_for_update(skip_locked=True)
        taken = (
            sa.update(table)
            .where(table.c.name.in_(chosen))
            .values(leased_until=at + self._lease, fence=table.c.fence + 1)
            .returning(table.c.name, table.c.fence)
        )
        return [Lease(row.name, row.fence) for row in connection.execute(taken)]

    def _is_free(self, at: datetime) -> sa.ColumnElement[bool]:
        """Say that nobody holds it: a lease may also have been given by a clock since set back."""
        until = self._table.c.leased_until
        return sa.or_(until.is_(None), until <= at, until > at + self._lease)

    def _is_due(self, now: datetime) -> sa.ColumnElement[bool]:
        due = self._table.c.next_due
        return sa.or_(due <= now, due > now + LONGEST_WAIT)


def hosts(database: Database) -> SqlLeases:
    """Return the leases of the hosts that feeds are fetched from."""
    return SqlLeases(database, tables.host)


def chores(database: Database) -> SqlLeases:
    """Return the leases of what the service does now and then."""
    return SqlLeases(database, tables.chore)


def parts(database: Database, sweep: int | None = None) -> SqlLeases:
    """Return the leases of the parts of a sweep that are not done, or of all."""
    part = tables.sweep_part.c
    undone = part.done_at.is_(None)
    among = undone if sweep is None else undone & (part.sweep_id == sweep)
    return SqlLeases(database, tables.sweep_part, among=among)


def _now(connection: Connection) -> datetime:
    """Return the database's time: processes on several machines must agree on it."""
    if connection.dialect.name == "sqlite":
        text = connection.scalar(sa.text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"))
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    at: datetime = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return at.astimezone(UTC)
