"""What happens to a page in the process that may be killed."""

from typing import Final

import trafilatura

from monitor.adapters.parse.decode import decode
from monitor.adapters.parse.plain import text_of
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document

MAX_PAGE: Final = 2_000_000  # code points of a page that are looked at
MIN_TEXT: Final = 200  # code points: less is a notice, a teaser or a wall
_HTML: Final = frozenset({"", "text/html", "application/xhtml+xml"})


def article(document: Document) -> str:
    """Return the running text of a page's article. Raises ParseError `no_article`."""
    if document.content_type not in _HTML:
        raise ParseError("no_article", f"the page is {document.content_type}")
    page = decode(document.body, document.charset, document.encoding).text[:MAX_PAGE]
    found = trafilatura.extract(
        page, include_comments=False, include_tables=False, favor_precision=True
    )
    text = text_of(found or "", is_html=False)
    if len(text) < MIN_TEXT:
        raise ParseError("no_article", f"{len(text)} characters of text on the page")
    return text
