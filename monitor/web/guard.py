"""What every request passes: known host, same origin, bounded body; and what every answer bears."""

import secrets
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.problems import problem

MAX_BODY_BYTES: Final = 2_000_000
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# A mail program and a browser's one-click unsubscribing send no cookie and come from elsewhere.
_FROM_ANYWHERE: Final = "/unsubscribe/"


class Guard:
    """The outermost layer. `hosts` are the names that this site goes by, besides loopback."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = _LOOPBACK | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        answer = _Dressed(send, nonce, is_static=scope["path"].startswith("/static/"))
        refusal = self._refusal(scope, headers)
        if refusal:
            await problem(*refusal)(scope, receive, answer)
            return
        await self._app(scope, _Bounded(receive), answer)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = _host_of(headers.get("host", ""))
        if host not in self._hosts:
            return 400, "this site has another name; see MONITOR_BASE_URL"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return 413, f"a request has at most {MAX_BODY_BYTES} bytes"
        is_free = scope["method"] in _SAFE or scope["path"].startswith(_FROM_ANYWHERE)
        if not is_free and _is_foreign(headers):
            return 403, "this was sent from another site's page"
        return None


def _is_foreign(headers: Headers) -> bool:
    """Say whether a browser sent a change from another origin.

    Programs with a token and no cookie carry no one else's authority. Browsers say where a
    request comes from in Sec-Fetch-Site, older ones in Origin; other programs say neither.
    """
    bears_token = headers.get("authorization", "").lower().startswith("bearer ")
    if bears_token and "cookie" not in headers:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def _host_of(header: str) -> str:
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""


class _Bounded:
    """Receives at most so many bytes; the rest of an endless body is never read."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._left = MAX_BODY_BYTES

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


class _Dressed:
    """Adds to every answer the headers that keep a browser from doing more than it should."""

    def __init__(self, send: Send, nonce: str, *, is_static: bool) -> None:
        self._send = send
        self._is_static = is_static
        self._policy = "; ".join(
            (
                "default-src 'none'",
                f"script-src 'nonce-{nonce}'",
                "style-src 'self'",
                "img-src 'self'",
                "connect-src 'self'",
                "form-action 'self'",
                "manifest-src 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            )
        )

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", self._policy)
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"
            headers["cross-origin-opener-policy"] = "same-origin"
            headers["cross-origin-resource-policy"] = "same-origin"
            headers["permissions-policy"] = "camera=(), geolocation=(), microphone=()"
            kept = "public, max-age=86400" if self._is_static else "private, no-store"
            headers.setdefault("cache-control", kept)
        await self._send(message)
