"""How a delivery moves from state to state, within a transaction of the outbox."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import owner, tables
from monitor.adapters.database import insert
from monitor.adapters.outbox_rows import event
from monitor.domain.delivery import (
    BOUNCE_SPAN,
    STALE,
    Answer,
    Claim,
    Settlement,
    State,
    Verdict,
    abandoned,
    suspends,
)
from monitor.domain.subscription import UNCONFIRMED_KEPT, Channel, Policy, Standing

PAYLOADS_KEPT: Final = timedelta(days=14)
MAIL: Final = "smtp"  # the target that a hold names
_PULSE: Final = "last-run"
_SENT: Final = tables.delivery
_WHO: Final = tables.subscription
_HOLD: Final = tables.delivery_hold


def sweep(connection: Connection, now: datetime, restored: datetime | None) -> None:
    """Free dead leases, set aside what has gone stale, drop old payloads and unconfirmed people.

    Whatever waits is stale where nobody has looked after it for long: the machine slept; or where
    a backup was restored since: the messages may have been sent by then.
    """
    _void_leases(connection, now)
    seen = _pulse(connection, now)
    if restored and (seen is None or seen < restored):
        _set_aside(connection, restored, now)
    elif seen and now - seen > STALE:
        _set_aside(connection, now - STALE, now)
    done = _SENT.c.state.in_([State.SENT, State.FAILED, State.BOUNCED, State.CANCELLED])
    past = _SENT.c.settled_at < now - PAYLOADS_KEPT
    mailed = _SENT.c.subscription_id.in_(sa.select(_WHO.c.id).where(_WHO.c.channel != Channel.ATOM))
    drop = sa.update(_SENT).where(done, past, mailed, _SENT.c.payload.is_not(None))
    connection.execute(drop.values(payload=None))
    unconfirmed = sa.and_(
        _WHO.c.standing == Standing.PENDING, _WHO.c.started_at < now - UNCONFIRMED_KEPT
    )
    connection.execute(sa.delete(_WHO).where(unconfirmed))


def _set_aside(connection: Connection, before: datetime, now: datetime) -> None:
    old = sa.and_(_SENT.c.state == State.READY, _SENT.c.created_at < before)
    for row in connection.execute(sa.select(_SENT.c.id).where(old)).all():
        move(connection, row.id, (State.READY, State.STALE), now)


def _void_leases(connection: Connection, now: datetime) -> None:
    """Free what a dead process held, at once where it ran here, else when its lease is over."""
    query = (
        sa.select(_SENT.c.id, _SENT.c.state, _SENT.c.owner, _SENT.c.lease_until, _WHO.c.policy)
        .join(_WHO)
        .where(_SENT.c.state.in_([State.CLAIMED, State.IN_DATA]))
    )
    for row in connection.execute(query).all():
        if row.lease_until < now or owner.is_dead(row.owner):
            state = State(row.state)
            move(connection, row.id, (state, abandoned(state, Policy(row.policy))), now)


def _pulse(connection: Connection, now: datetime) -> datetime | None:
    """Return when deliveries were last looked after, if ever, and note that they are now."""
    memory = tables.delivery_memory
    before = connection.execute(sa.select(memory.c.value).where(memory.c.name == _PULSE)).scalar()
    row = {"name": _PULSE, "value": now.isoformat()}
    connection.execute(
        insert(connection, memory)
        .values(row)
        .on_conflict_do_update(index_elements=["name"], set_={"value": row["value"]})
    )
    return datetime.fromisoformat(before) if before else None


def move(
    connection: Connection,
    number: int,
    states: tuple[State, State],
    now: datetime,
    fence: int | None = None,
) -> bool:
    """Bring a delivery from one state to another; without a fence nobody else's claim holds."""
    before, after = states
    where = [_SENT.c.id == number, _SENT.c.state == before]
    values: dict[str, object] = {"state": after}
    if fence is None:
        values |= {"fence": _SENT.c.fence + 1, "not_before": None}
        values |= {} if after is State.READY else {"settled_at": now}
    else:
        where.append(_SENT.c.fence == fence)
    moved = connection.execute(sa.update(_SENT).where(*where).values(**values)).rowcount > 0
    if moved:
        event(connection, number, states, Answer(Verdict.LATER), now)
    return moved


@cache
def next_waiting(*, is_patient: bool) -> sa.Select[Any]:
    """Return the query for the delivery to be tried next; it is asked for once a message.

    It takes `channels`, `before` (not tried since then) and, if patient, `now`.
    """
    earlier = _SENT.alias()
    overtakes = sa.exists().where(  # a reader gets digests in their order
        earlier.c.subscription_id == _SENT.c.subscription_id,
        earlier.c.due_at < _SENT.c.due_at,
        earlier.c.state.in_([State.READY, State.CLAIMED, State.IN_DATA]),
    )
    when = sa.bindparam("now", type_=_SENT.c.not_before.type)
    before = sa.bindparam("before", type_=_SENT.c.tried_at.type)
    query = (
        sa.select(_SENT, *(column.label(f"who_{column.name}") for column in _WHO.c))
        .join(_WHO)
        .where(
            _SENT.c.state == State.READY,
            _WHO.c.channel.in_(sa.bindparam("channels", expanding=True)),
            ~overtakes,
            sa.or_(_SENT.c.tried_at.is_(None), _SENT.c.tried_at < before),
        )
        .order_by(_SENT.c.due_at, _SENT.c.id)
        .limit(1)
        .with_for_update(of=_SENT, skip_locked=True)
    )
    if is_patient:
        query = query.where(sa.or_(_SENT.c.not_before.is_(None), _SENT.c.not_before <= when))
    return query


def not_held(
    connection: Connection, channels: Collection[Channel], now: datetime
) -> Collection[Channel]:
    """Return the channels that are not left alone for a while."""
    held = sa.select(_HOLD.c.target).where(_HOLD.c.target == MAIL, _HOLD.c.until > now)
    return {*channels} - {Channel.EMAIL} if connection.execute(held).first() else channels


def remember_server(
    connection: Connection, what: Settlement, answer: Answer, now: datetime
) -> None:
    """Leave a faulty mail server alone for a while; forget its faults when it works."""
    if what.hold is not None:
        held = sa.select(_HOLD.c.target).where(_HOLD.c.target == MAIL, _HOLD.c.until > now)
        if connection.execute(held).first():
            return  # another thread met the same fault: it counts once
        row = {"until": now + what.hold, "failures": 1, "reason": answer.text}
        more = row | {"failures": _HOLD.c.failures + 1}
        connection.execute(
            insert(connection, _HOLD)
            .values(target=MAIL, **row)
            .on_conflict_do_update(index_elements=["target"], set_=more)
        )
    elif answer.verdict is Verdict.ACCEPTED:
        connection.execute(sa.delete(_HOLD).where(_HOLD.c.target == MAIL))


def bounces_too_often(
    connection: Connection, claim: Claim, what: Settlement, now: datetime
) -> bool:
    """Say whether this bounce was one too many."""
    if what.state is not State.BOUNCED:
        return False
    query = sa.select(_SENT.c.settled_at).where(
        _SENT.c.subscription_id == claim.subscription.id,
        _SENT.c.state == State.BOUNCED,
        _SENT.c.settled_at > now - BOUNCE_SPAN,
    )
    return suspends(list(connection.execute(query).scalars()), now)
