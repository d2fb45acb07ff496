"""Google News sitemaps (https://www.google.com/schemas/sitemap-news/0.9/)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from monitor.adapters.parse.cut import cut
from monitor.adapters.parse.plain import MAX_DATE, link_of, short, title_of
from monitor.adapters.parse.prolog import Root
from monitor.adapters.parse.storms import refuse_storms
from monitor.domain.errors import ParseError
from monitor.domain.item import Entry, ParsedFeed

_NEWS: Final = "http://www.google.com/schemas/sitemap-news/"
_URL: Final = re.compile(r"<((?:[\w.-]{1,20}:)?url)(?=[\s>])")
_START_TAG: Final = re.compile(r"<[^>]{1,4000}>")


def read_news_sitemap(root: Root) -> ParsedFeed:
    """Return the news of a sitemap; addresses without a title are counted as `no_title`.

    A document that is not well-formed is read address by address. Raises ParseError
    `unsupported_format` for a sitemap index, a feed, or any other XML.
    """
    if root.name != "urlset":
        hint = {"sitemapindex": "an index of sitemaps", "rss": "a feed", "feed": "a feed"}
        raise ParseError("unsupported_format", hint.get(root.name, f"<{root.name}>"))
    text, too_many = cut(root.text)
    refuse_storms(text)
    found = _read(text)
    broken = 0
    if found is None:
        pieces = [_read(piece) for piece in _pieces(text)]
        broken = sum(piece is None for piece in pieces)
        found = [fields for piece in pieces for fields in piece or ()]
        is_clean = False
    else:
        is_clean = root.is_clean
    entries = tuple(_entry(fields) for fields in found if fields.get("title"))
    untitled = len(found) - len(entries)
    counts = (("too_many", too_many), ("malformed_entry", broken), ("no_title", untitled))
    return ParsedFeed(
        entries=entries,
        language=next((entry.language for entry in entries if entry.language), ""),
        dropped=tuple((reason, count) for reason, count in counts if count),
        notes=() if is_clean else ("malformed",),
    )


def _entry(fields: dict[str, str]) -> Entry:
    return Entry(
        link=link_of(fields.get("loc", "")),
        title=title_of(fields["title"], is_html=False),
        published_raw=short(fields.get("publication_date") or fields.get("lastmod", ""), MAX_DATE),
        language=short(fields.get("language", "")),
    )


def _read(text: str) -> list[dict[str, str]] | None:
    """Return the fields of each address, or None where the text is not well-formed."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        return None
    return reader.found


def _pieces(text: str) -> Iterator[str]:
    """Yield each address alone within the root's start tag, which declares the prefixes."""
    tag = _START_TAG.match(text)
    if tag is None:
        return
    name = re.split(r"[\s>]", tag[0][1:], maxsplit=1)[0]
    starts = [found.start() for found in _URL.finditer(text, tag.end())]
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:following]
        closing = piece.rfind("</" + _url_name(piece) + ">")
        whole = piece[: closing + len(_url_name(piece)) + 3] if closing >= 0 else piece
        yield f"{tag[0]}{whole}</{name}>"


def _url_name(piece: str) -> str:
    found = _URL.match(piece)
    return found[1] if found else "url"


@dataclass(slots=True)
class _Reader:
    """Gathers the fields of each <url>: its own by name, those of <news:news> by local name."""

    found: list[dict[str, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.path.append(name)
        self.words.clear()
        if name.rpartition(" ")[2] == "url":
            self.found.append({})

    def data(self, text: str) -> None:
        self.words.append(text)

    def end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        self.path.pop()
        is_news = space.startswith(_NEWS)
        if self.found and (is_news or local in {"loc", "lastmod"}):
            of_image = not is_news and self.path and "url" not in self.path[-1]
            if not of_image:
                self.found[-1].setdefault(local, "".join(self.words).strip())
        self.words.clear()
