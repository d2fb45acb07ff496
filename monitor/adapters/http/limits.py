"""How much one fetch may cost."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one fetch; `total` ends it whatever the other times say."""

    connect: timedelta = timedelta(seconds=10)  # DNS has as long, then TCP and TLS
    silence: timedelta = timedelta(seconds=20)  # between two pieces of an answer
    total: timedelta = timedelta(seconds=30)
    head_bytes: int = 256 * 1024  # status lines and headers, interim ones included
    raw_bytes: int = 5 * 1024 * 1024  # as sent, chunk frames included
    decoded_bytes: int = 10 * 1024 * 1024
    redirects: int = 5
