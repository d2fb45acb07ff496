"""Which words an archive must hold for a narrative to be found in it: what an index can answer.

Each distinct word of the archive is resolved once, as the matcher would, so that a full-text index
finds the few items worth matching among millions. It may name items that turn out to be none,
never leave out one that the same narratives would hit.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, Pattern
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.typos import Typos, begun_alike, may_be_typo

_PAIR: Final = 2
_LOOSE: Final = 2  # words that may stand in a phrase beside its own; see `finds`


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these must hold; a text is a word that must stand in the item."""

    parts: tuple["Need", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these must hold."""

    parts: tuple["Need", ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Every one of these must hold, within so many words that follow each other.

    Where a later part stands before an earlier one, within `turned` words; 0: never.
    """

    parts: tuple["str | AnyOf", ...]
    within: int
    turned: int


Need = str | AnyOf | AllOf | Near


def words_met(
    catalogue: CompiledCatalogue, narratives: Collection[str], vocabulary: Iterable[str]
) -> dict[int, tuple[str, ...]]:
    """Return the words of an archive that each term of the narratives may be met in, by its number.

    `vocabulary` are the folded words of the archive.
    """
    plans = [plan for plan in catalogue.narratives if plan.id in narratives]
    return _words_by_term(restricted(catalogue, all_terms_of(catalogue, plans)), vocabulary)


def needs(
    catalogue: CompiledCatalogue, narratives: Collection[str], words: Mapping[int, tuple[str, ...]]
) -> list[Need]:
    """Return what items must hold, one of these at least, to be hit by one of the narratives.

    `words` are those that their terms are met in, see `words_met`. Empty: nothing can be hit.
    """
    plans = [plan for plan in catalogue.narratives if plan.id in narratives]
    asked = _Asked(catalogue, words)
    found = [
        need
        for plan in plans
        for need in (
            *(asked.pattern(number) for number, weight in plan.phrases if weight > 0),
            *(asked.rule(rule.groups) for rule in plan.rules if rule.weight > 0),
        )
        if need is not None
    ]
    return list(dict.fromkeys(found))


def terms_of(catalogue: CompiledCatalogue, plans: Iterable[NarrativePlan]) -> set[int]:
    """Return the numbers of the terms that narratives are found by."""
    patterns: set[int] = set()
    for plan in plans:
        patterns.update(number for number, _ in plan.phrases)
        for rule in plan.rules:
            for group in rule.groups:
                patterns.update(p for concept in group for p in catalogue.concepts[concept][1])
    return _terms_in(catalogue, patterns)


def barring(catalogue: CompiledCatalogue, plans: Iterable[NarrativePlan]) -> set[int]:
    """Return the numbers of the terms that rules of narratives must not meet."""
    concepts = {concept for plan in plans for rule in plan.rules for concept in rule.barred}
    return _terms_in(catalogue, {p for concept in concepts for p in catalogue.concepts[concept][1]})


def all_terms_of(catalogue: CompiledCatalogue, plans: Sequence[NarrativePlan]) -> set[int]:
    """Return the numbers of all terms of narratives."""
    return terms_of(catalogue, plans) | barring(catalogue, plans)


def _terms_in(catalogue: CompiledCatalogue, patterns: Iterable[int]) -> set[int]:
    return {term for number in patterns for term in catalogue.patterns[number].terms}


def restricted(catalogue: CompiledCatalogue, terms: Collection[int]) -> CompiledCatalogue:
    """Leave out the forms of all other terms: a word that may be one of ours is not theirs."""
    meanings = tuple(tuple(n for n in meaning if n in terms) for meaning in catalogue.meanings)

    def ours(row: Mapping[str, int]) -> dict[str, int]:
        return {form: number for form, number in row.items() if meanings[number]}

    forms = {family: ours(row) for family, row in catalogue.forms.items()}
    return replace(
        catalogue,
        meanings=meanings,
        forms={family: row for family, row in forms.items() if row},
        capitals=ours(catalogue.capitals),
        prefixes=ours(catalogue.prefixes),
    )


def _words_by_term(
    catalogue: CompiledCatalogue, vocabulary: Iterable[str]
) -> dict[int, tuple[str, ...]]:
    """Return the words of the archive that each term may be met in, in any language."""
    likely = list(_likely(catalogue, vocabulary))
    families = {*catalogue.forms, *(term.family for term in catalogue.terms), ""}
    resolver = Resolver(catalogue)
    found: dict[int, dict[str, None]] = {}
    for family in sorted(families):
        for word, meaning in zip(likely, resolver.meanings(likely, family), strict=True):
            for term in meaning.terms if meaning else ():
                found.setdefault(term, {})[word] = None
    return {term: tuple(words) for term, words in found.items()}


def _likely(catalogue: CompiledCatalogue, vocabulary: Iterable[str]) -> Iterator[str]:
    """Yield the words that could be a term; most are told apart by letters they share with many."""
    forms = {form for row in catalogue.forms.values() for form in row} | catalogue.capitals.keys()
    jekavian = catalogue.forms.get("hbs", {})
    beginnings, typos = tuple(catalogue.prefixes), Typos(forms)

    @cache
    def cut(length: int) -> tuple[str, ...]:
        return tuple({beginning[:length] for beginning in beginnings})

    def also(head: str) -> bool:
        # Of a dialect a word begins otherwise only where its vowel is spelled with a j.
        return "je" in head or head.endswith("j") or head.startswith(cut(len(head)))

    for word in begun_alike(vocabulary, forms, also):
        if (
            word in forms
            or (beginnings and word.startswith(beginnings))
            or ("je" in word and ekavian(word) in jekavian)
            or (may_be_typo(word) and typos.candidates(word))
        ):
            yield word


class _Asked:
    """Turns patterns and rules into needs, given the words that each term is met in."""

    def __init__(self, catalogue: CompiledCatalogue, words: Mapping[int, tuple[str, ...]]) -> None:
        self._catalogue, self._words = catalogue, words

    def pattern(self, number: int) -> Need | None:
        """Return what a phrase needs: a word for each of its terms; None if one is nowhere."""
        pattern = self._catalogue.patterns[number]
        parts = [_any(self._words.get(term, ())) for term in dict.fromkeys(pattern.terms)]
        found = tuple(part for part in parts if isinstance(part, str | AnyOf))
        if len(found) < len(parts):
            return None
        return found[0] if len(found) == 1 else Near(found, *_spans(pattern))

    def rule(self, groups: Sequence[Sequence[int]]) -> Need | None:
        """Return what a rule needs: of each group one pattern."""
        return _all([self._group(group) for group in groups])

    def _group(self, concepts: Iterable[int]) -> Need | None:
        numbers = dict.fromkeys(n for c in concepts for n in self._catalogue.concepts[c][1])
        return _any([need for n in numbers if (need := self.pattern(n)) is not None])


def _spans(pattern: Pattern) -> tuple[int, int]:
    """Return how many words hold a find of a pattern, never too few: in its order, and turned."""
    count = len(pattern.terms)
    if not pattern.loose:
        return 1 + (count - 1) * (2 + pattern.size - count), 0
    within = pattern.size + _LOOSE
    is_pair = count == len(set(pattern.terms)) == _PAIR  # turned, it stands side by side
    return within, _PAIR if is_pair else within


def _any(parts: Sequence[Need]) -> Need | None:
    return None if not parts else parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def _all(parts: Sequence[Need | None]) -> Need | None:
    needed = [part for part in parts if part is not None]
    if len(needed) < len(parts) or not needed:
        return None
    return needed[0] if len(needed) == 1 else AllOf(tuple(needed))
