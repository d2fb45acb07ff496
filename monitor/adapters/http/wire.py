"""One request on one connection of its own."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

import httpcore
import httpx

from monitor.adapters.http.backend import PinnedBackend, TimedStream
from monitor.adapters.http.deadline import Deadline
from monitor.adapters.http.headers import HeaderFields
from monitor.adapters.http.hops import port_of
from monitor.adapters.http.limits import Limits
from monitor.adapters.http.names import Names, Resolve, system_resolve
from monitor.adapters.http.translate import FAULTS, translated


@dataclass(frozen=True, slots=True)
class Network:
    """The two ways in which a request touches the world; tests bring their own."""

    resolve: Resolve = system_resolve
    dial: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `url` bears no userinfo; the framing headers are ours to add."""

    method: str
    url: httpx.URL
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose body is still on the wire; good until the `with` block ends."""

    status: int
    fields: HeaderFields
    response: httpcore.Response
    stream: TimedStream

    def pieces(self) -> Iterator[bytes]:
        """Read the body as it comes, content encoding and all; its size is capped."""
        self.stream.begin_body()
        yield from self.response.iter_stream()


class Wire:
    """Sends requests to public addresses only, each within a deadline. Threads may share it."""

    def __init__(
        self, network: Network, limits: Limits, tls: ssl.SSLContext | None, *, allow_private: bool
    ) -> None:
        self._dial, self._limits, self._tls = network.dial, limits, tls
        self._tls_turn = Lock()
        self._names = Names(network.resolve, limits, allow_private=allow_private)

    @contextmanager
    def send(self, request: Request, deadline: Deadline) -> Iterator[Reply]:
        """Send, hand over the answer, close. Every fault inside the block is a FetchError."""
        url = request.url
        backend = PinnedBackend(self._names, self._dial, deadline, self._limits)
        origin = httpcore.Origin(url.raw_scheme, url.raw_host, port_of(url))
        tls = self._trusted() if origin.scheme == b"https" else None
        connection = httpcore.HTTPConnection(origin, ssl_context=tls, network_backend=backend)
        try:
            response = connection.handle_request(_message(request, origin))
            if backend.stream is None:
                raise RuntimeError("an answer came from nowhere")
            fields = HeaderFields(response.headers)
            yield Reply(response.status, fields, response, backend.stream)
        except FAULTS as error:
            raise translated(error, url.host, backend.stream, deadline) from error
        finally:
            if backend.stream is not None:
                backend.stream.close()

    def _trusted(self) -> ssl.SSLContext:
        """Return the certificate store, read once: that takes a fifth of a second."""
        with self._tls_turn:
            self._tls = self._tls or httpx.create_ssl_context()
            return self._tls


def _message(request: Request, origin: httpcore.Origin) -> httpcore.Request:
    own = [("Host", request.url.netloc.decode("ascii")), ("Connection", "close")]
    if request.content:
        own.append(("Content-Length", str(len(request.content))))
    return httpcore.Request(
        request.method,
        httpcore.URL(
            scheme=origin.scheme,
            host=origin.host,
            port=origin.port,
            target=request.url.raw_path,
        ),
        headers=[
            (name.encode("ascii", "replace"), value.encode("utf-8"))
            for name, value in (*own, *request.headers)
        ],
        content=request.content,
    )
