"""From the outbox's rows to values, and the events that every change leaves."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.subscribers import subscription_of
from monitor.domain.delivery import Answer, Claim, DeliveryRecord, State
from monitor.domain.subscription import Channel


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
