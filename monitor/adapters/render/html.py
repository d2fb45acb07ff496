"""The digest as one HTML document that stands alone: for a browser, a mail, or to forward."""

from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.adapters.render.language import Language
from monitor.adapters.render.view import LIMITS, View, build_view, shortened
from monitor.domain.digest import Digest

MAX_BYTES: Final = 100_000  # mail readers cut longer messages off


def render_html(digest: Digest, lang: Language, base_url: str = "", unsubscribe: str = "") -> str:
    """Return the document, under 100 kB: where there is too much, fewer entries are shown.

    Nothing is loaded from elsewhere, nothing runs, and links lead to http(s) addresses only.
    """
    page = ""
    for limit in LIMITS:
        page = _page(build_view(shortened(digest, limit), lang, base_url, unsubscribe))
        if len(page.encode()) < MAX_BYTES:
            break
    return page


def _page(view: View) -> str:
    template = _environment().get_template("digest.html.j2")
    return template.render(view=view, words=view.labels)


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.adapters.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
