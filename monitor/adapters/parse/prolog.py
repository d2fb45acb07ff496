"""What stands before a document's root element, and what the root says about the document."""

import re
from dataclasses import dataclass
from typing import Final

from monitor.domain.errors import ParseError
from monitor.domain.text import safe_line, truncate

MAX_DETAIL: Final = 120
_MAX_JUNK: Final = 65_536  # characters of warnings and blank lines before the XML begins
_ROOTS: Final = re.compile(r"<(?:[\w.-]{1,20}:)?(?:rss|feed|RDF|channel|urlset|sitemapindex)[\s>/]")
_NAME: Final = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_MARKUP: Final = re.compile(r"<(?=[!?A-Za-z_])")
_DOCTYPE_END: Final = re.compile(r"""[\[>"']""")
_HTML_TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)
_HTML: Final = frozenset({"html", "body", "head"})
_HTML_LIKE: Final = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Root:
    """A document from its root element on; `name` is the root's local name, lower-case.

    `is_clean` is false where text or foreign elements stood before the root.
    """

    name: str
    text: str
    is_clean: bool = True


def root_of(text: str) -> Root:
    """Return the document without its prolog: declaration, DOCTYPE, comments, instructions.

    Entities can be declared nowhere else, so nothing that is returned can expand. Raises
    ParseError: `dtd_refused` for an internal subset, `not_a_feed` for a page or plain text.
    """
    start, junk = _skip_prolog(text)
    name = _NAME.match(text, start)
    if name is None:
        raise ParseError("not_a_feed", _excerpt("no markup", text))
    local = name[1].rpartition(":")[2].lower()
    if local in _HTML:
        raise ParseError("not_a_feed", _page(text))
    known = _ROOTS.match(text, start) or _ROOTS.search(text, start, start + _MAX_JUNK)
    if known and known.start() != start:
        return Root(_local(known[0]), text[known.start() :], is_clean=False)
    if not known and _HTML_LIKE.search(text, 0, _MAX_JUNK):
        raise ParseError("not_a_feed", _page(text))
    return Root(local, text[start:], is_clean=not junk)


def _skip_prolog(text: str) -> tuple[int, bool]:
    """Return where the first element begins, and whether other text stood before it."""
    at, junk = 0, False
    while found := _MARKUP.search(text, at):
        start = found.start()
        junk = junk or bool(text[at:start].strip())
        if text.startswith("<!--", start):
            at = _after(text, "-->", start)
        elif text.startswith("<?", start):
            at = _after(text, "?>", start)
        elif text[start + 1] == "!":
            at = _after_doctype(text, start)
        else:
            return start, junk
    return len(text), junk


def _after(text: str, end: str, start: int) -> int:
    found = text.find(end, start)
    return found + len(end) if found >= 0 else len(text)


def _after_doctype(text: str, start: int) -> int:
    """Skip a declaration without an internal subset; names may stand in quotes."""
    if text[start : start + 9].upper() != "<!DOCTYPE":
        raise ParseError("dtd_refused", "a declaration outside of a DOCTYPE")
    at = start
    while found := _DOCTYPE_END.search(text, at):
        if found[0] == "[":
            raise ParseError("dtd_refused", "the DOCTYPE has an internal subset")
        if found[0] == ">":
            return found.end()
        at = _after(text, found[0], found.end())
    return len(text)


def _page(text: str) -> str:
    title = _HTML_TITLE.search(text, 0, _MAX_JUNK)
    return _excerpt("an HTML page", title[1] if title else "")


def _excerpt(what: str, text: str) -> str:
    words = truncate(safe_line(text[: MAX_DETAIL * 4]), MAX_DETAIL, "…")
    return f"{what}: {words}" if words else what


def _local(tag: str) -> str:
    return tag.strip("<>/ \t\r\n").rpartition(":")[2].lower()
