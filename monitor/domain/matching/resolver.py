"""From words to the terms they may be: each distinct word is looked up once and remembered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

from rapidfuzz import fuzz

from monitor.domain.matching.compiled import CompiledCatalogue, Kind, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.typos import Typos, may_be_typo

#: What a word may be: numbers of terms, and how closely it fits each, from 0 to 1.
Reading = Mapping[int, float]

Clue = TypeVar("Clue")

_REMEMBERED: Final = 200_000  # distinct words of a language; then it starts to learn anew
_LONGEST: Final = 40  # letters; anything longer is no word
_HEADS: Final = (1, 2, 3, 4)  # letters by which each `beginning*` is found: all of it, or four
_NONE: Final[tuple[str, ...]] = ()
_KINDRED: Final = frozenset({"hbs", "mk", "ru"})
_SHARED_FROM: Final = 5  # letters that a word needs to count in a kindred language
_INFLECTED: Final = 0.95  # the least fit of a listed form
_MISSPELT: Final = 0.85  # times the likeness: of the hits that hang on a typo, most are wrong
_BEGINNING: Final = 0.97  # the fit of a word found by `beginning*`


class _Remembered(dict[str, int]):
    """The number of each word's reading; what is not there yet is learned."""

    def __init__(self, learn: Callable[[str], int]) -> None:
        self._learn = learn

    def __missing__(self, word: str) -> int:
        number = self[word] = self._learn(word)
        return number


