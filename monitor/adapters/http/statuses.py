"""What a status means for a feed."""

from typing import Final

from monitor.adapters.http.headers import HeaderFields, retry_after
from monitor.domain.errors import FetchError

_COMPLETE: Final = frozenset({200, 203})
_PLAIN: Final = {
    401: ("forbidden", "401: it wants credentials; name them under `headers` of the feed"),
    403: ("forbidden", "403: it refuses this program or this country; ask the outlet"),
    404: ("not_found", "404"),
    410: ("gone", "410"),
}
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
_SERVER_FAULTS: Final = range(500, 600)


def refuse_unless_complete(status: int, fields: HeaderFields) -> None:
    """Raise FetchError for every status but those that bring the whole document."""
    if "challenge" in fields.get("cf-mitigated").lower():
        raise FetchError("forbidden", f"{status}: a challenge for browsers; ask the outlet")
    if status in _COMPLETE:
        return
    if status in _PLAIN:
        raise FetchError(*_PLAIN[status])
    if status == _TOO_MANY:
        raise FetchError("too_many_requests", "429", retry_after=retry_after(fields))
    if status in _SERVER_FAULTS:
        hold = retry_after(fields) if status == _UNAVAILABLE else None
        raise FetchError("server_error", str(status), retry_after=hold)
    raise FetchError("unexpected_status", str(status))
