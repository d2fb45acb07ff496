"""The way to the mail server: TLS verified, one deadline a message, every answer understood."""

import ipaddress
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from monitor.adapters import crash
from monitor.adapters.mail.letter import domain_of, sender_of
from monitor.domain.delivery import Answer, Claim, Verdict
from monitor.domain.errors import ConfigError
from monitor.domain.text import safe_line, truncate

DEADLINE: Final = timedelta(seconds=60)  # of one message, connecting included
SILENCE: Final = timedelta(seconds=20)  # of one answer
_SHOWN: Final = 200  # characters of a server's answer
_PORTS: Final = {"smtp": 587, "smtps": 465}
_LINE_DOT: Final = re.compile(rb"(?m)^\.")
_CLOSING: Final = 421
_FAULTS: Final = (OSError, smtplib.SMTPException, ValueError)  # a line too long is a ValueError


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `user` and `password` are never sent in clear."""

    host: str
    port: int
    is_tls: bool = False
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine by its very name."""
        name = self.host.rstrip(".").lower()
        if name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False


def server_of(url: str) -> SmtpServer:
    """Read MONITOR_SMTP_URL. Raises ConfigError, which shows nothing of it."""
    fault = "MONITOR_SMTP_URL: write smtp://user:password@host:587 or smtps://user:password@host"
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise ConfigError(fault) from None
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigError(f"{fault}; encode / ? # in a password as %2F %3F %23")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname, port, parts.scheme == "smtps", user, password)


class SmtpFault(Exception):  # noqa: N818 - it never leaves this module
    """The server cannot be used now."""

    def __init__(self, reason: str, detail: str, code: int = 0) -> None:
        super().__init__(f"{reason}: {detail}")
        self.code = code


