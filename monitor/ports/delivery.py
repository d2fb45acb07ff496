"""What planning and sending digests needs from the outside world."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from monitor.domain.delivery import Answer, Claim, DeliveryRecord, Planned, Settlement, State
from monitor.domain.digest import Digest
from monitor.domain.slots import Covered
from monitor.domain.subscription import Alerts, Channel, Standing, Subscription


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a subscription's digests have come: what is covered, and the dates that are done."""

    covered: Covered | None = None
    dates: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Token:
    """A secret for a link, and what is kept of it."""

    text: str
    hashed: str


@dataclass(frozen=True, slots=True)
class Published:
    """One digest of a feed: its id, when it was due and planned, its HTML."""

    name: str
    due_at: datetime
    at: datetime
    page: str


class Subscribers(Protocol):
    """Who gets digests."""

    def add(self, subscription: Subscription, token_hash: str = "") -> Subscription:
        """Keep a subscription and return it with its id. Raises ConfigError for a double."""

    def ask(self, subscription: Subscription, token_hash: str, letter: Planned) -> Subscription:
        """Keep a subscription that waits for its confirmation, with the letter that asks for it.

        Raises ConfigError where the address has an unanswered letter: nobody gets two.
        """

    def all(self, standing: Standing | None = None) -> Sequence[Subscription]:
        """Return every subscription that stands so, oldest first; None: those with an address."""

    def of(self, who: str) -> Sequence[Subscription]:
        """Return the subscriptions of an address or id. Raises NotFoundError where none is."""

    def stand(self, ids: Collection[int], standing: Standing, now: datetime) -> None:
        """Change how subscriptions stand; whatever waits for them is cancelled.

        One that becomes active begins anew. One that unsubscribed leaves nothing but its token.
        """

    def alert(self, ids: Collection[int], alerts: Alerts) -> None:
        """Change what subscriptions are told at once."""

    def remove(self, ids: Collection[int]) -> None:
        """Remove subscriptions and all that was kept for them."""

    def by_token(self, token_hash: str) -> Subscription | None:
        """Return whom a token of the subscription itself or of one of its mails belongs to."""


class Outbox(Protocol):
    """Deliveries that are planned, and what became of them."""

    def progress(self) -> Mapping[int, Progress]:
        """Return the progress of every subscription that has any, by id."""

    def restored_at(self) -> datetime | None:
        """Return when a backup was last brought back, if ever."""

    def told(self, subscription_id: int, hit_ids: Iterable[int]) -> frozenset[int]:
        """Return those of the hits that earlier digests of a subscription have told."""

    def plan(self, planned: Planned, now: datetime) -> bool:
        """Commit a planned digest with the hits it tells; False where the slot is taken."""

    def taken(self, day: date, kind: str) -> frozenset[int]:
        """Return the subscriptions whose slot of that day and kind is taken."""

    def sweep(self, now: datetime) -> None:
        """Put in order what was left behind: dead leases, what has gone stale, old payloads."""

    def claim(
        self, channels: Collection[Channel], now: datetime, *, before: datetime
    ) -> Claim | None:
        """Lease the oldest delivery that was not tried since `before`; None: nothing is left."""

    def due(self, channels: Collection[Channel], now: datetime) -> int:
        """Return how many deliveries wait for their next attempt or to be claimed."""

    def begin_data(self, claim: Claim, now: datetime) -> bool:
        """Mark that the message is being handed over; False where the lease is no longer ours."""

    def settle(self, claim: Claim, what: Settlement, answer: Answer, now: datetime) -> bool:
        """Record what came of an attempt; False where the lease is no longer ours."""

    def holds(self) -> int:
        """Return how many faults in a row the mail server has had."""

    def records(self, states: Collection[State] = ()) -> Sequence[DeliveryRecord]:
        """Return deliveries, newest first; no states: all of them."""

    def release(
        self, ids: Collection[int], states: Collection[State], to: State, now: datetime
    ) -> int:
        """Move deliveries from one of these states on an operator's word; return how many."""


class Surges(Protocol):
    """What surges, remembered: whoever looks again later tells nothing twice."""

    def seen(self, watches: Sequence[str], now: datetime, *, dry: bool) -> Mapping[str, datetime]:
        """Remember that these surge now; return since when each does. `dry`: only return."""


class Press(Protocol):
    """From a digest to a frozen message."""

    def fault(self, channel: Channel) -> str:
        """Return why nothing can be sent by this channel, empty where it can."""

    def freeze(self, digest: Digest, to: Subscription, slot: str, token: str) -> tuple[str, bytes]:
        """Return the message's id, the same for the same slot whenever it is asked, and its bytes.

        `token` ends the subscription where links can be given.
        """

    def invite(self, to: Subscription, token: str) -> tuple[str, bytes]:
        """Return the id and bytes of the letter that asks an address for its confirmation."""


class Carrier(Protocol):
    """Hands messages over, one after another, on one connection where that is possible."""

    def send(self, claim: Claim, begin_data: Callable[[], bool]) -> Answer:
        """Try once to hand a message over.

        `begin_data` is called just before the message itself goes out; where it says False,
        nothing is sent.
        """


Carriers = Mapping[Channel, Callable[[], AbstractContextManager[Carrier]]]
"""How to open a carrier for each channel that is switched on."""
