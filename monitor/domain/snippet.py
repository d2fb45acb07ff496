"""Where a query found an item: the words in their original letters, with some around them."""

from collections.abc import Iterator, Sequence
from typing import Final

from monitor.domain import excerpt
from monitor.domain.digest import Marked
from monitor.domain.hit import Evidence
from monitor.domain.matching.fold import spans, tokens
from monitor.domain.query import Query, Term, terms

_LONGEST: Final = 20_000  # code points of a field that are looked through


def snippet(fields: Sequence[tuple[str, str]], query: Query) -> Marked | None:
    """Return the field that shows most of the query, cut around it, the first of equals.

    `fields` are (name, text) and begin with the title. None where only parts of other fields
    together meet a phrase.
    """
    wanted = list(terms(query))
    best: tuple[int, str, str, list[Evidence]] | None = None
    for name, whole in fields:
        text = whole[:_LONGEST]
        found = list(_found(name, text, wanted))
        score = len({one.phrase for one in found})
        if found and (best is None or score > best[0]):
            best = (score, name, text, found)
    if best is None:
        return None
    _, name, text, found = best
    if name == "title":
        return excerpt.marked_title(text, found)
    return next(iter(excerpt.quotes([(name, text)], found)), None)


def _found(field: str, text: str, wanted: Sequence[Term]) -> Iterator[Evidence]:
    words = tokens(text)
    singles = {term.words[0]: term for term in wanted if len(term.words) == 1}
    exact = {word for word, term in singles.items() if not term.is_prefix}
    prefixes = tuple(word for word, term in singles.items() if term.is_prefix)
    several = [term for term in wanted if len(term.words) > 1]
    places = spans(text)
    for at, word in enumerate(words):
        if word in exact or (prefixes and word.startswith(prefixes)):
            yield _evidence(field, text, places[at], word)
        for term in several:
            if _stands_at(term, words, at):
                end = places[at + len(term.words) - 1][1]
                yield _evidence(field, text, (places[at][0], end), " ".join(term.words))


def _stands_at(term: Term, words: Sequence[str], at: int) -> bool:
    *first, last = term.words
    here = words[at : at + len(term.words)]
    if len(here) < len(term.words) or here[:-1] != first:
        return False
    return here[-1].startswith(last) if term.is_prefix else here[-1] == last


def _evidence(field: str, text: str, span: tuple[int, int], phrase: str) -> Evidence:
    start, end = span
    return Evidence(field, start, end, text[start:end], phrase, 100.0)
