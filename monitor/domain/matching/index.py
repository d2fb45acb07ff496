"""Which phrases and rules are worth a try, given the words of an item, wherever they stand.

Each pattern is listed under one of its terms: the one that the fewest others share, thus what a
text is least likely to hold by chance. Rules are the columns of a table of bits that has a row for
each group: a word marks the groups that it is of, all words' marks are one integer, and the rules
whose every row is marked come out of a few machine operations, however many there are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan, RulePlan

#: A rule or a phrase by the numbers of its narrative and of itself in there.
Address = tuple[int, int]


class Lead(NamedTuple):
    """What follows once a pattern is met: marks of rules' groups, and phrases."""

    marks: int = 0
    phrases: tuple[Address, ...] = ()


class Clue(NamedTuple):
    """What a word says of an item: the terms it may be, their leads, and what needs others too.

    Only terms are named that others may need; of those that a lead needs, the rarest stands first:
    it alone rules out most.
    """

    terms: frozenset[int]
    marks: int
    phrases: tuple[Address, ...]
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
        needed: set[int] = set()
        self._rules = _RuleTable(catalogue.narratives)
        shared = Counter(term for pattern in catalogue.patterns for term in set(pattern.terms))

        def commonness(term: int) -> tuple[int, int]:
            return shared[term], -len(catalogue.terms[term].text)

        for number, lead in _leads(catalogue, self._rules.marks).items():
            rarest, *others = sorted(set(catalogue.patterns[number].terms), key=commonness)
            self._by_term.setdefault(rarest, []).append((others, lead))
            needed.update(others)
        self._needed = frozenset(needed)

    def clue(self, terms: Sequence[int]) -> Clue:
        """Return what a word says that may be these terms."""
        met = [entry for term in terms for entry in self._by_term.get(term, ())]
        lead = _joined(lead for others, lead in met if not others)
        partial = tuple((others[0], frozenset(others), lead) for others, lead in met if others)
        return Clue(self._needed.intersection(terms), *lead, partial)

    def candidates(
        self, numbers: Sequence[int], title_end: int, clues: Mapping[int, Clue]
    ) -> Candidates:
        """Return what may be met by an item with words of these meanings, title first.

        The clue of a meaning stands at its number.
        """
        table = self._rules
        marks, phrases = _joint([clues[number] for number in set(numbers) if number])
        met = table.met(marks)
        if met & table.title_only:
            title = {number for number in numbers[:title_end] if number}
            in_title, _ = _joint([clues[number] for number in title])
            met &= table.met(in_title) | ~table.title_only
        if not met and not phrases:
            return NOTHING
        return Candidates(sorted(set(phrases)), list(table.addresses(met)))


class _RuleTable:
    """Rules of positive weight as columns, their groups as rows, a bit each."""

    def __init__(self, narratives: Iterable[NarrativePlan]) -> None:
        self._addresses: list[Address] = []
        rules: list[RulePlan] = []
        for number, narrative in enumerate(narratives):
            positive = [at for at, rule in enumerate(narrative.rules) if rule.weight > 0]
            self._addresses += [(number, place) for place in positive]
            rules += [narrative.rules[place] for place in positive]
        width, height = len(rules), max((len(rule.groups) for rule in rules), default=0)
        self._shifts = range(width, width * height, width or 1)
        self._columns = (1 << width) - 1
        self._empty = 0  # marks of the rows that a rule leaves empty: met by anything
        self.title_only = 0
        self.marks: dict[int, int] = {}  # by concept
        for column, rule in enumerate(rules):
            self.title_only |= (rule.field == "title") << column
            for row, group in enumerate(rule.groups):
                for concept in group:
                    mark = 1 << (row * width + column)
                    self.marks[concept] = self.marks.get(concept, 0) | mark
            for row in range(max(1, len(rule.groups)), height):
                self._empty |= 1 << (row * width + column)

    def met(self, marks: int) -> int:
        """Return the columns that are marked in every row."""
        if not marks:
            return 0
        marks |= self._empty
        met = marks & self._columns
        for shift in self._shifts:
            met &= marks >> shift
        return met

    def addresses(self, columns: int) -> Iterator[Address]:
        """Yield the rules of these columns in order."""
        while columns:
            lowest = columns & -columns
            yield self._addresses[lowest.bit_length() - 1]
            columns ^= lowest


def _joint(clues: Collection[Clue]) -> tuple[int, list[Address]]:
    """Return what words say together: the marks and the phrases met."""
    marks = 0
    phrases: list[Address] = []
    partial: list[tuple[int, frozenset[int], Lead]] = []
    for _, own_marks, own_phrases, own_partial in clues:
        if own_partial:
            partial += own_partial
        if own_marks:
            marks |= own_marks
        if own_phrases:
            phrases += own_phrases
    if partial:
        present = frozenset[int]().union(*[clue[0] for clue in clues])
        for rare, others, lead in partial:
            if rare in present and others <= present:
                marks |= lead.marks
                phrases += lead.phrases
    return marks, phrases


def _joined(leads: Iterable[Lead]) -> Lead:
    marks = 0
    phrases: dict[Address, None] = {}
    for lead in leads:
        marks |= lead.marks
        phrases |= dict.fromkeys(lead.phrases)
    return Lead(marks, tuple(phrases))


def _leads(catalogue: CompiledCatalogue, marks: Mapping[int, int]) -> dict[int, Lead]:
    """Return what each pattern leads to; those that lead to nothing are left out."""
    found: dict[int, list[Lead]] = {}
    for concept, (_, patterns) in enumerate(catalogue.concepts):
        if concept in marks:
            for pattern in patterns:
                found.setdefault(pattern, []).append(Lead(marks[concept]))
    for number, narrative in enumerate(catalogue.narratives):
        for place, (pattern, _) in enumerate(narrative.phrases):
            found.setdefault(pattern, []).append(Lead(phrases=((number, place),)))
    return {pattern: _joined(leads) for pattern, leads in found.items()}
