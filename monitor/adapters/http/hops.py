"""The addresses of one fetch: the operator's own, and where servers send us from there."""

import base64
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

import httpx

from monitor.adapters.http.addresses import is_public, literal
from monitor.adapters.http.headers import printable
from monitor.domain.errors import FetchError
from monitor.domain.feed import Validators

PERMANENT: Final = frozenset({301, 308})
REDIRECTS: Final = PERMANENT | {302, 303, 307}
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_HIGHEST_PORT: Final = 65_535
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a fetch. `headers` and `validators` are for this origin only."""

    url: httpx.URL  # without userinfo and fragment
    headers: tuple[tuple[str, str], ...] = ()
    validators: Validators = field(default_factory=Validators)
    is_moved: bool = False  # every redirect that led here was permanent, and there was one
    seen: tuple[str, ...] = ()  # the addresses before this one

    @property
    def is_conditional(self) -> bool:
        """Whether the server was asked to answer 304 where nothing changed."""
        return self.validators != Validators()


@dataclass(frozen=True, slots=True)
class HopRules:
    """Where redirects may lead. No ports: any port."""

    ports: frozenset[int]
    most: int
    allow_http: bool  # after https

    def next(self, hop: Hop, status: int, location: str) -> Hop:
        """Return the request that a redirect asks for. Raises FetchError."""
        url = _without_secrets(self._judged(hop, location))
        seen = (*hop.seen, str(hop.url))
        if str(url) in seen:
            raise FetchError("too_many_redirects", f"in a circle at {shown(url)}")
        if len(seen) > self.most:
            raise FetchError("too_many_redirects", f"more than {self.most}")
        moved = status in PERMANENT and (hop.is_moved or not hop.seen)
        kept = hop if _is_same_party(hop.url, url) else Hop(url)
        return replace(kept, url=url, is_moved=moved, seen=seen)

    def _judged(self, hop: Hop, location: str) -> httpx.URL:
        try:
            # join() would take "http://" for a relative address and stay where it is.
            absolute = _SCHEME.match(location)
            url = httpx.URL(location) if absolute else hop.url.join(location)
            fault = _fault(url)
        except (httpx.InvalidURL, ValueError):
            _refuse_inside(_host_of(location))
            raise FetchError("bad_redirect", f"to {printable(_bare(location))!r}") from None
        if fault:
            raise FetchError("bad_redirect", f"to {shown(url)}: {fault}")
        if self.ports and port_of(url) not in self.ports:
            _refuse_inside(url.host)  # the graver fault is the one to name
            raise FetchError("bad_redirect", f"to {shown(url)}: port {port_of(url)} is not allowed")
        if hop.url.scheme == "https" and url.scheme == "http" and not self.allow_http:
            what = f"from https to {shown(url)}; `allow_http: true` on the feed would follow it"
            raise FetchError("bad_redirect", what)
        return url


def first_hop(url: str, validators: Validators, headers: Iterable[tuple[str, str]]) -> Hop:
    """Return the request for the operator's own address; its userinfo becomes a header.

    Raises FetchError (`blocked_address`) for what is not an http or https address.
    """
    try:
        parsed = httpx.URL(url)
        fault = _fault(parsed)
    except (httpx.InvalidURL, ValueError):
        raise FetchError("blocked_address", f"{printable(_bare(url))!r} is not a URL") from None
    if fault:
        raise FetchError("blocked_address", f"{shown(parsed)}: {fault}")
    own = tuple(headers)
    if parsed.userinfo and not any(name.lower() == "authorization" for name, _ in own):
        token = base64.b64encode(unquote_to_bytes(parsed.userinfo)).decode()
        own = (*own, ("Authorization", f"Basic {token}"))
    return Hop(_without_secrets(parsed), own, validators)


def port_of(url: httpx.URL) -> int:
    """Return the port, named or implied."""
    return url.port or _DEFAULT_PORTS.get(url.scheme, 0)


def shown(url: httpx.URL) -> str:
    """Return an address fit for messages: userinfo and query may hold secrets."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    port = "" if url.port is None else f":{url.port}"
    return printable(f"{url.scheme}://{host}{port}{url.path}")


def _fault(url: httpx.URL) -> str:
    if url.scheme not in _DEFAULT_PORTS:
        return "neither http nor https"
    if not url.host.strip("."):
        return "no host"
    if url.port is not None and not 0 < url.port <= _HIGHEST_PORT:
        return f"no such port: {url.port}"
    return ""


def _refuse_inside(host: str) -> None:
    """Raise FetchError for a host that is a private address as it stands, octal or decimal too."""
    try:
        address = literal(host) or socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return
    if not is_public(address):
        raise FetchError("blocked_address", f"{host} leads to {address}, not a public one")


def _host_of(location: str) -> str:
    """Return the host of an address that httpx cannot read; empty where there is none."""
    try:
        return urlsplit(location).hostname or ""
    except ValueError:
        return ""


def _without_secrets(url: httpx.URL) -> httpx.URL:
    return url.copy_with(userinfo=b"", fragment=None)


def _bare(text: str) -> str:
    """Return what can be shown of an address that cannot even be read."""
    return text.partition("?")[0].rpartition("@")[2]


def _is_same_party(old: httpx.URL, new: httpx.URL) -> bool:
    """Tell whether secrets meant for the old address may go to the new one."""
    if old.host != new.host:
        return False
    if (old.scheme, port_of(old)) == (new.scheme, port_of(new)):
        return True
    return (port_of(old), port_of(new)) == (80, 443) and new.scheme == "https"
