"""The digest as a mail: HTML with its style inlined, a chart, and plain text that is as good."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from css_inline import CSSInliner
from markupsafe import Markup

from monitor.adapters.render import chart as charts
from monitor.adapters.render.html import page_of
from monitor.adapters.render.language import Language
from monitor.adapters.render.text import text_of
from monitor.adapters.render.view import LIMITS, build_view, shortened
from monitor.domain.digest import Digest

CHART: Final = "cid:chart"
CHART_WIDTH: Final = 528  # as wide as the text beside it
MOST_BYTES: Final = (
    71_000  # of all bodies: base64 adds more than a third, mail readers cut at 100 kB
)


@dataclass(frozen=True, slots=True)
class MailBodies:
    """The alternatives of one mail; `chart` is a PNG that the HTML shows, or empty."""

    text: str
    html: str
    chart: bytes = b""


def mail_bodies(digest: Digest, lang: Language, base_url: str, unsubscribe: str) -> MailBodies:
    """Return the bodies: where there is too much, fewer entries are shown and the rest counted."""
    spec = charts.spec(digest, lang)
    image = charts.png(spec) if spec else b""
    bodies = MailBodies("", "")
    for limit in LIMITS:
        short = shortened(digest, limit)
        view = build_view(short, lang, base_url, unsubscribe)
        page = page_of(view, _image(view.chart_note) if image else "")
        html = _inliner().inline(page)
        bodies = MailBodies(text_of(view), html, image)
        if len(bodies.text.encode()) + len(html.encode()) + len(image) < MOST_BYTES:
            break
    return bodies


def _image(note: str) -> Markup:
    return Markup('<img class="s" src="{}" width="{}" alt="{}">').format(CHART, CHART_WIDTH, note)


@lru_cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, minify_css=True)
