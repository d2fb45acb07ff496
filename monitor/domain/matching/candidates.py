"""Which words an archive must hold for a narrative to be found in it: what an index can answer.

Each distinct word of the archive is resolved once, as the matcher would, so that a full-text index
finds the few items worth matching among millions. It may name items that turn out to be none,
never leave out one that the same narratives would hit.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, Pattern
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.shifts import Shift
from monitor.domain.matching.typos import Typos
from monitor.domain.matching.vocabulary import Vocabulary, vocabulary_of

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


@dataclass(frozen=True, slots=True)
class Reach:
    """Which items another catalogue may give other hits, and of which narratives.

    Items must hold one of `needs` at least. Or they have a hit already of a narrative that itself
    is as it was, and hold one of its words in `shifted`, which are read otherwise now: whoever is
    misspelt no more takes hits away and never gives one, see `sightings.ways_to_read`.
    """

    needs: tuple[Need, ...]
    shifted: Mapping[str, Collection[str]]
    narratives: frozenset[str]


def reach(
    catalogue: CompiledCatalogue,
    changed: Collection[str],
    before: Iterable[Vocabulary],
    words: Callable[[], Collection[str]],
) -> Reach:
    """Return what a catalogue reaches in which these narratives are not what they were.

    `words` returns the folded words of the archive; it is asked only where they matter. `before`
    are the vocabularies that it may have been matched with: what is a typo of other narratives'
    words in one of them may be none in this catalogue, or become one.
    """
    now = vocabulary_of(catalogue)
    shifts = [shift for old in before if (shift := Shift(old, now)).is_any]
    ours = [plan for plan in catalogue.narratives if plan.id in changed]
    if not ours and not shifts:
        return Reach((), {}, frozenset(changed))
    small = _restricted(catalogue, terms_of(catalogue, ours))
    likely = list(_likely(small, shifts, words()))
    needs = _needs(catalogue, ours, _words_by_term(small, likely))
    others = [plan for plan in catalogue.narratives if plan.id not in changed]
    theirs = {plan.id: terms_of(catalogue, [plan]) for plan in others}
    anew: set[str] = set()
    shifted: dict[str, set[str]] = {}
    for shift in shifts:
        found = shift.words(catalogue, set().union(*theirs.values()), likely)
        for name, terms in theirs.items():
            for word, otherwise in found.items():
                if not terms.isdisjoint(otherwise.terms):
                    shifted.setdefault(name, set()).add(word)
                    if not terms.isdisjoint(otherwise.now):
                        anew.add(word)
    return Reach((*needs, *sorted(anew)), shifted, frozenset({*changed, *shifted}))


def _needs(
    catalogue: CompiledCatalogue,
    plans: Iterable[NarrativePlan],
    words: Mapping[int, tuple[str, ...]],
) -> Iterable[Need]:
    """Return what items must hold, one of these at least, to be hit by one of the narratives."""
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
    return dict.fromkeys(found)


def terms_of(catalogue: CompiledCatalogue, plans: Sequence[NarrativePlan]) -> set[int]:
    """Return the terms that the hits of these narratives may hang on."""
    rules = [rule for plan in plans for rule in plan.rules]
    groups = (group for rule in rules for group in (*rule.groups, rule.barred))
    patterns = {number for plan in plans for number, _ in plan.phrases}
    patterns.update(n for group in groups for c in group for n in catalogue.concepts[c][1])
    return {term for number in patterns for term in catalogue.patterns[number].terms}


def _restricted(catalogue: CompiledCatalogue, terms: Collection[int]) -> CompiledCatalogue:
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
    catalogue: CompiledCatalogue, likely: Iterable[str]
) -> dict[int, tuple[str, ...]]:
    """Return the words of the archive that each term may be met in, in any language."""
    rows = catalogue.forms.items()
    typos = Typos({form for _, forms in rows for form in forms})
    lengths = sorted({len(start) for start in catalogue.prefixes})
    found: dict[int, dict[str, None]] = {}
    for word in likely:
        meanings = {catalogue.capitals.get(word, 0)}
        meanings.update(catalogue.prefixes.get(word[:length], 0) for length in lengths)
        meanings.add(catalogue.forms.get("hbs", {}).get(ekavian(word), 0))
        near = typos.within_reach(word)
        for family, forms in rows:
            meanings.add(forms.get(word, 0))
            if near and word not in forms and word not in catalogue.known.get(family, ()):
                meanings.update(forms.get(form, 0) for form in near)
        for meaning in filter(None, meanings):
            for term in catalogue.meanings[meaning]:
                found.setdefault(term, {})[word] = None
    return {term: tuple(words) for term, words in found.items()}


def _likely(
    catalogue: CompiledCatalogue, shifts: Sequence[Shift], vocabulary: Collection[str]
) -> Iterator[str]:
    """Yield the words that could be a term, or shift, by tests that cost a microsecond a word."""
    rows = [*catalogue.forms.values(), *(row for shift in shifts for row in shift.forms.values())]
    forms = catalogue.capitals.keys() | set().union(*rows)
    jekavian = set(catalogue.forms.get("hbs", ())).union(
        *(shift.forms.get("hbs", ()) for shift in shifts)
    )
    begun = (*catalogue.prefixes, *(start for s in shifts for start in s.beginnings))
    typos, shortest = Typos(forms), min(map(len, begun), default=0)
    starts = {start[:shortest] for start in begun}
    near = set(filter(typos.may_have_candidates, {typos.head(word) for word in vocabulary}))
    for word in vocabulary:
        if (
            typos.head(word) in near
            or word in forms
            or (word[:shortest] in starts and word.startswith(begun))
            or ("je" in word and ekavian(word) in jekavian)
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
