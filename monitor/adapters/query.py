"""Turn what people type into a full-text expression that cannot go wrong.

Words are folded as the indexed text is, so script, diacritics and dialect do not matter. `OR`
between words, `-word` or `NOT word`, `"a phrase"` and a trailing `*` are understood; everything
else is words that must all be there.
"""

import re
from typing import Final

from monitor.domain.errors import ConfigError
from monitor.domain.matching.fold import fold

MAX_TERMS: Final = 50
_PIECE: Final = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def fts_expression(query: str) -> str:
    """Return an FTS5 expression. Raises ConfigError where nothing is left to look for."""
    groups: list[list[str]] = []  # AND of ORs
    unwanted: list[str] = []
    negated = joined = False
    for piece in _PIECE.finditer(query):
        word = piece["word"] or ""
        if word in {"AND", "OR", "NOT"}:
            negated, joined = negated or word == "NOT", word == "OR"
            continue
        term = _term(piece["phrase"] if piece["phrase"] is not None else word)
        if term and (negated or piece["minus"]):
            unwanted.append(term)
        elif term and joined and groups:
            groups[-1].append(term)
        elif term:
            groups.append([term])
        negated = joined = False
    if not groups:
        raise ConfigError("the query has no word to look for; write at least one that may stand")
    if sum(map(len, groups)) + len(unwanted) > MAX_TERMS:
        raise ConfigError(f"the query has more than {MAX_TERMS} words; shorten it")
    wanted = " AND ".join(f"({' OR '.join(group)})" for group in groups)
    return f"({wanted}) NOT ({' OR '.join(unwanted)})" if unwanted else wanted


def _term(text: str) -> str:
    """Quote folded words: inside quotes FTS5 knows no operators, and folding leaves no quote."""
    words = fold(text)
    if not words:
        return ""
    return f'"{words}"*' if text.endswith("*") else f'"{words}"'
