"""The words of simplemma's dictionaries, folded.

Folding them takes seconds and much memory, so that they are kept folded beside the compiled
catalogue (`keep`), some 7 MB. Only compiling a catalogue imports this module.
"""

import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from monitor.domain.matching.fold import fold, tokens

_BATCH: Final = 100  # words folded at once
_BETWEEN: Final = "\n"  # words that are kept
_PARTS: Final = "\0"  # between all forms and all bases


class DictionaryMorphology:
    """Serbian (and its kin), Albanian, Macedonian, Russian and English word forms.

    Keeps the domain's `Morphology` protocol, of what `keep` left in a directory, else of the
    dictionaries themselves. Remembers folded words only, some 30 MB.
    """

    def __init__(self, kept: Path | None = None, tag: str = "") -> None:
        self._kept, self._tag = kept, tag
        self._forms: dict[str, str] = {}

    def entries(self, family: str) -> Iterable[tuple[str, str]]:
        """Return (word form, its base form), both folded, for all words of a language family."""
        forms, bases = self._read(family)
        self._forms[family] = forms
        return zip(forms.split(_BETWEEN), bases.split(_BETWEEN), strict=True)

    def words(self, family: str) -> Iterable[str]:
        """Return every folded word form that the family's dictionary knows."""
        if family not in self._forms:
            self._forms[family], _ = self._read(family)
        return self._forms[family].split()  # a few forms are two words

    def _read(self, family: str) -> tuple[str, str]:
        """Return all forms and the base of each as they are kept, and were not damaged."""
        if self._kept:
            with suppress(OSError, ValueError, zlib.error):
                data = zlib.decompress((self._kept / file_name(family, self._tag)).read_bytes())
                forms, bases = data.decode("ascii").split(_PARTS)
                if forms.count(_BETWEEN) == bases.count(_BETWEEN):
                    return forms, bases
        forms, bases = map(_BETWEEN.join, _by_simplemma(family))
        return forms, bases


def file_name(family: str, tag: str) -> str:
    """Return the name of the file that keeps a family's words, of code with this tag."""
    return f"words-{family}-{tag}.z"


def keep(family: str) -> bytes:
    """Return the words of a family as they are kept: sorted forms, and the base of each."""
    entries = sorted(set(zip(*_by_simplemma(family), strict=True)))
    text = _PARTS.join(_BETWEEN.join(entry[part] for entry in entries) for part in (0, 1))
    return zlib.compress(text.encode("ascii"))


def _by_simplemma(family: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the forms of simplemma's dictionary and the base of each, all folded."""
    forms: list[str] = []
    bases: list[str] = []
    # A factory of our own: simplemma's shared one would keep all dictionaries for good.
    entries = iter(DefaultDictionaryFactory(1).get_dictionary(family).items())
    while batch := list(islice(entries, _BATCH)):
        forms += _folded([form for form, _ in batch])
        bases += _folded([base for _, base in batch])
    return forms, bases


def _folded(words: Sequence[str]) -> list[str]:
    folded = tokens("\n".join(words))
    # Else one of them is no single word, and the lists would not match.
    return folded if len(folded) == len(words) else list(map(fold, words))
