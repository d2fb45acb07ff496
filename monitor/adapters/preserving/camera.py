"""The port `Camera`: the fetcher of feeds, with limits for pages and its wire recorded."""

from collections.abc import Callable
from typing import Final

from monitor.adapters.http.fetcher import HttpFetcher
from monitor.adapters.http.limits import Limits
from monitor.adapters.http.wire import Network
from monitor.adapters.preserving.recorder import Recorder
from monitor.domain.errors import FetchError
from monitor.domain.feed import Validators
from monitor.domain.preserving import Exchange
from monitor.ports import Clock
from monitor.ports.preserving import Captured

_ACCEPT: Final = ("Accept", "text/html, application/xhtml+xml, */*;q=0.5")


class PageCamera:
    """Fetches pages from public addresses, within the limits of a feed. One page at a time."""

    def __init__(
        self,
        agent: str,
        clock: Clock,
        *,
        allow_private_networks: bool = False,
        network: Network | None = None,
        limits: Limits | None = None,
    ) -> None:
        ways = network or Network()
        self._recorder = Recorder(ways.dial, clock)
        self._asked: list[str] = []
        self._may_go: Callable[[str], bool] = lambda _url: False
        self._fetcher = HttpFetcher(
            agent,
            allow_private_networks=allow_private_networks,
            limits=limits,
            network=Network(ways.resolve, self._recorder),
            may_go=self._goes_on,
        )

    def capture(self, url: str, may_go: Callable[[str], bool]) -> Captured:
        """Fetch the page once, asking before each redirect. Raises FetchError."""
        self._recorder.talks.clear()
        self._asked, self._may_go = [url], may_go
        document = self._fetcher.fetch(url, Validators(), (_ACCEPT,))
        if document is None:
            raise FetchError("protocol_error", "304, although the request was unconditional")
        heard = [talk for talk in self._recorder.talks if talk.received]
        exchanges = tuple(
            Exchange(one, talk.at, b"".join(talk.sent), b"".join(talk.received))
            for one, talk in zip(self._asked, heard, strict=True)
        )
        return Captured(document.url, exchanges)

    def _goes_on(self, url: str) -> bool:
        self._asked.append(url)
        return self._may_go(url)
