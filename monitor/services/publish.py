"""Plan digests: for every slot whose hour has come, one frozen message and the hits it tells."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from monitor.domain import slots
from monitor.domain.compose import Material, compose
from monitor.domain.delivery import DIGEST, Planned, State
from monitor.domain.digest import Digest, Window
from monitor.domain.hit import ArchivedHit, Grade
from monitor.domain.slots import LATE, Covered, Slot
from monitor.domain.subscription import Alerts, Channel, Standing, Subscription, zone_of
from monitor.ports import Clock
from monitor.ports.delivery import Outbox, Press, Progress, Subscribers, Token
from monitor.services.boundary import boundary
from monitor.services.digest import DigestRequest, DigestService

log = logging.getLogger(__name__)
DISMISSED: Final = "dismissed"

_Wanted = tuple[tuple[str, ...], tuple[str, ...], Window, datetime, bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """One slot that was planned, or would be: for whom, what it covers, what it holds."""

    subscription: Subscription
    slot: Slot
    window: Window
    state: State
    items: int


@dataclass
class PlanDigests:
    """The use case. `token` makes a fresh secret for each message."""

    subscribers: Subscribers
    outbox: Outbox
    digests: DigestService
    press: Press
    clock: Clock
    token: Callable[[], Token]
    unserved: Counter[str] = field(default_factory=Counter, init=False)  # of the last run, by why
    _restored: datetime | None = field(default=None, init=False)  # when a backup was brought back
    _gathered: dict[_Wanted, Material] = field(default_factory=dict, init=False)
    _composed: dict[tuple[_Wanted, frozenset[int]], Digest] = field(
        default_factory=dict, init=False
    )

    def plan(self, *, dry: bool = False) -> list[Plan]:
        """Plan every slot whose hour has come, one transaction each; `dry` commits nothing.

        After days without a run there is one slot a subscription: the last, for all of them.
        Raises StorageError.
        """
        now = self.clock.now()
        self._gathered.clear()
        self._composed.clear()
        self.unserved.clear()
        known = self.outbox.progress()
        self._restored = self.outbox.restored_at()
        plans = []
        for one in sorted(self.subscribers.all(Standing.ACTIVE), key=_edition):
            if one.alerts is Alerts.ONLY:
                if fault := self.press.fault(one.channel):
                    self.unserved[fault] += 1
                continue
            with boundary(f"planning for subscription {one.id}"):
                slot = slots.latest(one, now)
                so_far = known.get(one.id, Progress())
                if slot is None or slot.date in so_far.dates:
                    continue
                if fault := self.press.fault(one.channel):
                    self.unserved[fault] += 1  # the slot stays open: a later digest catches up
                    continue
                if plan := self._planned(one, slot, so_far.covered, dry=dry):
                    plans.append(plan)
        return sorted(plans, key=lambda plan: plan.subscription.id)

    def preview(self, one: Subscription) -> Digest:
        """Compose what a subscription would get if its hour came now; nothing is recorded."""
        now = self.clock.now()
        local = now.astimezone(zone_of(one)).date()
        covered = self.outbox.progress().get(one.id, Progress()).covered
        digest, _ = self._digest(one, slots.window(one, Slot(local, now), covered), covered)
        return digest

    def _planned(
        self, one: Subscription, slot: Slot, covered: Covered | None, *, dry: bool
    ) -> Plan | None:
        """Plan one slot; one that this program's own fault spoils is recorded as failed."""
        fault = Planned(one.id, slot.date, DIGEST, slot.due_at, State.FAILED, error="program_fault")
        window = slots.window(one, slot, covered)
        items, planned = 0, fault
        with boundary(f"the digest of subscription {one.id}"):
            digest, told = self._digest(one, window, covered)
            items, planned = digest.items, self._frozen(one, slot, digest, told)
        if not dry and not self.outbox.plan(planned, self.clock.now()):
            return None
        return Plan(one, slot, window, planned.state, items)

    def _frozen(
        self, one: Subscription, slot: Slot, digest: Digest, told: tuple[int, ...]
    ) -> Planned:
        planned = Planned(
            one.id, slot.date, DIGEST, slot.due_at, State.SKIPPED, digest.window, hit_ids=told
        )
        if not digest.hits and not digest.retracted and not one.quiet_note:
            return planned
        token = self.token()
        name, payload = self.press.freeze(digest, one, f"{slot.date}", token.text)
        state = State.SENT if one.channel is Channel.ATOM else self._waiting(slot)
        return replace(
            planned, state=state, message_id=name, payload=payload, token_hash=token.hashed
        )

    def _waiting(self, slot: Slot) -> State:
        """Say whether a message may go: one of before a restore may have gone already."""
        restored = self._restored
        return State.STALE if restored and slot.due_at <= restored else State.READY

    def _digest(
        self, one: Subscription, window: Window, covered: Covered | None
    ) -> tuple[Digest, tuple[int, ...]]:
        """Compose what was not told before; return it and the hits that it tells."""
        since = max(covered.since, window.since - LATE) if covered else window.since
        wanted = (one.narratives, one.countries, window, since, one.reviewer)
        request = DigestRequest(
            window, one.narratives, one.countries, reviewer_edition=one.reviewer
        )
        if wanted not in self._gathered:
            self._gathered[wanted] = self.digests.gather(request, since)
        material = self._gathered[wanted]
        ids = [hit.hit_id for hit in material.hits]
        told = self.outbox.told(one.id, ids) if covered else frozenset()
        fresh = [hit for hit in material.hits if hit.hit_id not in told]
        withdrawn = self._withdrawn(one, material) if covered else []
        known = (wanted, frozenset(hit.hit_id for hit in [*fresh, *withdrawn]))
        if known not in self._composed:
            self._composed[known] = compose(
                replace(material, hits=fresh, withdrawn=withdrawn),
                window,
                reviewer_edition=one.reviewer,
            )
        return self._composed[known], _shown(fresh)

    def _withdrawn(self, one: Subscription, material: Material) -> list[ArchivedHit]:
        """Return what this subscription was told and a reviewer has dismissed since."""
        ids = [hit.hit_id for hit in material.withdrawn]
        told = self.outbox.told(one.id, ids) if ids else frozenset()
        return [hit for hit in material.withdrawn if hit.hit_id in told]


def _edition(one: Subscription) -> tuple[object, ...]:
    """Bring together who read the same, so that it is composed and rendered once."""
    return one.narratives, one.countries, one.at, one.zone, one.lang, one.id


def _shown(hits: Sequence[ArchivedHit]) -> tuple[int, ...]:
    return tuple(
        hit.hit_id for hit in hits if hit.hit.grade is Grade.DIGEST and hit.review != DISMISSED
    )
