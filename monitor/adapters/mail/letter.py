"""One message as it is frozen: headers of our own words only, every body in base64."""

import re
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Final

from monitor.domain.errors import ConfigError

IMAGE_ID: Final = "chart"
# What stands for the bodies while headers and parts are put together.
_TEXT: Final = "the plain text of this message"
_HTML: Final = "the page of this message"
_IMAGE: Final = b"the image of this message"
_WIDTH: Final = 76  # of a line of base64, RFC 2045


@dataclass(frozen=True, slots=True)
class Bodies:
    """What a message says. `image` is a PNG that the HTML shows as `cid:chart`, or empty."""

    subject: str
    text: str
    html: str
    image: bytes = b""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, when, under what name. `unsubscribe` is a page's address or empty."""

    sender: str
    to: str
    message_id: str
    at: datetime
    unsubscribe: str = ""


def sender_of(text: str) -> tuple[str, str]:
    """Split `Name <address>`. Raises ConfigError where there is no address."""
    name, address = parseaddr(text)
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", address) or not (name + address).isprintable():
        raise ConfigError(
            f"MONITOR_MAIL_FROM: {text!r} is not an address; "
            "write digest@example.org or Monitor <digest@example.org>"
        )
    return name, address


def domain_of(address: str) -> str:
    """Return what stands behind the @."""
    return sender_of(address)[1].rpartition("@")[2]


def letter(bodies: Bodies, envelope: Envelope) -> bytes:
    """Return the message as it goes over the wire, in plain ASCII."""
    unsubscribe = envelope.unsubscribe
    head = [
        _line("To", envelope.to),
        _line("Date", format_datetime(envelope.at)),
        _line("Message-ID", envelope.message_id),
    ]
    if unsubscribe:
        head.append(_line("List-Unsubscribe", f"<{unsubscribe}>"))
        if unsubscribe.startswith("https://"):  # RFC 8058 asks for it
            head.append(_line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    has_image = bool(bodies.html and bodies.image)
    rest = _skeleton(envelope.sender, bodies.subject, bool(bodies.html), has_image)
    return b"".join((*head, _filled(rest, bodies)))


def _line(name: str, value: str) -> bytes:
    """Return one header; `email` looks at what is not plain, and refuses line breaks."""
    if not (value.isascii() and value.isprintable()):
        value = SMTP.header_store_parse(name, value)[1].fold(policy=SMTP)
        return value.encode("ascii")
    return f"{name}: {value}\r\n".encode("ascii")


@lru_cache(maxsize=64)
def _skeleton(sender: str, subject: str, has_page: bool, has_image: bool) -> bytes:  # noqa: FBT001 - a key
    """Return what the messages of one edition share: `email` takes a while over headers."""
    name, address = sender_of(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["Subject"] = subject
    message["List-Id"] = f"<digest.{domain_of(address)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "bulk"
    message.set_content(_TEXT, cte="base64")
    if has_page:
        message.add_alternative(_HTML, subtype="html", cte="base64")
    if has_image:
        page = message.get_payload()[1]  # type: ignore[index]
        page.add_related(_IMAGE, "image", "png", cid=f"<{IMAGE_ID}>")  # type: ignore[union-attr]
    return message.as_bytes()


def _filled(message: bytes, bodies: Bodies) -> bytes:
    """Put the bodies where their names stand: `email` takes five times as long over large ones."""
    text, html = (_crlf(body) for body in (bodies.text, bodies.html))
    parts = ((_crlf(_TEXT), text), (_crlf(_HTML), html), (_IMAGE, bodies.image))
    for name, body in parts:
        message = message.replace(_base64(name), _base64(body), 1)
    return message


def _crlf(text: str) -> bytes:
    """Return text as SMTP has it: whole lines."""
    return b"".join(line + b"\r\n" for line in text.encode().splitlines())


def _base64(body: bytes) -> bytes:
    coded = b2a_base64(body, newline=False)
    return b"".join(coded[at : at + _WIDTH] + b"\r\n" for at in range(0, len(coded), _WIDTH))
