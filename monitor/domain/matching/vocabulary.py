"""What decides as which form a misspelt word is read: all that a catalogue lists, of anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.matching.compiled import CompiledCatalogue


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words by language family.

    `forms` are all that the words of a catalogue may be met in, `beginnings` those of `secesij*`,
    `real` what is a real word and so no typo of a form that it is near to.
    """

    forms: Mapping[str, frozenset[str]]
    beginnings: Mapping[str, frozenset[str]]
    real: Mapping[str, frozenset[str]]


def vocabulary_of(catalogue: CompiledCatalogue) -> Vocabulary:
    """Return the vocabulary of a catalogue."""
    beginnings: dict[str, set[str]] = {}
    for prefix, meaning in catalogue.prefixes.items():
        for term in catalogue.meanings[meaning]:
            beginnings.setdefault(catalogue.terms[term].family, set()).add(prefix)
    return Vocabulary(
        {family: frozenset(forms) for family, forms in catalogue.forms.items()},
        {family: frozenset(found) for family, found in beginnings.items()},
        dict(catalogue.known),
    )
