"""The faults this program names.

```
MonitorError
├── ConfigError     a file or setting is wrong: `file:line: where: what`; exit 2
├── FetchError      a feed could not be read; its reason is a metric label; the poll is rescheduled
├── ParseError      a document is not a feed; as FetchError
├── StorageError    the database refused; exit 1
│   └── LeaseLostError   somebody else has taken the work over; it is dropped
├── AlreadyRunningError  another instance has the database; exit 1
├── DeliveryError   a digest could not be sent; permanent or not
└── NotFoundError   what was asked for is not there; 404, exit 2
```
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

# Short, fixed vocabulary: stored with every fetch event and used as a metric label.
REASONS: Final = frozenset(
    {
        "bad_redirect",
        "blocked_address",
        "connect_failed",
        "deadline",
        "decode_error",
        "dns_not_found",
        "dns_temporary",
        "dns_timeout",
        "dtd_refused",
        "duplicate_feed",
        "empty_body",
        "forbidden",
        "gone",
        "no_article",
        "not_a_feed",
        "not_found",
        "offline",
        "parse_crashed",
        "parse_timeout",
        "program_fault",
        "protocol_error",
        "server_error",
        "timeout",
        "tls_invalid",
        "too_complex",
        "too_large",
        "too_many_redirects",
        "too_many_requests",
        "truncated",
        "unexpected_status",
        "unsupported_encoding",
        "unsupported_format",
    }
)


class MonitorError(Exception):
    """The root of every fault that this program expects."""


class ConfigError(MonitorError):
    """A file, setting or argument is wrong. The message names place, fault and mend."""

    def __init__(self, what: str, *, file: str = "", line: int = 0, where: str = "") -> None:
        place = f"{file}:{line}" if file and line else file
        super().__init__(": ".join(part for part in (place, where, what) if part))
        self.what, self.file, self.line, self.where = what, file, line, where

    @classmethod
    def all_of(cls, faults: Sequence["ConfigError"]) -> "ConfigError":
        """Return one error that says several things, a line each."""
        return faults[0] if len(faults) == 1 else cls("\n".join(map(str, faults)))


class ReasonedError(MonitorError):
    """A fault of a feed, with a reason from `REASONS` and a detail for people."""

    def __init__(
        self, reason: str, detail: str = "", *, retry_after: timedelta | None = None
    ) -> None:
        if reason not in REASONS:
            raise ValueError(f"{reason} is not in REASONS")
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail, self.retry_after = reason, detail, retry_after

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way home from a worker process."""
        return _rebuild, (type(self), self.reason, self.detail, self.retry_after)


def _rebuild(
    kind: type["ReasonedError"], reason: str, detail: str, retry_after: timedelta | None
) -> "ReasonedError":
    return kind(reason, detail, retry_after=retry_after)


class FetchError(ReasonedError):
    """A feed could not be fetched."""


class ParseError(ReasonedError):
    """A document could not be read as a feed."""


class StorageError(MonitorError):
    """The database refused or cannot be used as it is."""


class LeaseLostError(StorageError):
    """The work was taken over by somebody else, after a pause longer than the lease."""


class AlreadyRunningError(MonitorError):
    """Another instance of the service works on the same database."""


class DeliveryError(MonitorError):
    """A digest could not be delivered."""

    def __init__(self, what: str, *, permanent: bool) -> None:
        super().__init__(what)
        self.permanent = permanent


class NotFoundError(MonitorError):
    """What was asked for is not there."""
