"""Which words are read otherwise because a catalogue lists other words beside the same ones.

A word that was the typo of one narrative's word may be nearer to another narrative's, or one of
them, once that is there; and be the typo again when it is gone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from monitor.domain.matching.compiled import CompiledCatalogue, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.meaning import Meaning
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.typos import Typos, alike, may_be_typo
from monitor.domain.matching.vocabulary import Vocabulary

_NO_WORDS: Final = frozenset[str]()


class Otherwise(NamedTuple):
    """How a word is read otherwise: as to which terms, and which of them it may be now."""

    terms: frozenset[int]
    now: frozenset[int]


_AS_BEFORE: Final = Otherwise(frozenset(), frozenset())


class Shift:
    """From one vocabulary to another. `forms`, by family, and `beginnings` are in one of them."""

    def __init__(self, before: Vocabulary, now: Vocabulary) -> None:
        self._both = before, now
        self._families = sorted(before.forms.keys() | now.forms.keys())
        apart = {f: _apart(before.forms, now.forms, f) for f in self._families}
        self.forms = {family: forms for family, forms in apart.items() if forms}
        begun = before.beginnings.keys() | now.beginnings.keys()
        self.beginnings = tuple(
            sorted({*()}.union(*(_apart(before.beginnings, now.beginnings, f) for f in begun)))
        )
        self.is_any = bool(self.forms or self.beginnings)
        self._typos = {family: Typos(forms) for family, forms in self.forms.items()}

    def words(
        self, catalogue: CompiledCatalogue, terms: set[int], words: Iterable[str]
    ) -> dict[str, Otherwise]:
        """Return the words that are read otherwise as to these terms, and how.

        The terms of the catalogue must be in both vocabularies, with the same forms. Of `words`
        only those matter that are near to what is in one vocabulary alone.
        """
        doubtful = [word for word in words if self._is_doubtful(word)]
        if not doubtful:
            return {}
        before, now = self._resolvers(catalogue, terms, doubtful)
        found: dict[str, Otherwise] = {}
        for family in (*self._families, ""):
            was, read = before.readings(family), now.readings(family)
            for word in doubtful:
                unlike = {term for term, _ in was[word].items() ^ read[word].items()}
                if not unlike.isdisjoint(terms):
                    other, known = found.get(word, _AS_BEFORE)
                    moved = other.union(unlike.intersection(terms))
                    found[word] = Otherwise(moved, known.union(terms.intersection(read[word])))
        return found

    def _is_doubtful(self, word: str) -> bool:
        """Say whether it might be a typo in one vocabulary, and another or none in the other."""
        return may_be_typo(word) and any(
            self._is_touched(word, family) and not all(self._blocked(word, family))
            for family in self._families
        )

    def _is_touched(self, word: str, family: str) -> bool:
        forms = self.forms.get(family, _NO_WORDS)
        return (
            word in forms
            or (family == "hbs" and ekavian(word) in forms)
            or word.startswith(self.beginnings)
            or (family in self._typos and bool(self._typos[family].candidates(word)))
        )

    def _blocked(self, word: str, family: str) -> Iterator[bool]:
        """Yield for both vocabularies whether the word is listed, and so no typo."""
        for each in self._both:
            yield word in each.forms.get(family, ()) or word in each.real.get(family, ())

    def _resolvers(
        self, catalogue: CompiledCatalogue, terms: Collection[int], words: Sequence[str]
    ) -> Iterator[Resolver]:
        """Yield what reads these words with each of the vocabularies, as to these terms alone."""
        starts = {word[:end] for word in words for end in range(1, len(word) + 1)}
        near = {family: self._near(family, words) for family in self._families}
        for each in self._both:
            begun = {family: own & starts for family, own in each.beginnings.items()}
            forms = {family: each.forms.get(family, _NO_WORDS) & near[family] for family in near}
            small = Vocabulary(forms, begun, each.real)
            yield Resolver(_with(catalogue, terms, small), lambda _: _without_note)

    def _near(self, family: str, words: Sequence[str]) -> set[str]:
        """Return the forms that decide on these words."""
        forms = set[str]().union(*(each.forms.get(family, ()) for each in self._both))
        return alike(forms, words) | forms.intersection(words, map(ekavian, words))


def _with(
    catalogue: CompiledCatalogue, terms: Collection[int], vocabulary: Vocabulary
) -> CompiledCatalogue:
    """Return these terms of a catalogue with another vocabulary, to read words with.

    All that is listed is also of one term more, which stands for other narratives' of its family.
    """
    families = sorted(vocabulary.forms.keys() | vocabulary.beginnings.keys())
    other = {family: number for number, family in enumerate(families, len(catalogue.terms))}
    meanings: dict[tuple[int, ...], int] = {(): 0}

    def number(meaning: int, listed_in: Iterable[str]) -> int:
        own = (term for term in catalogue.meanings[meaning] if term in terms)
        return meanings.setdefault((*own, *map(other.__getitem__, listed_in)), len(meanings))

    forms: dict[str, dict[str, int]] = {}
    for family, listed in vocabulary.forms.items():
        known = catalogue.forms.get(family, {})
        forms[family] = {form: number(known.get(form, 0), (family,)) for form in sorted(listed)}
    begun: dict[str, list[str]] = {}
    for family in vocabulary.beginnings:
        for start in vocabulary.beginnings[family]:
            begun.setdefault(start, []).append(family)
    prefixes = {
        start: number(catalogue.prefixes.get(start, 0), own) for start, own in begun.items()
    }
    return replace(
        catalogue,
        terms=(*catalogue.terms, *(Term("", family) for family in families)),
        meanings=tuple(meanings),
        forms=forms,
        prefixes=prefixes,
        capitals={},
        known=dict(vocabulary.real),
    )


def _apart(
    one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]], family: str
) -> frozenset[str]:
    return one.get(family, _NO_WORDS) ^ other.get(family, _NO_WORDS)


def _without_note(_meaning: Meaning, _new: Sequence[int]) -> None:
    """Nothing follows here: single words are looked for."""
