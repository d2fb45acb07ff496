"""What goes over the wire of one fetch, byte by byte, as the other side sent it."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpcore

from monitor.ports import Clock


@dataclass(slots=True)
class Talk:
    """All that was said on one connection, in the clear."""

    at: datetime
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)


class Recorder(httpcore.NetworkBackend):
    """Dials as another backend does, and keeps what is said. For one fetch at a time."""

    def __init__(self, dial: httpcore.NetworkBackend, clock: Clock) -> None:
        self._dial, self._clock = dial, clock
        self.talks: list[Talk] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, and begin a talk."""
        inner = self._dial.connect_tcp(host, port, timeout, local_address, socket_options)
        talk = Talk(self._clock.now())
        self.talks.append(talk)
        return _Recorded(inner, talk)


class _Recorded(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, talk: Talk) -> None:
        self._inner, self._talk = inner, talk

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, timeout)
        self._talk.received.append(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._talk.sent.append(buffer)
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Recorded(self._inner.start_tls(ssl_context, server_hostname, timeout), self._talk)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._inner.get_extra_info(info)
