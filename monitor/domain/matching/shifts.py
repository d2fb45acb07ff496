"""Words that unchanged narratives read otherwise since others changed.

What an unknown word is a typo of hangs on all words of a catalogue: the nearest wins, and a word
that is listed is no typo. So a change of some narratives changes hits of others, if few.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.domain.matching.candidates import all_terms_of, barring, restricted, terms_of
from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.typos import begun_alike


@dataclass(frozen=True, slots=True)
class Shifts:
    """Folded words that are read otherwise, each with the narratives that read it.

    Items with a word of `less` may lose a hit of its narratives, or have it with another score;
    those with a word of `more` may gain one.
    """

    less: dict[str, frozenset[str]]
    more: dict[str, frozenset[str]]


def shifts(
    present: CompiledCatalogue,
    before: CompiledCatalogue | None,
    changed: Collection[str],
    words: Collection[str],
) -> Shifts:
    """Return what narratives other than the `changed` read otherwise now.

    `words` are those of the archive that may be a word of a changed narrative, or a typo of one,
    now or before. Where nobody knows what was `before`, that is taken to be the present catalogue
    without the changed narratives: what an earlier edition of them listed is not found, and a real
    word that they list is named though nobody took it for a typo.
    """
    now = _about(present, words)
    then = _about(before, words) if before else _without(now, changed)
    good, bad = _Readers(now), _Readers(now)  # of words that speak for a hit, and against it
    for plan in now.narratives:
        if plan.id not in changed:
            giving, taking = _giving_and_taking(plan)
            good.add(plan.id, terms_of(now, [giving]) | barring(now, [taking]))
            bad.add(plan.id, barring(now, [giving]) | terms_of(now, [taking]))
    less: dict[str, frozenset[str]] = {}
    more: dict[str, frozenset[str]] = {}
    for word, gained, lost in _read_otherwise(now, then, words):
        for those, theirs in (
            (less, good.of(lost) | bad.of(gained)),
            (more, good.of(gained) | bad.of(lost)),
        ):
            if theirs:
                those[word] = those.get(word, frozenset()) | theirs
    return Shifts(less, more)


class _Readers:
    """The narratives that terms matter to."""

    def __init__(self, catalogue: CompiledCatalogue) -> None:
        self._terms = catalogue.terms
        self._narratives: defaultdict[Term, set[str]] = defaultdict(set)

    def add(self, narrative: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._narratives[self._terms[number]].add(narrative)

    def of(self, terms: Collection[Term]) -> frozenset[str]:
        known = self._narratives.keys() & terms
        return frozenset[str]().union(*(self._narratives[term] for term in known))


def _giving_and_taking(plan: NarrativePlan) -> tuple[NarrativePlan, NarrativePlan]:
    """Return what of a narrative gives points, and what takes some away."""
    giving = replace(
        plan,
        rules=tuple(rule for rule in plan.rules if rule.weight > 0),
        phrases=tuple(phrase for phrase in plan.phrases if phrase[1] > 0),
    )
    taking = replace(
        plan,
        rules=tuple(rule for rule in plan.rules if rule.weight <= 0),
        phrases=tuple(phrase for phrase in plan.phrases if phrase[1] <= 0),
    )
    return giving, taking


def _about(catalogue: CompiledCatalogue, words: Collection[str]) -> CompiledCatalogue:
    """Leave out the forms and beginnings that none of these words can be, nor be a typo of."""
    spelled = {*words, *map(ekavian, words)}
    begun = {word[:end] for word in words for end in range(1, len(word) + 1)}

    def near(row: Mapping[str, int]) -> dict[str, int]:
        return {form: row[form] for form in begun_alike(row, spelled)}

    return replace(
        catalogue,
        forms={family: near(row) for family, row in catalogue.forms.items()},
        prefixes={some: number for some, number in catalogue.prefixes.items() if some in begun},
    )


def _without(catalogue: CompiledCatalogue, narratives: Collection[str]) -> CompiledCatalogue:
    """Leave out the terms that only these narratives need."""
    own = [plan for plan in catalogue.narratives if plan.id in narratives]
    others = [plan for plan in catalogue.narratives if plan.id not in narratives]
    gone = all_terms_of(catalogue, own) - all_terms_of(catalogue, others)
    return restricted(catalogue, {*range(len(catalogue.terms))} - gone)


def _read_otherwise(
    present: CompiledCatalogue, before: CompiledCatalogue, words: Collection[str]
) -> Iterator[tuple[str, set[Term], set[Term]]]:
    """Yield words with the terms that they are, or fit better, now alone, and then alone."""
    readers = [(each.terms, Resolver(each)) for each in (present, before)]
    for family in sorted({*present.forms, *before.forms, ""}):
        for word in words:
            now, then = (
                {terms[number]: fit for number, fit in reader.readings(family)[word].items()}
                for terms, reader in readers
            )
            if now != then:
                gained = {term for term, fit in now.items() if fit > then.get(term, 0)}
                yield word, gained, {term for term, fit in then.items() if fit > now.get(term, 0)}
