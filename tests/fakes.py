"""Doubles for ports whose real thing is slow or far away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import make
from monitor.domain.feed import Document, FeedType, Validators
from monitor.domain.hit import Hit, Passage
from monitor.domain.item import Entry, ParsedFeed


@dataclass
class FakeClock:
    """Time that passes only when somebody sleeps."""

    at: datetime = make.NOW

    def now(self) -> datetime:
        return self.at

    def sleep(self, wait: timedelta) -> None:
        self.at += max(wait, timedelta(0))


@dataclass
class FakeFetcher:
    """Answers each address with what a function returns or raises; remembers what was asked."""

    answer: Callable[[str], bytes | None]
    clock: FakeClock
    asked: list[tuple[str, Validators, datetime]] = field(default_factory=list)

    def fetch(
        self,
        url: str,
        validators: Validators,
        headers: Sequence[tuple[str, str]] = (),
        *,
        allow_http: bool = False,
    ) -> Document | None:
        del headers, allow_http
        self.asked.append((url, validators, self.clock.now()))
        body = self.answer(url)
        return None if body is None else Document(url, body, validators=Validators('"v1"'))


class LineParser:
    """Reads a document of lines, each of them the title of an entry."""

    def parse(self, document: Document, feed_type: FeedType) -> ParsedFeed:
        del feed_type
        lines = document.body.decode().splitlines()
        return ParsedFeed(tuple(Entry(title=line, link=f"/{line}") for line in lines))


@dataclass
class WordMatcher:
    """Finds a narrative in every title that has its word; fails on the word `bug`."""

    word: str = "balkan"
    catalogue_version: str = "c1"
    matcher_version: str = "m1"

    def match(self, passage: Passage) -> Sequence[Hit]:
        if "bug" in passage.title:
            raise RuntimeError("a bug in the matcher")
        return (make.hit(),) if self.word in passage.title else ()
