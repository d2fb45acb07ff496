"""End the process when it no longer ticks: never running but dead. And tell systemd how it is."""

import faulthandler
import os
import socket
import sys
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Final

LIMIT: Final = timedelta(minutes=3)
DEAD: Final = 1


class Watchdog:
    """Fed by every tick. The machine's sleep does not count: its clock stands still then."""

    def __init__(self, limit: timedelta = LIMIT) -> None:
        self._limit_s = limit.total_seconds()
        self._fed_at = monotonic()

    def feed(self) -> None:
        """Say that the tick still comes."""
        self._fed_at = monotonic()

    @property
    def is_starved(self) -> bool:
        """Say whether the tick has stopped."""
        return monotonic() - self._fed_at > self._limit_s

    def end_the_process(self) -> None:
        """Write what every thread was doing to standard error, and end at once."""
        print(f"no tick for {self._limit_s:g} s: ending", file=sys.stderr, flush=True)  # noqa: T201 - the log may be what hangs
        faulthandler.dump_traceback()
        os._exit(DEAD)


class Supervisor:
    """systemd's notification protocol (sd_notify(3)); silent where nobody listens."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "").replace("@", "\0", 1)

    def say(self, state: str) -> None:
        """Say READY=1, WATCHDOG=1, RELOADING=1 or STOPPING=1."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
                way.sendto(state.encode(), self._address)
        except OSError:
            self._address = ""
