"""RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF, by feedparser with its dangers taken out.

feedparser gets UTF-8 without a prolog, so that it neither guesses encodings nor meets entities;
its sanitiser and its author pattern, quadratic both in hostile text, are off.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import feedparser
import feedparser.mixin

from monitor.adapters.parse.cut import MAX_ENTRIES, cut
from monitor.adapters.parse.plain import (
    MAX_DATE,
    guid_of,
    link_of,
    short,
    text_of,
    title_of,
)
from monitor.adapters.parse.prolog import Root
from monitor.adapters.parse.storms import refuse_storms
from monitor.domain.errors import ParseError
from monitor.domain.item import Entry, ParsedFeed

MAX_WISH_S: Final = 6 * 3600  # a feed that asks for more would hide a day's news
_DECLARATION: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'
_PERIODS_S: Final = {
    "hourly": 3600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}
_DATES: Final = ("published", "updated", "created", "expired")
_Fields = Mapping[str, Any]  # what feedparser makes of an element; ends in this module


def disarm() -> None:
    """Turn off what feedparser does for authors and tags, which are not read here.

    The pattern that looks for an author's address takes 1.4 s for 16 KB, 30,000 categories of
    one item more than 10 s (feedparser 6.0.14, 2026-11).
    """
    mixin = feedparser.mixin._FeedParserMixin  # noqa: SLF001 - no public switch exists
    mixin._sync_author_detail = _nothing  # noqa: SLF001 - as above
    mixin._add_tag = _no_tag  # noqa: SLF001 - as above


def read_feed(root: Root, url: str) -> ParsedFeed:
    """Return the entries of a feed. Raises ParseError `unsupported_format` if it is none.

    `url` is where the document was found: relative links are resolved against it.
    """
    text, cut_off = cut(root.text)
    refuse_storms(text)
    parsed = cast(
        "dict[str, Any]",
        feedparser.parse(
            io.BytesIO(_DECLARATION + text.encode()),
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": url,
            },
            sanitize_html=False,
            resolve_relative_uris=False,
        ),
    )
    found = cast("Sequence[_Fields]", parsed["entries"])
    if not found and not parsed.get("version"):
        raise ParseError("unsupported_format", f"the root element is <{root.name[:60]}>")
    return _parsed(parsed, found, cut_off, is_clean=root.is_clean)


def _parsed(
    parsed: _Fields, found: Sequence[_Fields], cut_off: int, *, is_clean: bool
) -> ParsedFeed:
    head = cast("_Fields", parsed["feed"])
    language = short(_field(head, "language"))
    too_many = cut_off + max(len(found) - MAX_ENTRIES, 0)
    notes = Counter[str]()
    entries = tuple(_entry(fields, language, notes) for fields in found[:MAX_ENTRIES])
    faults = () if is_clean and not parsed.get("bozo") else ("malformed",)
    return ParsedFeed(
        entries=entries,
        language=language,
        min_interval_s=_wish_s(head),
        dropped=(("too_many", too_many),) if too_many else (),
        notes=faults + tuple(f"{note}:{count}" for note, count in notes.items()),
    )


def _entry(fields: _Fields, feed_language: str, notes: Counter[str]) -> Entry:
    raw_link = _field(fields, "link")
    link = link_of(raw_link)
    if raw_link.strip() and not link:
        notes["link_too_long"] += 1
    summary = text_of(_field(fields, "summary"), is_html=_is_html(fields, "summary"))
    text = max((_content(part) for part in _parts(fields)), key=len, default="")
    language = _field(fields, "language") or _field(_detail(fields, "title"), "language")
    return Entry(
        guid=guid_of(_field(fields, "id")),
        link=link,
        title=title_of(_field(fields, "title"), is_html=_is_html(fields, "title")),
        summary=summary,
        text="" if text == summary else text,
        published_raw=short(next(filter(None, (_field(fields, d) for d in _DATES)), ""), MAX_DATE),
        language="" if short(language) == feed_language else short(language),
    )


def _parts(fields: _Fields) -> Sequence[_Fields]:
    parts = dict.get(cast("dict[str, Any]", fields), "content")
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _content(part: _Fields) -> str:
    return text_of(_field(part, "value"), is_html=_field(part, "type") != "text/plain")


def _is_html(fields: _Fields, name: str) -> bool:
    """Say how feedparser takes a field; a summary that it copied from the content is markup."""
    return _field(_detail(fields, name), "type") != "text/plain"


def _detail(fields: _Fields, name: str) -> _Fields:
    detail = dict.get(cast("dict[str, Any]", fields), f"{name}_detail")
    return detail if isinstance(detail, dict) else {}


def _field(fields: _Fields, name: str) -> str:
    """Return a field's text; feedparser's own lookup invents fields from others, with warnings."""
    value = dict.get(cast("dict[str, Any]", fields), name)
    return value if isinstance(value, str) else ""


def _wish_s(head: _Fields) -> int:
    """Return how rarely the feed wants to be asked, at most MAX_WISH_S; 0 if it does not say."""
    ttl = _number(_field(head, "ttl")) * 60
    period = _PERIODS_S.get(_field(head, "sy_updateperiod").strip().lower(), 0)
    times = _number(_field(head, "sy_updatefrequency")) or 1
    return min(max(ttl, period // times), MAX_WISH_S)


def _number(text: str) -> int:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 6 else 0  # noqa: PLR2004


def _nothing(_mixin: object, *_arguments: object) -> None:
    """Stand in for what is turned off."""


def _no_tag(mixin: Any, *_arguments: object) -> None:  # noqa: ANN401 - feedparser is untyped
    """Leave the empty list of tags that feedparser goes on to read."""
    mixin._get_context().setdefault("tags", [])  # noqa: SLF001 - as in `disarm`
