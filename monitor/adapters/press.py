"""Freeze digests into messages: each edition is rendered once, however many people read it."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Final

from monitor.adapters.mail.letter import Bodies, Envelope, domain_of, letter
from monitor.adapters.render.confirmation import confirmation
from monitor.adapters.render.editions import Edition, edition
from monitor.adapters.webhook_body import webhook_body
from monitor.domain.digest import Digest
from monitor.domain.subscription import Channel, Subscription
from monitor.ports import Clock

NOWHERE: Final = "https://unsubscribe.invalid/"  # stands in an edition for each reader's own page


class DigestPress:
    """Keeps the port `Press`. `faults` says for each channel why it is off, if it is."""

    def __init__(
        self,
        clock: Clock,
        installation: Callable[[], str],
        *,
        sender: str,
        base_url: str,
        faults: dict[Channel, str],
    ) -> None:
        self._clock, self._installation = clock, cache(installation)
        self._sender, self._base_url, self._faults = sender, base_url, faults
        self._editions: dict[tuple[int, str, str], tuple[Digest, Edition]] = {}

    def fault(self, channel: Channel) -> str:
        """Return why nothing can be sent by this channel, empty where it can."""
        return self._faults.get(channel, "")

    def freeze(self, digest: Digest, to: Subscription, slot: str, token: str) -> tuple[str, bytes]:
        """Return the message's id, the same for the same slot whenever it is asked, and bytes."""
        name = self._name(to, slot)
        made = self._edition(digest, to)
        if to.channel is Channel.WEBHOOK:
            return name, webhook_body(made, to, name)
        if to.channel is Channel.ATOM:
            return name, made.page.encode()
        page = f"{self._base_url}/unsubscribe/{token}" if self._base_url else ""
        mail = made.mail
        text, html = (body.replace(NOWHERE, page) for body in (mail.text, mail.html))
        bodies = Bodies(made.subject, text, html, mail.chart)
        message_id = f"<{name}@{domain_of(self._sender)}>"
        at = self._clock.now()
        envelope = Envelope(self._sender, to.address, message_id, at, page)
        return message_id, letter(bodies, envelope)

    def invite(self, to: Subscription, token: str) -> tuple[str, bytes]:
        """Return the id and bytes of the letter that asks an address for its confirmation."""
        page, refuse = (f"{self._base_url}/{what}/{token}" for what in ("confirm", "unsubscribe"))
        subject, said = confirmation(to, page, refuse)
        hashed = hashlib.sha256(f"{self._installation()} {token}".encode()).hexdigest()[:24]
        message_id = f"<{hashed}@{domain_of(self._sender)}>"
        envelope = Envelope(self._sender, to.address, message_id, self._clock.now(), refuse)
        return message_id, letter(Bodies(subject, said.text, said.html), envelope)

    def _name(self, to: Subscription, slot: str) -> str:
        named = f"{self._installation()} {to.id} {slot}"
        return hashlib.sha256(named.encode()).hexdigest()[:24]

    def _edition(self, digest: Digest, to: Subscription) -> Edition:
        key = id(digest), to.lang, to.zone
        if key not in self._editions:
            if len(self._editions) > 32:  # noqa: PLR2004 - editions of earlier digests
                self._editions.clear()
            link = NOWHERE if self._base_url else ""
            made = edition(digest, to.lang, to.zone, base_url=self._base_url, unsubscribe=link)
            self._editions[key] = digest, made  # the digest is held: its id is taken
        return self._editions[key][1]
