"""Send what waits in the outbox: claim, hand over, settle; a few messages at a time."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from monitor.domain.delivery import Answer, Claim, State, Verdict, settle
from monitor.domain.subscription import Channel
from monitor.ports import Clock
from monitor.ports.delivery import Carrier, Carriers, Outbox
from monitor.services.boundary import boundary

log = logging.getLogger(__name__)
AT_ONCE: Final = 4
FAULTS_IN_A_ROW: Final = 3  # then the channel is left alone for this run

_UNSETTLED: Final = frozenset({Verdict.SERVER, Verdict.LOST})


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt: whose, what came of it, and where the delivery stands now."""

    claim: Claim
    answer: Answer
    state: State


@dataclass
class _Run:
    """What the threads of one run share: the channels that still work, and what was done."""

    started: datetime
    open: set[Channel]
    sent: list[Sent] = field(default_factory=list)
    faults: int = 0
    lock: Lock = field(default_factory=Lock)

    def note(self, one: Sent) -> None:
        """Remember an attempt; a server that is down, or fails and fails, is left alone."""
        channel, verdict = one.claim.subscription.channel, one.answer.verdict
        with self.lock:
            self.sent.append(one)
            if channel is not Channel.EMAIL:
                return
            broken = verdict in _UNSETTLED or (verdict is Verdict.LATER and not one.answer.code)
            self.faults = self.faults + 1 if broken else 0
            if verdict is Verdict.SERVER or self.faults >= FAULTS_IN_A_ROW:
                self.open.discard(channel)


@dataclass(frozen=True)
class SendDeliveries:
    """The use case. Threads claim one message after another; each has its own connection."""

    outbox: Outbox
    carriers: Carriers
    clock: Clock

    def send(self) -> Sequence[Sent]:
        """Try once whatever is due. Raises StorageError."""
        self.outbox.sweep(self.clock.now())
        run = _Run(self.clock.now(), set(self.carriers))
        waiting = self.outbox.due(self.carriers, run.started)
        if not waiting:
            return ()
        with ThreadPoolExecutor(min(AT_ONCE, waiting)) as threads:
            workers = [threads.submit(self._work, run) for _ in range(min(AT_ONCE, waiting))]
        for worker in workers:
            worker.result()
        return run.sent

    def _work(self, run: _Run) -> None:
        opened: dict[Channel, Carrier] = {}
        with ExitStack() as stack:
            while run.open:
                claim = self.outbox.claim(run.open, self.clock.now(), before=run.started)
                if claim is None:
                    return
                channel = claim.subscription.channel
                if channel not in opened:
                    opened[channel] = stack.enter_context(self.carriers[channel]())
                run.note(self._attempt(opened[channel], claim))

    def _attempt(self, carrier: Carrier, claim: Claim) -> Sent:
        answer = Answer(Verdict.LATER, text="program_fault")
        with boundary(f"delivery {claim.id}"):
            answer = carrier.send(claim, lambda: self.outbox.begin_data(claim, self.clock.now()))
        now = self.clock.now()
        holds = self.outbox.holds() if answer.verdict is Verdict.SERVER else 0
        what = settle(answer, claim, holds, now)
        is_ours = self.outbox.settle(claim, what, answer, now)
        return Sent(claim, answer, what.state if is_ours else State.CANCELLED)
