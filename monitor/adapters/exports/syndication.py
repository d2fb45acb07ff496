"""Hits as a feed, an entry each, written as they come: Atom (RFC 4287) and JSON Feed 1.1."""

import html
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final
from xml.etree import ElementTree as ET

from monitor.domain.hit import DISCLAIMER
from monitor.domain.text import strip_illegal

Row = Mapping[str, object]  # a row of an export, and `updated_at`
NAME: Final = "Western Balkans narrative monitor"
_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
)
_JSON_FEED: Final = "https://jsonfeed.org/version/1.1"
_SHOWN: Final = (
    "grade",
    "score",
    "stance_hint",
    "review",
    "stance",
    "retracted",
    "catalogue_version",
)
_LOOKED_AT: Final = 1_000  # rows, to find when a feed last changed


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What a feed says of itself. `uri` never changes; `updated` is for one without entries."""

    uri: str
    title: str
    updated: str
    self_url: str = ""
    home_url: str = ""
    hub: str = ""


def write_atom(rows: Iterable[Row], sink: BinaryIO, facts: FeedFacts) -> None:
    """Write rows of hits as Atom."""
    updated, rows = _updated(rows, facts)
    sink.write(_HEAD.encode())
    words = (("id", facts.uri), ("title", facts.title), ("updated", updated))
    sink.writelines(_line(_element(name, text)) for name, text in words)
    links = (("self", facts.self_url), ("alternate", facts.home_url), ("hub", facts.hub))
    sink.writelines(
        _line(ET.Element("link", {"rel": rel, "href": href})) for rel, href in links if href
    )
    sink.write(_line(_element("rights", DISCLAIMER)))
    sink.write(_line(_author(NAME)))
    sink.writelines(_line(_entry(row)) for row in rows)
    sink.write(b"</feed>\n")


def write_json_feed(rows: Iterable[Row], sink: BinaryIO, facts: FeedFacts) -> None:
    """Write rows of hits as JSON Feed; what it has no names for is in `_monitor`."""
    head = {
        "version": _JSON_FEED,
        "title": facts.title,
        "home_page_url": facts.home_url,
        "feed_url": facts.self_url,
        "description": DISCLAIMER,
        "authors": [{"name": NAME}],
        "hubs": [{"type": "WebSub", "url": facts.hub}] if facts.hub else None,
        "_monitor": {"uri": facts.uri},
    }
    told = json.dumps({name: value for name, value in head.items() if value}, ensure_ascii=False)
    sink.write(told[:-1].encode("utf-8", "replace") + b', "items": [')
    sink.writelines(
        (b",\n" if number else b"\n")
        + json.dumps(_item(row), ensure_ascii=False).encode("utf-8", "replace")
        for number, row in enumerate(rows)
    )
    sink.write(b"\n]}\n")


WRITERS: Final[Mapping[str, Callable[[Iterable[Row], BinaryIO, FeedFacts], None]]] = {
    "atom": write_atom,
    "jsonfeed": write_json_feed,
}


def _updated(rows: Iterable[Row], facts: FeedFacts) -> tuple[str, Iterator[Row]]:
    """Return when the feed last changed, as far as its first entries say, and all rows."""
    rest = iter(rows)
    first = list(islice(rest, _LOOKED_AT))
    return max((str(row["updated_at"]) for row in first), default=facts.updated), chain(first, rest)


def _entry(row: Row) -> ET.Element:
    entry = ET.Element("entry")
    entry.extend(
        [
            _element("id", row["uri"]),
            _element("title", _title(row)),
            _author(row["outlet_name"]),
            _element("published", row["published_at"] or row["first_seen_at"]),
            _element("updated", row["updated_at"]),
            _element("rights", row["disclaimer"]),
            _element("content", _content(row), type="html"),
        ]
    )
    if row["url"]:
        ET.SubElement(entry, "link", rel="alternate", href=_text(row["url"]))
    for scheme in ("narrative", "country", "lang", *_SHOWN):
        ET.SubElement(entry, "category", scheme=f"urn:monitor:{scheme}", term=_text(row[scheme]))
    return entry


def _item(row: Row) -> dict[str, object]:
    words = {
        "id": row["uri"],
        "url": _text(row["url"]),
        "title": _title(row),
        "content_html": _content(row),
        "date_published": row["published_at"] or row["first_seen_at"],
        "date_modified": row["updated_at"],
        "authors": [{"name": _text(row["outlet_name"])}],
        "tags": [_text(row["narrative"]), _text(row["country"])],
        "language": row["lang"],
        "_monitor": {name: row[name] for name in ("narrative", "country", *_SHOWN)}
        | {"disclaimer": row["disclaimer"]},
    }
    return {name: value for name, value in words.items() if value}


def _title(row: Row) -> str:
    title = _text(row["title"] or row["url"])
    return f"Retracted: {title}" if row["retracted"] else title


def _content(row: Row) -> str:
    """Return HTML that is text to what is around it: every feed's word is escaped in it."""
    facts = " · ".join(f"{name} {_text(row[name])}" for name in _SHOWN if row[name])
    parts = (row["narrative"], row["summary"], facts, row["disclaimer"])
    return "".join(f"<p>{html.escape(_text(part))}</p>" for part in parts if part)


def _author(name: object) -> ET.Element:
    author = ET.Element("author")
    author.append(_element("name", name))
    return author


def _element(name: str, text: object, **attributes: str) -> ET.Element:
    element = ET.Element(name, attributes)
    element.text = _text(text)
    return element


def _text(value: object) -> str:
    return "" if value is None else strip_illegal(str(value))


def _line(element: ET.Element) -> bytes:
    return ET.tostring(element, encoding="unicode").encode() + b"\n"
