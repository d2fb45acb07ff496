"""A real SMTP server on loopback that fails as a script tells it."""

import email
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Script = Callable[[str, str], str | None]
"""From (stage, recipient) to an answer, `drop`, `hang`, or None to go on.

Stages: ehlo, mail, rcpt, data, and `after` the message was taken.
"""
Mail = tuple[str, EmailMessage]


@dataclass
class SmtpServer:
    """Keeps what it accepted as (recipient, message), and who came."""

    script: Script = lambda _stage, _who: None
    tls: ssl.SSLContext | None = None
    password: str = ""
    is_implicit: bool = False
    host: str = "127.0.0.1"
    accepted: list[Mail] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind((self.host, 0))
            self.port = int(free.getsockname()[1])

    def __enter__(self) -> Self:
        more: dict[str, Any] = {}
        if self.tls and not self.is_implicit:
            more = {"tls_context": self.tls, "require_starttls": False}
        if self.password:
            more |= {
                "authenticator": self._sign_in,
                "auth_require_tls": False,
                "auth_required": False,
            }
        implicit = {"ssl_context": self.tls} if self.is_implicit else {}
        self._controller = _Controller(
            self, hostname=self.host, port=self.port, more=more, **implicit
        )
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def url(self, user: str = "") -> str:
        """The address to hand mail in; `user` as `name:password`."""
        scheme = "smtps" if self.is_implicit else "smtp"
        return f"{scheme}://{user}{'@' if user else ''}{self.host}:{self.port}"

    def to(self, who: str) -> list[EmailMessage]:
        """The messages that somebody was sent."""
        return [message for recipient, message in self.accepted if recipient == who]

    def answer(self, stage: str, who: str = "") -> str | None:
        self.seen.append(stage)
        return self.script(stage, who)

    def _sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
    ) -> AuthResult:
        self.seen.append("auth")
        given = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=given, handled=False)


class _Controller(Controller):
    def __init__(self, server: SmtpServer, more: dict[str, Any], **options: Any) -> None:
        self._more, self._server = more, server
        super().__init__(_Handler(server), **options)

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="loopback.test", **self._more)


class _Handler:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, _s: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self._said(server, "mail"):
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _s: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        if said := await self._said(server, "rcpt", address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _s: Session, envelope: Envelope
    ) -> str:
        who = envelope.rcpt_tos[0]
        if said := await self._said(server, "data", who):
            return said
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self._server.raw.append(raw)
        message = email.message_from_bytes(raw, policy=default)
        self._server.accepted.append((who, message))
        return await self._said(server, "after", who) or "250 OK"

    async def _said(self, server: SMTP, stage: str, who: str = "") -> str | None:
        said = self._server.answer(stage, who)
        if said == "drop":
            server.transport.abort()  # type: ignore[union-attr]
            return "451 gone"
        if said == "hang":
            import asyncio  # noqa: PLC0415

            await asyncio.sleep(60)
        return said
