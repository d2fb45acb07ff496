"""How fast one token or address may ask the API."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final

MAX_KNOWN: Final = 10_000  # who asked longest ago is forgotten first


@dataclass(slots=True)
class Pace:
    """A bucket of `burst` requests each, filled anew by `per_second`. Safe for many threads.

    It is kept in this process: several processes allow several times as much.
    """

    per_second: float = 10.0
    burst: int = 200
    clock: Callable[[], float] = monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, who: str) -> int:
        """Take a request; return 0, or after how many seconds to come back."""
        now = self.clock()
        with self._lock:
            left, at = self._left.pop(who, (float(self.burst), now))
            left = min(self.burst, left + (now - at) * self.per_second)
            self._left[who] = (max(left - 1, 0) if left >= 1 else left, now)
            if len(self._left) > MAX_KNOWN:
                self._left.popitem(last=False)
        return 0 if left >= 1 else math.ceil((1 - left) / self.per_second)
