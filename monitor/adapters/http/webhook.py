"""Post signed bodies to webhooks, by the same pinned and bounded way that fetches go."""

import base64
import hashlib
import hmac
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Self

import httpx

from monitor.adapters import crash
from monitor.adapters.http.deadline import Deadline
from monitor.adapters.http.hops import first_hop
from monitor.adapters.http.limits import Limits
from monitor.adapters.http.wire import Network, Request, Wire
from monitor.domain.delivery import Answer, Claim, Verdict
from monitor.domain.errors import FetchError
from monitor.domain.feed import Validators
from monitor.ports import Clock

LIMITS: Final = Limits(total=timedelta(seconds=10), raw_bytes=64 * 1024)
_GONE: Final = 410


def signature(secret: str, name: str, at: str, body: bytes) -> str:
    """Return the `Webhook-Signature` of a body: `v1,` and base64.

    Source: Standard Webhooks, https://www.standardwebhooks.com: HMAC-SHA256 over `id.time.body`.
    """
    signed = b".".join([name.encode(), at.encode(), body])
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


class WebhookCarrier:
    """Keeps the port `Carrier` over HTTP. Redirects are not followed; 2xx within 10 s counts."""

    def __init__(
        self,
        agent: str,
        clock: Clock,
        *,
        allow_private_networks: bool = False,
        network: Network | None = None,
        tls: ssl.SSLContext | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._agent, self._clock, self._limits = agent, clock, limits
        self._wire = Wire(
            network or Network(),
            limits,
            tls or httpx.create_ssl_context(),
            allow_private=allow_private_networks,
        )

    def __enter__(self) -> Self:
        """Begin; nothing is connected yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End; every delivery had a connection of its own."""

    def send(self, claim: Claim, begin_data: Callable[[], bool]) -> Answer:
        """Post a body once. The receiver tells doubles by `Webhook-Id`."""
        if not begin_data():
            return Answer(Verdict.LATER, text="taken back")
        try:
            with self._wire.send(self._request(claim), Deadline(self._limits.total)) as reply:
                crash.point("delivery-accepted")
                return _answer(reply.status)
        except FetchError as error:
            return Answer(Verdict.LATER, text=str(error))

    def _request(self, claim: Claim) -> Request:
        hop = first_hop(claim.subscription.address, Validators(), ())
        at = str(int(self._clock.now().timestamp()))
        secret, name = claim.subscription.secret, claim.message_id
        own = (
            ("User-Agent", self._agent),
            ("Content-Type", "application/json"),
            ("Webhook-Id", name),
            ("Webhook-Timestamp", at),
            ("Webhook-Signature", signature(secret, name, at, claim.payload)),
        )
        return Request("POST", hop.url, (*own, *hop.headers), claim.payload)


def _answer(status: int) -> Answer:
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110
        return Answer(Verdict.ACCEPTED, status)
    if status == _GONE:
        return Answer(Verdict.GONE, status, "the webhook is gone")
    return Answer(Verdict.LATER, status, f"the webhook answered {status}")
