"""What is ruled out before a rule is tried, and how much is tried at most."""

from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domain.hit import Passage
from monitor.domain.matching import bits
from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.matching.finds import Find
from monitor.domain.matching.outlook import Beginnings
from monitor.domain.matching.resolver import Resolver
from monitor.domain.matching.rules import TRIED, WINDOWS_TRIED, centres, meet, starts
from monitor.domain.matching.sightings import Sightings
from monitor.domain.matching.stream import Stream, words_of
from monitor.domain.matching.trial import Scene
from monitor.domain.narrative import Catalogue, Rule
from support.small_catalogue import SmallMorphology, concept, narrative

CONCEPTS: Final = (
    concept("rs", "republika srpska", "srpska"),
    concept("leaving", "secesija", "otcjepljenj*", "tajna secesija"),
    concept("russia", "Rusija", "srpska vlada"),
    concept("power", "vlada", "Rusija", "brana na reci"),
)
GROUPS: Final = (
    (("rs",), ("leaving",)),
    (("rs", "russia"), ("power", "leaving")),
    (("rs",), ("leaving", "russia"), ("power",)),
)
RULES: Final = [
    Rule(f"{number}-{within}-{field}-{ordered}", groups, none_of, within, ordered, field)
    for number, groups in enumerate(GROUPS)
    for within in (0, 2, 3, 7)
    for field in ("any", "title")
    for ordered in (False, True)
    for none_of in ((), ("power",))
]
CATALOGUE: Final = compile_catalogue(
    Catalogue("v1", (narrative(rules=RULES),), CONCEPTS), SmallMorphology()
)
PLANS: Final = CATALOGUE.narratives[0].rules
BEGINNINGS: Final = Beginnings(CATALOGUE)
TEXT: Final = "republika srpska srpske secesiji tajna secesija Rusija vlada vlade brana na reci i."
WORDS: Final = TEXT.split()
fields = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
passages = st.builds(Passage, title=fields, summary=fields, text=fields, lang=st.just("sr"))
sets = st.sets(st.integers(0, 80))


def as_bits(words: set[int]) -> int:
    return sum(1 << word for word in words)


def scene_of(passage: Passage) -> Scene:
    resolver = Resolver(CATALOGUE, lambda _: lambda _meaning, _new: None)
    stream = Stream.of(passage, *words_of(passage))
    meanings = resolver.meanings(stream.words, stream.family)
    return Scene(stream, Sightings(stream, meanings, resolver), CATALOGUE, BEGINNINGS)


@given(sets)
def test_a_set_names_its_words_in_order(words: set[int]) -> None:
    assert list(bits.numbers(as_bits(words))) == sorted(words)


@given(sets, st.integers(1, 90))
def test_windows_are_those_that_hold_a_word_of_the_set(words: set[int], width: int) -> None:
    expected = {at for at in range(81) if any(at <= word < at + width for word in words)}

    assert bits.windows(as_bits(words), width) == as_bits(expected)


@given(sets, st.integers(1, 9))
def test_before_a_word_are_those_that_it_follows(words: set[int], reach: int) -> None:
    expected = {at for at in range(81) if any(at < word <= at + reach for word in words)}

    assert bits.before(as_bits(words), reach) == as_bits(expected)


@given(passages)
def test_no_rule_is_ruled_out_that_would_be_met(passage: Passage) -> None:
    scene = scene_of(passage)

    for plan in PLANS:
        assert scene.hopeful(plan) or not scene.rule(plan).finds


@given(passages)
def test_what_is_left_out_changes_nothing_of_what_is_found(passage: Passage) -> None:
    scene = scene_of(passage)
    length = len(scene.stream.words)

    for plan in (each for each in PLANS if each.field == "any"):
        everywhere = meet(plan, scene.group, length, -1, -1)
        tried = scene.rule(plan)
        assert (tried.finds, tried.reason) == everywhere


spans = st.tuples(st.integers(0, 1_500), st.integers(1, 3))
finds = st.lists(spans, min_size=1, max_size=100).map(
    lambda rows: sorted({Find(at, at + size, 0.9, at % 7) for at, size in rows})
)
CROWDED: Final = [Find(at, at + 1, 0.9, 1) for at in range(1_500)]


@given(finds, finds, st.integers(1, 1_500), st.integers(-1, 1 << 1_500))
@example(CROWDED, CROWDED, 1_500, -1)
def test_no_rule_looks_at_more_windows_than_stated(
    rarest: list[Find], others: list[Find], within: int, windows: int
) -> None:
    chosen = centres(rarest, within, windows)

    assert len(chosen) <= TRIED
    for centre in chosen:
        assert len(starts(centre, [others, rarest], windows)) <= WINDOWS_TRIED


def test_the_bounds_are_what_ends_the_search() -> None:
    assert len(centres(CROWDED, 1_500, -1)) == TRIED
    assert len(starts(CROWDED[-1], [CROWDED], -1)) == WINDOWS_TRIED
