"""The port `Fetcher`, kept over HTTP."""

import ssl
from collections.abc import Callable, Sequence
from typing import Final

from monitor import __version__
from monitor.adapters.http import body, headers
from monitor.adapters.http.deadline import Deadline
from monitor.adapters.http.headers import printable
from monitor.adapters.http.hops import REDIRECTS, Hop, HopRules, first_hop, port_of, shown
from monitor.adapters.http.limits import Limits
from monitor.adapters.http.statuses import refuse_unless_complete
from monitor.adapters.http.wire import Network, Reply, Request, Wire
from monitor.domain.errors import FetchError
from monitor.domain.feed import Document, Validators

_WEB_PORTS: Final = frozenset({80, 443})
_NOT_MODIFIED: Final = 304
_ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
# Ours alone: a feed's `headers` must not break the framing, nor ask for what is not decoded.
_RESERVED: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "range",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


def user_agent(contact: str) -> str:
    """Return an honest User-Agent: product, version, and where to complain."""
    return f"western-balkans-narrative-monitor/{__version__} (+{printable(contact)})"


class HttpFetcher:
    """Fetches documents from public addresses, within limits. Threads may share one.

    Build it once: the certificate store is read for the first https address, and kept. Cookies,
    proxies and netrc do not exist here. `tls` replaces that store, and `may_go` is asked before a
    redirect is followed.
    """

    def __init__(
        self,
        agent: str,
        *,
        allow_private_networks: bool = False,
        limits: Limits | None = None,
        network: Network | None = None,
        tls: ssl.SSLContext | None = None,
        may_go: Callable[[str], bool] = lambda _url: True,
    ) -> None:
        self._may_go = may_go
        self._limits = limits or Limits()
        self._any_port = allow_private_networks
        self._wire = Wire(
            network or Network(),
            self._limits,
            tls,
            allow_private=allow_private_networks,
        )
        self._own = (
            ("User-Agent", agent),
            ("Accept", _ACCEPT),
            ("Accept-Encoding", "gzip, deflate"),
        )

    def fetch(
        self,
        url: str,
        validators: Validators,
        headers: Sequence[tuple[str, str]] = (),
        *,
        allow_http: bool = False,
    ) -> Document | None:
        """Return the document, or None where the server says that it is unchanged.

        `headers` and `validators` go to the origin of `url` alone; `allow_http` lets redirects
        lead from https to http. Raises FetchError.
        """
        deadline = Deadline(self._limits.total)
        hop = first_hop(url, validators, headers)
        ports = frozenset() if self._any_port else _WEB_PORTS | {port_of(hop.url)}
        rules = HopRules(ports, self._limits.redirects, allow_http)
        while True:
            with self._wire.send(self._request(hop), deadline) as reply:
                location = reply.fields.first("location").strip()
                if not (reply.status in REDIRECTS and location):
                    return self._document(hop, reply)
            hop = rules.next(hop, reply.status, location)
            if not self._may_go(str(hop.url)):
                raise FetchError("bad_redirect", f"to {shown(hop.url)}: we are not to go there")

    def _request(self, hop: Hop) -> Request:
        theirs = tuple((name, value) for name, value in hop.headers if _may_set(name))
        named = {name.lower() for name, _ in theirs}
        ours = tuple((name, value) for name, value in self._own if name.lower() not in named)
        since = (
            ("If-None-Match", hop.validators.etag),
            ("If-Modified-Since", hop.validators.last_modified),
        )
        conditions = tuple((name, value) for name, value in since if value)
        return Request("GET", hop.url, (*ours, *theirs, *conditions))

    def _document(self, hop: Hop, reply: Reply) -> Document | None:
        if reply.status == _NOT_MODIFIED:
            if hop.is_conditional:
                return None
            raise FetchError("protocol_error", "304, although the request was unconditional")
        fields = reply.fields
        refuse_unless_complete(reply.status, fields)
        encoding = body.encoding_of(fields)
        body.refuse_announced(fields, self._limits)
        raw = body.gather(reply.pieces(), self._limits)
        content = body.decode(raw, encoding, self._limits)
        body.refuse_blank(content)
        return Document(
            url=str(hop.url),
            body=content,
            content_type=headers.media_type(fields),
            charset=headers.charset(fields),
            validators=headers.validators(fields),
            max_age=headers.max_age(fields),
            moved_to=str(hop.url) if hop.is_moved else "",
        )


def _may_set(name: str) -> bool:
    return name.strip().lower() not in _RESERVED
