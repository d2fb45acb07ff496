"""The sample outlets on the loopback interface: a real HTTP server with its own clock."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from monitor.demo.documents import ServedDocument, render
from monitor.demo.week import TIMEZONE, SampleOutlet

_LOOPBACK: Final = "127.0.0.1"


@contextmanager
def serving(week: Sequence[SampleOutlet], now: Callable[[], datetime]) -> Iterator[str]:
    """Serve every outlet's feed at `BASE/OUTLET/feed` until the block ends; yield the base URL.

    `now` tells the demo's time and is asked at every request, from the server's threads.
    """
    outlets = {sample.outlet.id: sample for sample in week}
    with ThreadingHTTPServer((_LOOPBACK, 0), partial(_Handler, outlets, now)) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://{_LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def feed_list(week: Sequence[SampleOutlet], base_url: str) -> str:
    """Return the text of a `feeds.yaml` that lists every outlet's feed under the base URL."""
    lines = [
        "# The demo's fictional outlets, served on the loopback interface while the demo runs.",
        "version: 1",
        f"defaults: {{interval: 30m, timezone: {TIMEZONE}, host_delay: 0s}}",
        "outlets:",
    ]
    for sample in week:
        outlet = sample.outlet
        url = f"{base_url}/{outlet.id}/feed"
        lines += [
            f"  - id: {outlet.id}",
            f"    name: {_quoted(outlet.name)}",
            f"    country: {_quoted(outlet.country)}",
            f"    languages: [{', '.join(outlet.languages)}]",
            f"    kind: {outlet.kind}",
            f"    homepage: {_quoted(outlet.homepage)}",
            "    feeds:",
            f"      - {{id: {sample.feed.id}, url: {_quoted(url)}, type: feed}}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a YAML double-quoted scalar (YAML 1.2, section 1.3).
    return json.dumps(text, ensure_ascii=False)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sample-week"
    sys_version = ""

    def __init__(
        self,
        outlets: dict[str, SampleOutlet],
        now: Callable[[], datetime],
        # What the server hands to a handler is the standard library's own affair.
        *args: Any,  # noqa: ANN401 - passed on unread
    ) -> None:
        self._outlets, self._now = outlets, now
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer with the feed as it stands now, with 304 where it is unchanged, or with 404."""
        now = self._now()
        sample = self._sample()
        if sample is None or (sample.feed.dead_from and now >= sample.feed.dead_from):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        document = render(sample, now)
        etag = f'"{sha256(document.body).hexdigest()[:20]}"'
        unchanged = self._has(document, etag)
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", etag)
        if document.changed_at:
            self.send_header("Last-Modified", _http_date(document.changed_at))
        if not unchanged:
            self.send_header("Content-Type", document.content_type)
            self.send_header("Content-Length", str(len(document.body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(document.body)

    def log_message(self, *args: object) -> None:
        """Keep quiet: the demo's terminal belongs to the digest."""

    def _sample(self) -> SampleOutlet | None:
        outlet_id, _, rest = self.path.lstrip("/").partition("/")
        return self._outlets.get(outlet_id) if rest == "feed" else None

    def _has(self, document: ServedDocument, etag: str) -> bool:
        """Say whether the client has this very document (RFC 9110, section 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        if not since or document.changed_at is None:
            return False
        try:
            return document.changed_at <= parsedate_to_datetime(since)
        except ValueError:
            return False


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
