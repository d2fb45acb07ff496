"""From a host's name to the addresses that may be connected to."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final

from monitor.adapters.http.addresses import is_public, literal
from monitor.adapters.http.deadline import Deadline
from monitor.adapters.http.limits import Limits
from monitor.domain.errors import FetchError

Resolve = Callable[[str, int], Sequence[str]]
"""From (host, port) to addresses, best first. Raises OSError (socket.gaierror)."""

_ABSENT: Final = (socket.EAI_NONAME, socket.EAI_NODATA)


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system, as every other program on the machine does. May block for long."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Names:
    """Looks names up, and lets nobody through to an address that is not public."""

    def __init__(self, resolve: Resolve, limits: Limits, *, allow_private: bool) -> None:
        self._resolve, self._limits, self._allow_private = resolve, limits, allow_private

    def addresses(self, host: str, port: int, deadline: Deadline) -> Sequence[str]:
        """Return the addresses to connect to, best first, at least one.

        One private address among the answers condemns them all. Raises FetchError.
        """
        as_it_stands = literal(host)
        answers = [as_it_stands] if as_it_stands else self._look_up(host, port, deadline)
        if not answers:
            raise FetchError("dns_not_found", f"{host} has no address")
        inside = [answer for answer in answers if not is_public(answer)]
        if inside and not self._allow_private:
            raise FetchError("blocked_address", f"{host} leads to {inside[0]}, not a public one")
        return answers

    def _look_up(self, host: str, port: int, deadline: Deadline) -> Sequence[str]:
        """Resolve in a thread that is left behind if it does not come back in time."""
        wait_s = deadline.within_s(self._limits.connect)
        answer: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()
        # A daemon: a hung resolver must not keep the program from ending.
        threading.Thread(
            target=self._answer, args=(host, port, answer), name="resolve", daemon=True
        ).start()
        try:
            found = answer.get(timeout=wait_s)
        except queue.Empty:
            if deadline.is_past:
                raise deadline.error() from None
            raise FetchError("dns_timeout", f"no answer for {host} in {wait_s:g} s") from None
        if isinstance(found, Exception):
            raise _dns_error(host, found) from found
        return found

    def _answer(
        self, host: str, port: int, answer: "queue.SimpleQueue[Sequence[str] | Exception]"
    ) -> None:
        try:
            answer.put(self._resolve(host, port))
        except (OSError, ValueError) as error:  # ValueError: a label that no name can have
            answer.put(error)


def _dns_error(host: str, error: Exception) -> FetchError:
    if isinstance(error, ValueError):
        return FetchError("dns_not_found", f"{host[:100]} cannot be a host's name")
    if isinstance(error, socket.gaierror) and error.errno in _ABSENT:
        return FetchError("dns_not_found", f"{host} does not exist")
    return FetchError("dns_temporary", f"{host}: {getattr(error, 'strerror', '') or 'no answer'}")
