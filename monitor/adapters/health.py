"""`/health` and `/metrics` for whoever watches the service, on an address of its own."""

import json
import logging
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from monitor.adapters.metrics import CONTENT_TYPE

log = logging.getLogger(__name__)
TIMEOUT_S: Final = 5
OK, GONE_WRONG, NOT_FOUND = 200, 503, 404
Answer = tuple[int, str, bytes]


class Listener:
    """A small HTTP server on a thread. Use it in a `with` block."""

    def __init__(
        self,
        address: tuple[str, int],
        health: Callable[[], tuple[bool, Mapping[str, object]]],
        metrics: Callable[[], bytes],
    ) -> None:
        pages: dict[str, Callable[[], Answer]] = {
            "/health": lambda: _health(*health()),
            "/metrics": lambda: (OK, CONTENT_TYPE, metrics()),
        }

        class Handler(_Handler):
            answers = pages

        self._server = ThreadingHTTPServer(address, Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    answers: Mapping[str, Callable[[], Answer]] = {}
    timeout = TIMEOUT_S
    server_version = "monitor"
    sys_version = ""

    def do_GET(self) -> None:
        answer = self.answers.get(self.path.partition("?")[0])
        status, kind, body = answer() if answer else (NOT_FOUND, "text/plain", b"not found\n")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        log.debug(format, *args)


def _health(is_severe: bool, report: Mapping[str, object]) -> Answer:  # noqa: FBT001 - from one tuple
    body = json.dumps(report, ensure_ascii=False).encode() + b"\n"
    return GONE_WRONG if is_severe else OK, "application/json", body
