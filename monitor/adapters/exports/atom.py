"""Hits as an Atom feed (RFC 4287), an entry each, written as they come."""

import html
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import BinaryIO, Final
from uuid import uuid5
from xml.etree import ElementTree as ET

from monitor.domain.hit import DISCLAIMER
from monitor.domain.sharing import SPACE
from monitor.domain.text import strip_illegal

_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
)
_NAME: Final = "Western Balkans narrative monitor"
_SHOWN: Final = (
    "grade",
    "score",
    "stance_hint",
    "review",
    "stance",
    "retracted",
    "catalogue_version",
)


def write_atom(rows: Iterable[Mapping[str, object]], sink: BinaryIO, now: str) -> None:
    """Write rows of hits, newest first; `now` is when a feed without entries was updated."""
    rest = iter(rows)
    first = next(rest, None)
    updated = str(first["first_seen_at"]) if first else now
    sink.write(_HEAD.encode())
    sink.writelines(
        _line(_element(name, text))
        for name, text in (("id", _urn("export")), ("title", _NAME), ("updated", updated))
    )
    sink.write(_line(_element("rights", DISCLAIMER)))
    author = ET.Element("author")
    author.append(_element("name", _NAME))
    sink.write(_line(author))
    sink.writelines(_line(_entry(row)) for row in chain([first] if first else [], rest))
    sink.write(b"</feed>\n")


def _entry(row: Mapping[str, object]) -> ET.Element:
    entry = ET.Element("entry")
    author = ET.Element("author")
    author.append(_element("name", row["outlet_name"]))
    entry.extend(
        [
            _element("id", row["uri"]),
            _element("title", _title(row)),
            author,
            _element("published", row["published_at"] or row["first_seen_at"]),
            _element("updated", row["retracted_at"] or row["first_seen_at"]),
            _element("rights", row["disclaimer"]),
            _element("content", _content(row), type="html"),
        ]
    )
    if row["url"]:
        ET.SubElement(entry, "link", rel="alternate", href=strip_illegal(str(row["url"])))
    for scheme in ("narrative", "country", "lang", *_SHOWN):
        ET.SubElement(entry, "category", scheme=f"urn:monitor:{scheme}", term=_text(row[scheme]))
    return entry


def _title(row: Mapping[str, object]) -> str:
    title = _text(row["title"] or row["url"])
    return f"Retracted: {title}" if row["retracted"] else title


def _content(row: Mapping[str, object]) -> str:
    """Return HTML that is text to the XML around it: every feed's word is escaped in it."""
    facts = " · ".join(f"{name} {_text(row[name])}" for name in _SHOWN if row[name])
    parts = (row["narrative"], row["summary"], facts, row["disclaimer"])
    return "".join(f"<p>{html.escape(_text(part))}</p>" for part in parts if part)


def _element(name: str, text: object, **attributes: str) -> ET.Element:
    element = ET.Element(name, attributes)
    element.text = _text(text)
    return element


def _text(value: object) -> str:
    return "" if value is None else strip_illegal(str(value))


def _line(element: ET.Element) -> bytes:
    return ET.tostring(element, encoding="unicode").encode() + b"\n"


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(SPACE, name)}"
