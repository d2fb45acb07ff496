"""Words that unchanged narratives read otherwise since others changed.

What an unknown word is a typo of hangs on all words of a catalogue: the nearest wins, and a word
that is listed is no typo. So a change of some narratives changes hits of others, if few.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.domain.matching.candidates import all_terms_of, barring, restricted, terms_of
from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.typos import begun_alike


@dataclass(frozen=True, slots=True)
class Shifts:
    """Folded words that are read otherwise, and by which narratives.

    Items with words of `less` may lose a hit of a narrative in `losing`, or have it with another
    score; those with words of `more`, by the number of a term that they are now or are no longer,
    may gain one.
    """

    less: frozenset[str]
    losing: frozenset[str]
    more: Mapping[int, frozenset[str]]


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
    unchanged = [plan for plan in now.narratives if plan.id not in changed]
    numbers = {now.terms[number]: number for number in all_terms_of(now, unchanged)}
    both = [_giving_and_taking(plan) for plan in unchanged]
    giving, taking = [one for one, _ in both], [other for _, other in both]
    good = terms_of(now, giving) | barring(now, taking)  # terms whose words speak for a hit
    bad = barring(now, giving) | terms_of(now, taking)
    less, losing = set[str](), set[int]()
    more: dict[int, set[str]] = {}
    for word, gained, lost in _read_otherwise(now, then, words):
        new = {numbers[term] for term in gained & numbers.keys()}
        old = {numbers[term] for term in lost & numbers.keys()}
        if fewer := old & good | new & bad:
            less.add(word)
            losing |= fewer
        for term in new & good | old & bad:
            more.setdefault(term, set()).add(word)
    return Shifts(
        frozenset(less),
        frozenset(plan.id for plan in unchanged if losing & all_terms_of(now, [plan])),
        {term: frozenset(some) for term, some in more.items()},
    )


def hanging_on(
    catalogue: CompiledCatalogue, terms: Collection[int], changed: Collection[str]
) -> dict[int, tuple[NarrativePlan, ...]]:
    """Return what of narratives other than the `changed` can be a hit by what each term means now.

    That is what gives points for it, or all that does where points are taken for it. Of a rule the
    concepts are left of which one must be met and that have the fewest words: what an index can
    look for at little cost.
    """
    found: dict[int, list[NarrativePlan]] = {}
    for plan in catalogue.narratives if terms else ():
        if plan.id not in changed:
            giving, taking = _giving_and_taking(plan)
            always = all_terms_of(catalogue, [taking])
            for piece in _pieces(giving):
                for term in set(terms) & (always | all_terms_of(catalogue, [piece])):
                    found.setdefault(term, []).append(_brief(catalogue, piece))
    return {term: tuple(pieces) for term, pieces in found.items()}


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


def _pieces(plan: NarrativePlan) -> list[NarrativePlan]:
    """Return each rule and each phrase of a narrative as one of its own."""
    rules = [replace(plan, phrases=(), rules=(rule,)) for rule in plan.rules]
    return rules + [replace(plan, phrases=(phrase,), rules=()) for phrase in plan.phrases]


def _brief(catalogue: CompiledCatalogue, piece: NarrativePlan) -> NarrativePlan:
    def words(group: tuple[int, ...]) -> int:
        return sum(len(catalogue.concepts[concept][1]) for concept in group)

    rules = (replace(r, groups=(min(r.groups, key=words),), barred=()) for r in piece.rules)
    return replace(piece, rules=tuple(rules))


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
