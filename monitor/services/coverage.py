"""What a catalogue covers: narrative by language, so that gaps are visible."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.domain.language import family
from monitor.domain.narrative import FAMILIES, Catalogue, Narrative, Rule


@dataclass(frozen=True, slots=True)
class Covered:
    """One narrative in one language family. `hits` are those of the archive, if there is one."""

    narrative: str
    lang: str
    rules: int
    phrases: int
    examples: int
    hits: int

    @property
    def is_gap(self) -> bool:
        """Say whether nothing can be found here, or nothing shows that it can."""
        return self.rules + self.phrases == 0 or self.examples == 0


def covered(catalogue: Catalogue, hits: Mapping[tuple[str, str], int]) -> Iterator[Covered]:
    """Yield each narrative in each family. `hits` counts by narrative and language of the item."""
    speaks = {
        concept.id: frozenset(word.lang for word in concept.words) for concept in catalogue.concepts
    }
    archived: Counter[tuple[str, str]] = Counter()
    for (narrative, lang), count in hits.items():
        archived[narrative, family(lang)] += count
    for each in catalogue.narratives:
        for lang in each.langs or FAMILIES:
            yield Covered(
                narrative=each.id,
                lang=lang,
                rules=sum(_can_fire(rule, lang, speaks) for rule in each.rules),
                phrases=sum(phrase.lang == lang for phrase in each.phrases),
                examples=_examples(each, lang),
                hits=archived[each.id, lang],
            )


def _can_fire(rule: Rule, lang: str, speaks: Mapping[str, frozenset[str]]) -> bool:
    if rule.weight <= 0 or (rule.langs and lang not in rule.langs):
        return False
    return all(any(lang in speaks[concept] for concept in group) for group in rule.all_of)


def _examples(narrative: Narrative, lang: str) -> int:
    return sum(
        example.grade != "none" and family(example.lang) == lang for example in narrative.examples
    )