class Resolver(Generic[Clue]):
    """Resolves words to meanings: sets of terms, by number, 0 being "no term of the catalogue".

    So most words of an item cost one dictionary access. A term counts in texts of its own family,
    or of none known; abbreviations in capitals in all; and a kindred language's word where it is
    written the same and is long enough to mean the same. `meanings` lead from a number to terms;
    `describe` is asked once for each meaning that is met, and what it says stands in `clues`, by
    number. Not safe for threads: use one a worker.
    """

    def __init__(
        self, catalogue: CompiledCatalogue, describe: Callable[[Sequence[int]], Clue]
    ) -> None:
        self._catalogue = catalogue
        self._describe = describe
        self._typos: dict[str, Typos] = {}
        self._kindred = _same_in_kindred(catalogue.terms)
        self._prefixes: dict[str, dict[str, list[tuple[str, int]]]] = {}
        self._learners: dict[str, Callable[[str], int]] = {}
        self._forget()

    def _forget(self) -> None:
        self.meanings: list[tuple[int, ...]] = list(self._catalogue.meanings)
        self.clues: dict[int, Clue] = {}
        self._numbers = {terms: number for number, terms in enumerate(self.meanings)}
        self._remembered: dict[str, _Remembered] = {}
        self._readings: dict[tuple[str, str], Reading] = {}

    def prepare(self, family: str) -> None:
        """Build what the first unknown word of a family would build."""
        self.numbers((), family)

    def numbers(self, words: Sequence[str], family: str) -> list[int]:
        """Return the number of each word's meaning in a text of this family (empty: unknown)."""
        if len(self._remembered.get(family, ())) > _REMEMBERED:
            self._forget()
        if family not in self._remembered:
            self._remembered[family] = _Remembered(self._learner(family))
        return list(map(self._remembered[family].__getitem__, words))

    def reading(self, word: str, family: str) -> Reading:
        """Return how closely a word fits each term of its meaning. Remembered: few are asked."""
        key = (word, family)
        if key not in self._readings:
            self._readings[key] = self._read(word, family)
        return self._readings[key]

    def _learner(self, family: str) -> Callable[[str], int]:
        """Return what looks up the number of a word's meaning."""
        if family not in self._learners:
            self._learners[family] = (
                self._quick(family) if family in self._catalogue.forms else self._slow(family)
            )
        return self._learners[family]

    def _slow(self, family: str) -> Callable[[str], int]:
        return lambda word: self._number(self._read(word, family))

    def _quick(self, family: str) -> Callable[[str], int]:
        """Return what learns words fast that are one form, or nothing: nearly all new words."""
        forms, known = self._catalogue.forms[family], self._catalogue.known.get(family, ())
        begins, typos = self._begins(family), self._typos_of(family)
        more = {*self._catalogue.capitals, *(self._kindred if family in _KINDRED else ())}
        ekavian_too = family == "hbs"

        def learn(word: str) -> int:
            is_ekavian = ekavian_too and "je" in word and ekavian(word) in forms
            if not is_ekavian and word not in more and not begins(word):
                listed = forms.get(word)
                if listed:
                    return self._met(listed)
                if not may_be_typo(word) or word in known or not typos.nearest(word):
                    return 0
            return self._number(self._read(word, family))

        return learn

    def _number(self, reading: Reading) -> int:
        terms = tuple(sorted(reading))
        if terms not in self._numbers:
            self._numbers[terms] = len(self.meanings)
            self.meanings.append(terms)
        return self._met(self._numbers[terms])

    def _met(self, number: int) -> int:
        if number and number not in self.clues:
            self.clues[number] = self._describe(self.meanings[number])
        return number

    def _read(self, word: str, family: str) -> Reading:
        if len(word) > _LONGEST:
            return {}
        families = [family] if family else list(self._catalogue.forms)
        fits = dict.fromkeys(self._begun(word, family), _BEGINNING)
        fits |= {number: self._fit(word, number) for number in self._listed(word, families)}
        if not fits and may_be_typo(word):
            fits = dict(self._misspelt(word, families))
        if family in _KINDRED:
            fits |= dict.fromkeys(self._kindred.get(word, ()), 1.0)
        return fits | dict.fromkeys(self._terms(self._catalogue.capitals.get(word, 0)), 1.0)

    def _terms(self, meaning: int) -> tuple[int, ...]:
        return self._catalogue.meanings[meaning]

    def _begun(self, word: str, family: str) -> Iterator[int]:
        """Yield the terms that the word begins like."""
        begun = self._heads(family)
        for length in _HEADS:
            for prefix, number in begun.get(word[:length], ()):
                if word.startswith(prefix):
                    yield number

    def _begins(self, family: str) -> Callable[[str], bool]:
        """Return a quick test for words that begin like a term."""
        heads = {
            head: tuple(prefix for prefix, _ in found)
            for head, found in self._heads(family).items()
        }
        lengths = sorted({len(head) for head in heads})

        def begins(word: str) -> bool:
            for length in lengths:  # noqa: SIM110 - a generator would cost as much as the test
                if word.startswith(heads.get(word[:length], _NONE)):
                    return True
            return False

        return begins

    def _heads(self, family: str) -> dict[str, list[tuple[str, int]]]:
        if family not in self._prefixes:
            self._prefixes[family] = self._prefixes_of(family)
        return self._prefixes[family]

    def _prefixes_of(self, family: str) -> dict[str, list[tuple[str, int]]]:
        """Return by their first letters what words of a family may begin with: its own, or kin."""
        found: dict[str, list[tuple[str, int]]] = {}
        for prefix, meaning in self._catalogue.prefixes.items():
            for number in self._terms(meaning):
                own = self._catalogue.terms[number].family
                kindred = len(prefix) >= _SHARED_FROM and {own, family} <= _KINDRED
                if family in {"", own} or kindred:
                    found.setdefault(prefix[: _HEADS[-1]], []).append((prefix, number))
        return found

    def _listed(self, word: str, families: Iterable[str]) -> Iterator[int]:
        """Yield the terms of these families that the word is a form of."""
        for family in families:
            forms = self._catalogue.forms.get(family, {})
            yield from self._terms(forms.get(word, 0))
            if family == "hbs":
                yield from self._terms(forms.get(ekavian(word), 0))

    def _misspelt(self, word: str, families: Iterable[str]) -> Iterator[tuple[int, float]]:
        """Yield the terms that the word may be a typo of, if it is no real word itself."""
        if any(word in self._catalogue.known.get(family, ()) for family in families):
            return
        for family in families:
            forms = self._catalogue.forms.get(family, {})
            for form in self._typos_of(family).nearest(word):
                for number in self._terms(forms[form]):
                    if self._catalogue.terms[number].kind is Kind.INFLECTED:
                        yield number, _MISSPELT * fuzz.ratio(word, form) / 100

    def _typos_of(self, family: str) -> Typos:
        if family not in self._typos:  # made when first needed: a start should cost nothing
            self._typos[family] = Typos(self._catalogue.forms.get(family, {}))
        return self._typos[family]

    def _fit(self, word: str, number: int) -> float:
        term = self._catalogue.terms[number]
        if term.kind is not Kind.INFLECTED or word == term.text:
            return 1.0
        return _INFLECTED + (1 - _INFLECTED) * fuzz.ratio(word, term.text) / 100


def _same_in_kindred(terms: Iterable[Term]) -> dict[str, list[int]]:
    """Return the terms that count in kindred languages too: where the word is just the same."""
    found: dict[str, list[int]] = {}
    for number, term in enumerate(terms):
        whole = term.kind in {Kind.INFLECTED, Kind.EXACT}
        if whole and term.family in _KINDRED and len(term.text) >= _SHARED_FROM:
            found.setdefault(term.text, []).append(number)
    return found
