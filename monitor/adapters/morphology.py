"""Inflection from simplemma's dictionaries, read backwards: from a lemma to its forms.

Reading them takes seconds and much memory: only compiling a catalogue imports this module.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from monitor.domain.matching.fold import fold, tokens

_HEAD: Final = 3  # letters that a form shares with the word asked for, else it is of no use
_BATCH: Final = 100  # words folded at once


class DictionaryMorphology:
    """The forms of Serbian (and its kin), Albanian, Macedonian, Russian and English words.

    Keeps the domain's `Morphology` protocol. Remembers folded words only, some 30 MB.
    """

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def forms(self, family: str, words: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return the folded forms of the lemmas of each folded word; unknown words have none."""
        wanted = frozenset(words)
        heads = {word[:_HEAD] for word in words}
        by_lemma: defaultdict[str, set[str]] = defaultdict(set)
        lemmas: defaultdict[str, set[str]] = defaultdict(set)
        for form, lemma in self._entries(family):
            if form[:_HEAD] in heads:
                by_lemma[lemma].add(form)
                if form in wanted:
                    lemmas[form].add(lemma)
        return {
            word: frozenset[str]().union(*(by_lemma[lemma] for lemma in own))
            for word, own in lemmas.items()
        }

    def words(self, family: str) -> Iterable[str]:
        """Return every folded word form that the family's dictionary knows."""
        if family not in self._words:
            deque(self._entries(family), maxlen=0)
        return self._words[family].split()

    def _entries(self, family: str) -> Iterator[tuple[str, str]]:
        """Yield (folded form, lemma as the dictionary has it); at the end remember the forms."""
        seen: list[str] = []
        # A factory of our own: simplemma's shared one would keep all dictionaries for good.
        entries = iter(DefaultDictionaryFactory(1).get_dictionary(family).items())
        while batch := list(islice(entries, _BATCH)):
            forms = tokens("\n".join(form for form, _ in batch))
            if len(forms) != len(batch):  # one of them is no single word
                forms = [fold(form) for form, _ in batch]
            seen += forms
            yield from zip(forms, (lemma for _, lemma in batch), strict=True)
        self._words[family] = " ".join(seen)
