"""The table of forms: every way a term may be written, listed while compiling."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.domain.matching.compiled import Kind, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.endings import CAPITAL_ENDINGS, inflect, stems
from monitor.domain.matching.morphology import Morphology
from monitor.domain.narrative import FAMILIES

_FEW_FORMS: Final = 6  # fewer than these, and the dictionary does not really know the word
_WEAK: Final = frozenset({"sq"})  # families whose dictionary lacks forms of most words
_Entries = defaultdict[str, list[int]]
_HEAD: Final = 2  # letters that a form and the word must share at least


@dataclass(frozen=True, slots=True)
class FormTable:
    """Folded forms by family, abbreviations, and beginnings of words, to numbers of terms."""

    forms: dict[str, dict[str, tuple[int, ...]]]
    capitals: dict[str, tuple[int, ...]]
    prefixes: dict[str, tuple[int, ...]]


def word_forms(
    terms: Sequence[Term], morphology: Morphology, known: Mapping[Term, Sequence[str]]
) -> FormTable:
    """Return how each term may be met: listed by the dictionary, or made with endings.

    Dictionaries are not asked for the terms whose forms are known; no term's hang on another's.
    """
    capitals: _Entries = defaultdict(list)
    prefixes: _Entries = defaultdict(list)
    forms: dict[str, _Entries] = {family: defaultdict(list) for family in FAMILIES}
    unknown = [term for term in terms if term not in known]
    inflected = {family: _inflected(family, unknown, morphology) for family in FAMILIES}
    for number, term in enumerate(terms):
        if term.kind is Kind.PREFIX:
            prefixes[term.text].append(number)
        elif term.kind is Kind.CAPITALS:
            for ending in ("", *CAPITAL_ENDINGS):
                capitals[term.text + ending].append(number)
        else:
            for form in known.get(term) or _forms(term, inflected[term.family]):
                forms[term.family][form].append(number)
    by_family = {family: _sorted(entries) for family, entries in forms.items() if entries}
    return FormTable(by_family, _sorted(capitals), _sorted(prefixes))


def _sorted(entries: _Entries) -> dict[str, tuple[int, ...]]:
    return {form: tuple(numbers) for form, numbers in sorted(entries.items())}


def _forms(term: Term, inflected: Mapping[str, Iterable[str]]) -> set[str]:
    listed = inflected[term.text] if term.kind is Kind.INFLECTED else ()
    forms = {term.text, *listed}
    return forms | ({ekavian(form) for form in forms} if term.family == "hbs" else set())


def _inflected(
    family: str, terms: Iterable[Term], morphology: Morphology
) -> dict[str, frozenset[str]]:
    """Return all forms of a family's inflected terms by their folded text."""
    words = {t.text for t in terms if t.family == family and t.kind is Kind.INFLECTED}
    if not words:
        return {}
    found = _listed(family, words, morphology.entries(family))
    made = {
        word: inflect(family, word)
        for word, forms in found.items()
        if family in _WEAK or _is_hole(family, word, forms)
    }
    real = frozenset[str]().union(*made.values()).intersection(morphology.words(family))
    for word, forms in made.items():
        found[word] |= forms - real  # what is real, but not listed, is of another word
    return found


def _is_hole(family: str, word: str, forms: Iterable[str]) -> bool:
    """Say whether few forms of the word's own stem are listed: `рушење`, but not its cases."""
    own = tuple(stems(family, word))
    return sum(form.startswith(own) for form in forms) < _FEW_FORMS


def _listed(
    family: str, words: Collection[str], entries: Iterable[tuple[str, str]]
) -> dict[str, frozenset[str]]:
    """Return the dictionary's forms of each word: those of its base forms, and of their kin.

    Kin are base forms with the same stem: a dictionary lists `strani` under the noun alone.
    """
    heads = {word[:_HEAD] for word in words}
    roots = {root for word in words for root in stems(family, word)}
    by_base: defaultdict[str, set[str]] = defaultdict(set)
    bases: defaultdict[str, set[str]] = defaultdict(set)
    for form, base in entries:
        if form[:_HEAD] in heads:
            by_base[base].add(form)
            if form in words:
                bases[form].add(base)
    kin: defaultdict[str, set[str]] = defaultdict(set)
    for base in by_base:
        for root in stems(family, base) & roots:
            kin[root].add(base)
    return {
        word: frozenset(
            form
            for base in bases[word].union(*(kin[root] for root in stems(family, word)))
            for form in by_base[base]
            if _alike(word, form)
        )
        for word in words
    }


def _alike(word: str, form: str) -> bool:
    """Say whether a listed form begins like the word: dictionaries also list mistakes."""
    common = max(_HEAD, (len(word) + 1) // 2)
    return form[:common] == word[:common]
