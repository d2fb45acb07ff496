"""From the catalogue as analysts write it to the tables that matching looks up."""

from collections.abc import Iterable, Mapping

from monitor.domain.errors import ConfigError
from monitor.domain.matching.compiled import (
    CompiledCatalogue,
    NarrativePlan,
    Pattern,
    RulePlan,
    Term,
)
from monitor.domain.matching.forms import FormTable, word_forms
from monitor.domain.matching.guard import words_that_look_like_typos
from monitor.domain.matching.morphology import Morphology
from monitor.domain.matching.reading import read_word
from monitor.domain.narrative import Catalogue, Narrative, Rule, Word


class _Numbers:
    """Gives each distinct term, pattern and meaning a number, in the order they are met."""

    def __init__(self, earlier: CompiledCatalogue) -> None:
        self._read = _read_before(earlier)
        self.terms: dict[Term, int] = {}
        self.patterns: dict[Pattern, int] = {}
        self.meanings: dict[tuple[int, ...], int] = {(): 0}

    def pattern(self, word: Word, *, loose: bool) -> int | None:
        """Return the number of a phrase or concept word; None if nothing of it can be met."""
        terms, size = self._read.get((word.text, word.lang)) or read_word(word)
        if not terms:
            return None
        numbers = tuple(self.terms.setdefault(term, len(self.terms)) for term in terms)
        pattern = Pattern(word.text, word.lang, numbers, size, loose)
        return self.patterns.setdefault(pattern, len(self.patterns))

    def all_of(self, words: Iterable[Word]) -> tuple[int, ...]:
        """Return the numbers of a concept's words."""
        numbers = (self.pattern(word, loose=False) for word in words)
        return tuple(dict.fromkeys(number for number in numbers if number is not None))

    def meaning_of(self, row: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
        """Return for each word the number of its meaning, a set of terms."""
        return {
            word: self.meanings.setdefault(terms, len(self.meanings)) for word, terms in row.items()
        }


def compile_catalogue(
    catalogue: Catalogue, morphology: Morphology, earlier: CompiledCatalogue | None = None
) -> CompiledCatalogue:
    """Return the tables for a catalogue: the same for the same catalogue and dictionaries.

    Takes seconds where dictionaries are large; store the result. What an `earlier` one of the same
    dictionaries has in common with it is taken over, whatever else that one is about: most of the
    time is spent on words. Raises ConfigError.
    """
    earlier = earlier or CompiledCatalogue("")
    numbers = _Numbers(earlier)
    concepts = tuple((concept.id, numbers.all_of(concept.words)) for concept in catalogue.concepts)
    by_id = {name: number for number, (name, _) in enumerate(concepts)}
    narratives = tuple(_narrative(each, numbers, by_id) for each in catalogue.narratives)
    table = word_forms(tuple(numbers.terms), morphology, _forms_by_term(earlier))
    forms = {family: numbers.meaning_of(row) for family, row in table.forms.items()}
    capitals, prefixes = numbers.meaning_of(table.capitals), numbers.meaning_of(table.prefixes)
    return CompiledCatalogue(
        version=catalogue.version,
        terms=tuple(numbers.terms),
        meanings=tuple(numbers.meanings),
        forms=forms,
        capitals=capitals,
        prefixes=prefixes,
        known=_known(table, morphology, earlier),
        patterns=tuple(numbers.patterns),
        concepts=concepts,
        narratives=narratives,
    )


def _read_before(
    earlier: CompiledCatalogue,
) -> dict[tuple[str, str], tuple[tuple[Term, ...], int]]:
    """Return what a catalogue's words were read as, by text and language."""
    terms = earlier.terms
    return {
        (each.text, each.family): (tuple(terms[number] for number in each.terms), each.size)
        for each in earlier.patterns
    }


def _forms_by_term(earlier: CompiledCatalogue) -> dict[Term, list[str]]:
    """Return all forms of the terms that a catalogue lists forms of."""
    found: dict[Term, list[str]] = {}
    for row in earlier.forms.values():
        by_meaning: dict[int, list[str]] = {}
        for form, meaning in row.items():
            by_meaning.setdefault(meaning, []).append(form)
        for meaning, forms in by_meaning.items():
            for number in earlier.meanings[meaning]:
                found.setdefault(earlier.terms[number], []).extend(forms)
    return found


def _known(
    table: FormTable, morphology: Morphology, earlier: CompiledCatalogue
) -> dict[str, frozenset[str]]:
    return {
        family: _known_in(family, frozenset(forms), morphology, earlier)
        for family, forms in table.forms.items()
    }


def _known_in(
    family: str, forms: frozenset[str], morphology: Morphology, earlier: CompiledCatalogue
) -> frozenset[str]:
    """Return the real words of a family that look like typos of these forms.

    A word is near to a form whatever the other forms are: only of new ones all words are asked.
    """
    found = earlier.known.get(family, frozenset())
    before = frozenset(earlier.forms[family] if family in earlier.known else ())
    new, gone = forms - before, before - forms
    if gone:
        real = gone.intersection(morphology.words(family))
        found = frozenset(words_that_look_like_typos(forms, found | real))
    if new:
        found |= frozenset(words_that_look_like_typos(new, morphology.words(family)))
    return found - forms


def _narrative(
    narrative: Narrative, numbers: _Numbers, concepts: Mapping[str, int]
) -> NarrativePlan:
    phrases: dict[int, float] = {}
    for phrase in narrative.phrases:
        number = numbers.pattern(phrase, loose=True)
        if number is not None:
            phrases[number] = phrase.weight
    return NarrativePlan(
        id=narrative.id,
        rules=tuple(_rule(rule, narrative, concepts) for rule in narrative.rules),
        phrases=tuple(phrases.items()),
        digest_threshold=narrative.digest_threshold,
        review_threshold=narrative.review_threshold,
        min_words=narrative.min_words,
        langs=narrative.langs,
        countries=narrative.countries,
    )


def _rule(rule: Rule, narrative: Narrative, concepts: Mapping[str, int]) -> RulePlan:
    def number(name: str) -> int:
        for known in (f"{narrative.id}/{name}", name):
            if known in concepts:
                return concepts[known]
        place = f"rules.{rule.id}"
        raise ConfigError(f"no concept {name!r}", file=narrative.file, line=rule.line, where=place)

    return RulePlan(
        id=rule.id,
        groups=tuple(tuple(map(number, group)) for group in rule.all_of),
        barred=tuple(map(number, rule.none_of)),
        within=rule.within,
        ordered=rule.ordered,
        field=rule.field,
        weight=rule.weight,
        langs=rule.langs,
        countries=rule.countries,
    )