class SmtpCarrier:
    """Keeps the port `Carrier` over SMTP; opens its connection when it is first needed.

    `tls` replaces the certificate store.
    """

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        *,
        deadline: timedelta = DEADLINE,
        silence: timedelta = SILENCE,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server, self._sender = server, sender_of(sender)[1]
        self._name = domain_of(sender)  # said in EHLO; the machine's own may take a slow look-up
        self._deadline_s = deadline.total_seconds()
        self._silence_s = min(silence, deadline).total_seconds()
        self._tls = tls or ssl.create_default_context()
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is connected yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take leave of the server."""
        if self._smtp is not None:
            with suppress(*_FAULTS):
                self._smtp.quit()
        self._drop()

    def send(self, claim: Claim, begin_data: Callable[[], bool]) -> Answer:
        """Try once to hand a message over, within the deadline."""
        with self._watched():
            try:
                return self._send(claim, begin_data)
            except SmtpFault as fault:
                self._drop()
                return Answer(Verdict.SERVER, fault.code, _shown(str(fault)))
            except _FAULTS as error:
                self._drop()
                return Answer(Verdict.LATER, text=_shown(f"smtp_disconnected: {_why(error)}"))

    def _send(self, claim: Claim, begin_data: Callable[[], bool]) -> Answer:
        smtp, code, text = self._begun()
        if code // 100 == 5:  # noqa: PLR2004 - the sender is refused: no message will fare better
            raise SmtpFault("smtp_sender", _said(code, text), code)
        refused = self._refused(code, text, Verdict.LATER)
        if refused:
            return refused
        refused = self._refused(*smtp.rcpt(claim.subscription.address), Verdict.BOUNCED)
        if refused:
            return refused
        if not begin_data():
            self._reset(smtp)
            return Answer(Verdict.LATER, text="taken back")
        return self._data(smtp, claim.payload)

    def _begun(self) -> tuple[smtplib.SMTP, int, bytes]:
        """Say MAIL, on a new connection where an idle one has been closed meanwhile."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPServerDisconnected):
                code, text = self._smtp.mail(self._sender)
                if code != _CLOSING:
                    return self._smtp, code, text
            self._drop()
        smtp = self._session()
        return smtp, *smtp.mail(self._sender)

    def _data(self, smtp: smtplib.SMTP, message: bytes) -> Answer:
        code, text = smtp.docmd("DATA")
        if code != 354:  # noqa: PLR2004 - go ahead, RFC 5321
            refused = self._refused(code, text, Verdict.REFUSED)
            return refused or Answer(Verdict.LATER, code, _said(code, text))
        try:
            end = b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n"
            smtp.send(_LINE_DOT.sub(b"..", message) + end)  # at once: two pieces wait for an ACK
            crash.point("delivery-data-sent")
            code, text = smtp.getreply()
        except _FAULTS as error:
            self._drop()
            return Answer(Verdict.LOST, text=_shown(f"smtp_disconnected in DATA: {_why(error)}"))
        crash.point("delivery-accepted")
        return self._refused(code, text, Verdict.REFUSED) or Answer(Verdict.ACCEPTED, code)

    def _refused(self, code: int, text: bytes, permanent: Verdict) -> Answer | None:
        """Return what a refusal means, None where there is none; get ready for the next message."""
        if code // 100 == 2:  # noqa: PLR2004
            return None
        verdict = permanent if code // 100 == 5 else Verdict.LATER  # noqa: PLR2004
        if code == _CLOSING:
            self._drop()
            verdict = Verdict.SERVER
        elif self._smtp is not None:
            self._reset(self._smtp)
        return Answer(verdict, code, _said(code, text))

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except _FAULTS:
            self._drop()

    def _session(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = self._connected()
            self._secure(self._smtp)
            self._sign_in(self._smtp)
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        smtp = (
            smtplib.SMTP_SSL(local_hostname=self._name, timeout=self._silence_s, context=self._tls)
            if server.is_tls
            else smtplib.SMTP(local_hostname=self._name, timeout=self._silence_s)
        )
        self._smtp = smtp  # the deadline must find it while it connects
        smtp._host = server.host  # type: ignore[attr-defined] # noqa: SLF001 - the name that TLS checks
        try:
            code, text = smtp.connect(server.host, server.port)
        except ssl.SSLError as error:
            raise SmtpFault("smtp_tls", _why(error)) from error
        except _FAULTS as error:
            raise SmtpFault("smtp_connect", f"{server.host}: {_why(error)}") from error
        if code != 220:  # noqa: PLR2004 - the greeting, RFC 5321
            raise SmtpFault("smtp_connect", _said(code, text), code)
        return smtp

    def _secure(self, smtp: smtplib.SMTP) -> None:
        """Turn to TLS. Only a loopback host that offers none may go without, and unsigned in."""
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._server.is_tls:
                return
            if smtp.has_extn("starttls"):
                smtp.starttls(context=self._tls)
                smtp.ehlo_or_helo_if_needed()
                return
        except ssl.SSLError as error:
            raise SmtpFault("smtp_tls", _why(error)) from error
        except _FAULTS as error:
            raise SmtpFault("smtp_connect", f"{self._server.host}: {_why(error)}") from error
        if not self._server.is_loopback:
            raise SmtpFault("smtp_tls", f"{self._server.host} offers no STARTTLS")
        if self._server.user:
            raise SmtpFault("smtp_tls", "no STARTTLS, and the password is never sent in clear")

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if not self._server.user:
            return
        try:
            smtp.login(self._server.user, self._server.password)
        except smtplib.SMTPResponseException as error:
            raise SmtpFault(
                "smtp_auth", f"refused with {error.smtp_code}", error.smtp_code
            ) from None
        except _FAULTS as error:
            raise SmtpFault("smtp_auth", type(error).__name__) from None

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """End whatever hangs when the deadline comes: no socket time-out is one."""
        watch = threading.Timer(self._deadline_s, self._break_off)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _break_off(self) -> None:
        smtp = self._smtp
        sock = smtp.sock if smtp is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _said(code: int, text: bytes) -> str:
    return _shown(f"{code} {text.decode('utf-8', 'replace')}")


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    return str(error) or type(error).__name__


def _shown(text: str) -> str:
    return truncate(safe_line(text), _SHOWN, "…")
