"""The network as one request may use it: judged addresses, counted bytes, one deadline."""

import ssl
from collections.abc import Iterable, Sequence
from typing import Any, Final

import httpcore

from monitor.adapters.http.deadline import Deadline
from monitor.adapters.http.limits import Limits
from monitor.adapters.http.names import Names
from monitor.domain.errors import FetchError

_MOST_ADDRESSES: Final = 4  # of one host: enough for both families, too few to waste a deadline


class TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline and whose bytes are counted."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline, limits: Limits) -> None:
        self._inner, self._deadline, self._limits = inner, deadline, limits
        self._in_body = False
        self.allowed_bytes = limits.head_bytes
        self.received_bytes = 0
        self.has_ended = False

    @property
    def in_body(self) -> bool:
        """Whether the headers are through."""
        return self._in_body

    def begin_body(self) -> None:
        """Count the body by its own cap from here on."""
        self._in_body = True
        self.allowed_bytes = self.received_bytes + self._limits.raw_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - ours
        """Return the next bytes, empty at the end. Raises FetchError when there are too many."""
        if self.received_bytes > self.allowed_bytes:
            raise self._too_much()
        data = self._inner.read(max_bytes, self._deadline.within_s(self._limits.silence))
        self.received_bytes += len(data)
        self.has_ended = not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - ours
        """Send all of it."""
        self._inner.write(buffer, self._deadline.within_s(self._limits.silence))

    def close(self) -> None:
        """Close; twice is harmless."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - ours
    ) -> httpcore.NetworkStream:
        """Secure this very stream, so that whoever holds it keeps the count."""
        wait_s = self._deadline.within_s(self._limits.connect)
        try:
            self._inner = self._inner.start_tls(ssl_context, server_hostname, wait_s)
        except ValueError as error:  # a name that no certificate can bear
            raise FetchError("tls_invalid", f"{server_hostname}: {error}") from error
        return self

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        """Answer what httpcore asks about the connection."""
        return self._inner.get_extra_info(info)

    def _too_much(self) -> FetchError:
        if self._in_body:
            return FetchError("too_large", f"more than {self._limits.raw_bytes:,} bytes")
        return FetchError("protocol_error", f"headers of more than {self.allowed_bytes:,} bytes")


class PinnedBackend(httpcore.NetworkBackend):
    """Connects one request to an address that was resolved once and judged."""

    def __init__(
        self, names: Names, dial: httpcore.NetworkBackend, deadline: Deadline, limits: Limits
    ) -> None:
        self._names, self._dial = names, dial
        self._deadline, self._limits = deadline, limits
        self.stream: TimedStream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers. Raises FetchError or httpcore's errors."""
        addresses = self._names.addresses(host, port, self._deadline)[:_MOST_ADDRESSES]
        inner = self._first(addresses, port, local_address, socket_options)
        self.stream = TimedStream(inner, self._deadline, self._limits)
        return self.stream

    def _first(
        self,
        addresses: Sequence[str],
        port: int,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        share = self._limits.connect / len(addresses)
        for address in addresses[:-1]:
            try:
                return self._dial.connect_tcp(
                    address, port, self._deadline.within_s(share), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._dial.connect_tcp(
            addresses[-1], port, self._deadline.within_s(share), local_address, socket_options
        )
