"""List what a catalogue looks for, flat: for outside tools and for coverage."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.domain.matching.fold import fold
from monitor.domain.narrative import Catalogue, Narrative, Word


@dataclass(frozen=True, slots=True)
class Sought:
    """One phrase or concept word of a narrative. `weight` is the most points it may bring."""

    narrative: str
    lang: str
    phrase: str
    weight: float


def sought(catalogue: Catalogue) -> Iterator[Sought]:
    """Yield each phrase and concept word once a narrative and language, in file order."""
    concepts = {concept.id: concept.words for concept in catalogue.concepts}
    for narrative in catalogue.narratives:
        found: dict[tuple[str, str], Sought] = {}
        for word, weight in _words(narrative, concepts):
            key = (word.lang, fold(word.text))
            if key not in found or found[key].weight < weight:
                first = found[key].phrase if key in found else word.text.strip("=*")
                found[key] = Sought(narrative.id, word.lang, first, weight)
        yield from found.values()


def _words(
    narrative: Narrative, concepts: dict[str, tuple[Word, ...]]
) -> Iterator[tuple[Word, float]]:
    for phrase in narrative.phrases:
        yield phrase, phrase.weight
    for rule in narrative.rules:
        if rule.weight > 0:
            for name in dict.fromkeys(name for group in rule.all_of for name in group):
                for word in concepts[name]:
                    yield word, rule.weight
