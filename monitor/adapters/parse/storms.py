"""A look at a document before it is parsed: what costs a parser far more than it can tell us.

Nesting, attributes and stray signs cost feedparser seconds a megabyte (6.0.14, 2026-11). Each
bound is far above what any outlet publishes, and what is below all of them is parsed in time.
"""

import re
from typing import Final

from monitor.domain.errors import ParseError

WORTH_A_LOOK: Final = 20_000  # tags or attributes: fewer cost nothing, whatever they are
MAX_DEPTH: Final = 5_000  # unclosed <br> count too, and vanish against this
MAX_TAGS: Final = 200_000  # of a thousand entries at most
MAX_STRAYS: Final = 5_000  # signs that open nothing
MAX_AMPERSANDS: Final = 50_000  # that begin no entity
MAX_ATTRIBUTES: Final = 1_000  # of one tag
_TOKEN: Final = re.compile(r"<!\[CDATA\[|<!--|<\?|<(/?)[A-Za-z_:][^<>]*>|<")
_ENDS: Final = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_BARE_AMPERSAND: Final = re.compile(r"&(?![#A-Za-z])")


def refuse_storms(text: str) -> None:
    """Raise ParseError `too_complex` where parsing would take far too long. Linear."""
    if max(text.count("<"), text.count("=")) > WORTH_A_LOOK:
        _judge_tags(text)
    if text.count("&") > MAX_AMPERSANDS:
        bare = sum(1 for _ in _BARE_AMPERSAND.finditer(text))
        _refuse_above(MAX_AMPERSANDS, bare, "ampersands that begin no entity")


def _judge_tags(text: str) -> None:
    at = depth = tags = strays = 0
    endless: set[str] = set()  # what is nowhere closed is not looked for again
    while found := _TOKEN.search(text, at):
        token, at = found[0], found.end()
        end = text.find(_ENDS[token], at) if token in _ENDS and token not in endless else -1
        if end >= 0:
            at = end
        elif found[1] is None:
            endless.add(token)
            strays += 1
            _refuse_above(MAX_STRAYS, strays, "brackets that open nothing")
        else:
            tags += 1
            depth += -1 if found[1] else 0 if token.endswith("/>") else 1
            _refuse_above(MAX_TAGS, tags, "tags")
            _refuse_above(MAX_DEPTH, abs(depth), "tags inside one another")
            if len(token) > MAX_ATTRIBUTES:
                _refuse_above(MAX_ATTRIBUTES, token.count("="), "attributes of one tag")


def _refuse_above(most: int, count: int, what: str) -> None:
    if count > most:
        raise ParseError("too_complex", f"more than {most:,} {what}")
