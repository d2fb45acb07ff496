"""OPML 2.0 (http://opml.org/spec2.opml): lists of feeds from and for other programs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, FeedType, Outlet
from monitor.domain.outlines import Group, Outline
from monitor.domain.text import strip_illegal
from monitor.domain.urls import without_userinfo

MAX_BYTES: Final = 20_000_000
MAX_FEEDS: Final = 20_000
MAX_DEPTH: Final = 50
# Facts that OPML has no names for travel in a namespace of our own; others ignore them.
_SPACE: Final = "urn:western-balkans-narrative-monitor:opml"
_OWN: Final = "monitor:"
_NO: Final = "false"


class Opml:
    """Keeps the port `Outlines`."""

    def read(self, file: str) -> list[Outline]:
        """Return every feed of an OPML file, in its order. Raises ConfigError."""
        return read_opml(Path(file))

    def write(self, feeds: Iterable[Feed]) -> str:
        """Return the feeds as OPML, one group an outlet."""
        return write_opml(feeds)


def read_opml(path: Path) -> list[Outline]:
    """Return every feed of an OPML file, in its order; duplicates too.

    Raises ConfigError, naming the line, for what is not OPML, bears a DOCTYPE, or is too large.
    """
    file = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        what = f"cannot be read ({error.strerror}); name an existing file"
        raise ConfigError(what, file=file) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"has more than {MAX_BYTES} bytes; split it", file=file)
    return _Reader(file).read(raw)


def write_opml(feeds: Iterable[Feed]) -> str:
    """Return the feeds as OPML, one group an outlet. Names and passwords in addresses stay here."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:monitor="{_SPACE}">',
        "  <head><title>Western Balkans narrative monitor: feeds</title></head>",
        "  <body>",
    ]
    for outlet, group in groupby(feeds, key=lambda feed: feed.outlet):
        lines += _group(outlet, group)
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _group(outlet: Outlet, feeds: Iterable[Feed]) -> Iterator[str]:
    languages = ",".join(outlet.languages)
    yield "    " + _tag(
        {
            "text": outlet.name,
            f"{_OWN}id": outlet.id,
            f"{_OWN}country": outlet.country,
            f"{_OWN}languages": languages,
            f"{_OWN}kind": outlet.kind.value,
            "htmlUrl": without_userinfo(outlet.homepage),
        },
        closed=False,
    )
    for feed in feeds:
        yield "      " + _tag(
            {
                "type": "rss",
                "text": feed.id,
                "xmlUrl": without_userinfo(feed.url),
                f"{_OWN}id": feed.id,
                f"{_OWN}type": "" if feed.type is FeedType.FEED else feed.type.value,
                f"{_OWN}enabled": "" if feed.enabled else _NO,
                f"{_OWN}note": feed.note,
            }
        )
    yield "    </outline>"


def _tag(attributes: Mapping[str, str], *, closed: bool = True) -> str:
    shown = " ".join(
        f"{name}={quoteattr(strip_illegal(value))}" for name, value in attributes.items() if value
    )
    return f"<outline {shown}{'/' if closed else ''}>"


@dataclass(slots=True)
class _Reader:
    """Expat, with the outlines that are open. Without a DTD, no entity can expand."""

    file: str
    found: list[Outline] = field(default_factory=list)
    open: list[Group | None] = field(default_factory=list)
    depth: int = 0
    line: int = 0

    def read(self, raw: bytes) -> list[Outline]:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = lambda name, given: self._start(parser, name, given)
        parser.EndElementHandler = self._end
        try:
            parser.Parse(raw, True)
        except expat.ExpatError as error:
            what = f"not well-formed XML ({expat.errors.messages[error.code]})"
            raise ConfigError(what, file=self.file, line=error.lineno) from error
        except (ValueError, LookupError) as error:  # an encoding that expat cannot ask Python for
            raise ConfigError("not XML in UTF-8", file=self.file, line=1) from error
        return self.found

    def _doctype(self, *_declared: object) -> None:
        what = "bears a DOCTYPE, which OPML does not need; remove it (dtd_refused)"
        raise ConfigError(what, file=self.file, line=1)

    def _start(self, parser: expat.XMLParserType, name: str, given: dict[str, str]) -> None:
        self.line = parser.CurrentLineNumber
        self.depth += 1
        if self.depth == 1 and name != "opml":
            raise self._fault(f"is not OPML: the root element is <{name[:40]}>")
        if self.depth > MAX_DEPTH:
            raise self._fault(f"is nested deeper than {MAX_DEPTH} levels")
        if name != "outline":
            return
        url = given.get("xmlUrl") or given.get("xmlurl") or given.get("url", "")
        is_feed = "xmlUrl" in given or "xmlurl" in given or given.get("type") in {"rss", "atom"}
        if is_feed:
            self._add(url.strip(), given)
        self.open.append(None if is_feed else _group_of(given))

    def _end(self, name: str) -> None:
        self.depth -= 1
        if name == "outline":
            self.open.pop()

    def _add(self, url: str, given: dict[str, str]) -> None:
        if len(self.found) >= MAX_FEEDS:
            raise self._fault(f"lists more than {MAX_FEEDS} feeds; split it")
        outline = Outline(
            url=url,
            line=self.line,
            title=given.get("title") or given.get("text", ""),
            language=given.get("language", ""),
            homepage=given.get("htmlUrl", ""),
            group=next((group for group in reversed(self.open) if group), None),
            id=given.get(f"{_OWN}id", ""),
            type=given.get(f"{_OWN}type", ""),
            enabled=given.get(f"{_OWN}enabled") != _NO,
            note=given.get(f"{_OWN}note", ""),
        )
        self.found.append(outline)

    def _fault(self, what: str) -> ConfigError:
        return ConfigError(what, file=self.file, line=self.line)


def _group_of(given: dict[str, str]) -> Group:
    return Group(
        name=given.get("title") or given.get("text", ""),
        id=given.get(f"{_OWN}id", ""),
        country=given.get(f"{_OWN}country", ""),
        languages=tuple(filter(None, given.get(f"{_OWN}languages", "").split(","))),
        kind=given.get(f"{_OWN}kind", ""),
        homepage=given.get("htmlUrl", ""),
    )
