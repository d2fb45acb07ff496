"""The outbox: deliveries frozen, leased, fenced and settled, each change one transaction."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.adapters import crash, owner, tables
from monitor.adapters.database import Database, batches, insert
from monitor.adapters.outbox_moves import (
    MAIL,
    bounces_too_often,
    move,
    next_waiting,
    not_held,
    remember_server,
    sweep,
)
from monitor.adapters.outbox_rows import claim_of, event, put, record_of
from monitor.adapters.subscribers import change
from monitor.adapters.upkeep_rows import RESTORE, last
from monitor.domain.delivery import (
    DIGEST,
    LEASE,
    Answer,
    Claim,
    DeliveryRecord,
    Planned,
    Settlement,
    State,
    Verdict,
)
from monitor.domain.slots import Covered
from monitor.domain.subscription import Channel, Standing
from monitor.ports.delivery import Progress, Published

FEED_LENGTH: Final = 60  # digests that a feed shows: two months of days
_SENT: Final = tables.delivery
_WHO: Final = tables.subscription
_HOLD: Final = tables.delivery_hold


class SqlOutbox:
    """Keeps the port `Outbox`.

    `impatient`: whatever failed for now is tried again, without waiting for its hour.
    """

    def __init__(self, database: Database, *, impatient: bool = False) -> None:
        self._database, self._impatient = database, impatient

    def installation(self) -> str:
        """Return what tells this installation's messages from another's, made at first."""
        memory = tables.delivery_memory
        with self._database.writing() as connection:
            row = {"name": "installation", "value": secrets.token_hex(16)}
            connection.execute(insert(connection, memory).values(row).on_conflict_do_nothing())
            query = sa.select(memory.c.value).where(memory.c.name == "installation")
            return str(connection.execute(query).scalar_one())

    def progress(self) -> Mapping[int, Progress]:
        """Return the progress of every subscription that has any, by id."""
        begun = _SENT.c.until > _WHO.c.started_at
        query = (
            sa.select(
                _SENT.c.subscription_id, _SENT.c.slot_date, _SENT.c.since, _SENT.c.until, begun
            )
            .join(_WHO)
            .where(_SENT.c.kind == DIGEST)
        )
        covered: dict[int, Covered] = {}
        dates: dict[int, set[Any]] = {}
        with self._database.reading() as connection:
            for number, day, since, until, counts in connection.execute(query):
                dates.setdefault(number, set()).add(day)
                if counts:
                    so_far = covered.get(number, Covered(since, until))
                    covered[number] = Covered(min(so_far.since, since), max(so_far.until, until))
        return {n: Progress(covered.get(n), frozenset(days)) for n, days in dates.items()}

    def restored_at(self) -> datetime | None:
        """Return when a backup was last brought back, if ever."""
        return last(self._database, RESTORE)

    def told(self, subscription_id: int, hit_ids: Iterable[int]) -> frozenset[int]:
        """Return those of the hits that earlier digests of a subscription have told."""
        hit = tables.delivery_hit.c
        found: set[int] = set()
        with self._database.reading() as connection:
            for some in batches(hit_ids):
                query = sa.select(hit.hit_id).where(
                    hit.subscription_id == subscription_id, hit.hit_id.in_(some)
                )
                found.update(connection.execute(query).scalars())
        return frozenset(found)

    def plan(self, planned: Planned, now: datetime) -> bool:
        """Commit a planned digest with the hits it tells; False where the slot is taken."""
        crash.point("delivery-before-plan")
        with self._database.writing_hastily() as connection:  # begin_data makes it last
            number = put(connection, planned, now)
            if number is None:
                return False
            told = [
                {
                    "subscription_id": planned.subscription_id,
                    "hit_id": hit_id,
                    "delivery_id": number,
                }
                for hit_id in planned.hit_ids
            ]
            if told:
                connection.execute(sa.insert(tables.delivery_hit), told)
            crash.point("delivery-in-plan")
        crash.point("delivery-planned")
        return True

    def taken(self, day: date, kind: str) -> frozenset[int]:
        """Return the subscriptions whose slot of that day and kind is taken."""
        slot = (_SENT.c.slot_date == day, _SENT.c.kind == kind)
        with self._database.reading() as connection:
            query = sa.select(_SENT.c.subscription_id).where(*slot)
            return frozenset(connection.execute(query).scalars())

    def sweep(self, now: datetime) -> None:
        """Put in order what was left behind: dead leases, what has gone stale, old payloads."""
        restored = self.restored_at()
        with self._database.writing() as connection:
            sweep(connection, now, restored)

    def claim(
        self, channels: Collection[Channel], now: datetime, *, before: datetime
    ) -> Claim | None:
        """Lease the oldest delivery that was not tried since `before`; None: nothing is left."""
        with self._database.writing_hastily() as connection:
            open_now = channels if self._impatient else not_held(connection, channels, now)
            query = next_waiting(is_patient=not self._impatient)
            asked = {"channels": sorted(open_now), "now": now, "before": before}
            row = connection.execute(query, asked).first()
            if row is None:
                return None
            claim = claim_of(row)
            values = {
                "state": State.CLAIMED,
                "fence": claim.fence,
                "attempts": claim.attempts,
                "owner": owner.me(),
                "lease_until": now + LEASE,
                "tried_at": now,
            }
            connection.execute(sa.update(_SENT).where(_SENT.c.id == claim.id).values(**values))
        crash.point("delivery-claimed")
        return claim

    def due(self, channels: Collection[Channel], now: datetime) -> int:
        """Return how many deliveries wait for their next attempt or to be claimed."""
        del now
        query = (
            sa.select(sa.func.count())
            .select_from(_SENT.join(_WHO))
            .where(_SENT.c.state == State.READY, _WHO.c.channel.in_(channels))
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def begin_data(self, claim: Claim, now: datetime) -> bool:
        """Mark that the message is being handed over; False where the lease is no longer ours."""
        crash.point("delivery-before-data")
        with self._database.writing() as connection:
            moved = move(connection, claim.id, (State.CLAIMED, State.IN_DATA), now, claim.fence)
        crash.point("delivery-in-data")
        return moved

    def settle(self, claim: Claim, what: Settlement, answer: Answer, now: datetime) -> bool:
        """Record what came of an attempt; False where the lease is no longer ours."""
        with self._database.writing() as connection:
            ours = sa.and_(
                _SENT.c.id == claim.id,
                _SENT.c.fence == claim.fence,
                _SENT.c.state.in_([State.CLAIMED, State.IN_DATA]),
            )
            before = connection.execute(sa.select(_SENT.c.state).where(ours)).scalar()
            if before is None:
                return False
            values = {
                "state": what.state,
                "not_before": what.not_before,
                "settled_at": None if what.state is State.READY else now,
                "attempts": claim.attempts - (answer.verdict is Verdict.SERVER),
                "code": answer.code,
                "error": answer.text,
            }
            connection.execute(sa.update(_SENT).where(ours).values(**values))
            event(connection, claim.id, (before, what.state), answer, now)
            remember_server(connection, what, answer, now)
            if what.suspends or bounces_too_often(connection, claim, what, now):
                change(connection, [claim.subscription.id], Standing.SUSPENDED, now)
        crash.point("delivery-settled")
        return True

    def holds(self) -> int:
        """Return how many faults in a row the mail server has had."""
        query = sa.select(_HOLD.c.failures).where(_HOLD.c.target == MAIL)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar() or 0)

    def records(self, states: Collection[State] = ()) -> Sequence[DeliveryRecord]:
        """Return deliveries, newest first; no states: all of them."""
        columns = [column for column in _SENT.c if column.name != "payload"]
        query: sa.Select[Any] = sa.select(*columns, _WHO.c.address, _WHO.c.channel).join(_WHO)
        query = query.order_by(_SENT.c.id.desc())
        if states:
            query = query.where(_SENT.c.state.in_(states))
        with self._database.reading() as connection:
            return [record_of(row) for row in connection.execute(query).all()]

    def published(self, subscription_id: int, most: int = FEED_LENGTH) -> Sequence[Published]:
        """Return the last digests of a feed, newest first."""
        query = (
            sa.select(_SENT.c.message_id, _SENT.c.due_at, _SENT.c.created_at, _SENT.c.payload)
            .where(_SENT.c.subscription_id == subscription_id, _SENT.c.state == State.SENT)
            .where(_SENT.c.payload.is_not(None))
            .order_by(_SENT.c.due_at.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Published(row.message_id, row.due_at, row.created_at, bytes(row.payload).decode())
            for row in rows
        ]

    def release(
        self, ids: Collection[int], states: Collection[State], to: State, now: datetime
    ) -> int:
        """Move deliveries from one of these states on an operator's word; return how many.

        None is sent of which the message is there no more.
        """
        chosen = [_SENT.c.state.in_(states), *([_SENT.c.id.in_(ids)] if ids else [])]
        chosen += [_SENT.c.payload.is_not(None)] if to is State.READY else []
        with self._database.writing() as connection:
            rows = connection.execute(sa.select(_SENT.c.id, _SENT.c.state).where(*chosen)).all()
            for row in rows:
                move(connection, row.id, (State(row.state), to), now)
        return len(rows)
