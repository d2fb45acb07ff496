"""The way to a page's article: fetch it, asking before each redirect, and take its text out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Self

from monitor.adapters.http.fetcher import HttpFetcher
from monitor.adapters.http.limits import Limits
from monitor.adapters.http.wire import Network
from monitor.adapters.pages.extract import article
from monitor.adapters.parse.pool import TIME_LIMIT, ReadingPool
from monitor.domain.errors import FetchError
from monitor.domain.feed import Document, Validators

_ACCEPT: Final = ("Accept", "text/html, application/xhtml+xml")


class ArticleReader:
    """Keeps the port `ArticleReader`, within the limits of a feed. One page at a time."""

    def __init__(
        self,
        agent: str,
        *,
        allow_private_networks: bool = False,
        network: Network | None = None,
        limits: Limits | None = None,
        time_limit: timedelta = TIME_LIMIT,
    ) -> None:
        self._may_go: Callable[[str], bool] = lambda _url: False
        self._fetcher = HttpFetcher(
            agent,
            allow_private_networks=allow_private_networks,
            limits=limits,
            network=network,
            may_go=self._goes_on,
        )
        self._pool = ReadingPool(1, time_limit)

    def fetch(self, url: str, may_go: Callable[[str], bool]) -> Document:
        """Fetch the page once, asking before each redirect. Raises FetchError."""
        self._may_go = may_go
        document = self._fetcher.fetch(url, Validators(), (_ACCEPT,))
        if document is None:
            raise FetchError("protocol_error", "304, although the request was unconditional")
        return document

    def text(self, document: Document) -> str:
        """Return the running text of the page's article. Raises ParseError."""
        return self._pool.run(article, document)

    def _goes_on(self, url: str) -> bool:
        return self._may_go(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()
