"""Where a query found an item: the words in their original letters, with some around them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.domain import excerpt
from monitor.domain.digest import Marked
from monitor.domain.matching.fold import spans_of, tokens
from monitor.domain.query import Query, Term, terms

_LONGEST: Final = 20_000  # code points of a field that are looked through

Place = tuple[int, int, str]  # the first and last word, and what they are found by


@dataclass(frozen=True, slots=True)
class Sought:
    """The words of a query, sorted out once for all texts that are looked through.

    `several` are phrases, by their first word.
    """

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    several: Mapping[str, Sequence[Term]]

    @classmethod
    def of(cls, query: Query) -> "Sought":
        """Sort out what a text may be found by."""
        wanted = list(terms(query))
        singles = [term for term in wanted if len(term.words) == 1]
        several: dict[str, list[Term]] = {}
        for term in wanted:
            if len(term.words) > 1:
                several.setdefault(term.words[0], []).append(term)
        return cls(
            frozenset(term.words[0] for term in singles if not term.is_prefix),
            tuple({term.words[0] for term in singles if term.is_prefix}),
            several,
        )


def snippet(fields: Sequence[tuple[str, str]], sought: Sought) -> Marked | None:
    """Return the field that shows most of the query, cut around it, the first of equals.

    `fields` are (name, text) and begin with the title. None where only parts of other fields
    together meet a phrase.
    """
    best: tuple[int, str, str, list[Place]] = (0, "", "", [])
    for name, whole in fields:
        text = whole[:_LONGEST]
        found = _found(tokens(text), sought) if text else []
        score = len({phrase for _, _, phrase in found})
        if score > best[0]:
            best = (score, name, text, found)
    if not best[0]:
        return None
    _, name, text, found = best
    places = spans_of(text, [at for first, last, _ in found for at in (first, last)])
    spans = sorted((places[first][0], places[last][1]) for first, last, _ in found)
    return (excerpt.marked if name == "title" else excerpt.quoted)(text, spans)


def _found(words: Sequence[str], sought: Sought) -> list[Place]:
    exact, prefixes = sought.exact, sought.prefixes
    found = [
        (at, at, word)
        for at, word in enumerate(words)
        if word in exact or (prefixes and word.startswith(prefixes))
    ]
    return [*found, *_phrases(words, sought.several)] if sought.several else found


def _phrases(words: Sequence[str], several: Mapping[str, Sequence[Term]]) -> Iterator[Place]:
    for at, word in enumerate(words):
        for term in several.get(word, ()):
            if _stands_at(term, words, at):
                yield at, at + len(term.words) - 1, " ".join(term.words)


def _stands_at(term: Term, words: Sequence[str], at: int) -> bool:
    *first, last = term.words
    here = words[at : at + len(term.words)]
    if len(here) < len(term.words) or here[:-1] != first:
        return False
    return here[-1].startswith(last) if term.is_prefix else here[-1] == last
