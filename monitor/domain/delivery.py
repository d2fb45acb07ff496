"""One sending of one digest: its states, what a server's answer means, when to try again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.domain.digest import Window
from monitor.domain.subscription import Channel, Policy, Subscription

LEASE: Final = timedelta(seconds=180)  # longer than any sending may take
BACKOFF: Final = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 240))
GIVE_UP: Final = {
    Channel.EMAIL: timedelta(days=5),
    Channel.WEBHOOK: timedelta(days=1),
    Channel.ATOM: timedelta(0),
}
STALE: Final = timedelta(hours=36)
BOUNCES: Final = 3  # so many within …
BOUNCE_SPAN: Final = timedelta(days=14)  # … suspend a subscription

DIGEST: Final = "digest"
CONFIRMATION: Final = "confirmation"
ALERT: Final = "alert "  # how the kinds of alerts begin


class State(StrEnum):
    """Where a delivery stands. From `ready` on only the last four may change by themselves."""

    SKIPPED = "skipped"  # nothing was found, and nothing is wanted then
    SENT = "sent"
    BOUNCED = "bounced"  # the recipient was refused for good
    FAILED = "failed"  # the message was refused for good, or time is up
    CANCELLED = "cancelled"  # the subscription ended first
    UNKNOWN = "unknown"  # nobody can know; the operator decides
    STALE = "stale"  # from before a restored backup or a long sleep; the operator decides
    READY = "ready"
    CLAIMED = "claimed"  # somebody holds the lease; nothing was handed over
    IN_DATA = "in_data"  # the message is being handed over


class Verdict(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    LATER = "later"  # this message, not now
    BOUNCED = "bounced"  # this recipient, never
    REFUSED = "refused"  # this message, never
    GONE = "gone"  # a webhook that asks us to stop
    SERVER = "server"  # no message can be sent there now
    LOST = "lost"  # the connection broke after the message went out


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. `code` is the server's, 0 if it gave none; `text` is for people."""

    verdict: Verdict
    code: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest decided and frozen, to be committed with the hits it tells.

    No payload: the slot is recorded and nothing is sent. No window: nothing counts as covered.
    """

    subscription_id: int
    slot_date: date
    kind: str
    due_at: datetime
    state: State
    window: Window | None = None
    message_id: str = ""
    payload: bytes = b""
    token_hash: str = ""
    hit_ids: tuple[int, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send until the lease ends; `fence` proves it."""

    id: int
    fence: int
    subscription: Subscription
    message_id: str
    payload: bytes
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an attempt changes. `hold` is how long to leave the whole server alone."""

    state: State
    not_before: datetime | None = None
    hold: timedelta | None = None
    suspends: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One delivery, as operators look at it."""

    id: int
    address: str
    channel: Channel
    kind: str
    slot_date: date
    state: State
    attempts: int
    created_at: datetime
    not_before: datetime | None
    code: int
    error: str
    message_id: str


_FINAL: Final = {
    Verdict.ACCEPTED: Settlement(State.SENT),
    Verdict.BOUNCED: Settlement(State.BOUNCED),
    Verdict.REFUSED: Settlement(State.FAILED),
    Verdict.GONE: Settlement(State.FAILED, suspends=True),
}


def settle(answer: Answer, claim: Claim, holds: int, now: datetime) -> Settlement:
    """Decide what follows from an answer; `holds` counts the server's faults in a row so far."""
    if answer.verdict in _FINAL:
        return _FINAL[answer.verdict]
    at_most_once = claim.subscription.policy is Policy.AT_MOST_ONCE
    if answer.verdict is Verdict.LOST and at_most_once:
        return Settlement(State.UNKNOWN)
    if now - claim.created_at >= GIVE_UP[claim.subscription.channel]:
        return Settlement(State.FAILED)
    if answer.verdict is Verdict.SERVER:
        return Settlement(State.READY, hold=backoff(holds))
    return Settlement(State.READY, not_before=now + backoff(claim.attempts - 1))


def abandoned(state: State, policy: Policy) -> State:
    """Decide what becomes of a delivery whose sender died or lost its lease."""
    if state is State.IN_DATA and policy is Policy.AT_MOST_ONCE:
        return State.UNKNOWN
    return State.READY


def backoff(failures: int) -> timedelta:
    """Return how long to wait after so many earlier failures."""
    return BACKOFF[min(max(failures, 0), len(BACKOFF) - 1)]


def suspends(bounced_at: Sequence[datetime], now: datetime) -> bool:
    """Decide whether mail that bounced ends the service until somebody looks."""
    return sum(now - at < BOUNCE_SPAN for at in bounced_at) >= BOUNCES
