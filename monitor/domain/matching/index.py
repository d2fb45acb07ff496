"""Which phrases and rules are worth a try, given the words of an item, wherever they stand.

Each pattern is looked for under one of its terms: the one that was met last, thus what a text is
least likely to hold by chance. Rules are the columns of a table of bits that has a row for
each group: a word marks the groups that it is of, all words' marks are one integer, and the rules
whose every row is marked come out of a few machine operations, however many there are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from monitor.domain.matching.compiled import CompiledCatalogue, NarrativePlan
from monitor.domain.matching.meaning import Address, Lead, Meaning, Partial

_NO_MORE: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Phrases and rules of positive weight that may be met, each in the catalogue's order."""

    phrases: list[Address]
    rules: list[Address]


NOTHING: Final = Candidates([], [])


class Clues:
    """Says what follows from the meanings that were met.

    A pattern of several words counts once each of them has been met somewhere, and is then looked
    for where the last of them stands: that is the rarest of them, as far as one can know.
    """

    def __init__(self, index: "Index", holders: Mapping[int, Sequence[Meaning]]) -> None:
        """Take the meanings met so far by their terms, which grow with what is noted."""
        self._index = index
        self._holders = holders
        self._unmet: dict[int, int] = {}  # by pattern, how many of its terms were not met yet
        self._filed: dict[int, tuple[Partial, ...]] = {}  # by the term that was met last
        self._needed: set[int] = set()
        self._same_marks: dict[int, int] = {}  # equal ones are one: the fewer, the nearer at hand

    def note(self, meaning: Meaning, new: Iterable[int]) -> None:
        """Note in a meaning what follows from it, when it is first met; its new terms likewise."""
        for term in new:
            self._meet(term)
        alone = [self._index.alone[term] for term in meaning.terms if term in self._index.alone]
        if alone:
            marks, meaning.phrases = _joined(alone)
            meaning.marks = self._same_marks.setdefault(marks, marks)
        partial = [self._filed[term] for term in meaning.terms if term in self._filed]
        meaning.partial = partial[0] if len(partial) == 1 else tuple(chain(*partial))
        meaning.rarest = tuple(each.rarest for each in meaning.partial)
        meaning.needed = tuple(term for term in meaning.terms if term in self._needed)

    def _meet(self, term: int) -> None:
        for pattern in self._index.several.get(term, ()):
            terms, lead = self._index.patterns[pattern]
            unmet = self._unmet[pattern] = self._unmet.get(pattern, len(terms)) - 1
            if not unmet:
                self._file(term, terms - {term}, lead)

    def _file(self, last: int, others: frozenset[int], lead: Lead) -> None:
        rarest = min(others, key=lambda term: len(self._holders[term]))  # common: many forms met
        partial = Partial(rarest, others - {rarest} or _NO_MORE, lead)
        self._filed[last] = (*self._filed.get(last, ()), partial)
        for term in others - self._needed:
            self._needed.add(term)
            for meaning in self._holders[term]:
                meaning.needed = (*meaning.needed, term)


class Index:
    """Answers from tables built once. Cost grows with what an item holds, not the catalogue.

    `alone` says by term what follows from it alone. `patterns` are those of several words, with
    what follows from them; `several` says by term which of them it is in.
    """

    def __init__(self, catalogue: CompiledCatalogue) -> None:
        self.alone: dict[int, Lead] = {}
        self.patterns: dict[int, tuple[frozenset[int], Lead]] = {}
        self.several: dict[int, list[int]] = {}
        self._rules = _RuleTable(catalogue.narratives)
        for number, lead in _leads(catalogue, self._rules.marks).items():
            first, *others = catalogue.patterns[number].terms
            terms = frozenset((first, *others)) if others else _NO_MORE
            if len(terms) > 1:
                self.patterns[number] = terms, lead
                for term in terms:
                    self.several.setdefault(term, []).append(number)
            else:
                known = self.alone.get(first)
                self.alone[first] = _joined((known, lead)) if known else lead

    def candidates(self, meanings: Sequence[Meaning | None], title_end: int) -> Candidates:
        """Return what may be met by an item with words of these meanings, title first."""
        table = self._rules
        marks, phrases = _joint(meanings)
        met = table.met(marks)
        if met & table.title_only:
            in_title, _ = _joint(meanings[:title_end])
            met &= table.met(in_title) | ~table.title_only
        if not met and not phrases:
            return NOTHING
        return Candidates(sorted(set(phrases)), table.addresses(met))


