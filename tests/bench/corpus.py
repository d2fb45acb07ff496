"""Hold the reading of feeds against feedparser's own, on any directory of feed documents.

`PYTHONPATH=.:tests python -m bench.corpus DIRECTORY`, for example feedparser's own corpus, which
is in its source distribution. Counted are documents with as many entries as feedparser finds, and
skims: entries that are read as new beside known ones, and come out as when all are read.
"""

import io
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import feedparser

import make
from monitor.adapters.parse import worker
from monitor.adapters.parse.feeds import disarm
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import ParsedFeed
from monitor.domain.skim import cut

URL = "http://127.0.0.1/feed"


def read(document: Document) -> ParsedFeed | None:
    """Return what is read of a document; None where it is refused."""
    try:
        return worker.read(document, FeedType.FEED)
    except ParseError:
        return None


def entries(parsed: ParsedFeed | None) -> int:
    """Return how many entries were found, those included that were dropped with a reason."""
    return len(parsed.entries) + sum(count for _, count in parsed.dropped) if parsed else 0


def skims(document: Document, parsed: ParsedFeed) -> Iterator[bool]:
    """Yield for each entry whether it comes out the same when all others are known."""
    pieces = cut(document, make.feed())
    if pieces is None or len(pieces.blocks) != len(parsed.entries):
        return  # such a document is read whole at each change
    for block, entry in zip(pieces.blocks, parsed.entries, strict=True):
        known = {other.digest for other in pieces.blocks if other is not block}
        alone = read(Document(URL, pieces.without(known), encoding=parsed.encoding))
        yield alone is not None and alone.entries == (entry,)


def main(directory: Path) -> None:
    """Print the counts, and the documents that differ."""
    bodies = {path: path.read_bytes() for path in sorted(directory.rglob("*.xml"))}
    theirs = {
        path: len(feedparser.parse(io.BytesIO(body)).entries) for path, body in bodies.items()
    }
    disarm()
    counts: Counter[str] = Counter()
    for path, body in bodies.items():
        parsed = read(Document(URL, body))
        is_equal = entries(parsed) == theirs[path]
        counts["documents"] += 1
        counts["equal"] += is_equal
        if not is_equal:
            sys.stdout.write(f"{path}: {theirs[path]}, here {entries(parsed)}\n")
        found = list(skims(Document(URL, body), parsed)) if parsed else []
        counts["skims"] += len(found)
        counts["skims that are the same"] += sum(found)
    sys.stdout.write("".join(f"{what}: {count}\n" for what, count in counts.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
