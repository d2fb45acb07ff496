"""What reading the full text of articles needs from outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from monitor.domain.feed import Document
from monitor.domain.pages import FullText, OpenItem


class ArticleReader(Protocol):
    """The way to a page, and to the text of the article on it."""

    def fetch(self, url: str, may_go: Callable[[str], bool]) -> Document:
        """Fetch the page once, asking before each redirect. Raises FetchError."""

    def text(self, document: Document) -> str:
        """Return the running text of the page's article. Raises ParseError."""


class PageBook(Protocol):
    """The items whose text is to be had, and what came of it."""

    def open_items(self, since: datetime) -> Sequence[OpenItem]:
        """Return items with hits and without a text, first seen from then on, newest first."""

    def keep(self, item: OpenItem, found: FullText, now: datetime) -> int:
        """Give an item its text and its hits; return how many hits are new.

        Nothing happens where the item was edited meanwhile. Raises StorageError.
        """

    def failed(self, item: OpenItem, reason: str, now: datetime) -> None:
        """Remember that there was no text to be had, for now. Raises StorageError."""