class _RuleTable:
    """Rules of positive weight as columns, their groups as rows, a bit each.

    Those of most groups come first, so that each row is only as wide as there are rules for it.
    """

    def __init__(self, narratives: Iterable[NarrativePlan]) -> None:
        found = [
            ((number, place), rule)
            for number, narrative in enumerate(narratives)
            for place, rule in enumerate(narrative.rules)
            if rule.weight > 0 and rule.groups
        ]
        found.sort(key=lambda each: -len(each[1].groups))
        self._addresses = [address for address, _ in found]
        self._first = (1 << len(found)) - 1
        self._others: list[tuple[int, int]] = []  # of each row: where it begins; who has none
        self.title_only = 0
        self.marks: dict[int, int] = {}  # by concept
        begin = 0
        for row in range(max((len(rule.groups) for _, rule in found), default=0)):
            width = sum(len(rule.groups) > row for _, rule in found)
            for column, (_, rule) in enumerate(found[:width]):
                for concept in rule.groups[row]:
                    mark = 1 << (begin + column)
                    self.marks[concept] = self.marks.get(concept, 0) | mark
            if row:
                self._others.append((begin, self._first >> width << width))
            begin += width or 1
        for column, (_, rule) in enumerate(found):
            self.title_only |= (rule.field == "title") << column

    def met(self, marks: int) -> int:
        """Return the columns that are marked in every row they have."""
        met = marks & self._first
        for begin, without in self._others:
            if not met:
                return 0
            met &= marks >> begin | without
        return met

    def addresses(self, columns: int) -> list[Address]:
        """Return the rules of these columns in the catalogue's order."""
        found: list[Address] = []
        while columns:
            lowest = columns & -columns
            found.append(self._addresses[lowest.bit_length() - 1])
            columns ^= lowest
        return sorted(found)


def _joint(meanings: Iterable[Meaning | None]) -> tuple[int, list[Address]]:
    """Return what words say together: the marks and the phrases met."""
    marks = 0
    phrases: list[Address] = []
    present: list[int] = []
    hopeful: list[Meaning] = []
    for meaning in filter(None, set(meanings)):
        if meaning.marks:
            marks |= meaning.marks
        if meaning.phrases:
            phrases += meaning.phrases
        if meaning.needed:
            present += meaning.needed
        if meaning.partial:
            hopeful.append(meaning)
    together = set(present)
    for meaning in hopeful:
        if not together.isdisjoint(meaning.rarest):
            for lead in _leads_met(meaning.partial, together):
                marks |= lead.marks
                phrases += lead.phrases
    return marks, phrases


def _leads_met(patterns: Iterable[Partial], together: set[int]) -> list[Lead]:
    return [lead for rarest, rest, lead in patterns if rarest in together and rest <= together]


def _joined(leads: Collection[Lead]) -> Lead:
    """Return what several leads come to: one alone stays what it is, and where it is."""
    if len(leads) == 1:
        return next(iter(leads))
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
            lead = Lead(marks[concept])
            for pattern in patterns:
                found.setdefault(pattern, []).append(lead)
    for number, narrative in enumerate(catalogue.narratives):
        for place, (pattern, _) in enumerate(narrative.phrases):
            found.setdefault(pattern, []).append(Lead(phrases=((number, place),)))
    return {pattern: _joined(leads) for pattern, leads in found.items()}
