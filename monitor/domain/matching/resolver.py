"""From words to the terms they may be: each distinct word is looked up once and remembered."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from rapidfuzz import fuzz

from monitor.domain.matching.compiled import CompiledCatalogue, Kind, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.typos import Typos, may_be_typo

#: What a word may be: (number of a term, how closely it fits from 0 to 1), best first.
Reading = tuple[tuple[int, float], ...]

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
    """Resolves words to readings.

    A reading is known by a number, 0 being "no term of the catalogue", so that most words of an
    item cost one dictionary access. A term counts in texts of its own family, or of none known;
    abbreviations in capitals in all; and a kindred language's word where it is written the same
    and is long enough to mean the same. `readings` lead from a number to terms and their fits;
    `describe` is asked once for each distinct set of terms, and what it says stands in `clues`, by
    number. Not safe for threads: use one a worker.
    """

    def __init__(self, catalogue: CompiledCatalogue, describe: Callable[[Reading], Clue]) -> None:
        self._catalogue = catalogue
        self._describe = describe
        self._typos: dict[str, Typos] = {}
        self._kindred = _same_in_kindred(catalogue.terms)
        self._prefixes: dict[str, dict[str, list[tuple[str, int]]]] = {}
        self._nothings: dict[str, Callable[[str], bool]] = {}
        self._forget()

    def _forget(self) -> None:
        self.readings: list[dict[int, float]] = []
        self.clues: list[Clue] = []
        self._numbers: dict[Reading, int] = {}
        self._described: dict[tuple[int, ...], Clue] = {}
        self._remembered: dict[str, _Remembered] = {}
        self._number(())

    def prepare(self, family: str) -> None:
        """Build what the first unknown word of a family would build."""
        self._typos_of(family)

    def numbers(self, words: Sequence[str], family: str) -> list[int]:
        """Return the number of each word's reading in a text of this family (empty: unknown)."""
        if len(self._remembered.get(family, ())) > _REMEMBERED:
            self._forget()
        if family not in self._remembered:
            self._remembered[family] = _Remembered(self._learner(family))
        return list(map(self._remembered[family].__getitem__, words))

    def _learner(self, family: str) -> Callable[[str], int]:
        """Return what looks up the number of a word's reading."""
        if family not in self._nothings:
            self._nothings[family] = self._nothing(family)
        means_nothing = self._nothings[family]

        def learn(word: str) -> int:
            return 0 if means_nothing(word) else self._number(self._reading(word, family))

        return learn

    def _nothing(self, family: str) -> Callable[[str], bool]:
        """Return a quick test for words that are no term, nor like one: nearly all new words."""
        if family not in self._catalogue.forms:
            return lambda _word: False
        forms, known = self._catalogue.forms[family], self._catalogue.known.get(family, ())
        begins, typos = self._begins(family), self._typos_of(family)
        capitals, kindred = self._catalogue.capitals, self._kindred if family in _KINDRED else {}
        ekavian_too = family == "hbs"

        def means_nothing(word: str) -> bool:
            if word in forms or word in capitals or word in kindred or begins(word):
                return False
            if ekavian_too and "je" in word and ekavian(word) in forms:
                return False
            return not may_be_typo(word) or word in known or not typos.nearest(word)

        return means_nothing

    def _number(self, reading: Reading) -> int:
        if reading not in self._numbers:
            self._numbers[reading] = len(self.readings)
            self.readings.append(dict(reading))
            terms = tuple(sorted(term for term, _ in reading))  # many words, one meaning
            if terms not in self._described:
                self._described[terms] = self._describe(reading)
            self.clues.append(self._described[terms])
        return self._numbers[reading]

    def _reading(self, word: str, family: str) -> Reading:
        if len(word) > _LONGEST:
            return ()
        families = [family] if family else list(self._catalogue.forms)
        fits = dict.fromkeys(self._begun(word, family), _BEGINNING)
        fits |= {number: self._fit(word, number) for number in self._listed(word, families)}
        if not fits and may_be_typo(word):
            fits = dict(self._misspelt(word, families))
        if family in _KINDRED:
            fits |= dict.fromkeys(self._kindred.get(word, ()), 1.0)
        fits |= dict.fromkeys(self._catalogue.capitals.get(word, ()), 1.0)
        return tuple(sorted(fits.items(), key=lambda fit: (-fit[1], fit[0])))

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
        for prefix, numbers in self._catalogue.prefixes.items():
            for number in numbers:
                own = self._catalogue.terms[number].family
                kindred = len(prefix) >= _SHARED_FROM and {own, family} <= _KINDRED
                if family in {"", own} or kindred:
                    found.setdefault(prefix[: _HEADS[-1]], []).append((prefix, number))
        return found

    def _listed(self, word: str, families: Iterable[str]) -> Iterator[int]:
        """Yield the terms of these families that the word is a form of."""
        for family in families:
            forms = self._catalogue.forms.get(family, {})
            yield from forms.get(word, ())
            if family == "hbs":
                yield from forms.get(ekavian(word), ())

    def _misspelt(self, word: str, families: Iterable[str]) -> Iterator[tuple[int, float]]:
        """Yield the terms that the word may be a typo of, if it is no real word itself."""
        if any(word in self._catalogue.known.get(family, ()) for family in families):
            return
        for family in families:
            forms = self._catalogue.forms.get(family, {})
            for form in self._typos_of(family).nearest(word):
                for number in forms[form]:
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
