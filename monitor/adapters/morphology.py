"""The words of simplemma's dictionaries, folded.

Reading them takes seconds and much memory: only compiling a catalogue imports this module.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from monitor.domain.matching.fold import fold, tokens

_BATCH: Final = 100  # words folded at once


class DictionaryMorphology:
    """Serbian (and its kin), Albanian, Macedonian, Russian and English word forms.

    Keeps the domain's `Morphology` protocol. Remembers folded words only, some 30 MB.
    """

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def entries(self, family: str) -> Iterator[tuple[str, str]]:
        """Yield (word form, its base form), both folded, for all words of a language family."""
        seen: list[str] = []
        # A factory of our own: simplemma's shared one would keep all dictionaries for good.
        entries = iter(DefaultDictionaryFactory(1).get_dictionary(family).items())
        while batch := list(islice(entries, _BATCH)):
            forms = _folded([form for form, _ in batch])
            seen += forms
            yield from zip(forms, _folded([lemma for _, lemma in batch]), strict=True)
        self._words[family] = " ".join(seen)

    def words(self, family: str) -> Iterable[str]:
        """Return every folded word form that the family's dictionary knows."""
        if family not in self._words:
            deque(self.entries(family), maxlen=0)
        return self._words[family].split()


def _folded(words: Sequence[str]) -> list[str]:
    folded = tokens("\n".join(words))
    # Else one of them is no single word, and the lists would not match.
    return folded if len(folded) == len(words) else list(map(fold, words))
