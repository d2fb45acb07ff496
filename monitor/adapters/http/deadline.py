"""One moment that ends a fetch, whatever it is waiting for."""

import time
from datetime import timedelta

from monitor.domain.errors import FetchError


class Deadline:
    """The end of a fetch: DNS, connects, headers, bodies and redirects share it."""

    def __init__(self, total: timedelta) -> None:
        self._total_s = total.total_seconds()
        self._ends_s = time.monotonic() + self._total_s

    @property
    def is_past(self) -> bool:
        """Whether nothing may be waited for any more."""
        return time.monotonic() >= self._ends_s

    def within_s(self, longest: timedelta) -> float:
        """Return how many seconds one step may take: `longest`, or less if less is left.

        Raises FetchError (`deadline`) when nothing is left.
        """
        left_s = self._ends_s - time.monotonic()
        if left_s <= 0:
            raise self.error()
        return min(left_s, longest.total_seconds())

    def error(self) -> FetchError:
        """Return what to raise when the time is up."""
        return FetchError("deadline", f"not finished after {self._total_s:g} s")
