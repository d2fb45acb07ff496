"""What happens to a document in the process that may be killed."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final, ParamSpec, TypeVar

from monitor.adapters.parse.decode import Decoded, decode
from monitor.adapters.parse.feeds import disarm, read_feed
from monitor.adapters.parse.jsonfeed import read_json_feed
from monitor.adapters.parse.prolog import root_of
from monitor.adapters.parse.sitemap import read_news_sitemap
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import ParsedFeed

MAX_MEMORY_BYTES: Final = 768 * 1024 * 1024
# What a process may have beyond that while it takes a document over: who fails in the middle of
# that leaves the rest of it in the pipe, where the next one reads it as something else.
_SPARE_BYTES: Final = 512 * 1024 * 1024

Given = ParamSpec("Given")
Result = TypeVar("Result")


def initialise(max_memory_bytes: int = MAX_MEMORY_BYTES) -> None:
    """Prepare a new process: bounded memory, deaf to Ctrl-C, feedparser disarmed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    disarm()
    with suppress(ImportError, ValueError, OSError):  # not on Windows; macOS refuses the limit
        import resource  # noqa: PLC0415 - does not exist everywhere

        whole = max_memory_bytes + _SPARE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (whole, whole))


@contextmanager
def _bounded() -> Iterator[None]:
    """Keep a document from memory that the process itself may need."""
    try:
        import resource  # noqa: PLC0415 - as above
    except ImportError:
        yield
        return
    whole = resource.getrlimit(resource.RLIMIT_AS)[1]
    if whole == resource.RLIM_INFINITY:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (whole - _SPARE_BYTES, whole))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (whole, whole))


def bounded(function: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """Return what the function makes of a document, with the memory that a document may take."""
    with _bounded():
        return function(*given, **named)


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
