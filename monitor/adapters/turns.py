"""Threads that wait for their turn, in the order in which they came."""

import os
import threading
from collections import deque
from typing import Final

AT_ONCE: Final = 4  # searches on a server, at least


class Turns:
    """So many at a time, first come, first served; a lock of the library's lets newcomers pass.

    A page is mostly Python's work, which threads do one after another anyway: twenty at once each
    wait for all others at every row, and take many times as long.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def __enter__(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            mine.acquire()
        except BaseException:  # interrupted while it waited
            self._give_up(mine)
            raise

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _give_up(self, mine: threading.Lock) -> None:
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return
        self.__exit__()


def for_searches(*, on_server: bool) -> Turns:
    """Return the turns of those who search.

    Half of a search on a server is this program's work, and that is done one at a time: more at
    once fill no page sooner, while the slowest wait the longer, and so does what is stored.
    """
    cores = os.cpu_count() or 1
    return Turns(max(AT_ONCE, 2 * cores) if on_server else cores)
