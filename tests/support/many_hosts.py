"""One server on every loopback address, so that each of many feeds has a host of its own."""

import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import psycopg

from support.feed_documents import rss

CLAIM = "Otvoreni Balkan sluzi Beogradu, tvrdi opozicija"


def everything_is_due(url: str) -> None:
    """Let every feed of a PostgreSQL be polled again."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE feed SET next_poll_at = now() - interval '1 hour'")
        connection.execute("UPDATE host SET next_due = now() - interval '1 hour'")


class ManyHosts:
    """Serves two entries of its own on every host, and two more each time that all publish.

    It notes requests, and how many to one host ran at once.
    """

    def __init__(self, hosts: int, answers_after_s: float = 0.0) -> None:
        self.names = [f"127.1.{n // 200}.{n % 200 + 1}" for n in range(hosts)]
        self.asked: Counter[str] = Counter()
        self.most_at_once = 0
        self.published = 0
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server = _Server(("0.0.0.0", 0), self._handler(answers_after_s))  # noqa: S104 - 127/8
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05])

    def feeds(self) -> dict[str, str]:
        """Return the address of each host's feed, by a name for it."""
        port = self._server.server_address[1]
        return {f"f{n}": f"http://{name}:{port}/feed" for n, name in enumerate(self.names)}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self) -> None:
        """Give every host two new entries."""
        self.published += 1

    def began(self, host: str) -> None:
        """Note a request."""
        with self._lock:
            self.asked[host] += 1
            self._running[host] += 1
            self.most_at_once = max(self.most_at_once, self._running[host])

    def ended(self, host: str) -> None:
        """Note the end of one."""
        with self._lock:
            self._running[host] -= 1

    def _handler(self, answers_after_s: float) -> type[BaseHTTPRequestHandler]:
        hosts = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"].partition(":")[0]
                hosts.began(host)
                time.sleep(answers_after_s)
                said = (f"{CLAIM} {host}", f"Kiša u {host}")
                titles = [f"{one} {n}" for n in range(hosts.published + 1) for one in said]
                body = rss(titles)
                payload = body.replace("primer.example", f"{host}.example").encode()
                hosts.ended(host)  # before the answer: after it the next one may come
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 500

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that was killed."""
