"""What a server says about its answer, read with suspicion."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from monitor.domain.feed import Validators

_LONGEST_HOLD: Final = timedelta(hours=24)
_LONGEST_VALIDATOR: Final = 1_024
_LONGEST_SHOWN: Final = 100
_SECONDS: Final = re.compile(r"[0-9]{1,18}")
_MAX_AGE: Final = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?([0-9]{1,18})', re.IGNORECASE)
_UNCACHED: Final = re.compile(r"\bno-(?:store|cache)\b", re.IGNORECASE)
_CHARSET: Final = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:+-]{1,40})""", re.IGNORECASE)
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e]")


class HeaderFields:
    """Header fields by lower-case name; repeated ones are joined by commas (RFC 9110, 5.2)."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in raw:
            self._values.setdefault(name.decode("latin-1").lower(), []).append(_text(value))

    def get(self, name: str) -> str:
        """Return the field, or an empty string."""
        return ", ".join(self._values.get(name, ()))

    def first(self, name: str) -> str:
        """Return the first value of a field that must not be joined, or an empty string."""
        return self._values.get(name, [""])[0]


def printable(text: str) -> str:
    """Return a server's words, fit for a message: short, one line, ASCII."""
    return _UNPRINTABLE.sub("?", text[:_LONGEST_SHOWN])


def media_type(fields: HeaderFields) -> str:
    """Return the media type in lower case, without parameters."""
    return printable(fields.first("content-type").partition(";")[0].strip().lower())


def charset(fields: HeaderFields) -> str:
    """Return the declared charset in lower case, or an empty string."""
    found = _CHARSET.search(fields.first("content-type"))
    return found[1].lower() if found else ""


def validators(fields: HeaderFields) -> Validators:
    """Return what can be sent back unchanged; odd or overlong values count as absent."""
    return Validators(_sendable(fields.first("etag")), _sendable(fields.first("last-modified")))


def retry_after(fields: HeaderFields) -> timedelta | None:
    """Return how long the server asks us to wait, at most 24 h; None where it makes no sense."""
    value = fields.first("retry-after").strip()
    if _SECONDS.fullmatch(value):
        return _sane(int(value))
    asked = _date(value)
    return _sane((asked - _sent_at(fields)).total_seconds()) if asked else None


def max_age(fields: HeaderFields) -> timedelta | None:
    """Return how much longer the answer stays fresh, at most 24 h; None where nothing is said.

    Source: RFC 9111, sections 4.2.1 and 5.2.2; shared-cache directives do not concern us.
    """
    control = fields.get("cache-control")
    if _UNCACHED.search(control):
        return None
    found = _MAX_AGE.search(control)
    if found:
        age = fields.first("age").strip()
        return _sane(int(found[1]) - (int(age) if _SECONDS.fullmatch(age) else 0))
    expires = _date(fields.first("expires"))
    return _sane((expires - _sent_at(fields)).total_seconds()) if expires else None


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _sendable(value: str) -> str:
    usable = len(value) <= _LONGEST_VALIDATOR and not _UNPRINTABLE.search(value)
    return value if usable else ""


def _sane(seconds: float) -> timedelta | None:
    if seconds <= 0:
        return None
    return timedelta(seconds=min(seconds, _LONGEST_HOLD.total_seconds()))


def _sent_at(fields: HeaderFields) -> datetime:
    """Return when the server answered, by its own clock: its dates are relative to that one."""
    return _date(fields.first("date")) or datetime.now(UTC)


def _date(value: str) -> datetime | None:
    if not value or len(value) > _LONGEST_SHOWN:
        return None
    try:
        parsed = parsedate_to_datetime(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
