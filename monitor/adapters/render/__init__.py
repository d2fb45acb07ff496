"""Digests in words: one module a format, seven languages."""

from collections.abc import Callable, Mapping
from typing import Final

from monitor.adapters.render.atom import render_atom
from monitor.adapters.render.html import render_html
from monitor.adapters.render.json import render_json
from monitor.adapters.render.language import LOCALES, Language, language
from monitor.adapters.render.markdown import render_markdown
from monitor.adapters.render.text import render_text
from monitor.domain.digest import Digest
from monitor.domain.errors import ConfigError

LANGUAGES: Final = tuple(LOCALES)
_RENDERERS: Final[Mapping[str, Callable[[Digest, Language, str], str]]] = {
    "text": render_text,
    "markdown": render_markdown,
    "html": render_html,
    "json": render_json,
    "atom": render_atom,
}
FORMATS: Final = tuple(_RENDERERS)


def render(
    digest: Digest,
    format: str,  # noqa: A002 - the word of the command line
    lang: str,
    tz: str,
    base_url: str = "",
) -> str:
    """Return the digest in a format, language and time zone.

    `base_url` is the address of the web pages, for links; empty: no such links. Raises
    ConfigError for an unknown format, language or zone.
    """
    if format not in _RENDERERS:
        raise ConfigError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    return _RENDERERS[format](digest, language(lang, tz), base_url.rstrip("/"))
