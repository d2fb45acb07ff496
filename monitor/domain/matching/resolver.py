"""From words to the terms they may be: each distinct word is looked up once and remembered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

from rapidfuzz import fuzz

from monitor.domain.matching.compiled import CompiledCatalogue, Kind, Term
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.meaning import Meaning
from monitor.domain.matching.typos import Typos, may_be_typo

#: What a word may be: numbers of terms, and how closely it fits each, from 0 to 1.
Reading = Mapping[int, float]

_REMEMBERED: Final = 200_000  # distinct words of a language; then it starts to learn anew
_LONGEST: Final = 40  # letters; anything longer is no word
_HEAD: Final = 4  # letters by which each `beginning*` is found, or all of it
_NO_TERM: Final[tuple[int, ...]] = ()
_REAL, _UNKNOWN, _SEVERAL = 0, -1, -2  # words without a listed meaning, or with others beside it
_KINDRED: Final = frozenset({"hbs", "mk", "ru"})
_SHARED_FROM: Final = 5  # letters that a word needs to count in a kindred language
_INFLECTED: Final = 0.95  # the least fit of a listed form
_MISSPELT: Final = 0.85  # times the likeness: of the hits that hang on a typo, most are wrong
_BEGINNING: Final = 0.97  # the fit of a word found by `beginning*`


Learned = TypeVar("Learned")


class _Remembered(dict[str, Learned]):
    """What is known of each word; what is not there yet is learned."""

    def __init__(self, learn: Callable[[str], Learned]) -> None:
        self._learn = learn

    def __missing__(self, word: str) -> Learned:
        learned = self[word] = self._learn(word)
        return learned


#: The meanings met so far that have a term, by its number.
Holders = dict[int, list[Meaning]]

#: Takes note of a meaning when it is first met, and of those of its terms that are met with it.
Note = Callable[[Meaning, Sequence[int]], None]


def _no_note(_meaning: Meaning, _new: Sequence[int]) -> None:
    """Nothing follows: single words are looked up."""


class Resolver:
    """Resolves words to meanings: sets of terms, None being "no term of the catalogue".

    So most words of an item cost one dictionary access. A term counts in texts of its own family,
    or of none known; abbreviations in capitals in all; and a kindred language's word where it is
    written the same and is long enough to mean the same. Each meaning is shown once to the note
    taker that `notebook` gives; a new one is asked for where everything is forgotten, now and
    then. Not safe for threads: use one a worker.
    """

    def __init__(
        self,
        catalogue: CompiledCatalogue,
        notebook: Callable[[Holders], Note] = lambda _: _no_note,
    ) -> None:
        self._catalogue = catalogue
        self._notebook = notebook
        self._typos: dict[str, Typos] = {}
        terms = enumerate(catalogue.terms)
        self._abbreviations = frozenset(at for at, term in terms if term.kind is Kind.CAPITALS)
        self._kindred = _same_in_kindred(catalogue.terms)
        self._beginnings: dict[str, Callable[[str], tuple[int, ...]]] = {}
        self._learners: dict[str, Callable[[str], Meaning | None]] = {}
        self._forget()

    def _forget(self) -> None:
        self.holders: Holders = {}
        self._note = self._notebook(self.holders)
        self._met: dict[tuple[int, ...], Meaning] = {}
        self._by_number: dict[int, Meaning | None] = {}
        self._joint: dict[tuple[object, ...], Meaning | None] = {}
        self._remembered: dict[str, _Remembered[Meaning | None]] = {}
        self._readings: dict[str, _Remembered[Reading]] = {}

    def prepare(self, family: str) -> None:
        """Build what the first unknown word of a family would build."""
        self.meanings((), family)

    def meanings(self, words: Sequence[str], family: str) -> list[Meaning | None]:
        """Return each word's meaning in a text of this family (empty: unknown)."""
        if len(self._remembered.get(family, ())) > _REMEMBERED:
            self._forget()
        if family not in self._remembered:
            self._remembered[family] = _Remembered(self._learner(family))
        return list(map(self._remembered[family].__getitem__, words))

    def readings(self, family: str) -> Mapping[str, Reading]:
        """Return how closely words fit the terms of their meanings. Remembered: few are asked."""
        if family not in self._readings:
            self._readings[family] = _Remembered(partial(self._read, family=family))
        return self._readings[family]

    def _learner(self, family: str) -> Callable[[str], Meaning | None]:
        """Return what looks up a word's meaning."""
        if family not in self._learners:
            self._learners[family] = (
                self._quick(family) if family in self._catalogue.forms else self._slow(family)
            )
        return self._learners[family]

    def _slow(self, family: str) -> Callable[[str], Meaning | None]:
        return lambda word: self.meaning(self._read(word, family))

    def _quick(self, family: str) -> Callable[[str], Meaning | None]:
        """Return what learns a word as `_slow` does, but without asking how closely it fits."""
        forms, others = self._catalogue.forms[family], self._anywhere(family)
        begun, nearest = self._begun(family), self._typos_of(family).nearest
        ekavian_too = family == "hbs"
        # One table tells of most words what they are: memory far away is what learning costs.
        table = dict.fromkeys(self._catalogue.known.get(family, ()), _REAL)
        table |= forms
        table |= dict.fromkeys(others, _SEVERAL)

        def learn(word: str) -> Meaning | None:
            listed, beginnings = table.get(word, _UNKNOWN), begun(word)
            dialect = forms.get(ekavian(word), 0) if ekavian_too and "je" in word else 0
            if beginnings or dialect or listed == _SEVERAL:
                found = forms.get(word, 0), dialect, beginnings
                return self._joined(word, found, others.get(word, _NO_TERM), family)
            if listed > 0:
                return self._listed_alone(listed)
            near = nearest(word) if listed == _UNKNOWN else ()
            return self.meaning(self._inflected(forms[form] for form in near)) if near else None

        return learn

    def _inflected(self, meanings: Iterable[int]) -> Iterator[int]:
        """Yield the terms of these meanings that may be misspelt."""
        for meaning in meanings:
            for number in self._terms(meaning):
                if self._catalogue.terms[number].kind is Kind.INFLECTED:
                    yield number

    def _anywhere(self, family: str) -> dict[str, tuple[int, ...]]:
        """Return the terms of words that count in a family though they are none of its forms."""
        found: dict[str, tuple[int, ...]] = {}
        for word, meaning in self._catalogue.capitals.items():
            found[word] = self._terms(meaning)
        for word, terms in self._kindred.items() if family in _KINDRED else ():
            found[word] = (*found.get(word, ()), *terms)
        return found

    def _listed_alone(self, number: int) -> Meaning | None:
        if number not in self._by_number:
            self._by_number[number] = self.meaning(self._terms(number))
        return self._by_number[number]

    def _joined(
        self,
        word: str,
        found: tuple[int, int, tuple[int, ...]],
        others: tuple[int, ...],
        family: str,
    ) -> Meaning | None:
        """Return what all these together mean: two meanings by number, and terms."""
        if len(word) > _LONGEST:
            return None
        if not any(found):  # what is of another language may be a typo of ours
            return self.meaning(self._read(word, family))
        key = (*found, others)
        if key not in self._joint:
            listed, dialect, beginnings = found
            terms = (*self._terms(listed), *self._terms(dialect), *beginnings, *others)
            self._joint[key] = self.meaning(terms)
        return self._joint[key]

    def meaning(self, terms: Iterable[int]) -> Meaning | None:
        """Return the meaning that these terms are: always the same one; None without any."""
        key = tuple(sorted(set(terms)))
        if not key:
            return None
        if key not in self._met:
            is_abbreviation = not self._abbreviations.isdisjoint(key)
            meaning = self._met[key] = Meaning(key, is_abbreviation)
            new = [term for term in key if term not in self.holders]
            for term in key:
                self.holders.setdefault(term, []).append(meaning)
            self._note(meaning, new)
        return self._met[key]

    def _read(self, word: str, family: str) -> Reading:
        if len(word) > _LONGEST:
            return {}
        families = [family] if family else list(self._catalogue.forms)
        fits = dict.fromkeys(self._begun(family)(word), _BEGINNING)
        fits |= {number: self._fit(word, number) for number in self._listed(word, families)}
        if not fits and may_be_typo(word):
            fits = dict(self._misspelt(word, families))
        if family in _KINDRED:
            fits |= dict.fromkeys(self._kindred.get(word, ()), 1.0)
        return fits | dict.fromkeys(self._terms(self._catalogue.capitals.get(word, 0)), 1.0)

    def _terms(self, meaning: int) -> tuple[int, ...]:
        return self._catalogue.meanings[meaning]

    def _begun(self, family: str) -> Callable[[str], tuple[int, ...]]:
        """Return what says which terms of a family, or of its kin, a word begins like."""
        if family not in self._beginnings:
            self._beginnings[family] = self._begun_in(family)
        return self._beginnings[family]

    def _begun_in(self, family: str) -> Callable[[str], tuple[int, ...]]:
        heads: dict[str, dict[str, tuple[int, ...]]] = {}
        for prefix, meaning in self._catalogue.prefixes.items():
            terms = tuple(t for t in self._terms(meaning) if self._counts(prefix, t, family))
            if terms:
                heads.setdefault(prefix[:_HEAD], {})[prefix] = terms
        of_head = {head: tuple(found) for head, found in heads.items()}.get
        lengths = sorted({len(head) for head in heads})

        def begun(word: str) -> tuple[int, ...]:
            found = _NO_TERM
            for length in lengths:
                prefixes = of_head(word[:length])
                if prefixes and word.startswith(prefixes):
                    own = heads[word[:length]]
                    for prefix in filter(word.startswith, prefixes):
                        found += own[prefix]
            return found

        return begun

    def _counts(self, prefix: str, term: int, family: str) -> bool:
        own = self._catalogue.terms[term].family
        is_kindred = len(prefix) >= _SHARED_FROM and {own, family} <= _KINDRED
        return family in {"", own} or is_kindred

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
                for number in self._inflected((forms[form],)):
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
