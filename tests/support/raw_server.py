"""A loopback server that says exactly the bytes it is told to say."""

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

_READ_BYTES: Final = 65_536
_LINGER_AT_ONCE: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Wait:
    """Say nothing for so long, or until the server is stopped."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reset:
    """Drop the connection with a RST."""


Step = bytes | Wait | Reset
Script = Callable[[bytes], Iterable[Step]]
"""From the request to what is said; after the last step the connection is closed."""
Answer = bytes | Iterable[Step] | Script

FOREVER: Final = Wait(3_600)


def reply(body: bytes = b"", *fields: str, status: str = "200 OK") -> bytes:
    """Return a complete answer with a Content-Length, unless `fields` frame it themselves."""
    framed = any(
        field.lower().startswith(("content-length", "transfer-encoding")) for field in fields
    )
    length = () if framed else (f"Content-Length: {len(body)}",)
    head = "\r\n".join((f"HTTP/1.1 {status}", *fields, *length))
    return head.encode("utf-8") + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """Return a redirect without a body."""
    return reply(b"", f"Location: {location}", status=status)


class RawServer:
    """Answers each connection from a script; use it in a `with` block.

    `answers` is one answer for every request, or a mapping by path (`"*"`: any other). An
    iterable that is not a list or tuple can be said only once. `requests` holds what was
    received, `connections` counts what was accepted, silent connections included.
    """

    def __init__(
        self, answers: Answer | Mapping[str, Answer] = b"", *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._answers: Mapping[str, Answer] = (
            answers if isinstance(answers, Mapping) else {"*": answers}
        )
        self._tls = tls
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[bytes] = []
        self.connections = 0
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def url(self, path: str = "/feed", *, host: str = "127.0.0.1") -> str:
        """Return the address of a path on this server."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        # An accept() under way does not notice that its socket is closed: wake it.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(5)
        connection = plain
        try:
            if self._tls:
                connection = self._tls.wrap_socket(plain, server_side=True)
            request = _request(connection)
            if request:
                self.requests.append(request)
            for step in self._steps(request):
                if self._stopped.is_set() or not self._say(connection, step):
                    break
        except OSError:
            pass  # the other side has gone: that is what many scripts are about
        finally:
            connection.close()
            plain.close()

    def _steps(self, request: bytes) -> Iterable[Step]:
        path = request.split(b" ")[1].decode("latin-1") if request.count(b" ") > 1 else "*"
        answer = self._answers.get(path, self._answers.get("*", b""))
        if isinstance(answer, bytes):
            return (answer,)
        return answer(request) if callable(answer) else answer

    def _say(self, connection: socket.socket, step: Step) -> bool:
        if isinstance(step, Wait):
            return not self._stopped.wait(step.seconds)
        if isinstance(step, Reset):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_AT_ONCE)
            return False
        connection.sendall(step)
        return True


def _request(connection: socket.socket) -> bytes:
    """Return the head and the body that its Content-Length announces."""
    received = b""
    while not _is_whole(received):
        piece = connection.recv(_READ_BYTES)
        if not piece:
            break
        received += piece
    return received


def _is_whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: *([0-9]+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)
