"""What happens to a document in the process that may be killed."""

import signal
from contextlib import suppress
from dataclasses import replace
from typing import Final

from monitor.adapters.parse.decode import Decoded, decode
from monitor.adapters.parse.feeds import disarm, read_feed
from monitor.adapters.parse.jsonfeed import read_json_feed
from monitor.adapters.parse.prolog import root_of
from monitor.adapters.parse.sitemap import read_news_sitemap
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import ParsedFeed

MAX_MEMORY_BYTES: Final = 768 * 1024 * 1024


def initialise(max_memory_bytes: int = MAX_MEMORY_BYTES) -> None:
    """Prepare a new process: bounded memory, deaf to Ctrl-C, feedparser disarmed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    disarm()
    with suppress(ImportError, ValueError, OSError):  # not on Windows; macOS refuses the limit
        import resource  # noqa: PLC0415 - does not exist everywhere

        resource.setrlimit(resource.RLIMIT_AS, (max_memory_bytes, max_memory_bytes))


def read(document: Document, feed_type: FeedType) -> ParsedFeed:
    """Return the entries of a document, in this process. Raises ParseError."""
    if not document.body.strip():
        raise ParseError("empty_body")
    decoded = decode(document.body, document.charset, document.encoding)
    text = decoded.text.lstrip()
    if not text:
        raise ParseError("empty_body")
    if text[0] in "{[" and feed_type is FeedType.FEED:
        parsed = read_json_feed(text)
    elif feed_type is FeedType.NEWS_SITEMAP:
        parsed = read_news_sitemap(root_of(text))
    else:
        parsed = read_feed(root_of(text), document.url)
    return replace(parsed, notes=parsed.notes + _notes(decoded), encoding=decoded.encoding)


def _notes(decoded: Decoded) -> tuple[str, ...]:
    notes = () if decoded.encoding == "utf-8" else (f"encoding:{decoded.encoding}",)
    return (*notes, f"bad_bytes:{decoded.replaced}") if decoded.replaced else notes
