"""From the fields of strangers to bounded plain text."""

import html
import re
from hashlib import blake2b
from typing import Final

import nh3

from monitor.domain.text import collapse, one_line, strip_illegal, truncate
from monitor.domain.urls import MAX_URL

MAX_TITLE: Final = 1000
MAX_TEXT: Final = 32_000
MAX_DATE: Final = 200
_MAX_GUID: Final = 512
_MAX_MARKUP: Final = 4 * MAX_TEXT  # code points of HTML that are looked at
_MAX_TAG: Final = 64

_BLOCK: Final = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figure|figcaption|section"
    r"|article|header|footer|hr|dd|dt|pre|option)\b)",
    re.IGNORECASE,
)
_SILENT: Final = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math"}


def title_of(value: str, *, is_html: bool) -> str:
    """Return a title on one line. Plain text keeps its letters and the spaces between them."""
    words = _stripped(value) if is_html else one_line(strip_illegal(value[:_MAX_MARKUP]))
    return truncate(words, MAX_TITLE).rstrip()


def text_of(value: str, *, is_html: bool) -> str:
    """Return running text, white space collapsed; blocks are parted by a space."""
    words = _stripped(value) if is_html else collapse(strip_illegal(value[:_MAX_MARKUP]))
    return truncate(words, MAX_TEXT).rstrip()


def link_of(value: str) -> str:
    """Return a link as given, or an empty string if it is longer than any we keep."""
    link = strip_illegal(value.strip())
    return link if len(link) <= MAX_URL else ""


def guid_of(value: str) -> str:
    """Return a GUID as given; of a very long one its hash, which tells it apart as well."""
    guid = strip_illegal(value.strip())
    if len(guid) <= _MAX_GUID:
        return guid
    return "blake2b:" + blake2b(guid.encode(), digest_size=32).hexdigest()


def short(value: str, limit: int = _MAX_TAG) -> str:
    """Return a word of metadata on one line, cut to `limit`."""
    return collapse(strip_illegal(value[: 4 * limit]))[:limit]


def _stripped(value: str) -> str:
    """Drop tags, and what is in scripts and styles; undo one level of escaping."""
    markup = value[:_MAX_MARKUP]
    if "<" not in markup:
        return collapse(strip_illegal(html.unescape(markup)))
    spaced = _BLOCK.sub(" <", markup)
    escaped = nh3.clean(spaced, tags=set(), clean_content_tags=_SILENT, strip_comments=True)
    return collapse(strip_illegal(html.unescape(escaped)))
