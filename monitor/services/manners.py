"""What a site asks of programs that read pages: robots.txt, read once a visit."""

from collections.abc import Callable
from typing import Final

from monitor.domain.discovery import origin
from monitor.domain.errors import FetchError
from monitor.domain.feed import Document
from monitor.ports import SiteReader, SiteRules

# A site without a robots.txt minds nobody (RFC 9309, section 2.3.1.3).
NO_RULES: Final = frozenset({"not_found", "gone", "empty_body", "unexpected_status"})


def rules_of(url: str, fetch: Callable[[str], Document], site: SiteReader) -> SiteRules:
    """Return what the site of an address asks for.

    Raises FetchError where that cannot be known: then nothing of it may be fetched.
    """
    try:
        return site.rules(fetch(f"{origin(url)}/robots.txt"))
    except FetchError as error:
        if error.reason in NO_RULES:
            return site.rules(None)
        raise
