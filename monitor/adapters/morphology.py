"""Inflection from simplemma's dictionaries, read backwards: from a lemma to its forms.

Loading takes seconds and much memory: only compiling a catalogue imports this module, and one
dictionary at a time is held.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Final

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from monitor.domain.matching.fold import fold, tokens

_HEAD: Final = 3  # letters that a form shares with its lemma, else it is of no use
_BATCH: Final = 500  # words folded at once


class DictionaryMorphology:
    """The forms of Serbian (and its kin), Albanian, Macedonian, Russian and English words.

    Keeps the domain's `Morphology` protocol.
    """

    def __init__(self) -> None:
        self._dictionaries = DefaultDictionaryFactory(cache_max_size=1)

    def forms(self, family: str, words: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return the folded forms of the lemmas of each folded word; unknown words have none."""
        by_lemma, lemmas = self._paradigms(family, {word[:_HEAD] for word in words})
        found = {}
        for word in words:
            forms = [by_lemma[lemma] for lemma in lemmas.get(word, ())]
            if forms:
                found[word] = frozenset[str]().union(*forms)
        return found

    def words(self, family: str) -> Iterator[str]:
        """Yield every folded word form that the family's dictionary knows."""
        keys = iter(self._dictionaries.get_dictionary(family))
        while batch := list(islice(keys, _BATCH)):
            yield from tokens("\n".join(batch))

    def _paradigms(
        self, family: str, heads: Collection[str]
    ) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
        """Return the forms of each lemma, and the lemmas of each form, for words that begin so."""
        by_lemma: defaultdict[str, set[str]] = defaultdict(set)
        lemmas: defaultdict[str, set[str]] = defaultdict(set)
        known_heads: dict[str, bool] = {}
        for form, lemma in self._dictionaries.get_dictionary(family).items():
            head = form[: _HEAD + 1]
            if head not in known_heads:
                known_heads[head] = fold(head)[:_HEAD] in heads
            if known_heads[head]:
                key = fold(form)
                by_lemma[lemma].add(key)
                lemmas[key].add(lemma)
        return by_lemma, lemmas
