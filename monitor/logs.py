"""Logs go to standard error: a line an event, for people, or one JSON object for machines."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Final

_USERINFO: Final = re.compile(r"(?<=://)[^/\s@]+@")
_NAMED: Final = re.compile(
    r"(?i)\b(password|passwd|secret|token|api_?key|authorization)(\W{1,3})\S+"
)
MASK: Final = "***"
TRACEBACK_CHARACTERS: Final = 20_000

Event = MutableMapping[str, Any]


def configure(*, verbose: bool) -> None:
    """Set the format and level of everything this program and its libraries log, for people."""
    formatter = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    _install(formatter, logging.WARNING, logging.INFO if verbose else logging.WARNING)


def configure_service(*, verbose: bool, secrets: Iterable[str] = ()) -> None:
    """Log as JSON Lines, with names and passwords masked; `secrets` are masked wherever they are."""
    import structlog  # noqa: PLC0415 - other commands start without it

    redact = Redactor(secrets)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
    ]
    last: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        redact,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last)
    _install(formatter, logging.WARNING, logging.DEBUG if verbose else logging.INFO)


class Redactor:
    """Masks what nobody should read in a log. Looks at values, one level deep."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted((one for one in secrets if len(one) > 3), key=len, reverse=True)  # noqa: PLR2004 - shorter ones would mask words

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """Return the event with its texts masked."""
        return {
            name: self.text(value) if isinstance(value, str) else value
            for name, value in event.items()
        }

    def text(self, text: str) -> str:
        """Return a text without names and passwords of addresses, and without known secrets."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        masked = _USERINFO.sub(f"{MASK}@", text)
        return _NAMED.sub(rf"\1\2{MASK}", masked)[:TRACEBACK_CHARACTERS]


def _install(formatter: logging.Formatter, libraries: int, ours: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=libraries, handlers=[handler], force=True)
    logging.getLogger("monitor").setLevel(ours)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a tick is late is no news
    logging.raiseExceptions = False  # a full disk or a closed pipe must not stop the program
