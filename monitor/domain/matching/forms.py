"""The table of forms: every way a term may be written, listed while compiling."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.domain.matching.compiled import Kind, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.endings import CAPITAL_ENDINGS, inflect
from monitor.domain.matching.morphology import Morphology
from monitor.domain.narrative import FAMILIES

_FEW_FORMS: Final = 4  # fewer than these, and the dictionary does not really know the word
_LEAST_COMMON: Final = 3  # letters that a form must share with the word as written


@dataclass(frozen=True, slots=True)
class FormTable:
    """Folded forms, and beginnings of words, to the numbers of their terms."""

    forms: dict[str, tuple[int, ...]]
    prefixes: dict[str, tuple[int, ...]]


def word_forms(terms: Sequence[Term], morphology: Morphology) -> FormTable:
    """Return how each term may be met: listed by the dictionary, or made with endings."""
    forms: defaultdict[str, dict[int, None]] = defaultdict(dict)
    prefixes: defaultdict[str, list[int]] = defaultdict(list)
    inflected = {
        (family, word): all_forms
        for family in FAMILIES
        for word, all_forms in _inflected(family, terms, morphology).items()
    }
    for number, term in enumerate(terms):
        if term.kind is Kind.PREFIX:
            prefixes[term.text].append(number)
        for form in _forms(term, inflected.get((term.family, term.text), ())):
            forms[form][number] = None
    return FormTable(
        {form: tuple(numbers) for form, numbers in sorted(forms.items())},
        {prefix: tuple(numbers) for prefix, numbers in sorted(prefixes.items())},
    )


def _forms(term: Term, inflected: Iterable[str]) -> set[str]:
    if term.kind is Kind.PREFIX:
        return set()
    if term.kind is Kind.CAPITALS:
        return {term.text} | {term.text + ending for ending in CAPITAL_ENDINGS}
    forms = {term.text} if term.kind is Kind.EXACT else {term.text, *inflected}
    return forms | ({ekavian(form) for form in forms} if term.family == "hbs" else set())


def _inflected(
    family: str, terms: Iterable[Term], morphology: Morphology
) -> Mapping[str, frozenset[str]]:
    """Return all forms of a family's inflected terms by their folded text."""
    words = sorted({t.text for t in terms if t.family == family and t.kind is Kind.INFLECTED})
    if not words:
        return {}
    listed = morphology.forms(family, words)
    near = {word: frozenset(f for f in listed.get(word, ()) if _alike(word, f)) for word in words}
    holes = [word for word, forms in near.items() if len(forms) < _FEW_FORMS]
    made = {word: inflect(family, word) for word in holes}
    others = frozenset[str]().union(*made.values()).intersection(morphology.words(family))
    for word, forms in made.items():
        near[word] |= forms - others
    return near


def _alike(word: str, form: str) -> bool:
    """Say whether a listed form resembles the word: dictionaries also list mistakes."""
    common = max(_LEAST_COMMON, len(word) - _LEAST_COMMON)
    return form[:common] == word[:common]
