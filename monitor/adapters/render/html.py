"""The digest as one HTML document that stands alone: for a browser, a mail, or to forward."""

from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from monitor.adapters.render import chart as charts
from monitor.adapters.render.language import Language
from monitor.adapters.render.view import LIMITS, View, build_view, shortened
from monitor.domain.digest import Digest

MAX_BYTES: Final = 100_000  # mail readers cut longer messages off


def render_html(digest: Digest, lang: Language, base_url: str = "") -> str:
    """Return the document, under 100 kB: where there is too much, fewer entries are shown.

    Nothing is loaded from elsewhere, nothing runs, and links lead to http(s) addresses only.
    """
    page, chart = "", _drawn(digest, lang)
    for limit in LIMITS:
        view = build_view(shortened(digest, limit), lang, base_url)
        page = page_of(view, chart)
        if len(page.encode()) < MAX_BYTES:
            break
    return page


def page_of(view: View, chart: str) -> str:
    """Return the document of a view; `chart` is its drawing as HTML, or empty."""
    template = environment().get_template("digest.html.j2")
    return template.render(view=view, words=view.labels, chart=chart)


def _drawn(digest: Digest, lang: Language) -> str:
    spec = charts.spec(digest, lang)
    return Markup(charts.svg(spec)) if spec else ""  # noqa: S704 - numbers and our own words


@lru_cache
def environment() -> Environment:
    """Return the templates' environment: everything escaped, nothing undefined."""
    return Environment(
        loader=PackageLoader("monitor.adapters.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
