"""What another catalogue reaches in an archive, and nothing beyond."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from monitor.domain.hit import Hit, Passage
from monitor.domain.matching import CompiledCatalogue, Matcher
from monitor.domain.matching.candidates import AnyOf, Need, reach
from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.matching.fold import tokens
from monitor.domain.matching.vocabulary import vocabulary_of
from monitor.domain.narrative import FAMILIES, Catalogue, Concept, Narrative, Rule, Word
from monitor.domain.rematch import content_hashes, scope
from support.small_catalogue import narrative

STEMS = ("otrovan", "granicar", "mlijeko", "secesija", "izdajnik")
LETTERS = "aeiojkmnrst"
LANGUAGES = ("sr", "mk", "ru", "sq", "en", "")
NAMES = ("dam", "river", "border", "milk")

Hits = dict[str, Hit]


class Dictionary:
    """Keeps the `Morphology` protocol: words chosen by chance, some of them forms of others."""

    def __init__(self, chance: random.Random, words: Sequence[str]) -> None:
        self._entries = {
            family: [(word, chance.choice([word, chance.choice(words)])) for word in some]
            for family in FAMILIES
            for some in [chance.sample(words, len(words) // 4)]
        }

    def entries(self, family: str) -> Iterable[tuple[str, str]]:
        return self._entries[family]

    def words(self, family: str) -> Iterable[str]:
        return [form for form, _ in self._entries[family]]


def misspelt(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    match chance.randrange(5):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + chance.choice(LETTERS) + word[at:]
        case 2:
            return word[:at] + chance.choice(LETTERS) + word[at + 1 :]
        case 3:
            return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
        case _:
            return word + chance.choice(("a", "om", "ima", "je"))


def alike(chance: random.Random) -> list[str]:
    """Return words that are hard to tell from each other."""
    words = list(STEMS)
    for _ in range(40):
        words.append(misspelt(chance, chance.choice(words)))
    return [word for word in dict.fromkeys(words) if len(word) > 4]


def some_word(chance: random.Random, words: Sequence[str]) -> str:
    one = chance.choice(words)
    return chance.choice((one, one, one, f"={one}", f"{one[:6]}*", one.upper()))


def entries(chance: random.Random, words: Sequence[str], lengths: Sequence[int]) -> list[Word]:
    return [
        Word(
            chance.choice(FAMILIES),
            " ".join(some_word(chance, words) for _ in range(chance.choice(lengths))),
            chance.choice((50.0, 100.0)),
        )
        for _ in range(chance.randrange(1, 4))
    ]


def any_narrative(chance: random.Random, name: str, words: Sequence[str]) -> Narrative:
    phrases = {(word.lang, word.text): word for word in entries(chance, words, (1, 1, 2))}
    shared = [f"shared-{number}" for number in range(3)]
    rules = [
        Rule(
            f"r{number}",
            tuple((chance.choice(shared),) for _ in range(chance.randrange(1, 3))),
            tuple(chance.sample(shared, chance.randrange(2))),
            within=chance.choice((2, 30)),
            weight=weight,
        )
        for number, weight in enumerate(chance.sample((50.0, 80.0, -30.0), chance.randrange(3)))
    ]
    return narrative(name, phrases=list(phrases.values()), rules=rules)


def any_catalogue(chance: random.Random, words: Sequence[str]) -> Catalogue:
    concepts = tuple(
        Concept(f"shared-{number}", tuple(entries(chance, words, (1, 1, 2)))) for number in range(4)
    )
    narratives = tuple(any_narrative(chance, name, words) for name in NAMES)
    return Catalogue("", narratives, concepts)


def edited(chance: random.Random, catalogue: Catalogue, words: Sequence[str]) -> Catalogue:
    """Return a catalogue with a narrative less, another or other words, or a concept's words."""
    narratives = {one.id: one for one in catalogue.narratives}
    name = chance.choice(sorted(narratives))
    match chance.randrange(5):
        case 0:
            del narratives[name]
        case 1:
            narratives["anew"] = any_narrative(chance, "anew", words)
        case 2:
            more = tuple(entries(chance, words, (1, 2)))
            narratives[name] = replace(narratives[name], phrases=more)
        case 3:
            narratives[name] = replace(narratives[name], langs=("hbs",))
        case _:
            number = chance.randrange(len(catalogue.concepts))
            one = replace(catalogue.concepts[number], words=tuple(entries(chance, words, (1,))))
            others = catalogue.concepts[:number], catalogue.concepts[number + 1 :]
            return replace(catalogue, concepts=(*others[0], one, *others[1]))
    return replace(catalogue, narratives=tuple(sorted(narratives.values(), key=lambda n: n.id)))


def any_passage(chance: random.Random, words: Sequence[str]) -> Passage:
    said = [chance.choice(words) for _ in range(chance.randrange(1, 5))]
    if chance.random() < 0.5:
        said[0] = misspelt(chance, said[0])
    return Passage(" ".join(said), lang=chance.choice(LANGUAGES))


def hits(matcher: Matcher, passage: Passage) -> Hits:
    return {hit.narrative: hit for hit in matcher.match(passage)}


def may_hold(need: Need, words: set[str]) -> bool:
    if isinstance(need, str):
        return need in words
    some = (may_hold(part, words) for part in need.parts)
    return any(some) if isinstance(need, AnyOf) else all(some)


def in_part(
    compiled: CompiledCatalogue,
    olds: Sequence[CompiledCatalogue],
    changed: frozenset[str],
    archive: dict[Passage, Hits],
) -> dict[Passage, Hits]:
    """Return the hits of an archive brought to a catalogue in part, as a rematch does."""
    said = {passage: set(tokens(passage.title)) for passage in archive}
    before = [vocabulary_of(old) for old in olds]
    reached = reach(compiled, changed, before, lambda: sorted(set().union(*said.values())))
    plans = tuple(plan for plan in compiled.narratives if plan.id in reached.narratives)
    matcher = Matcher(replace(compiled, narratives=plans))
    after = dict(archive)
    for passage, stored in archive.items():
        said_of = said[passage]
        has_a_hit = any(
            name in changed or not said_of.isdisjoint(reached.shifted.get(name, ()))
            for name in stored
        )
        if has_a_hit or any(may_hold(need, said_of) for need in reached.needs):
            kept = {name: hit for name, hit in stored.items() if name not in reached.narratives}
            after[passage] = kept | hits(matcher, passage)
    return after


@pytest.mark.parametrize("seed", range(100))
def test_hits_are_those_of_matching_everything_whatever_changed(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    words = alike(chance)
    dictionary = Dictionary(chance, words)
    first = any_catalogue(chance, words)
    catalogues = [first, edited(chance, first, words)]
    catalogues.append(edited(chance, catalogues[-1], words))
    *olds, now = [compile_catalogue(one, dictionary) for one in catalogues]
    hashes = [content_hashes(one) for one in catalogues]
    matched_by = [Matcher(old) for old in olds]
    passages = dict.fromkeys(any_passage(chance, words) for _ in range(60))
    archive = {passage: hits(chance.choice(matched_by), passage) for passage in passages}

    changed = scope(hashes[-1], hashes[:-1])

    if changed is not None:
        matcher = Matcher(now)
        everything = {passage: hits(matcher, passage) for passage in archive}
        assert in_part(now, olds, changed, archive) == everything
