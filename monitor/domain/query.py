"""What people type to search, read as a tree that cannot go wrong.

Words are folded as the indexed text is, so script, diacritics and dialect do not matter. All
words must be there, in any case; `OR`, `NOT` or `-`, `"a phrase"` or `"word"` as it stands (in any quotes),
`begin*` and parentheses are understood, `NOT` before `AND` before `OR`. Everything else is words.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final, TypeAlias

from monitor.domain.errors import ConfigError
from monitor.domain.matching.fold import tokens

MAX_TERMS: Final = 50
MAX_DEPTH: Final = 20
MOST_SPELLINGS: Final = 32  # of a phrase
LEAST_BEGINNING: Final = 3  # letters before a *
_PIECE: Final = re.compile(r'[()]|-(?=[("])|-?[^\s()"]+|"[^"]*"?\*?')
# A phrase in plain quotes, or in those of word processors, whose ends are often mixed.
_QUOTED: Final = re.compile(r'"[^"]*"?|[„“”]([^„“”"]*)[„“”"]|[«»]([^«»"]*)[«»"]')
_OPERATORS: Final = frozenset({"AND", "OR", "NOT", "(", ")", "-"})


@dataclass(frozen=True, slots=True)
class Term:
    """A folded word, or several that follow each other; the last may be only a beginning.

    An exact one is found as it stands only, in no other case.
    """

    words: tuple[str, ...]
    is_prefix: bool = False
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """What must all be there, and what must not."""

    wanted: tuple["Query", ...]
    unwanted: tuple["Query", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Alternatives."""

    parts: tuple["Query", ...]


Query: TypeAlias = Term | AllOf | AnyOf


def parse_query(text: str) -> Query:
    """Read a query. Raises ConfigError where nothing is left to look for, or there is too much."""
    pieces = [piece[0] for piece in _PIECE.finditer(_QUOTED.sub(_in_plain_quotes, text))]
    if sum(piece not in _OPERATORS for piece in pieces) > MAX_TERMS:
        raise ConfigError(f"the query has more than {MAX_TERMS} words; shorten it")
    found = _Reader(pieces).alternatives(0)
    if found is None or _only_unwanted(found):
        raise ConfigError("the query has no word to look for; write at least one that may stand")
    return found


def widened(
    query: Query,
    forms: Callable[[str], Iterable[str]],
    spellings: Callable[[str], Iterable[str]] = lambda _: (),
    begun: Callable[[str], Iterable[str]] = lambda _: (),
) -> Query:
    """Let each word that is neither exact nor a beginning be found in any of its forms.

    `spellings` gives other ways to write the same form, in which exact ones and phrases are found.
    `begun` gives the words that a beginning may stand for; where it gives none, the beginning
    is looked for as it is.
    """
    if isinstance(query, Term):
        as_it_stands = query.is_exact and not query.is_prefix
        if as_it_stands or len(query.words) > 1:
            return _spelled(query, spellings)
        return _widened(query, forms, begun)
    if isinstance(query, AnyOf):
        return AnyOf(tuple(widened(part, forms, spellings, begun) for part in query.parts))
    wanted = tuple(widened(part, forms, spellings, begun) for part in query.wanted)
    return AllOf(wanted, tuple(widened(part, forms, spellings, begun) for part in query.unwanted))


def terms(query: Query) -> Iterator[Term]:
    """Yield the terms that a text may be found by, those that must not be there left out."""
    if isinstance(query, Term):
        yield query
        return
    for part in query.wanted if isinstance(query, AllOf) else query.parts:
        yield from terms(part)


def finds(query: Query, folded: str) -> bool:
    """Say whether a text of these folded words, a space between, is found as by an index of words."""
    return _finds(query, f" {folded} ")


def _finds(query: Query, between_spaces: str) -> bool:
    if isinstance(query, Term):
        return f" {' '.join(query.words)}{'' if query.is_prefix else ' '}" in between_spaces
    if isinstance(query, AnyOf):
        return any(_finds(part, between_spaces) for part in query.parts)
    return all(_finds(part, between_spaces) for part in query.wanted) and not any(
        _finds(part, between_spaces) for part in query.unwanted
    )


def _in_plain_quotes(quoted: re.Match[str]) -> str:
    return quoted[0] if quoted[0][0] == '"' else f'"{quoted[0][1:-1]}"'


class _Reader:
    """Reads pieces in their order. A parenthesis without its partner means nothing."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._at = 0

    def alternatives(self, depth: int) -> Query | None:
        """Read up to the closing parenthesis of this depth, or the end."""
        if depth > MAX_DEPTH:
            raise ConfigError(f"the query has more than {MAX_DEPTH} parentheses in each other")
        parts: list[Query] = []
        while self._at < len(self._pieces):
            part = self._conjunction(depth)
            if part is not None:
                parts.append(part)
            ended = self._at < len(self._pieces) and self._pieces[self._at] == ")"
            self._at += 1  # the OR, or the parenthesis
            if ended and depth:
                break
        if len(parts) > 1 and any(map(_only_unwanted, parts)):
            raise ConfigError("the query has an alternative of nothing but unwanted words")
        return AnyOf(tuple(parts)) if len(parts) > 1 else next(iter(parts), None)

    def _conjunction(self, depth: int) -> Query | None:
        wanted: list[Query] = []
        unwanted: list[Query] = []
        negated = False
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            if piece == "OR" or (piece == ")" and depth):
                break
            self._at += 1
            if piece in {"AND", ")"}:
                continue
            if piece in {"NOT", "-"}:
                negated = not negated
                continue
            is_minus = piece.startswith("-")
            part = self.alternatives(depth + 1) if piece == "(" else _term(piece)
            if part is not None:
                _place(part, wanted, unwanted, negated=negated is not is_minus)
            negated = False
        if not wanted and not unwanted:
            return None
        return (
            wanted[0]
            if len(wanted) == 1 and not unwanted
            else AllOf(tuple(wanted), tuple(unwanted))
        )


def _place(part: Query, wanted: list[Query], unwanted: list[Query], *, negated: bool) -> None:
    if isinstance(part, AllOf) and not part.wanted:
        if negated:
            wanted.append(AnyOf(part.unwanted))
        else:
            unwanted.extend(part.unwanted)
    else:
        (unwanted if negated else wanted).append(part)


def _only_unwanted(query: Query) -> bool:
    return isinstance(query, AllOf) and not query.wanted


def _spelled(term: Term, spellings: Callable[[str], Iterable[str]]) -> Query:
    whole = len(term.words) - term.is_prefix
    ways = [sorted({word, *spellings(word)}) for word in term.words[:whole]]
    ways += [[word] for word in term.words[whole:]]
    if not 1 < prod(map(len, ways)) <= MOST_SPELLINGS:
        return term
    return AnyOf(tuple(replace(term, words=words) for words in product(*ways)))


def _widened(
    term: Term,
    forms: Callable[[str], Iterable[str]],
    begun: Callable[[str], Iterable[str]],
) -> Query:
    (word,) = term.words
    found = sorted(begun(word) if term.is_prefix else {word, *forms(word)})
    return AnyOf(tuple(Term((one,), is_exact=True) for one in found)) if found else term


def _term(piece: str) -> Term | None:
    words = tokens(piece)
    if not words:
        return None
    is_prefix = piece.endswith("*")
    if is_prefix and len(words[-1]) < LEAST_BEGINNING:
        what = f"{piece} would find too much; write at least {LEAST_BEGINNING} letters before *"
        raise ConfigError(what)
    return Term(tuple(words), is_prefix=is_prefix, is_exact='"' in piece)
