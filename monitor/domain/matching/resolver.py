"""From words to the terms they may be: each distinct word is looked up once and remembered."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from rapidfuzz import fuzz

from monitor.domain.matching.compiled import CompiledCatalogue, Kind, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.forms import forms_by_family
from monitor.domain.matching.typos import Typos, edits_allowed

#: What a word may be: (number of a term, how closely it fits from 0 to 1), best first.
Reading = tuple[tuple[int, float], ...]

Clue = TypeVar("Clue")

_REMEMBERED: Final = 200_000  # distinct words of a language; then it starts to learn anew
_LONGEST: Final = 40  # letters; anything longer is no word
_SLAVIC: Final = frozenset({"hbs", "mk", "ru"})
_SHARED_FROM: Final = 5  # letters that a word needs to count in a kindred language
_INFLECTED: Final = 0.95  # the least fit of a listed form
_BEGINNING: Final = 0.97  # the fit of a word found by `beginning*`


class Resolver(Generic[Clue]):
    """Resolves words to readings.

    A reading is known by a number, 0 being "no term of the catalogue", so that most words of an
    item cost one dictionary access. `describe` is asked once for each distinct reading; what it
    says stands in `clues`, by number. Not safe for threads: use one a worker.
    """

    def __init__(self, catalogue: CompiledCatalogue, describe: Callable[[Reading], Clue]) -> None:
        self._catalogue = catalogue
        self._describe = describe
        self._typos: dict[str, Typos] = {}
        self._prefix_lengths = sorted({len(prefix) for prefix in catalogue.prefixes})
        self._forget()

    def _forget(self) -> None:
        self.readings: list[Reading] = []
        self.clues: list[Clue] = []
        self._numbers: dict[Reading, int] = {}
        self._remembered: dict[str, dict[str, int]] = {}
        self._number(())

    def numbers(self, words: Sequence[str], family: str) -> list[int]:
        """Return the number of each word's reading in a text of this family (empty: unknown)."""
        self.distinct(words, family)
        return list(map(self._remembered[family].__getitem__, words))

    def distinct(self, words: Iterable[str], family: str) -> set[int]:
        """Return the numbers of all words' readings, each once, without 0."""
        remembered = self._remembered.setdefault(family, {})
        found = set(map(remembered.get, words))
        if None in found:
            found = set(map(self._learned(words, family).__getitem__, words))
        found.discard(0)
        return found  # type: ignore[return-value] # no None is left

    def _learned(self, words: Iterable[str], family: str) -> dict[str, int]:
        """Return what is remembered of a family, these words included."""
        if len(self._remembered[family]) > _REMEMBERED:
            self._forget()
        remembered = self._remembered.setdefault(family, {})
        for word in words:
            if word not in remembered:
                remembered[word] = self._number(self._reading(word, family))
        return remembered

    def _number(self, reading: Reading) -> int:
        if reading not in self._numbers:
            self._numbers[reading] = len(self.readings)
            self.readings.append(reading)
            self.clues.append(self._describe(reading))
        return self._numbers[reading]

    def _reading(self, word: str, family: str) -> Reading:
        if len(word) > _LONGEST:
            return ()
        fits = dict(self._listed(word, family))
        own = any(family in {"", self._catalogue.terms[number].family} for number in fits)
        if not own and edits_allowed(word):
            fits |= dict(self._misspelt(word, family))
        return tuple(sorted(fits.items(), key=lambda fit: (-fit[1], fit[0])))

    def _listed(self, word: str, family: str) -> Iterator[tuple[int, float]]:
        """Yield the terms that the word is a form of, or begins like."""
        for number in self._beginning(word):
            if _may_stand(self._catalogue.terms[number], word, family):
                yield number, _BEGINNING
        for number in self._forms(word):
            term = self._catalogue.terms[number]
            if _may_stand(term, word, family):
                yield number, _fit(word, term)

    def _beginning(self, word: str) -> Iterable[int]:
        for length in self._prefix_lengths:
            yield from self._catalogue.prefixes.get(word[:length], ())

    def _forms(self, word: str) -> Iterator[int]:
        yield from self._catalogue.forms.get(word, ())
        other = ekavian(word)
        for number in self._catalogue.forms.get(other, ()) if other != word else ():
            if self._catalogue.terms[number].family == "hbs":
                yield number

    def _misspelt(self, word: str, family: str) -> Iterator[tuple[int, float]]:
        """Yield the terms that the word may be a typo of, if it is no real word itself."""
        families = [family] if family else list(self._catalogue.known)
        if any(word in self._catalogue.known.get(each, ()) for each in families):
            return
        for each in families:
            for form in self._typos_of(each).nearest(word):
                for number in self._catalogue.forms[form]:
                    term = self._catalogue.terms[number]
                    if term.kind is Kind.INFLECTED and term.family == each:
                        yield number, fuzz.ratio(word, form) / 100

    def _typos_of(self, family: str) -> Typos:
        if not self._typos:  # made when first needed: a start should cost nothing
            forms = forms_by_family(self._catalogue.forms, self._catalogue.terms)
            self._typos = {each: Typos(own) for each, own in forms.items()}
        return self._typos.get(family) or Typos(())


def _may_stand(term: Term, word: str, family: str) -> bool:
    """Say whether a term counts in a text of this family.

    Its own family, any if unknown; abbreviations in capitals always; and a kindred language's
    word if it is written the same and long enough to mean the same.
    """
    if family in {"", term.family} or term.kind is Kind.CAPITALS:
        return True
    same = term.text == word or term.kind is Kind.PREFIX
    kindred = family in _SLAVIC and term.family in _SLAVIC
    return kindred and same and len(term.text) >= _SHARED_FROM


def _fit(word: str, term: Term) -> float:
    if term.kind is not Kind.INFLECTED or word == term.text:
        return 1.0
    return _INFLECTED + (1 - _INFLECTED) * fuzz.ratio(word, term.text) / 100
