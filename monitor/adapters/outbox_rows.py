"""From the outbox's rows to values, and the events that every change leaves."""

import hashlib
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import insert
from monitor.adapters.subscription_rows import subscription_of
from monitor.domain.delivery import Answer, Claim, DeliveryRecord, Planned, State, Verdict
from monitor.domain.subscription import Channel

WAITING: Final = (State.READY, State.CLAIMED, State.STALE)


def claim_of(row: sa.Row[Any]) -> Claim:
    """Return the claim on a row that is about to be leased: one fence and one attempt more."""
    who = {
        name.removeprefix("who_"): value
        for name, value in row._mapping.items()  # noqa: SLF001 - SQLAlchemy's public name
        if name.startswith("who_")
    }
    return Claim(
        id=row.id,
        fence=row.fence + 1,
        subscription=subscription_of(cast("sa.Row[Any]", SimpleNamespace(**who))),
        message_id=row.message_id,
        payload=bytes(row.payload or b""),
        attempts=row.attempts + 1,
        created_at=row.created_at,
    )


def record_of(row: sa.Row[Any]) -> DeliveryRecord:
    """Return what operators see of a row."""
    return DeliveryRecord(
        id=row.id,
        address=row.address,
        channel=Channel(row.channel),
        kind=row.kind,
        slot_date=row.slot_date,
        state=State(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        not_before=row.not_before,
        code=row.code,
        error=row.error,
        message_id=row.message_id or "",
    )


def event(
    connection: Connection, number: int, states: tuple[str, str], answer: Answer, now: datetime
) -> None:
    """Note a change of state."""
    before, after = states
    connection.execute(
        sa.insert(tables.delivery_event).values(
            delivery_id=number,
            at=now,
            from_state=before,
            to_state=after,
            code=answer.code,
            text=answer.text,
        )
    )


def put(connection: Connection, planned: Planned, now: datetime) -> int | None:
    """Put a planned message into the outbox and return its number; None where its slot is taken."""
    made = insert(connection, tables.delivery).values(_row(planned, now)).on_conflict_do_nothing()
    number: int | None = connection.execute(made.returning(tables.delivery.c.id)).scalar()
    if number is not None:
        event(connection, number, ("", planned.state), Answer(Verdict.LATER), now)
    return number


def _row(planned: Planned, now: datetime) -> dict[str, object]:
    window = planned.window
    return {
        "subscription_id": planned.subscription_id,
        "slot_date": planned.slot_date,
        "kind": planned.kind,
        "due_at": planned.due_at,
        "since": window.since if window else None,
        "until": window.until if window else None,
        "message_id": planned.message_id or None,
        "payload": planned.payload or None,
        "payload_sha256": hashlib.sha256(planned.payload).hexdigest() if planned.payload else "",
        "token_hash": planned.token_hash,
        "created_at": now,
        "state": planned.state,
        "settled_at": None if planned.state is State.READY else now,
        "error": planned.error,
    }


def cancel(
    connection: Connection, which: sa.ColumnElement[bool], now: datetime, *, is_covered: bool
) -> None:
    """Take back deliveries that were not sent yet: what they told may be told again.

    Where what they told `is_covered`, the next digest tells it as it tells what came late.
    """
    sent, told = tables.delivery, tables.delivery_hit
    gone: dict[str, Any] = {"state": State.CANCELLED, "payload": None, "settled_at": now}
    if not is_covered:
        gone["until"] = None
    rows = connection.execute(sa.select(sent.c.id, sent.c.state).where(which)).all()
    for row in rows:
        connection.execute(sa.delete(told).where(told.c.delivery_id == row.id))
        taken = sa.update(sent).where(sent.c.id == row.id)
        connection.execute(taken.values(fence=sent.c.fence + 1, **gone))
        event(connection, row.id, (row.state, State.CANCELLED), Answer(Verdict.LATER), now)
