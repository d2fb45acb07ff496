"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Mapping
from typing import Final

from monitor.adapters.parse.cut import MAX_ENTRIES
from monitor.adapters.parse.plain import MAX_DATE, guid_of, link_of, short, text_of, title_of
from monitor.domain.errors import ParseError
from monitor.domain.item import Entry, ParsedFeed

_VERSION: Final = "https://jsonfeed.org/version/"
_VERSIONS: Final = (
    _VERSION,
    _VERSION.replace("https", "http"),
    "https://www.jsonfeed.org/version/",
)


def read_json_feed(text: str) -> ParsedFeed:
    """Return the items of a JSON Feed. Raises ParseError `unsupported_format` for other JSON."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError("unsupported_format", "broken JSON") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    if not isinstance(version, str) or not version.startswith(_VERSIONS):
        raise ParseError("unsupported_format", "JSON, but no JSON Feed")
    items = feed.get("items")
    found = items if isinstance(items, list) else []
    kept = [item for item in found[:MAX_ENTRIES] if isinstance(item, dict)]
    too_many = max(len(found) - MAX_ENTRIES, 0)
    malformed = len(found) - too_many - len(kept)
    counts = (("too_many", too_many), ("malformed_entry", malformed))
    return ParsedFeed(
        entries=tuple(_entry(item) for item in kept),
        language=short(_text(feed, "language")),
        dropped=tuple((reason, count) for reason, count in counts if count),
        notes=("malformed",) if malformed or not isinstance(items, list) else (),
    )


def _entry(item: Mapping[str, object]) -> Entry:
    in_html = text_of(_text(item, "content_html"), is_html=True)
    content = in_html or text_of(_text(item, "content_text"), is_html=False)
    summary = text_of(_text(item, "summary"), is_html=False)
    return Entry(
        guid=guid_of(_text(item, "id")),
        link=link_of(_text(item, "url") or _text(item, "external_url")),
        title=title_of(_text(item, "title"), is_html=False),
        summary=summary or content,
        text=content if summary and content != summary else "",
        published_raw=short(
            _text(item, "date_published") or _text(item, "date_modified"), MAX_DATE
        ),
        language=short(_text(item, "language")),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    """Return a field's text; numbers stand for themselves, as old feeds have numeric ids."""
    value = fields.get(name)
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
