"""The digest as a mail: HTML with its style inlined, a chart, and plain text that is as good."""

from dataclasses import dataclass
from typing import Final

from monitor.adapters.render.html import render_html
from monitor.adapters.render.language import Language
from monitor.adapters.render.text import render_text
from monitor.adapters.render.view import LIMITS, shortened
from monitor.domain.digest import Digest

MOST_BYTES: Final = 72_000  # of all bodies: base64 adds a third, and mail readers cut at 100 kB


@dataclass(frozen=True, slots=True)
class MailBodies:
    """The alternatives of one mail; `chart` is a PNG that the HTML shows, or empty."""

    text: str
    html: str
    chart: bytes = b""


def mail_bodies(digest: Digest, lang: Language, base_url: str, unsubscribe: str) -> MailBodies:
    """Return the bodies: where there is too much, fewer entries are shown and the rest counted."""
    bodies = MailBodies("", "")
    for limit in LIMITS:
        short = shortened(digest, limit)
        html = render_html(short, lang, base_url, unsubscribe)
        bodies = MailBodies(render_text(short, lang, base_url, unsubscribe), html)
        if len(bodies.text.encode()) + len(html.encode()) < MOST_BYTES:
            break
    return bodies
