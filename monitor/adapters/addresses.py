"""Addresses that people give us, checked when they give them."""

from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from monitor.domain.errors import ConfigError
from monitor.domain.subscription import Channel
from monitor.domain.text import safe_line

_LONGEST = 2_000


def checked(channel: Channel, address: str) -> str:
    """Return the address as it is kept. Raises ConfigError where nothing could be sent to it."""
    if channel is Channel.EMAIL:
        return _mail(address)
    if channel is Channel.WEBHOOK:
        return _webhook(address)
    if not address or address != safe_line(address) or len(address) > _LONGEST:
        raise ConfigError(f"{address!r} is not a name for a feed; write one line of text")
    return address


def _mail(address: str) -> str:
    try:
        found = validate_email(
            address, allow_smtputf8=False, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise ConfigError(f"{address!r} is not a mail address: {error}") from error
    return str(found.ascii_email or found.normalized)


def _webhook(address: str) -> str:
    fault = f"{address!r} is not a webhook's address; write https://example.org/hooks/news"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(fault) from None
    is_clean = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in {"http", "https"} or not host or not is_clean or len(address) > _LONGEST:
        raise ConfigError(fault)
    return address
