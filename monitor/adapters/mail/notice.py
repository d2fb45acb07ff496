"""Notices to the operators, by the same way as digests."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import time
from email.utils import make_msgid

from monitor.adapters.mail.letter import Bodies, Envelope, domain_of, letter
from monitor.domain.delivery import Claim, Verdict
from monitor.domain.errors import DeliveryError
from monitor.domain.subscription import Subscription
from monitor.ports import Clock
from monitor.ports.delivery import Carrier


class OperatorsMail:
    """Keeps the port `Postbox`: one message a person."""

    def __init__(
        self,
        carrier: Callable[[], AbstractContextManager[Carrier]],
        sender: str,
        people: Sequence[str],
        clock: Clock,
    ) -> None:
        self._carrier, self._sender, self._people, self._clock = carrier, sender, people, clock

    def send(self, subject: str, text: str) -> None:
        """Send to everybody. Raises DeliveryError if nobody could be told."""
        refusals = []
        with self._carrier() as carrier:
            for person in self._people:
                answer = carrier.send(self._message(person, subject, text), lambda: True)
                if answer.verdict is not Verdict.ACCEPTED:
                    refusals.append(f"{person}: {answer.text}")
        if len(refusals) == len(self._people):
            raise DeliveryError("; ".join(refusals), permanent=False)

    def _message(self, person: str, subject: str, text: str) -> Claim:
        now, name = self._clock.now(), make_msgid(domain=domain_of(self._sender))
        to = Subscription(0, person, "en", time(0), "UTC")
        payload = letter(Bodies(subject, text, ""), Envelope(self._sender, person, name, now))
        return Claim(0, 0, to, name, payload, 1, now)
