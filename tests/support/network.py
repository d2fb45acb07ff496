"""Names and addresses as a test wishes them, with every connection on record."""

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import httpcore

from monitor.adapters.http.wire import Network

Answers = Sequence[str] | Exception | Callable[[], Sequence[str]]


@dataclass(slots=True)
class StubNetwork:
    """A resolver with a table, and a dialler that leads invented addresses to loopback ports.

    `names` maps a host to its addresses, an error to raise, or a function to call; `routes` maps
    an address to the loopback port that stands in for it. Other addresses are dialled as they are.
    """

    names: Mapping[str, Answers] = field(default_factory=dict)
    routes: Mapping[str, int] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    def network(self) -> Network:
        """Return what a fetcher is built with."""
        return Network(resolve=self.resolve, dial=_Dialler(self))

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Answer from the table; hosts that are not in it are asked of the system."""
        self.looked_up.append(host)
        answers = self.names.get(host)
        if isinstance(answers, Exception):
            raise answers
        if callable(answers):
            return answers()
        if answers is None:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return [str(answer[4][0]) for answer in found]
        return answers


class _Dialler(httpcore.NetworkBackend):
    def __init__(self, stub: StubNetwork) -> None:
        self._stub, self._real = stub, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self._stub.dialled.append(host)
        if host in self._stub.routes:
            host, port = "127.0.0.1", self._stub.routes[host]
        return self._real.connect_tcp(host, port, timeout, local_address, socket_options)
