"""The messages of the digest, as the code and the templates hold them."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from monitor.domain.hit import DISCLAIMER

KEYWORDS: Final = {"text": None, "mark": None, "plural": (1, 2)}

Message = str | tuple[str, str]


@cache
def messages() -> tuple[Message, ...]:
    """Return every message to translate, in the order of the sources; plurals as pairs."""
    return tuple(dict.fromkeys([*_extracted(), DISCLAIMER]))


def catalogue(lang: str, package: str = "monitor.adapters.render") -> Catalog:
    """Read the catalogue of a language as its translators keep it."""
    path = files(package).joinpath("locale", f"{lang}.po")
    return read_po(BytesIO(path.read_bytes()), abort_invalid=True)


def _extracted() -> Iterator[Message]:
    package = files("monitor.adapters.render")
    sources = [(one, "python") for one in package.iterdir() if one.name.endswith(".py")]
    templates = package.joinpath("templates").iterdir()
    sources += [(one, "jinja2.ext.babel_extract") for one in templates]
    for source, method in sorted(sources, key=lambda pair: pair[0].name):
        options = {"trimmed": "false"}
        found = extract(method, BytesIO(source.read_bytes()), KEYWORDS, options=options)
        for _, message, _, _ in found:
            yield message if isinstance(message, str) else (message[0], message[1])
