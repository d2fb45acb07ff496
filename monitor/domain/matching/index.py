"""Which phrases and rules are worth a try, given the words of an item, wherever they stand.

Each pattern is listed under one of its terms, each rule under the concepts of one of its groups:
those that the fewest others share, thus what a text is least likely to hold by chance. Sets of
concepts are integers, a bit each: a rule asks its other groups in a few machine operations.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, RulePlan
from monitor.domain.matching.resolver import Reading

#: A rule or a phrase by the numbers of its narrative and of itself in there.
Address = tuple[int, int]


#: A rule, and the bits of two other groups (all bits if it has none) that must be met as well.
RuleLead = tuple[Address, int, int]

_ANY: Final = -1  # all bits


class Lead(NamedTuple):
    """What follows once a pattern is met: concepts (bits), phrases, and rules to be tried."""

    concepts: int = 0
    phrases: tuple[Address, ...] = ()
    rules: tuple[RuleLead, ...] = ()


class Clue(NamedTuple):
    """What a word says of an item: the terms it may be, their leads, and what needs others too.

    Of the other terms that a lead needs, the rarest stands first: it alone rules out most.
    """

    terms: frozenset[int]
    concepts: int
    phrases: tuple[Address, ...]
    rules: tuple[RuleLead, ...]
    partial: tuple[tuple[int, frozenset[int], Lead], ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Phrases and rules of positive weight that may be met, each in the catalogue's order."""

    phrases: list[Address]
    rules: list[Address]


NOTHING: Final = Candidates([], [])


class Index:
    """Answers from tables built once. Cost grows with what an item holds, not the catalogue."""

    def __init__(self, catalogue: CompiledCatalogue) -> None:
        self._by_term: dict[int, list[tuple[list[int], Lead]]] = {}
        shared = Counter(term for pattern in catalogue.patterns for term in set(pattern.terms))
        leads = _leads(catalogue)

        def commonness(term: int) -> tuple[int, int]:
            return shared[term], -len(catalogue.terms[term].text)

        for number, lead in leads.items():
            rarest, *others = sorted(set(catalogue.patterns[number].terms), key=commonness)
            self._by_term.setdefault(rarest, []).append((others, lead))

    def clue(self, reading: Reading) -> Clue:
        """Return what a word says that may be these terms."""
        met = [entry for term, _ in reading for entry in self._by_term.get(term, ())]
        lead = _joined(lead for others, lead in met if not others)
        partial = tuple((others[0], frozenset(others), lead) for others, lead in met if others)
        return Clue(frozenset(term for term, _ in reading), *lead, partial)

    @staticmethod
    def candidates(clues: Collection[Clue]) -> Candidates:
        """Return what may be met by an item whose words give these clues."""
        concepts = 0
        present: set[int] = set()
        phrases: list[Address] = []
        rules: list[RuleLead] = []
        partial: list[tuple[int, frozenset[int], Lead]] = []
        for terms, own_concepts, own_phrases, own_rules, own_partial in clues:
            present.update(terms)
            if own_partial:
                partial += own_partial
            if own_concepts:
                concepts |= own_concepts
                rules += own_rules
            if own_phrases:
                phrases += own_phrases
        met = [lead for rare, others, lead in partial if rare in present and others <= present]
        for lead in met:
            concepts |= lead.concepts
            phrases += lead.phrases
            rules += lead.rules
        tried = {at for at, one, two in rules if concepts & one and concepts & two}
        return Candidates(sorted(set(phrases)), sorted(tried)) if phrases or tried else NOTHING


def _joined(leads: Iterable[Lead]) -> Lead:
    concepts = 0
    phrases: dict[Address, None] = {}
    rules: dict[RuleLead, None] = {}
    for lead in leads:
        concepts |= lead.concepts
        phrases |= dict.fromkeys(lead.phrases)
        rules |= dict.fromkeys(lead.rules)
    return Lead(concepts, tuple(phrases), tuple(rules))


def _leads(catalogue: CompiledCatalogue) -> dict[int, Lead]:
    """Return what each pattern leads to; those that lead to nothing are left out."""
    rules = _rules_by_concept(catalogue.narratives)
    found: dict[int, list[Lead]] = {}
    for concept, (_, patterns) in enumerate(catalogue.concepts):
        for pattern in patterns:
            lead = Lead(1 << concept, (), tuple(rules.get(concept, ())))
            found.setdefault(pattern, []).append(lead)
    for number, narrative in enumerate(catalogue.narratives):
        for place, (pattern, _) in enumerate(narrative.phrases):
            found.setdefault(pattern, []).append(Lead(phrases=((number, place),)))
    return {pattern: _joined(leads) for pattern, leads in found.items()}


def _rules_by_concept(narratives: Iterable[NarrativePlan]) -> dict[int, list[RuleLead]]:
    addressed = list(_positive_rules(narratives))
    shared = Counter(
        concept for _, rule in addressed for concept in {c for group in rule.groups for c in group}
    )
    by_concept: dict[int, list[RuleLead]] = {}
    for address, rule in addressed:
        groups = sorted(rule.groups, key=lambda group: sum(shared[concept] for concept in group))
        one, two, *_ = (*map(_bits, groups[1:]), _ANY, _ANY)
        for concept in dict.fromkeys(groups[0]):
            by_concept.setdefault(concept, []).append((address, one, two))
    return by_concept


def _positive_rules(narratives: Iterable[NarrativePlan]) -> Iterator[tuple[Address, RulePlan]]:
    for number, narrative in enumerate(narratives):
        for place, rule in enumerate(narrative.rules):
            if rule.weight > 0:
                yield (number, place), rule


def _bits(concepts: Iterable[int]) -> int:
    bits = 0
    for concept in concepts:
        bits |= 1 << concept
    return bits
